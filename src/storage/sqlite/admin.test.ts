import { afterEach, beforeEach, expect, test } from 'vitest'
import {
  asOperator,
  callOf,
  grantUnits,
  newDataDir,
  removeDataDir,
  seedStore,
  TestClock,
} from '../../../test/support/ledger-store.ts'
import { findCall, listGrants } from './admin.ts'
import { openDatabase } from './database.ts'
import { openMeter } from './meter.ts'
import { verifyLedger } from './verify.ts'

let dataDir: string
const clock = new TestClock()

beforeEach(() => {
  dataDir = newDataDir()
  seedStore(dataDir)
})
afterEach(() => removeDataDir(dataDir))

/** Stores some charged calls, one every second. */
async function charge(calls: number): Promise<number[]> {
  const meter = await openMeter({ dataDir, clock, onFatal: () => undefined, serialBlock: 64 })
  const serials: number[] = []
  for (let i = 0; i < calls; i++) {
    const serial = meter.serials.next()
    await meter.burn(callOf(serial, clock.nowMs()))
    serials.push(serial)
    clock.wait(1_000)
  }
  await meter.close()
  return serials
}

test('a charge is undone once, and a call that was not charged never', async () => {
  grantUnits(dataDir, 5, clock.nowMs())
  const [serial] = await charge(2)
  const undo = (which: number) =>
    asOperator(dataDir, (admin) =>
      admin.reverseCharge({ serial: which, reason: 'goodwill' }, clock.nowMs()),
    )
  expect(undo(serial!)).toMatchObject({ kind: 'reverse', units: 1, serial })
  expect(undo(serial!)).toBe('already_undone')
  expect(undo(99_999)).toBe('not_charged')
  const database = openDatabase(dataDir, { readOnly: true })
  expect(findCall(database, serial!)).toMatchObject({ serial, reversed: true, grantId: 1 })
  expect(listGrants(database, 'acc_1')[0]?.balance).toMatchObject({ available: 4, used: 1 })
  expect(listGrants(database, 'acc_2')).toEqual([])
  database.close()
  expect((await verifyLedger(dataDir)).every(({ ok }) => ok)).toBe(true)
})

test('an impossible wish changes nothing and says why', async () => {
  const nowMs = clock.nowMs()
  const { id: grantId } = grantUnits(dataDir, 5, nowMs)
  const refusals = asOperator(dataDir, (admin) => [
    admin.withdrawGrant({ grantId, units: 6, reason: '' }, nowMs),
    admin.withdrawGrant({ grantId, units: 0.5, reason: '' }, nowMs),
    admin.withdrawGrant({ grantId: 77, units: 1, reason: '' }, nowMs),
    admin.extendGrant({ grantId, expiresAtMs: nowMs, reason: '' }, nowMs),
  ])
  expect(refusals).toEqual(['units_short', 'units_invalid', 'grant_unknown', 'expiry_invalid'])
  expect((await verifyLedger(dataDir)).every(({ ok }) => ok)).toBe(true)
})

test('a grant to an account that does not exist is refused by the store and leaves nothing', () => {
  expect(() => grantUnits(dataDir, 5, clock.nowMs(), { accountId: 'acc_9' })).toThrow(/FOREIGN KEY/)
  const database = openDatabase(dataDir, { readOnly: true })
  expect(listGrants(database)).toEqual([])
  database.close()
})
