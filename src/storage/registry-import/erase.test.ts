import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { Secret } from '../../domain/secret.ts'
import { deriveTokenKeys, Tokens } from '../../domain/token.ts'
import { type SyntheticPerson, syntheticPerson } from '../../testing/people-csv.ts'
import { eraseSubject } from '../records/erase.ts'
import { lockDirectory } from '../records/lock.ts'
import { partialImportPath } from '../records/manifest.ts'
import { openRegistry } from '../records/record-store.ts'
import { registryStats } from '../records/stats.ts'
import { TEST_KEYRING, testDirectory } from '../records/test-records.ts'
import { importRegistry } from './import.ts'

const clock = { nowMs: () => 0, monotonicUs: () => 0 }
const tokens = new Tokens(deriveTokenKeys(TEST_KEYRING))
const people = Array.from({ length: 40 }, (_, row) => syntheticPerson(21, row))
const [holder, other, third] = people as [SyntheticPerson, SyntheticPerson, SyntheticPerson]

/** Imports rows into a directory, one file of the given people. */
async function load(directory: string, rows: readonly SyntheticPerson[]): Promise<void> {
  const csvPath = join(testDirectory(), 'people.csv')
  const lines = rows.map((row) => `${row.name},${row.idNumber},${row.cardNumber},${row.mobile}\n`)
  writeFileSync(csvPath, `name,idNumber,cardNumber,mobile\n${lines.join('')}`)
  await importRegistry({ csvPath, directory, keyring: TEST_KEYRING, clock })
}

function erase(directory: string, person: SyntheticPerson): number {
  return eraseSubject(directory, TEST_KEYRING, new Secret(person.idNumber))
}

const tokenOf = (person: SyntheticPerson) => tokens.card(new Secret(person.cardNumber))

/** The same human being with the card of another row. */
function withCardOf(person: SyntheticPerson, row: SyntheticPerson): SyntheticPerson {
  return { ...person, cardNumber: row.cardNumber }
}

test('erasing a person erases all their cards, nobody else’s, at once for an open store', async () => {
  const directory = testDirectory()
  await load(directory, [...people.slice(1), holder, withCardOf(holder, syntheticPerson(21, 99))])
  const store = openRegistry(directory, TEST_KEYRING)
  expect(erase(directory, holder)).toBe(2)
  expect(store.get(tokenOf(holder))).toBeUndefined()
  expect(store.get(tokenOf(syntheticPerson(21, 99)))).toBeUndefined()
  for (const person of people.slice(1)) expect(store.get(tokenOf(person))).toBeDefined()
  expect(registryStats(directory).cards).toBe(39)
  expect(erase(directory, holder)).toBe(0)
  store.close()
})

test('after erasure no token of the person is left in any file, older segments included', async () => {
  const directory = testDirectory()
  await load(directory, people)
  await load(directory, [{ ...holder, mobile: other.mobile }])
  expect(registryStats(directory).segments).toBe(2)
  const traces = [tokenOf(holder), tokens.subject(new Secret(holder.idNumber)).token]
  for (const trace of traces) expect(bytesOf(directory)).toContain(trace)
  expect(erase(directory, holder)).toBe(1)
  for (const trace of traces) {
    expect(bytesOf(directory)).not.toContain(trace)
    expect(bytesOf(directory)).not.toContain(trace.slice(4))
  }
})

test('a card that became somebody else’s stays theirs when its former holder is erased', async () => {
  const directory = testDirectory()
  await load(directory, people)
  await load(directory, [withCardOf(other, holder)])
  expect(erase(directory, holder)).toBe(0)
  const store = openRegistry(directory, TEST_KEYRING)
  expect(store.get(tokenOf(holder))).toBeDefined()
  store.close()
})

test('a card never falls back to its former holder when the present one is erased', async () => {
  const directory = testDirectory()
  await load(directory, people)
  await load(directory, [withCardOf(other, holder)])
  expect(erase(directory, other)).toBe(2)
  const store = openRegistry(directory, TEST_KEYRING)
  expect(store.get(tokenOf(holder))).toBeUndefined()
  expect(store.get(tokenOf(third))).toBeDefined()
  store.close()
})

test('erased records are gone after the next merge, and the person can be imported anew', async () => {
  const directory = testDirectory()
  await load(directory, people)
  erase(directory, holder)
  await load(
    directory,
    people.map((_, row) => syntheticPerson(21, 100 + row)),
  )
  expect(registryStats(directory)).toMatchObject({ segments: 1, cards: 79 })
  await load(directory, people)
  expect(registryStats(directory).cards).toBe(80)
})

test('the ID number is taken as people write it', async () => {
  const directory = testDirectory()
  const person = people.find((candidate) => candidate.idNumber.endsWith('X'))
  if (!person) throw new Error('one of forty ends in X')
  await load(directory, people)
  const written = new Secret(` ${person.idNumber.toLowerCase()} `)
  expect(eraseSubject(directory, TEST_KEYRING, written)).toBe(1)
})

test('what an interrupted import has prepared is dropped with the person', async () => {
  const directory = testDirectory()
  mkdirSync(partialImportPath(directory))
  writeFileSync(join(partialImportPath(directory), '000001.cards'), tokenOf(holder), 'latin1')
  expect(erase(directory, holder)).toBe(0)
  expect(readdirSync(directory)).toEqual([])
})

test('nothing is erased where nothing was imported, and not beside an import', async () => {
  const directory = testDirectory()
  expect(erase(directory, holder)).toBe(0)
  expect(readdirSync(directory)).toEqual([])
  await load(directory, people)
  const unlock = lockDirectory(directory)
  expect(() => erase(directory, holder)).toThrow(expect.objectContaining({ code: 'busy' }))
  unlock()
})

function bytesOf(directory: string): string {
  const files = readdirSync(directory).map((name) => readFileSync(join(directory, name)))
  return Buffer.concat(files).toString('latin1')
}
