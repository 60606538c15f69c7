import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import {
  asOperator,
  callOf,
  grantUnits,
  newDataDir,
  removeDataDir,
  seedStore,
  TestClock,
} from '../../../test/support/ledger-store.ts'
import { Repeats } from '../../billing/repeats.ts'
import { isFault } from '../../domain/fault.ts'
import { findCall, listGrants } from './admin.ts'
import { openDatabase } from './database.ts'
import { openMeter } from './meter.ts'
import type { MeterHandle, MeterOptions } from './meter-handle.ts'
import { verifyLedger } from './verify.ts'

let dataDir: string
let clock: TestClock
let meter: MeterHandle | undefined
let fatal: Error[]

beforeEach(() => {
  dataDir = newDataDir()
  clock = new TestClock()
  fatal = []
  seedStore(dataDir)
})

afterEach(async () => {
  await meter?.close()
  meter = undefined
  removeDataDir(dataDir)
})

async function open(options: Partial<MeterOptions> = {}): Promise<MeterHandle> {
  meter = await openMeter({ dataDir, clock, onFatal: (error) => fatal.push(error), ...options })
  return meter
}

async function close(): Promise<void> {
  await meter?.close()
  meter = undefined
}

function balances() {
  const database = openDatabase(dataDir, { readOnly: true })
  const holdings = listGrants(database)
  database.close()
  return holdings.map(({ balance }) => balance)
}

async function expectProved(): Promise<void> {
  const wrong = (await verifyLedger(dataDir)).filter(({ ok }) => !ok)
  expect(wrong).toEqual([])
}

test('a burned call is in the store with its charge when the promise resolves', async () => {
  grantUnits(dataDir, 5, clock.nowMs())
  const { serials, burn } = await open().then((m) => ({ serials: m.serials, burn: m.burn.bind(m) }))
  const serial = serials.next()
  const row = callOf(serial, clock.nowMs(), { answer: '一致' })
  expect(await burn(row)).toBeUndefined()
  const database = openDatabase(dataDir, { readOnly: true })
  expect(findCall(database, serial)).toEqual({ ...row, grantId: 1, reversed: false })
  database.close()
  expect(balances()).toMatchObject([{ available: 4, used: 1 }])
  await expectProved()
})

test('64 callers race for the last units and exactly as many as there are get one', async () => {
  for (let round = 0; round < 10; round++) grantUnits(dataDir, round + 1, clock.nowMs())
  const units = 55
  const m = await open()
  let charged = 0
  let refused = 0
  await Promise.all(
    Array.from({ length: 64 }, async () => {
      const fault = await m.burn(callOf(m.serials.next(), clock.nowMs()))
      if (fault === undefined) charged++
      else if (isFault(fault) && fault.fault === 'quota_exhausted') refused++
    }),
  )
  expect({ charged, refused }).toEqual({ charged: units, refused: 64 - units })
  expect(m.availability('acc_1', 'card4', 'live')).toBe('exhausted')
  await expectProved()
})

test('with one unit and two calls in flight the second is refused even if the first is given back', async () => {
  grantUnits(dataDir, 1, clock.nowMs())
  const m = await open()
  const [first, second] = [m.serials.next(), m.serials.next()]
  const held = callOf(first, clock.nowMs())
  expect(await m.reserve(held)).toBeUndefined()
  expect(await m.reserve(callOf(second, clock.nowMs()))).toEqual({ fault: 'quota_exhausted' })
  expect(await m.release({ ...held, result: 'source_busy', billable: false })).toBeUndefined()
  expect(await m.burn(callOf(m.serials.next(), clock.nowMs()))).toBeUndefined()
  await expectProved()
})

test('a reservation that is settled charges its own grant, and free calls are only recorded', async () => {
  grantUnits(dataDir, 2, clock.nowMs())
  const m = await open()
  const held = callOf(m.serials.next(), clock.nowMs())
  await m.reserve(held)
  expect(await m.settle(held)).toBeUndefined()
  const free = callOf(m.serials.next(), clock.nowMs(), {
    result: 'card_malformed',
    billable: false,
  })
  expect(await m.record(free)).toBeUndefined()
  m.note(callOf(m.serials.next(), clock.nowMs(), { result: 'rate_limited', billable: false }))
  await close()
  expect(balances()).toEqual([{ available: 1, reserved: 0, used: 1, expired: 0, withdrawn: 0 }])
  const database = openDatabase(dataDir, { readOnly: true })
  expect(database.prepare('SELECT count(*) AS n FROM call').get()).toMatchObject({ n: 3 })
  database.close()
  await expectProved()
})

