/**
 * Twenty SIGKILLs under load. Clients write down every reply they receive; a separate checker reads
 * only that history and the store, and holds them against each other (invariants I1, I2, I4, I5).
 */
import { Agent } from 'node:http'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { CallNaming } from '../../src/domain/call-names.ts'
import type { Keyring } from '../../src/domain/keyring.ts'
import { SYSTEM_CLOCK } from '../../src/main.ts'
import { importRegistry } from '../../src/storage/registry-import/import.ts'
import { type Database, openDatabase } from '../../src/storage/sqlite/database.ts'
import { syntheticPerson, writePeopleCsv } from '../../src/testing/people-csv.ts'
import { httpCall } from '../support/http-call.ts'
import { type KayanProcess, runCli, serveProcess } from '../support/kayan-process.ts'
import { LIVE_APPCODE, LIVE_TENCENT, Place } from '../support/service.ts'
import { SANDBOX_TENCENT_KEY, tc3Headers } from '../support/tencent-signer.ts'

const KILLS = 20
const CLIENTS = 24
const LOAD_MS_MIN = 100
const LOAD_MS_MAX = 300
const PEOPLE = 2_000
const SEED = 7
const UNITS = 1_000_000

/** A reply that reached its client whole. */
interface Received {
  readonly name: { readonly requestId: string } | { readonly seqNo: string }
  readonly body: string
  readonly charged: boolean
}

const place = new Place()
const history: Received[] = []
let keyring: Keyring
let kayan: KayanProcess
let output = ''
let unknowns = 0

beforeAll(async () => {
  keyring = await place.furnish({ units: UNITS })
  const csvPath = join(place.directory, 'people.csv')
  writePeopleCsv({ path: csvPath, rows: PEOPLE, seed: SEED })
  const directory = place.registryDirectory
  await importRegistry({ csvPath, directory, keyring, clock: SYSTEM_CLOCK })
})
afterAll(() => place.remove())

/** One client: asks without a pause until told to stop, every third time through the sandbox. */
async function client(number: number, running: { on: boolean }): Promise<void> {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 })
  for (let i = 0; running.on; i++) {
    const turn = number * 1_000_003 + history.length + i
    try {
      const received = await [askTencent, askAliyun, askSandbox][turn % 3]!(turn, agent)
      if (received !== undefined) history.push(received)
    } catch {
      unknowns++
    }
  }
  agent.destroy()
}

async function askTencent(turn: number, agent: Agent): Promise<Received | undefined> {
  const person = syntheticPerson(SEED, turn % PEOPLE)
  // Every fourth call is a mismatch, which costs as much as a match.
  const Phone = turn % 4 === 0 ? '13800138000' : person.mobile
  const body = { Name: person.name, BankCard: person.cardNumber, Phone, IdCard: person.idNumber }
  const key = { secretId: LIVE_TENCENT.credential, secretKey: LIVE_TENCENT.secret }
  return tencent(key, body, turn, agent)
}

/** The sandbox reserves before it asks; magic card 18 is free, 00 is charged. */
async function askSandbox(turn: number, agent: Agent): Promise<Received | undefined> {
  const BankCard = turn % 2 === 0 ? '6299990000000009' : '6299990000000181'
  const body = { Name: '王芳', BankCard, Phone: '13800138000', IdCard: '110101199003071022' }
  return tencent(SANDBOX_TENCENT_KEY, body, turn, agent)
}

async function tencent(
  key: { readonly secretId: string; readonly secretKey: string },
  elements: object,
  turn: number,
  agent: Agent,
): Promise<Received | undefined> {
  const { host } = new URL(kayan.url)
  const body = JSON.stringify(elements)
  const timestampS = Math.floor(Date.now() / 1000) - (turn % 250)
  const headers = tc3Headers(key, host, body, timestampS)
  const reply = await httpCall(kayan.url, { headers, body, agent })
  const { Result, RequestId, Error: error } = JSON.parse(reply.body).Response
  if (error?.Code === 'RequestLimitExceeded') return undefined
  const charged = Result === '0' || Result === '-1'
  return { name: { requestId: RequestId }, body: reply.body, charged }
}

