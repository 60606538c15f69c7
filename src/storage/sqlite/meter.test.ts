import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import {
  callOf,
  grantUnits,
  newDataDir,
  removeDataDir,
  seedStore,
  TestClock,
} from '../../../test/support/ledger-store.ts'
import { Repeats } from '../../billing/repeats.ts'
import { openDatabase } from './database.ts'
import { openMeter } from './meter.ts'
import type { MeterHandle, MeterOptions } from './meter-handle.ts'
import { balanceFrom } from './rows.ts'
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
  const rows = database.prepare('SELECT * FROM balance ORDER BY grant_id').all()
  database.close()
  return rows.map(balanceFrom)
}

async function expectProved(): Promise<void> {
  const wrong = (await verifyLedger(dataDir)).filter(({ ok }) => !ok)
  expect(wrong).toEqual([])
}

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
    INSERT INTO reservation VALUES (7, 1, ${clock.nowMs()}, NULL);
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