test('one row that cannot be stored is refused alone and its batch is kept', async () => {
  grantUnits(dataDir, 10, clock.nowMs())
  const m = await open()
  const good = [m.serials.next(), m.serials.next(), m.serials.next()]
  const faults = await Promise.all([
    m.burn(callOf(good[0]!, clock.nowMs())),
    m.burn(callOf(good[1]!, clock.nowMs(), { repeatKey: 'too short' })),
    m.burn(callOf(good[0]!, clock.nowMs())),
    m.burn(callOf(m.serials.next(), clock.nowMs(), { result: 'source_busy', billable: false })),
    m.settle(callOf(m.serials.next(), clock.nowMs())),
    m.burn(callOf(good[2]!, clock.nowMs())),
  ])
  const internal = { fault: 'internal' }
  expect(faults).toEqual([undefined, internal, internal, internal, internal, undefined])
  expect(balances()).toMatchObject([{ available: 8, used: 2 }])
  expect(fatal).toEqual([])
  await expectProved()
})

test('a grant that an operator adds beside the server is seen without traffic and spent exactly', async () => {
  const m = await open()
  expect(m.availability('acc_1', 'card4', 'live')).toBe('none')
  grantUnits(dataDir, 2, clock.nowMs())
  await vi.waitFor(() => expect(m.availability('acc_1', 'card4', 'live')).toBe('usable'))
  const burn = () => m.burn(callOf(m.serials.next(), clock.nowMs()))
  expect(await burn()).toBeUndefined()
  asOperator(dataDir, (admin) =>
    admin.withdrawGrant({ grantId: 1, units: 1, reason: 'refund' }, clock.nowMs()),
  )
  expect(await burn()).toEqual({ fault: 'quota_exhausted' })
  expect(balances()).toMatchObject([{ available: 0, used: 1, withdrawn: 1 }])
  await expectProved()
})

test('grants end by themselves, and the sweep expires what is left', async () => {
  grantUnits(dataDir, 3, clock.nowMs(), { expiresAtMs: clock.nowMs() + 1_000 })
  const m = await open()
  clock.wait(1_000)
  expect(m.availability('acc_1', 'card4', 'live')).toBe('expired')
  expect(await m.burn(callOf(m.serials.next(), clock.nowMs()))).toEqual({
    fault: 'subscription_expired',
  })
  await vi.waitFor(() => expect(balances()).toMatchObject([{ available: 0, expired: 3 }]), 3_000)
  await expectProved()
})

test('a full store refuses with a fault, keeps nothing of the batch, and recovers by itself', async () => {
  grantUnits(dataDir, 10_000, clock.nowMs())
  const m = await open({ pagesMax: 60 })
  const burn = () => m.burn(callOf(m.serials.next(), clock.nowMs(), { answer: 'x'.repeat(3_000) }))
  let charged = 0
  let fault = await burn()
  while (fault === undefined) {
    charged += 1
    fault = await burn()
  }
  expect(fault).toEqual({ fault: 'store_unavailable' })
  expect(m.health().writable).toBe(false)
  expect(await burn()).toEqual({ fault: 'store_unavailable' })
  expect(balances()).toMatchObject([{ used: charged }])
  clock.wait(1_000)
  await vi.waitFor(() => expect(m.health().writable).toBe(true), 3_000)
  const small = callOf(m.serials.next(), clock.nowMs(), { repeatKey: '', elementToken: '' })
  expect(await m.burn(small)).toBeUndefined()
  expect(fatal).toEqual([])
  await expectProved()
})

test('a store whose balances contradict its entries after an unclean end is refused', async () => {
  grantUnits(dataDir, 10, clock.nowMs())
  const database = openDatabase(dataDir)
  database.exec('UPDATE ledger SET clean = 0; UPDATE balance SET available = 9, used = 1')
  database.close()
  await expect(open()).rejects.toMatchObject({ code: 'corrupt' })
})

test('what a dead server had reserved is given back at the next start, once', async () => {
  grantUnits(dataDir, 2, clock.nowMs())
  const database = openDatabase(dataDir)
  database.exec(`
    INSERT INTO entry (id, kind, grant_id, units, at_ms, serial) VALUES (2, 'reserve', 1, 1, ${clock.nowMs()}, 7);
    INSERT INTO reservation VALUES (7, 1, ${clock.nowMs()});
    UPDATE balance SET available = 1, reserved = 1; UPDATE ledger SET clean = 0, next_serial = 8`)
  database.close()
  await open()
  await close()
  await open()
  expect(balances()).toMatchObject([{ available: 2, reserved: 0 }])
  await expectProved()
})

