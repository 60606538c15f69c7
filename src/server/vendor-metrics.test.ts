/** The page of metrics about vendors: what it says, and that each series is in the docs. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { Events } from '../observe/events.ts'
import { createLog } from '../observe/log.ts'
import { VendorEvents } from '../observe/vendor-events.ts'
import { createMetrics } from './metrics.ts'

const NOW_MS = 1_000_000_000
const clock = { nowMs: () => NOW_MS, monotonicUs: () => 0 }
const STORE = { commits: 0, commands: 0, refusals: 0, notesDropped: 0, queued: 0, queueAgeUs: 0 }

/** A page after something of everything has happened. */
function busyPage(): Promise<string> {
  const log = createLog('silent')
  const vendors = new VendorEvents(log, clock)
  vendors.attempted('first', 'paid', 'match', 40)
  vendors.attempted('first', 'unknown', 'source_unknown', 6_000)
  vendors.late('first', 'paid')
  vendors.turned('first', 'open')
  vendors.shared()
  vendors.guarded('card')
  vendors.unknowns({ count: 2, costCentifen: 5_000, oldestAtMs: NOW_MS - 60_000 })
  vendors.bills([{ route: 'first', evidence: 'november.csv', unexplained: 3 }])
  const health = [{ route: 'first', state: 'open', medianMs: 40, inFlight: 5, waiting: 2 }] as const
  return createMetrics({
    events: new Events(log),
    clock,
    store: () => STORE,
    vendors: () => ({ ...vendors.counters(), health }),
  })()
}

test('what happened on a route is on the page, by route and by names of tables alone', async () => {
  const page = await busyPage()
  for (const line of [
    'kayan_vendor_attempts_total{route="first",charge="paid",outcome="match"} 1',
    'kayan_vendor_attempts_total{route="first",charge="unknown",outcome="source_unknown"} 1',
    'kayan_vendor_seconds_bucket{route="first",le="0.05"} 1',
    'kayan_vendor_seconds_bucket{route="first",le="+Inf"} 2',
    'kayan_vendor_late_total{route="first",charge="paid"} 1',
    'kayan_vendor_state{route="first",state="open"} 1',
    'kayan_vendor_state{route="first",state="closed"} 0',
    'kayan_vendor_in_flight{route="first"} 5',
    'kayan_vendor_waiting{route="first"} 2',
    'kayan_vendor_shared_total 1',
    'kayan_guard_refusals_total{counter="card"} 1',
    'kayan_vendor_unknowns 2',
    'kayan_vendor_unknowns_yuan 0.5',
    'kayan_vendor_unknowns_age_seconds 60',
    'kayan_vendor_unexplained{route="first"} 3',
    'kayan_alarms_total{alarm="vendor_ejected"} 1',
  ]) {
    expect(page.split('\n')).toContain(line)
  }
})

test.each(['operating.md', 'operating.zh-CN.md'])(
  'every series is explained in %s',
  async (file) => {
    const docs = readFileSync(join(import.meta.dirname, '../../docs', file), 'utf8')
    const names = [...(await busyPage()).matchAll(/^# TYPE (kayan_\w+)/gm)].map(([, name]) => name!)
    const series = new Set(names.map((name) => name.replace(/_(?:bucket|sum|count)$/, '')))
    expect([...series].filter((name) => !docs.includes(`\`${name}\``))).toEqual([])
  },
)
