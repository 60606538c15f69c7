/** What an operator watches and sets: conduct, sandbox, postpaid terms, health, proof and audit. */
import { setTimeout as pause } from 'node:timers/promises'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { ConsoleClient } from '../../../test/support/console-client.ts'
import { httpCall } from '../../../test/support/http-call.ts'
import { createMigratedDatabase } from '../../../test/support/migrated-database.ts'
import { LIVE_APPCODE, Place } from '../../../test/support/service.ts'
import { SQL_ENGINES } from '../../../test/support/sql-engines.ts'
import type { Running } from '../../main.ts'
import { type SyntheticPerson, syntheticPerson } from '../../testing/people-csv.ts'

const SEED = 11
const POLL_MS = 50
const STRANGERS = 205
const MOBILES = 7

const place = new Place()
let running: Running
let operator: ConsoleClient

beforeAll(async () => {
  await place.furnish({ units: 1_000 })
  running = await place.serve()
  operator = new ConsoleClient(running.url)
})
afterAll(async () => {
  await running.stop('test')
  place.remove()
})

async function verify(person: SyntheticPerson): Promise<void> {
  const body = new URLSearchParams({
    acc_no: person.cardNumber,
    idcard: person.idNumber,
    mobile: person.mobile,
    name: person.name,
  })
  const headers = { Authorization: `APPCODE ${LIVE_APPCODE.credential}` }
  const path = '/communication/personal/1887'
  const reply = await httpCall(running.url, { path, headers, body: body.toString() })
  expect(reply.status).toBe(200)
}

test('an account that fails too often and tries many telephones of one card is told of, without an element', async () => {
  for (let i = 0; i < STRANGERS; i++) await verify(syntheticPerson(SEED, i))
  const person = syntheticPerson(SEED, STRANGERS)
  for (let i = 0; i < MOBILES; i++) {
    await verify({ ...person, mobile: syntheticPerson(SEED, i).mobile })
  }
  const { json, text } = await operator.get('/api/admin/conduct')
  expect(json.accounts).toMatchObject([{ accountId: 'acc_live', isAlarming: true }])
  const [account] = json.accounts as { verdicts: number; failing: number; name: string }[]
  expect(account!.name).toBe('live')
  expect(account!.failing).toBe(account!.verdicts)
  expect(account!.verdicts).toBeGreaterThanOrEqual(STRANGERS)
  expect(json.spreads).toContainEqual(
    expect.objectContaining({ of: 'cardNumber', varied: 'mobile', values: MOBILES }),
  )
  expect(text).not.toContain(person.cardNumber)
})

test('time passes for test units alone, comes back, and chaos is switched on and off', async () => {
  const grants = async () => (await operator.get('/api/admin/sandbox')).json.grants as object[]
  const [before] = (await grants()) as { expiresAtMs: number }[]
  const moved = await operator.ask('PUT', '/api/admin/sandbox/clock', '{"shift":"+30d"}')
  const [after] = moved.json.grants as { expiresAtMs: number }[]
  expect(before!.expiresAtMs - after!.expiresAtMs).toBe(30 * 86_400_000)
  await operator.ask('PUT', '/api/admin/sandbox/clock', '{"shift":"now"}')
  expect(((await grants()) as { expiresAtMs: number }[])[0]).toEqual(before)
  const wrong = await operator.ask('PUT', '/api/admin/sandbox/clock', '{"shift":"yesterday"}')
  expect([wrong.status, wrong.json.field]).toEqual([400, 'shift'])
  const chaos = { fault: 'overloaded', probability: 0.25 }
  const on = await operator.ask('PUT', '/api/admin/sandbox/chaos', JSON.stringify(chaos))
  expect(on.json.chaos).toEqual(chaos)
  const off = await operator.ask('DELETE', '/api/admin/sandbox/chaos')
  expect(off.json.chaos).toBeUndefined()
})

test('terms are agreed on, seen, and ended once', async () => {
  const terms = {
    product: 'card4',
    unitsPerMonth: 1_000,
    priceFenPer1000Units: 25_000,
    dueDays: 15,
  }
  const path = '/api/admin/postpaid?accountId=acc_live'
  expect((await operator.ask('PUT', path, JSON.stringify(terms))).json).toMatchObject(terms)
  expect((await operator.get(path)).json.items).toMatchObject([terms])
  expect((await operator.get('/api/admin/postpaid/bills')).json.items).toEqual([])
  const end = () => operator.ask('DELETE', `${path}&product=card4`)
  expect((await end()).status).toBe(200)
  expect((await end()).status).toBe(404)
})

test('the ledger is proved beside the service, and when it last held is kept', async () => {
  const before = await operator.get('/api/admin/ledger/proof')
  expect(before.json).toEqual({ running: false, couldNotRun: false })
  const begun = await operator.post('/api/admin/ledger/proof')
  expect(begun.json.running).toBe(true)
  for (;;) {
    const { json } = await operator.get('/api/admin/ledger/proof')
    if (json.running) {
      await pause(POLL_MS)
      continue
    }
    expect(json).toMatchObject({ couldNotRun: false, last: { holds: true, unknowns: 0 } })
    const { atMs, checks } = json.last as { atMs: number; checks: { id: string; ok: boolean }[] }
    expect(checks.length).toBeGreaterThanOrEqual(10)
    expect(checks.filter(({ ok }) => !ok)).toEqual([])
    expect(json.heldAtMs).toBe(atMs)
    break
  }
})

test.runIf(SQL_ENGINES.has('PostgreSQL'))(
  'on PostgreSQL too, where the nodes are named',
  async () => {
    const other = new Place({ KAYAN_DATABASE_URL: await createMigratedDatabase() })
    const service = await other.serve({ KAYAN_NODE_NAME: 'north' })
    const client = new ConsoleClient(service.url)
    try {
      await client.post('/api/admin/ledger/proof')
      for (;;) {
        const { json } = await client.get('/api/admin/ledger/proof')
        if (json.running) {
          await pause(POLL_MS)
          continue
        }
        expect(json).toMatchObject({ couldNotRun: false, last: { holds: true } })
        break
      }
      const { json } = await client.get('/api/admin/health')
      expect(json).toMatchObject({ engine: 'postgres', node: 'north' })
      expect(json.nodes).toEqual([{ name: 'north', state: 'running' }])
    } finally {
      await service.stop('test')
      other.remove()
    }
  },
)

test('health names node, version, disk and queue', async () => {
  const { json } = await operator.get('/api/admin/health')
  expect(json).toMatchObject({ readiness: 'ready', engine: 'sqlite', nodes: [], jobFailures: {} })
  expect(json.diskFreeBytes).toBeGreaterThan(0)
  expect(json.version).toMatch(/^\d+\.\d+\.\d+/)
})

test('the audit is exported by the same filters', async () => {
  const { text } = await operator.get('/api/admin/audit.csv?action=postpaid.set')
  const lines = text.trim().split(/\r?\n/)
  expect(lines[0]).toContain('id,at,actor,action,subject,detail')
  expect(lines).toHaveLength(2)
  expect(lines[1]).toContain('user:sandbox,postpaid.set,acc_live')
})
