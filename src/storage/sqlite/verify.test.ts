import { cpSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import {
  asOperator,
  callOf,
  grantUnits,
  newDataDir,
  removeDataDir,
  seedStore,
  TestClock,
} from '../../../test/support/ledger-store.ts'
import {
  expireGrants,
  extendGrant,
  reverseCharge,
  withdrawGrant,
} from '../../billing/operations.ts'
import type { CheckId, VerifyOptions } from '../../billing/verify.ts'
import { openDatabase } from './database.ts'
import { findCharge } from './ledger-operations.ts'
import { openMeter } from './meter.ts'
import { verifyLedger } from './verify.ts'

const root = newDataDir()
const sound = join(root, 'sound')
const clock = new TestClock()

/** A ledger with an entry of every kind. */
beforeAll(async () => {
  seedStore(sound)
  const nowMs = clock.nowMs()
  grantUnits(sound, 20, nowMs, { expiresAtMs: nowMs + 10_000 })
  grantUnits(sound, 20, nowMs, { expiresAtMs: nowMs + 20_000 })
  grantUnits(sound, 5, nowMs, { expiresAtMs: nowMs + 5_000, mode: 'test' })
  const meter = await openMeter({ dataDir: sound, clock, onFatal: () => undefined })
  const next = () => callOf(meter.serials.next(), clock.nowMs())
  await Promise.all(Array.from({ length: 10 }, () => meter.burn(next())))
  const held = [next(), next(), next()]
  for (const call of held) await meter.reserve(call)
  await meter.settle(held[0]!)
  await meter.release({ ...held[1]!, result: 'source_busy', billable: false })
  await meter.record({ ...next(), result: 'name_malformed', billable: false })
  clock.wait(6_000)
  asOperator(sound, (writer, database) => {
    const at = clock.nowMs()
    expireGrants(writer, at)
    extendGrant(writer, { grantId: 3, expiresAtMs: at + 50_000, reason: 'r' }, at)
    extendGrant(writer, { grantId: 1, expiresAtMs: at + 90_000, reason: 'r' }, at)
    withdrawGrant(writer, { grantId: 2, units: 3, reason: 'r' }, at)
    reverseCharge(writer, () => findCharge(database, 1), 'r', at)
  })
  await meter.burn(next())
  await meter.burn(next())
  await meter.release({ ...held[2]!, result: 'source_busy', billable: false })
  await meter.close()
})

afterAll(() => removeDataDir(root))

let copies = 0

/** The checks that fail after some SQL has been done to a copy of the sound ledger. */
async function failing(sql: string, options: VerifyOptions = {}): Promise<CheckId[]> {
  const dataDir = join(root, `copy-${copies++}`)
  cpSync(sound, dataDir, { recursive: true })
  const database = openDatabase(dataDir)
  database.exec('PRAGMA foreign_keys = OFF; PRAGMA ignore_check_constraints = ON')
  database.exec(sql)
  database.close()
  const results = await verifyLedger(dataDir, options)
  for (const { ok, bad, firstBad } of results)
    expect(firstBad.length).toBe(ok ? 0 : Math.min(bad, 10))
  return results.filter(({ ok }) => !ok).map(({ id }) => id)
}

test('a sound ledger with entries of every kind passes every check', async () => {
  const database = openDatabase(sound, { readOnly: true })
  const kinds = database.prepare('SELECT DISTINCT kind FROM entry').all()
  database.close()
  expect(kinds).toHaveLength(9)
  expect(await failing('')).toEqual([])
})

test.each<[string, CheckId, string]>([
  [
    'a grant of more units than were issued',
    'V1',
    'UPDATE grant SET units = units + 1 WHERE id = 1',
  ],
  ['an entry of no grant', 'V1', "UPDATE entry SET grant_id = 99 WHERE kind = 'withdraw'"],
  ['an account below zero', 'V1', "UPDATE entry SET units = 99 WHERE kind = 'withdraw'"],
  [
    'a balance that was edited',
    'V2',
    'UPDATE balance SET available = available + 1, used = used - 1',
  ],
  ['an expiry that was edited', 'V2', 'UPDATE balance SET expires_at_ms = 4e12 WHERE grant_id = 2'],
  [
    'an entry that was deleted',
    'V2',
    'DELETE FROM entry WHERE id = (SELECT entry_id FROM call WHERE serial = 2)',
  ],
  [
    'an entry before the one before it',
    'V2',
    'UPDATE entry SET at_ms = at_ms - 1 WHERE id = (SELECT max(id) FROM entry)',
  ],
  ['a charge without its call', 'V3', 'DELETE FROM call WHERE serial = 3'],
  [
    'a call that claims a charge it has not',
    'V3',
    "UPDATE call SET entry_id = 1 WHERE result = 'name_malformed'",
  ],
  ['a charge of a call of another account', 'V3', "UPDATE lane SET account_id = 'acc_2'"],
  [
    'a charge under another rule than its call',
    'V3',
    'UPDATE call SET rule_version = 2 WHERE serial = 4',
  ],
  [
    'one call charged twice',
    'V3',
    `INSERT INTO entry (id, kind, grant_id, units, at_ms, serial, rule_version)
    SELECT id + 1, 'burn', 3, 1, at_ms, 2, 1 FROM entry ORDER BY id DESC LIMIT 1`,
  ],
  ['a charge for a refusal', 'V4', "UPDATE call SET result = 'internal' WHERE serial = 5"],
  ['a charge for a free result', 'V4', 'UPDATE call SET billable = 0 WHERE serial = 5'],
  ['a reservation that never ended', 'V5', "DELETE FROM entry WHERE kind = 'settle'"],
  ['a reservation kept after it ended', 'V5', 'INSERT INTO reservation VALUES (2, 1, 0, NULL)'],
  ['an end without a beginning', 'V5', "DELETE FROM entry WHERE kind = 'reserve' AND serial = 11"],
  ['a reversal of nothing', 'V6', "UPDATE entry SET undoes = 999 WHERE kind = 'reverse'"],
  ['a reversal of what is no charge', 'V6', "UPDATE entry SET undoes = 2 WHERE kind = 'reverse'"],
  [
    'a charge undone twice',
    'V6',
    `DROP INDEX entry_undoes; INSERT INTO entry
    SELECT (SELECT max(id) + 1 FROM entry), kind, grant_id, units, at_ms, serial, NULL, undoes, NULL, reason
    FROM entry WHERE kind = 'reverse'`,
  ],
  ['a serial number that was never leased', 'V7', 'UPDATE call SET serial = 1e15 WHERE serial = 6'],
  [
    'a unit taken of the wrong grant',
    'V8',
    'UPDATE entry SET grant_id = 2 WHERE id = (SELECT entry_id FROM call WHERE serial = 7)',
  ],
])('%s is found by %s', async (_, id, sql) => {
  expect(await failing(sql)).toContain(id)
})

test('a charge that the table of its rule version calls free is found', async () => {
  expect(await failing('', { billable: () => false })).toEqual(['V4'])
  expect(await failing('', { billable: () => undefined })).toEqual([])
})

test('the age of an open reservation is judged when the time is told', async () => {
  const reserve = `
    INSERT INTO entry (id, kind, grant_id, units, at_ms, serial)
      SELECT id + 1, 'reserve', 2, 1, at_ms, 900 FROM entry ORDER BY id DESC LIMIT 1;
    UPDATE balance SET available = available - 1, reserved = reserved + 1 WHERE grant_id = 2;
    INSERT INTO reservation SELECT 900, 2, max(at_ms), NULL FROM entry`
  expect(await failing(reserve, { nowMs: clock.nowMs() })).toEqual([])
  expect(await failing(reserve, { nowMs: clock.nowMs() + 600_000 })).toEqual(['V5'])
})

test('of one account alone what is wrong with another is not told', async () => {
  const sql = 'UPDATE balance SET available = available + 1, used = used - 1 WHERE grant_id = 2'
  expect(await failing(sql, { accountId: 'acc_1' })).toEqual(['V2'])
  expect(await failing(sql, { accountId: 'acc_2' })).toEqual([])
  expect(await failing('', { accountId: 'acc_2', nowMs: clock.nowMs() })).toEqual([])
})

test('a ledger is proved beside a server that charges', async () => {
  const dataDir = join(root, 'busy')
  cpSync(sound, dataDir, { recursive: true })
  const meter = await openMeter({ dataDir, clock, onFatal: () => undefined })
  const burns: Promise<unknown>[] = []
  for (let round = 0; round < 5; round++) {
    burns.push(meter.burn(callOf(meter.serials.next(), clock.nowMs())))
    await new Promise((resolve) => setImmediate(resolve))
    expect((await verifyLedger(dataDir)).filter(({ ok }) => !ok)).toEqual([])
  }
  await Promise.all(burns)
  await meter.close()
})