async function askAliyun(turn: number, agent: Agent): Promise<Received | undefined> {
  const person = syntheticPerson(SEED, turn % PEOPLE)
  const reply = await httpCall(kayan.url, {
    path: '/communication/personal/1887',
    headers: { Authorization: `APPCODE ${LIVE_APPCODE.credential}` },
    body: `acc_no=${person.cardNumber}&idcard=${person.idNumber}&mobile=${person.mobile}&name=${person.name}`,
    agent,
  })
  if (reply.status !== 200) return undefined
  const { code, seqNo } = JSON.parse(reply.body)
  return { name: { seqNo }, body: reply.body, charged: code === '10000' }
}

test(`after ${KILLS} SIGKILLs under load every charged reply is in the ledger once, and nothing else`, async () => {
  for (let kill = 0; kill < KILLS; kill++) {
    kayan = await serveProcess(place.dataDir, { KAYAN_LOG_LEVEL: 'debug' })
    const running = { on: true }
    const clients = Array.from({ length: CLIENTS }, (_, i) => client(kill * CLIENTS + i, running))
    const loadMs = LOAD_MS_MIN + ((kill * 37) % (LOAD_MS_MAX - LOAD_MS_MIN))
    await new Promise((resolve) => setTimeout(resolve, loadMs))
    await kayan.kill()
    running.on = false
    await Promise.all(clients)
    output += kayan.output()
  }
  kayan = await serveProcess(place.dataDir)
  expect(await kayan.stop()).toBe(0)

  expect(history.length).toBeGreaterThan(KILLS * 20)
  expect(unknowns).toBeGreaterThan(0)
  const database = openDatabase(place.dataDir, { readOnly: true })
  checkReplies(database)
  await checkQuota(database)
  database.close()
  const verified = await runCli(place.dataDir, ['ledger', 'verify'])
  expect(verified.stdout).toContain('OK')
  expect(verified.code).toBe(0)
}, 120_000)

test('the log of all those starts holds no element', () => {
  for (let i = 0; i < PEOPLE; i++) {
    for (const value of Object.values(syntheticPerson(SEED, i))) expect(output).not.toContain(value)
  }
})

/** I1, I2, I5: a charged reply is stored with the same bytes and one charge; a free one has none. */
function checkReplies(database: Database): void {
  const naming = new CallNaming(keyring)
  const entries = database.prepare(
    `SELECT count(*) AS n FROM entry WHERE serial = ? AND kind IN ('burn', 'settle')`,
  )
  const answers = database.prepare('SELECT answer FROM call WHERE serial = ?')
  const bodies = new Map<number, string>()
  for (const { name, body, charged } of history) {
    const serial =
      'requestId' in name
        ? naming.serialOfRequestId(name.requestId)
        : naming.serialOfSequenceCode(name.seqNo.slice(0, 8))
    expect(serial).toBeDefined()
    expect(answers.get(serial!)?.answer).toBe(body)
    expect(entries.get(serial!)?.n).toBe(charged ? 1 : 0)
    expect(bodies.get(serial!) ?? body).toBe(body)
    bodies.set(serial!, body)
  }
}

/** I4: units add up, none is held for ever, and what is used is what was charged. */
async function checkQuota(database: Database): Promise<void> {
  const charges = database.prepare(
    `SELECT count(*) AS n FROM entry WHERE grant_id = ? AND kind IN ('burn', 'settle')`,
  )
  for (const { grant, balance } of await place.withStorage(({ grants }) => grants())) {
    const { available, reserved, used, expired, withdrawn } = balance
    expect(available + reserved + used + expired + withdrawn).toBe(grant.units)
    expect(reserved).toBe(0)
    expect(used).toBe(charges.get(grant.id)?.n)
  }
}
