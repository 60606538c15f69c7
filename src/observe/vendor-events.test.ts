/** Alarms about vendors: which are raised, how often they are said, and that each is in the docs. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { ALARMS } from './alarms.ts'
import type { Log } from './log.ts'
import { VendorEvents } from './vendor-events.ts'

const HOUR_MS = 3_600_000
const DAY_MS = 24 * HOUR_MS

/** Events on a clock that a test moves, with what they say to the log. */
function arrange() {
  const time = { nowMs: 1_000 * DAY_MS }
  const said: Record<string, unknown>[] = []
  const say = (facts: Record<string, unknown>) => void said.push(facts)
  const log = { info: () => {}, warn: say, error: say } as unknown as Log
  const vendors = new VendorEvents(log, { nowMs: () => time.nowMs, monotonicUs: () => 0 })
  const alarms = () => said.map(({ alarm }) => alarm)
  return { time, vendors, said, alarms }
}

test('a route that is taken out is said once, and how long it is out is known', () => {
  const { time, vendors, said } = arrange()
  vendors.turned('first', 'open')
  vendors.turned('first', 'open')
  vendors.turned('first', 'half_open')
  vendors.turned('first', 'open')
  expect(said).toEqual([{ alarm: 'vendor_ejected', route: 'first' }])
  expect(vendors.counters().routes.get('first')?.outSinceMs).toBe(time.nowMs)
  vendors.turned('first', 'closed')
  expect(vendors.counters().routes.get('first')?.outSinceMs).toBeUndefined()
})

test('the same alarm about the same thing is said once an hour, and counted each time', () => {
  const { time, vendors, alarms } = arrange()
  for (let n = 0; n < 5; n++) vendors.codeUnlisted('first', '77')
  vendors.codeUnlisted('first', '78')
  vendors.barred('first', 'arrears', '5005')
  expect(alarms()).toEqual(['vendor_code_unlisted', 'vendor_code_unlisted', 'vendor_barred'])
  time.nowMs += HOUR_MS
  vendors.codeUnlisted('first', '77')
  expect(alarms()).toHaveLength(4)
  expect(vendors.counters().alarms.get('vendor_code_unlisted')).toBe(7)
})

test('an unknown is an alarm when it is older than a day', () => {
  const { time, vendors, said } = arrange()
  const unknowns = { count: 3, costCentifen: 7_500, oldestAtMs: time.nowMs }
  time.nowMs += DAY_MS - 1
  vendors.unknowns(unknowns)
  expect(said).toEqual([])
  time.nowMs += 1
  vendors.unknowns(unknowns)
  expect(said).toEqual([
    { alarm: 'vendor_unknown_old', count: 3, costCentifen: 7_500, oldestHours: 24 },
  ])
})

test('a certificate is spoken of thirty days, a week and a day before its end', () => {
  const { time, vendors, said } = arrange()
  const endsAtMs = time.nowMs + 40 * DAY_MS
  const days: number[] = []
  for (; time.nowMs < endsAtMs; time.nowMs += DAY_MS) {
    const before = said.length
    vendors.certificateEnds('first', endsAtMs)
    if (said.length > before) days.push((endsAtMs - time.nowMs) / DAY_MS)
  }
  expect(days.filter((left) => [30, 7, 1].includes(left))).toEqual([30, 7, 1])
  expect(Math.max(...days)).toBe(30)
})

test.each(['operating.md', 'operating.zh-CN.md'])('every alarm is explained in %s', (file) => {
  const docs = readFileSync(join(import.meta.dirname, '../../docs', file), 'utf8')
  for (const alarm of Object.keys(ALARMS)) expect(docs).toContain(`\`${alarm}\``)
})
