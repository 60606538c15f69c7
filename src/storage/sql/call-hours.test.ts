import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  type LaneRow,
  type StoredCall,
  storeCall,
  storeLane,
  storeReversal,
} from '../../../test/support/call-rows.ts'
import { SQL_ENGINES } from '../../../test/support/sql-engines.ts'
import { type CallCount, LATENCY_BOUNDS_US } from '../../billing/call-series.ts'
import { beijingDay, dayStartMs } from '../../domain/beijing.ts'
import { type CountFilter, SqlCallHours } from './call-hours.ts'
import { SqlCalls } from './calls.ts'

const HOUR_MS = 3_600_000
const START_MS = Date.parse('2027-01-15T22:00:00+08:00')
/** Between two calls: some share an hour, and some days have none. */
const STEPS_MS = [1, 900_000, 2 * HOUR_MS, 40 * HOUR_MS]
const RESULTS = ['match', 'mismatch', 'source_unknown', 'signature_mismatch']
const LANES: readonly LaneRow[] = [
  { id: 1, accountId: 'acc_1', keyId: 'key_1', api: 'tencent.A', mode: 'live', source: 'registry' },
  { id: 2, accountId: 'acc_1', keyId: 'key_2', api: 'aliyun.B', mode: 'test', source: 'sandbox' },
  { id: 3, accountId: 'acc_2', keyId: 'key_3', api: 'tencent.A', mode: 'live', source: '' },
]

const steps = fc.array(
  fc.record({
    lane: fc.constantFrom(...LANES),
    afterMs: fc.constantFrom(...STEPS_MS),
    gap: fc.constantFrom(1, 2, 7_000),
    result: fc.constantFrom(...RESULTS),
    latencyUs: fc.integer({ min: 1, max: 200_000_000 }),
    is: fc.constantFrom('free', 'charged', 'reversed'),
    /** Whether what has come so far is counted before the next. */
    rolls: fc.boolean(),
  }),
  { minLength: 1, maxLength: 25 },
)

describe.each([...SQL_ENGINES])('%s', (_name, opening) => {
  test('whatever has been counted, an account has the calls of its log', async () => {
    const engine = await opening()
    for (const lane of LANES) await storeLane(engine, lane)
    const [hours, log] = [new SqlCallHours(engine), new SqlCalls(engine)]
    let [serial, atMs] = [0, START_MS]
    await fc.assert(
      fc.asyncProperty(steps, async (made) => {
        for (const { afterMs, gap, is, rolls, ...rest } of made) {
          atMs += afterMs
          serial += gap
          const call: StoredCall = {
            ...rest,
            serial,
            atMs,
            ...(is !== 'free' && { entryId: 2 * serial }),
          }
          await storeCall(engine, call)
          if (is === 'reversed') await storeReversal(engine, 2 * serial + 1, call)
          if (rolls) await rollAll(hours, engine.name === 'postgres' ? atMs + 1 : serial)
        }
        const sinceMs = dayStartMs(beijingDay(atMs) - 3)
        for (const named of [
          {},
          { accountId: 'acc_1' },
          { accountId: 'acc_1', mode: 'test' },
        ] as const) {
          const filter = { ...named, sinceMs, step: 'day' } as const
          expect(byDay(await hours.counts(filter))).toEqual(await byDayOfLog(log, filter))
          expect(byDay(await hours.counts({ ...filter, step: 'hour' }))).toEqual(
            await byDayOfLog(log, filter),
          )
        }
      }),
      { numRuns: 12 },
    )
  }, 60_000)

  test('a call is counted once, whoever counts at the same time', async () => {
    const engine = await opening()
    await storeLane(engine, LANES[0]!)
    const made = { lane: LANES[0]!, result: 'match', latencyUs: 900 }
    for (let serial = 1; serial <= 9; serial++) {
      await storeCall(engine, { ...made, serial, atMs: START_MS + serial })
    }
    const until = engine.name === 'postgres' ? START_MS + 10 : 9
    const rollers = [new SqlCallHours(engine), new SqlCallHours(engine)]
    await Promise.all(rollers.map((roller) => rollAll(roller, until)))
    const rows = await engine.queries.selectFrom('call_hour').selectAll().execute()
    expect(rows).toMatchObject([{ calls: 9, charged: 0, bucket: LATENCY_BOUNDS_US.indexOf(1_000) }])
  })

  test('what has not certainly ended is not counted among the hours, and not forgotten', async () => {
    const engine = await opening()
    await storeLane(engine, LANES[0]!)
    const made = { lane: LANES[0]!, result: 'match', latencyUs: 900 }
    await storeCall(engine, { ...made, serial: 5, atMs: START_MS })
    const hours = new SqlCallHours(engine)
    const frontier = await hours.frontier(START_MS + 1)
    await storeCall(engine, { ...made, serial: 6, atMs: START_MS + 1 })
    await rollAll(hours, frontier)
    // A slow call that had begun before the last of them ends now.
    await storeCall(engine, { ...made, serial: 7, atMs: START_MS + 2 })
    const { calls } = await engine.queries
      .selectFrom('call_hour')
      .select('calls')
      .executeTakeFirstOrThrow()
    expect(calls).toBe(1)
    const counts = await hours.counts({ sinceMs: START_MS, step: 'hour' })
    expect(counts).toMatchObject([{ calls: 3 }])
  })
})

async function rollAll(hours: SqlCallHours, until: number): Promise<void> {
  while (await hours.roll(until)) {
    // Part by part.
  }
}

function byDay(counts: readonly CallCount[]) {
  return sums(counts.map((count) => ({ ...count, day: beijingDay(count.atMs) })))
}

async function byDayOfLog(log: SqlCalls, { step: _, ...filter }: CountFilter) {
  return sums(await log.totals(filter))
}

/** Calls and charges by what both ways of counting tell apart. */
function sums(
  counts: readonly { day: number; api: string; result: string; calls: number; charged: number }[],
): Record<string, readonly [number, number]> {
  const found: Record<string, readonly [number, number]> = {}
  for (const { day, api, result, calls, charged } of counts) {
    const [before, paid] = found[`${day} ${api} ${result}`] ?? [0, 0]
    found[`${day} ${api} ${result}`] = [before + calls, paid + charged]
  }
  return found
}