test('charged replies that were not handed over are known after a restart, and no others', async () => {
  grantUnits(dataDir, 10, clock.nowMs())
  const m = await open()
  const serials = [m.serials.next(), m.serials.next(), m.serials.next(), m.serials.next()]
  for (const serial of serials) await m.burn(callOf(serial, clock.nowMs()))
  m.delivered(serials[0]!, true)
  m.delivered(serials[1]!, false)
  m.delivered(serials[3]!, true)
  await close()
  const again = await open()
  const recent = [...again.recentAnswers(clock.nowMs() - 1_000)]
  expect(recent.map(({ undelivered }) => undelivered)).toEqual([false, true, true, false])
  const repeats = new Repeats(again, recent)
  const lost = callOf(serials[1]!, clock.nowMs())
  expect(repeats.lost(lost.elementToken, clock.nowMs())).toMatchObject({ answer: lost.answer })
  expect(repeats.open(lost.repeatKey, clock.nowMs())).toMatchObject({ serial: lost.serial })
  repeats.delivered(lost, true)
  await close()
  const third = await open()
  const left = [...third.recentAnswers(0)].filter(({ undelivered }) => undelivered)
  expect(left.map(({ serial }) => serial)).toEqual([serials[2]])
})

test('repeats are forgotten when they are old enough, and their calls are kept', async () => {
  grantUnits(dataDir, 10_000, clock.nowMs())
  const m = await open()
  const rows = Array.from({ length: 3_000 }, () => callOf(m.serials.next(), clock.nowMs()))
  await Promise.all(rows.map((row) => m.burn(row)))
  clock.wait(700_000)
  const young = callOf(m.serials.next(), clock.nowMs())
  await m.burn(young)
  clock.wait(60_000)
  await vi.waitFor(
    () => expect([...m.recentAnswers(0)].map(({ serial }) => serial)).toEqual([young.serial]),
    3_000,
  )
  expect(m.answerOf(rows[0]!.serial)).toBeUndefined()
  await expectProved()
})

test('serial numbers never come again, whatever became of the block before', async () => {
  const seen = new Set<number>()
  let given = 0
  for (let start = 0; start < 4; start++) {
    const m = await open({ serialBlock: 16 })
    for (let i = 0; i < 5 + 7 * start; i++, given++) {
      seen.add(m.serials.next())
      if (i % 8 === 7) await m.record(callOf(m.serials.next(), 0, { billable: false }))
    }
    await close()
  }
  expect(seen.size).toBe(given)
})

test('a second server on the same data directory is refused, and may come after the first', async () => {
  const m = await open()
  await expect(openMeter({ dataDir, clock, onFatal: () => undefined })).rejects.toMatchObject({
    code: 'in_use',
  })
  await m.close()
  await open()
})

test('a store of a newer version is refused with its code', async () => {
  const database = openDatabase(dataDir)
  database.exec('PRAGMA user_version = 999')
  database.close()
  await expect(open()).rejects.toMatchObject({ code: 'newer_version' })
})

test('closing waits for everything that was asked for', async () => {
  grantUnits(dataDir, 1_000, clock.nowMs())
  const m = await open()
  const burns = Array.from({ length: 700 }, () => m.burn(callOf(m.serials.next(), clock.nowMs())))
  await close()
  expect((await Promise.all(burns)).filter((fault) => fault !== undefined)).toEqual([])
  expect(balances()).toMatchObject([{ used: 700 }])
  await expectProved()
})

test('on a broken invariant the process is told to stop before anybody is, and nobody gets a reply', async () => {
  grantUnits(dataDir, 10, clock.nowMs())
  const m = await open()
  const database = openDatabase(dataDir)
  database.exec('UPDATE balance SET used = 3; UPDATE ledger SET changes = changes + 1')
  database.close()
  const told: string[] = []
  const burn = m.burn(callOf(m.serials.next(), clock.nowMs()))
  await burn.catch((error: Error) => told.push(`${fatal.length} ${error.name}`))
  expect(told).toEqual(['1 CommitUnknown'])
  expect(fatal[0]?.message).toMatch(/InvariantBroken: grant 1 does not balance/)
  expect(m.health().writable).toBe(false)
  const later = await m.burn(callOf(m.serials.next(), clock.nowMs()))
  expect(later).toEqual({ fault: 'store_unavailable' })
})
