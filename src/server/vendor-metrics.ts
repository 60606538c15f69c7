/** The part of `/metrics` about vendors: what they were asked, how they are, and what is owed to them. */
import { LATENCY_BOUNDS_US } from '../observe/events.ts'
import type { RouteCounts, VendorEvents } from '../observe/vendor-events.ts'
import type { RouteHealth } from './live-route.ts'

/** A metric as far as it is filled here. */
export interface Metric {
  reset(): void
  inc(labels: Readonly<Record<string, string>>, n: number): void
}

/** Makes a metric by name, help and names of labels. */
export type MakeMetric = (name: string, help: string, labels: string[]) => Metric

export type VendorReadings = ReturnType<VendorEvents['counters']> & {
  readonly health: readonly RouteHealth[]
}

const US_A_SECOND = 1_000_000
const MS_A_SECOND = 1_000
const CENTIFEN_A_YUAN = 10_000
const STATES = ['closed', 'open', 'half_open'] as const

/** Makes the metrics of vendors; the function that is returned fills them. */
export function vendorMetrics(
  counter: MakeMetric,
  gauge: MakeMetric,
): (readings: VendorReadings, nowMs: number) => void {
  const fills = [
    countsOf(counter),
    latencyOf(counter),
    healthOf(gauge),
    guardOf(counter),
    unknownsOf(gauge),
    comparisonsOf(counter),
  ]
  return (readings, nowMs) => {
    for (const fill of fills) fill(readings, nowMs)
  }
}

type Fill = (readings: VendorReadings, nowMs: number) => void

function countsOf(counter: MakeMetric): Fill {
  const asked = ['route', 'charge', 'outcome']
  const attempts = counter('kayan_vendor_attempts_total', 'Attempts on vendors.', asked)
  const late = counter('kayan_vendor_late_total', 'Replies after the answer.', ['route', 'charge'])
  const shared = counter('kayan_vendor_shared_total', 'Calls answered by an equal one.', [])
  return (readings) => {
    for (const metric of [attempts, late, shared]) metric.reset()
    for (const [route, counts] of readings.routes) {
      for (const [name, n] of counts.attempts) {
        const [charge = '', outcome = ''] = name.split(' ')
        attempts.inc({ route, charge, outcome }, n)
      }
      for (const [charge, n] of counts.late) late.inc({ route, charge }, n)
    }
    shared.inc({}, readings.shared)
  }
}

function latencyOf(counter: MakeMetric): Fill {
  const of = ['route']
  const buckets = counter('kayan_vendor_seconds_bucket', 'Attempts within le.', [...of, 'le'])
  const sum = counter('kayan_vendor_seconds_sum', 'Total time of attempts.', of)
  const count = counter('kayan_vendor_seconds_count', 'Attempts.', of)
  const fill = (route: string, { latency }: RouteCounts) => {
    let within = 0
    for (const [i, bound] of LATENCY_BOUNDS_US.entries()) {
      within += latency.counts[i]!
      buckets.inc({ route, le: String(bound / US_A_SECOND) }, within)
    }
    buckets.inc({ route, le: '+Inf' }, latency.count)
    sum.inc({ route }, latency.sumUs / US_A_SECOND)
    count.inc({ route }, latency.count)
  }
  return ({ routes }) => {
    for (const metric of [buckets, sum, count]) metric.reset()
    for (const [route, counts] of routes) fill(route, counts)
  }
}

function healthOf(gauge: MakeMetric): Fill {
  const states = gauge('kayan_vendor_state', '1 for the state a route is in.', ['route', 'state'])
  const out = gauge('kayan_vendor_out_seconds', 'How long a route is out.', ['route'])
  const inFlight = gauge('kayan_vendor_in_flight', 'Attempts under way.', ['route'])
  const waiting = gauge('kayan_vendor_waiting', 'Calls that wait for room.', ['route'])
  return ({ health, routes }, nowMs) => {
    for (const metric of [states, out, inFlight, waiting]) metric.reset()
    for (const { route, ...now } of health) {
      for (const state of STATES) states.inc({ route, state }, Number(now.state === state))
      const sinceMs = routes.get(route)?.outSinceMs ?? nowMs
      out.inc({ route }, (nowMs - sinceMs) / MS_A_SECOND)
      inFlight.inc({ route }, now.inFlight)
      waiting.inc({ route }, now.waiting)
    }
  }
}

function guardOf(counter: MakeMetric): Fill {
  const guarded = counter('kayan_guard_refusals_total', 'Calls of whom nobody was asked.', [
    'counter',
  ])
  const alarms = counter('kayan_alarms_total', 'Alarms raised.', ['alarm'])
  return (readings) => {
    guarded.reset()
    alarms.reset()
    for (const [by, n] of readings.guarded) guarded.inc({ counter: by }, n)
    for (const [alarm, n] of readings.alarms) alarms.inc({ alarm }, n)
  }
}

function comparisonsOf(counter: MakeMetric): Fill {
  const labels = ['route', 'second', 'result']
  const compared = counter('kayan_shadow_comparisons_total', 'Verdicts compared.', labels)
  return (readings) => {
    compared.reset()
    for (const [name, n] of readings.compared) {
      const [route = '', second = '', result = ''] = name.split(' ')
      compared.inc({ route, second, result }, n)
    }
  }
}

function unknownsOf(gauge: MakeMetric): Fill {
  const of = ['route']
  const open = gauge('kayan_vendor_unknowns', 'Attempts that may have to be paid.', [])
  const cost = gauge('kayan_vendor_unknowns_yuan', 'What they cost should they be paid.', [])
  const unexplained = gauge('kayan_vendor_unexplained', 'Billed calls at odds with ours.', of)
  const age = gauge('kayan_vendor_unknowns_age_seconds', 'Age of the oldest of them.', [])
  return ({ unknowns, bills }, nowMs) => {
    for (const metric of [open, cost, age, unexplained]) metric.reset()
    for (const bill of bills) unexplained.inc({ route: bill.route }, bill.unexplained)
    open.inc({}, unknowns.count)
    cost.inc({}, unknowns.costCentifen / CENTIFEN_A_YUAN)
    age.inc({}, (nowMs - (unknowns.oldestAtMs ?? nowMs)) / MS_A_SECOND)
  }
}
