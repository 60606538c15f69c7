/**
 * Ten thousand imported people behind both faces, and nothing of them on the disk: the registry, the
 * ledger and the log are searched for every element and its common digests.
 */
import { Agent } from 'node:http'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Running, SYSTEM_CLOCK } from '../src/main.ts'
import { importRegistry } from '../src/storage/registry-import/import.ts'
import { type SyntheticPerson, syntheticPerson, writePeopleCsv } from '../src/testing/people-csv.ts'
import { Canary, filesBelow } from './support/canary.ts'
import { httpCall } from './support/http-call.ts'
import { LIVE_APPCODE, LIVE_TENCENT, Place } from './support/service.ts'
import { tc3Headers } from './support/tencent-signer.ts'

const PEOPLE = 10_000
/** Of which this many names are looked for. */
const NAMES = 500
/** Calls a face; each person is asked with one of the sixteen combinations. */
const ASKED = 480
const SEED = 20_261_121
const UNITS = 10_000

const place = new Place()
const agent = new Agent({ keepAlive: true, maxSockets: 16 })
let kayan: Running

beforeAll(async () => {
  const keyring = await place.furnish({ units: UNITS })
  const csvPath = join(place.directory, 'people.csv')
  writePeopleCsv({ path: csvPath, rows: PEOPLE, seed: SEED })
  const report = await importRegistry({
    csvPath,
    directory: place.registryDirectory,
    keyring,
    clock: SYSTEM_CLOCK,
  })
  expect(report).toMatchObject({ rows: PEOPLE, rejected: 0 })
  kayan = await place.serve({ KAYAN_LOG_LEVEL: 'debug' })
})
afterAll(async () => {
  agent.destroy()
  await kayan.stop('test')
  place.remove()
})

/** Bit by bit of `wrong`: name, ID number, mobile, card are another person's. */
function combination(index: number, wrong: number): SyntheticPerson {
  const person = syntheticPerson(SEED, index)
  const other = syntheticPerson(SEED, (index + 1) % PEOPLE)
  return {
    name: wrong & 1 ? `${person.name}某` : person.name,
    idNumber: wrong & 2 ? other.idNumber : person.idNumber,
    mobile: wrong & 4 ? other.mobile : person.mobile,
    cardNumber: wrong & 8 ? other.cardNumber : person.cardNumber,
  }
}

async function askTencent(person: SyntheticPerson): Promise<string> {
  const { host } = new URL(kayan.url)
  const body = JSON.stringify({
    Name: person.name,
    BankCard: person.cardNumber,
    Phone: person.mobile,
    IdCard: person.idNumber,
  })
  const key = { secretId: LIVE_TENCENT.credential, secretKey: LIVE_TENCENT.secret }
  const headers = tc3Headers(key, host, body, Math.floor(Date.now() / 1000))
  const reply = await httpCall(kayan.url, { headers, body, agent })
  return JSON.parse(reply.body).Response.Result
}

async function askAliyun(person: SyntheticPerson): Promise<string> {
  const body = new URLSearchParams({
    acc_no: person.cardNumber,
    idcard: person.idNumber,
    mobile: person.mobile,
    name: person.name,
  }).toString()
  const reply = await httpCall(kayan.url, {
    path: '/communication/personal/1887',
    headers: {
      Authorization: `APPCODE ${LIVE_APPCODE.credential}`,
      'Content-Type': 'application/x-www-form-urlencoded; charset=UTF-8',
    },
    body,
    agent,
  })
  return JSON.parse(reply.body).data.state
}

test('all sixteen combinations of right and wrong elements answer correctly through both faces', async () => {
  await Promise.all(
    Array.from({ length: ASKED }, async (_, i) => {
      const index = (i * 7919) % PEOPLE
      const wrong = i % 16
      const person = combination(index, wrong)
      expect(await askTencent(person), `Tencent, combination ${wrong}`).toBe(wrong ? '-1' : '0')
      expect(await askAliyun(person), `Aliyun, combination ${wrong}`).toBe(wrong ? '2' : '1')
    }),
  )
})

test('every call cost one unit, whatever its verdict', async () => {
  const holdings = await place.withStorage(({ grants }) => grants())
  const [live] = holdings.filter(({ grant }) => grant.mode === 'live')
  expect(live!.balance).toMatchObject({
    available: UNITS - 2 * ASKED,
    reserved: 0,
    used: 2 * ASKED,
  })
})

test('no element, nor its MD5, SHA-1 or SHA-256, is anywhere in the data directory', () => {
  const canary = new Canary()
  for (let index = 0; index < PEOPLE; index++) {
    const { name, ...numbers } = syntheticPerson(SEED, index)
    for (const [element, value] of Object.entries(numbers)) canary.watchPlainly(element, value)
    // Every further name is one of the first again, or nearly.
    if (index < NAMES) canary.watchPlainly('name', name)
  }
  const files = filesBelow(place.dataDir)
  expect(files.size).toBeGreaterThan(3)
  const found = [...files].flatMap(([path, bytes]) => {
    return [...canary.hits(bytes)].map((label) => `${label} in ${path}`)
  })
  expect(found).toEqual([])
})
