import { createHash } from 'node:crypto'
import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { normalise } from '../../domain/elements.ts'
import { Keyring } from '../../domain/keyring.ts'
import { type ComparingProduct, PRODUCTS } from '../../domain/product.ts'
import { Secret } from '../../domain/secret.ts'
import { deriveTokenKeys, Tokens } from '../../domain/token.ts'
import { createRegistry } from '../../sources/registry.ts'
import {
  encodeGb18030,
  type PeopleCsv,
  type SyntheticPerson,
  syntheticPerson,
  writePeopleCsv,
} from '../../testing/people-csv.ts'
import { lockDirectory } from '../records/lock.ts'
import { partialImportPath } from '../records/manifest.ts'
import { openRegistry } from '../records/record-store.ts'
import { registryStats } from '../records/stats.ts'
import { TEST_KEYRING, testDirectory } from '../records/test-records.ts'
import { type ImportRequest, importRegistry } from './import.ts'

const HEADING = 'name,idNumber,cardNumber,mobile,status\n'
const RUN_BYTES = 4096
const clock = { nowMs: () => 0, monotonicUs: () => performance.now() * 1000 }
const tokens = new Tokens(deriveTokenKeys(TEST_KEYRING))

function peopleCsv(rows: number, options: Partial<PeopleCsv> = {}): string {
  const path = join(testDirectory(), 'people.csv')
  writePeopleCsv({ path, rows, seed: 11, ...options })
  return path
}

function csvOf(content: string | Buffer): string {
  const path = join(testDirectory(), 'people.csv')
  writeFileSync(path, content)
  return path
}

function lineOf(person: SyntheticPerson, status = ''): string {
  return `${person.name},${person.idNumber},${person.cardNumber},${person.mobile},${status}\n`
}

function run(csvPath: string, directory: string, options: Partial<ImportRequest> = {}) {
  const request = { csvPath, directory, keyring: TEST_KEYRING, clock, runBytes: RUN_BYTES }
  return importRegistry({ ...request, ...options })
}

/** All files of a registry but the manifest, with their bytes. */
function segmentsOf(directory: string): Map<string, string> {
  const names = readdirSync(directory).filter((name) => name !== 'manifest.json')
  return new Map(
    names.map((name) => [name, readFileSync(join(directory, name)).toString('base64')]),
  )
}

function verifyIn(directory: string, person: SyntheticPerson, product: ComparingProduct = 'card4') {
  const store = openRegistry(directory, TEST_KEYRING)
  try {
    const submitted = Object.fromEntries(
      PRODUCTS.card4.map((name) => [name, new Secret(person[name])]),
    )
    const elements = normalise(submitted, product)
    return createRegistry(store, tokens).verify({ product, elements })
  } finally {
    store.close()
  }
}

test('everybody imported matches, and the figures say how many', async () => {
  const directory = testDirectory()
  const report = await run(peopleCsv(500), directory)
  expect(report).toMatchObject({ rows: 500, added: 500, rejected: 0, resumed: false })
  expect(registryStats(directory)).toMatchObject({ cards: 500, segments: 1 })
  for (let i = 0; i < 500; i += 50) {
    expect(verifyIn(directory, syntheticPerson(11, i))).toBe('match')
  }
  expect(verifyIn(directory, syntheticPerson(11, 500))).toBe('no_record')
  expect(existsSync(partialImportPath(directory))).toBe(false)
})

test('who is imported matches by each set of elements, and by none that holds another’s', async () => {
  const directory = testDirectory()
  await run(peopleCsv(20), directory)
  const [person, other] = [syntheticPerson(11, 3), syntheticPerson(11, 4)]
  for (const product of ['card4', 'card3', 'card2', 'cardId'] as const) {
    expect(verifyIn(directory, person, product)).toBe('match')
    const element = product === 'card2' ? 'name' : 'idNumber'
    const mixed = { ...person, [element]: other[element] }
    expect(verifyIn(directory, mixed, product)).toBe('mismatch')
  }
})

test('however worker threads share the work, they write the same bytes', async () => {
  const csvPath = peopleCsv(72_000)
  const [pooled, again] = [testDirectory(), testDirectory()]
  await run(csvPath, pooled, { runBytes: 2 ** 20 })
  await run(csvPath, again, { runBytes: 3 * 2 ** 20 })
  expect(statSync(csvPath).size).toBeGreaterThan(4 * 2 ** 20)
  expect(segmentsOf(pooled)).toEqual(segmentsOf(again))
})

