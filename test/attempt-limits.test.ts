/** The own register's attempt limits on a served process: guesses are stopped, free, and for good. */
import { join } from 'node:path'
import { afterEach, describe, expect, inject, test } from 'vitest'
import { SYSTEM_CLOCK } from '../src/main.ts'
import { importRegistry } from '../src/storage/registry-import/import.ts'
import { type SyntheticPerson, syntheticPerson, writePeopleCsv } from '../src/testing/people-csv.ts'
import { httpCall } from './support/http-call.ts'
import { type KayanProcess, serveProcess } from './support/kayan-process.ts'
import { createDatabase } from './support/postgres.ts'
import { LIVE_APPCODE, LIVE_TENCENT, Place } from './support/service.ts'
import { tc3Headers } from './support/tencent-signer.ts'

const SEED = 19
const PEOPLE = 50
const UNITS = 1_000
const MATCH = '0'
const MISMATCH = '-1'
const TOO_MANY = '-19'
const GUESSES = 40

const directory = inject('postgresDirectory')
const STORES: readonly (readonly [string, () => Promise<Record<string, string>>])[] = [
  ['SQLite', async () => ({})],
  ...(directory === ''
    ? []
    : [
        [
          'PostgreSQL',
          async () => ({ KAYAN_DATABASE_URL: await createDatabase(directory) }),
        ] as const,
      ]),
]

const closing: (() => unknown)[] = []
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close()
})

/** A register of fifty people, and the way to ask it by either face. */
async function arrange(variables: Record<string, string>) {
  const place = new Place(variables)
  closing.push(() => place.remove())
  const keyring = await place.furnish({ units: UNITS })
  const csvPath = join(place.directory, 'people.csv')
  writePeopleCsv({ path: csvPath, rows: PEOPLE, seed: SEED })
  const target = { directory: place.registryDirectory, keyring, clock: SYSTEM_CLOCK }
  await importRegistry({ csvPath, ...target })
  let service: KayanProcess | undefined
  closing.push(() => service?.kill())
  const serve = async (more: Record<string, string> = {}) => {
    service = await serveProcess(place.dataDir, { KAYAN_LOG_LEVEL: 'error', ...variables, ...more })
  }
  await serve()
  return {
    place,
    serve,
    kill: () => service!.kill(),
    tencent: (person: SyntheticPerson) => askTencent(service!.url, person),
    aliyun: (person: SyntheticPerson) => askAliyun(service!.url, person),
    used: () =>
      place.withStorage(async ({ grants }) => {
        return (await grants()).reduce((sum, { balance }) => sum + balance.used, 0)
      }),
  }
}

async function askTencent(url: string, person: SyntheticPerson): Promise<string> {
  const body = JSON.stringify({
    Name: person.name,
    BankCard: person.cardNumber,
    Phone: person.mobile,
    IdCard: person.idNumber,
  })
  const key = { secretId: LIVE_TENCENT.credential, secretKey: LIVE_TENCENT.secret }
  const headers = tc3Headers(key, new URL(url).host, body, Math.floor(Date.now() / 1_000))
  const { Response } = JSON.parse((await httpCall(url, { headers, body })).body)
  return Response.Result ?? Response.Error.Code
}

async function askAliyun(url: string, person: SyntheticPerson): Promise<string> {
  const { name, idNumber: idcard, cardNumber: acc_no, mobile } = person
  const reply = await httpCall(url, {
    path: '/communication/personal/1887',
    headers: {
      Authorization: `APPCODE ${LIVE_APPCODE.credential}`,
      'Content-Type': 'application/x-www-form-urlencoded; charset=UTF-8',
    },
    body: new URLSearchParams({ acc_no, idcard, mobile, name }).toString(),
  })
  return JSON.parse(reply.body).code
}

function guess(index: number, n: number): SyntheticPerson {
  return { ...syntheticPerson(SEED, index), mobile: `138${String(n).padStart(8, '0')}` }
}

describe.each(STORES)('%s', (_name, variables) => {
  test('after five wrong phones the right one is not told either, free, by both faces and after kill -9', async () => {
    const { tencent, aliyun, kill, serve, used } = await arrange(await variables())
    const results: string[] = []
    for (let n = 0; n < 7; n++) results.push(await tencent(guess(1, n)))
    expect(results).toEqual([...Array(5).fill(MISMATCH), TOO_MANY, TOO_MANY])
    expect(await tencent(syntheticPerson(SEED, 1))).toBe(TOO_MANY)
    expect(await aliyun(syntheticPerson(SEED, 1))).toBe('10020')
    await kill()
    await serve()
    expect(await tencent(syntheticPerson(SEED, 1))).toBe(TOO_MANY)
    expect(await tencent(syntheticPerson(SEED, 2))).toBe(MATCH)
    expect(await tencent(guess(1, 0))).toBe(MISMATCH)
    await kill()
    expect(await used()).toBe(7)
  })

  test('of many guesses at once five are answered and charged (E1, E4)', async () => {
    const { tencent, kill, used } = await arrange(await variables())
    const guesses = Array.from({ length: GUESSES }, (_, n) => tencent(guess(3, n)))
    const results = await Promise.all(guesses)
    expect(results.filter((result) => result === MISMATCH)).toHaveLength(5)
    expect(results.filter((result) => result === TOO_MANY)).toHaveLength(GUESSES - 5)
    await kill()
    expect(await used()).toBe(5)
  })

  test('the same question is answered ten times a day by the Aliyun face, and by Tencent’s on', async () => {
    const { aliyun, tencent } = await arrange(await variables())
    const person = syntheticPerson(SEED, 4)
    const codes: string[] = []
    for (let n = 0; n < 11; n++) codes.push(await aliyun(person))
    expect(codes).toEqual([...Array(10).fill('10000'), '10020'])
    expect(await tencent(person)).toBe(MATCH)
  })
})

test('an operator who turns the limits off is limited by none', async () => {
  const { tencent, kill, serve } = await arrange({})
  await kill()
  const names = ['ACCOUNT_CARD_TUPLES', 'CARD_TUPLES', 'ID_NUMBER_TUPLES', 'MOBILE_TUPLES']
  await serve(Object.fromEntries(names.map((name) => [`KAYAN_REGISTRY_${name}_PER_DAY`, '0'])))
  for (let n = 0; n < 12; n++) expect(await tencent(guess(5, n))).toBe(MISMATCH)
  expect(await tencent(syntheticPerson(SEED, 5))).toBe(MATCH)
})