test('UTF-8, UTF-8 with a mark and GB18030 files of the same people make the same registry', async () => {
  const text = readFileSync(peopleCsv(300), 'utf8')
  const forms = [Buffer.from(text), Buffer.from(`\uFEFF${text}`), encodeGb18030(text)]
  const registries = await Promise.all(
    forms.map(async (form) => {
      const directory = testDirectory()
      await run(csvOf(form), directory)
      return segmentsOf(directory)
    }),
  )
  expect(registries[1]).toEqual(registries[0])
  expect(registries[2]).toEqual(registries[0])
})

test('quoted cells, CRLF and blank lines make no difference', async () => {
  const text = readFileSync(peopleCsv(50), 'utf8')
  const dressed = text
    .trimEnd()
    .split('\n')
    .map((line) => `"${line.replaceAll(',', '","')}"\r\n\r\n`)
    .join('')
  const [plain, quoted] = [testDirectory(), testDirectory()]
  await run(csvOf(text), plain)
  await run(csvOf(dressed), quoted)
  expect(segmentsOf(quoted)).toEqual(segmentsOf(plain))
})

test('an import stopped anywhere goes on and ends as an uninterrupted one', async () => {
  const csvPath = peopleCsv(1000)
  const whole = testDirectory()
  await run(csvPath, whole)
  const property = fc.asyncProperty(
    fc.array(fc.nat({ max: 14 }), { maxLength: 3 }),
    async (stops) => {
      const directory = testDirectory()
      for (const stop of stops) {
        const controller = new AbortController()
        let calls = 0
        const onProgress = () => {
          if (calls++ === stop) controller.abort()
        }
        const outcome = run(csvPath, directory, { signal: controller.signal, onProgress })
        await outcome.catch((error) => expect(error).toMatchObject({ code: 'interrupted' }))
      }
      const report = await run(csvPath, directory)
      expect(report.rows).toBe(1000)
      expect(report.added + report.unchanged).toBe(1000)
      expect(segmentsOf(directory)).toEqual(segmentsOf(whole))
    },
  )
  await fc.assert(property, { numRuns: 5 })
})

test('a stopped import says so, keeps what it has done, and the registry stays as it was', async () => {
  const csvPath = peopleCsv(1000)
  const directory = testDirectory()
  const controller = new AbortController()
  let calls = 0
  const onProgress = () => {
    if (calls++ === 5) controller.abort()
  }
  const stopped = run(csvPath, directory, { signal: controller.signal, onProgress })
  await expect(stopped).rejects.toMatchObject({ code: 'interrupted' })
  expect(registryStats(directory).cards).toBe(0)
  const seen: number[] = []
  const report = await run(csvPath, directory, { onProgress: ({ rows }) => seen.push(rows) })
  expect(report).toMatchObject({ resumed: true, rows: 1000, added: 1000 })
  expect(seen[0]).toBeGreaterThan(100)
})

test('importing the same file again changes nothing', async () => {
  const csvPath = peopleCsv(300)
  const directory = testDirectory()
  await run(csvPath, directory)
  const before = segmentsOf(directory)
  const report = await run(csvPath, directory)
  expect(report).toMatchObject({ added: 0, changed: 0, unchanged: 300 })
  expect(segmentsOf(directory)).toEqual(before)
})

test('of two rows of a card the later wins, in one file and over files', async () => {
  const [person, other] = [syntheticPerson(1, 0), syntheticPerson(1, 1)]
  const moved = { ...person, mobile: other.mobile }
  const directory = testDirectory()
  const first = HEADING + lineOf(person) + lineOf(other) + lineOf(moved, 'card_lost')
  const report = await run(csvOf(first), directory)
  expect(report).toMatchObject({ rows: 3, added: 2, superseded: 1 })
  expect(verifyIn(directory, moved)).toBe('card_lost')
  expect(verifyIn(directory, person)).toBe('mismatch')
  const second = await run(csvOf(HEADING + lineOf(person, 'normal')), directory)
  expect(second).toMatchObject({ added: 0, changed: 1 })
  expect(verifyIn(directory, person)).toBe('match')
  expect(registryStats(directory).cardsByStatus).toMatchObject({ normal: 2, card_lost: 0 })
})

test('many imports keep few segments and lose nobody', async () => {
  const directory = testDirectory()
  for (let i = 0; i < 12; i++) {
    const people = Array.from({ length: 1 + 20 * (i % 4) }, (_, row) => syntheticPerson(i, row))
    await run(csvOf(HEADING + people.map((person) => lineOf(person)).join('')), directory)
  }
  expect(registryStats(directory).segments).toBeLessThanOrEqual(6)
  // Cards are numbered by row, so each import replaces some of the former ones.
  expect(registryStats(directory).cards).toBe(openCount(directory))
  expect(verifyIn(directory, syntheticPerson(11, 60))).toBe('match')
})

/** Cards that can be found, of all that were ever imported by the test before. */
function openCount(directory: string): number {
  const store = openRegistry(directory, TEST_KEYRING)
  const cards = new Set<string>()
  for (let seed = 0; seed < 12; seed++) {
    for (let row = 0; row < 61; row++) cards.add(syntheticPerson(seed, row).cardNumber)
  }
  const found = [...cards].filter((card) => store.get(tokens.card(new Secret(card))))
  store.close()
  return found.length
}

test('rejected rows are listed by line and reason and hold no element', async () => {
  const good = [0, 1, 2].map((row) => lineOf(syntheticPerson(1, row)))
  const { name, idNumber, cardNumber, mobile } = syntheticPerson(1, 9)
  const bad = [
    `${name},${idNumber},${cardNumber}\n`,
    `${name},${idNumber},${cardNumber},12,\n`,
    `${name},${idNumber},${cardNumber.slice(0, -1)}x,${mobile},\n`,
    `${name},123,${cardNumber},${mobile},\n`,
    `,${idNumber},${cardNumber},${mobile},\n`,
    `${name},${idNumber},${cardNumber},${mobile},lost\n`,
    `"${name},${idNumber},${cardNumber},${mobile},\n`,
  ]
  const damaged = Buffer.from([0xe7, 0x8e, 0x0a])
  const text = HEADING + good[0] + bad.join('') + good[1]
  const csvPath = csvOf(Buffer.concat([Buffer.from(text), damaged, Buffer.from(good[2] ?? '')]))
  const report = await run(csvPath, testDirectory(), { runBytes: 100 })
  expect(report).toMatchObject({ rows: 11, rejected: 8, added: 3 })
  expect(report.rejectedPath).toBe(`${csvPath}.rejected.csv`)
  expect(readFileSync(`${csvPath}.rejected.csv`, 'utf8').split('\n')).toEqual([
    'line,reason',
    '3,columns',
    '4,mobile_malformed',
    '5,card_malformed',
    '6,id_malformed',
    '7,name_malformed',
    '8,status',
    '9,columns',
    '11,encoding',
    '',
  ])
})

test('no file of a registry, finished or interrupted, holds an element or a plain hash of one', async () => {
  const csvPath = peopleCsv(200)
  const directory = testDirectory()
  const controller = new AbortController()
  let calls = 0
  const onProgress = () => {
    if (calls++ === 2) controller.abort()
  }
  await run(csvPath, directory, { signal: controller.signal, onProgress }).catch(() => {})
  expectNoTrace(directory)
  await run(csvPath, directory)
  expectNoTrace(directory)
})

/** Scans a directory for the elements of 200 people. */
function expectNoTrace(directory: string): void {
  const paths = readdirSync(directory, { recursive: true, encoding: 'utf8' })
    .map((name) => join(directory, name))
    .filter((path) => statSync(path).isFile())
  expect(paths.length).toBeGreaterThan(1)
  const all = Buffer.concat(paths.map((path) => readFileSync(path)))
  for (let row = 0; row < 200; row += 10) {
    for (const element of Object.values(syntheticPerson(11, row)) as string[]) {
      for (const trace of tracesOf(element)) expect(all.includes(trace)).toBe(false)
    }
  }
}

function tracesOf(element: string): Buffer[] {
  const digests = ['md5', 'sha1', 'sha256'].map((algorithm) => {
    return createHash(algorithm).update(element).digest()
  })
  return [
    Buffer.from(element),
    ...digests,
    ...digests.map((digest) => Buffer.from(digest.toString('hex'))),
    ...digests.map((digest) => Buffer.from(digest.toString('base64'))),
  ]
}

test('a file that cannot be imported leaves no trace in the data directory', async () => {
  const directory = join(testDirectory(), 'registry')
  const refused = run(csvOf('姓名,身份证号\n'), directory)
  await expect(refused).rejects.toMatchObject({ code: 'missing_column', detail: 'cardNumber' })
  expect(existsSync(directory)).toBe(false)
})

test('a second import at the same time is refused', async () => {
  const directory = testDirectory()
  const unlock = lockDirectory(directory)
  await expect(run(peopleCsv(1), directory)).rejects.toMatchObject({ code: 'busy' })
  unlock()
  await run(peopleCsv(1), directory)
})

test('a registry is never written under a second key', async () => {
  const directory = testDirectory()
  await run(peopleCsv(10), directory)
  const before = segmentsOf(directory)
  const foreign = run(peopleCsv(10), directory, { keyring: new Keyring(Buffer.alloc(32, 9)) })
  await expect(foreign).rejects.toMatchObject({ code: 'foreign_key' })
  expect(segmentsOf(directory)).toEqual(before)
})

test('a file with a heading and no rows is an import of nobody', async () => {
  const report = await run(csvOf(HEADING), testDirectory())
  expect(report).toMatchObject({ rows: 0, added: 0, rejected: 0 })
})
