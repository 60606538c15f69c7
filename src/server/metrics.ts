/**
 * `/metrics` in the Prometheus text format. Counting happens in plain numbers on the hot path
 * (`observe/events.ts`); the library is loaded and fed when somebody scrapes. Labels are names of
 * tables and APIs: no account, no key, no element.
 */
import type { Clock } from '../domain/clock.ts'
import { type Counts, type Events, LATENCY_BOUNDS_US } from '../observe/events.ts'
import { type VendorReadings, vendorMetrics } from './vendor-metrics.ts'

/** Numbers of the store that an operator watches. */
export interface StoreCounters {
  readonly commits: number
  readonly commands: number
  readonly refusals: number
  readonly notesDropped: number
  readonly queued: number
  readonly queueAgeUs: number
}

/** What is shown; asked at each scrape. */
export interface MetricSources {
  readonly events: Events
  readonly store: () => StoreCounters
  readonly vendors: () => VendorReadings
  readonly clock: Clock
}

const SECOND_US = 1_000_000

/** A function that gives the exposition text; the library is loaded at its first call. */
export function createMetrics(sources: MetricSources): () => Promise<string> {
  let collector: Promise<() => Promise<string>> | undefined
  return async () => {
    collector ??= createCollector(sources)
    return (await collector)()
  }
}

async function createCollector(sources: MetricSources): Promise<() => Promise<string>> {
  const { events, store, vendors, clock } = sources
  const { Counter, Gauge, Registry, collectDefaultMetrics } = await import('@prometheus-io/client')
  const registry = new Registry()
  const registers = [registry]
  collectDefaultMetrics({ register: registry })
  const counter = (name: string, help: string, labelNames: string[] = []) =>
    new Counter({ name, help, labelNames, registers })

  const answers = counter('kayan_answers_total', 'Answered calls.', ['api', 'result'])
  const refusals = counter('kayan_refusals_total', 'Refused requests.', ['api', 'result'])
  const replays = counter('kayan_replays_total', 'Stored answers given again.')
  const commits = counter('kayan_commits_total', 'Durable commits.')
  const commands = counter('kayan_commands_total', 'Movements and calls made durable.')
  const refused = counter('kayan_commit_refusals_total', 'Commits the store had no room for.')
  const dropped = counter('kayan_notes_dropped_total', 'Refusals not kept in the call log.')
  const buckets = counter('kayan_latency_seconds_bucket', 'Calls answered within le.', ['le'])
  const latencySum = counter('kayan_latency_seconds_sum', 'Total time of answered calls.')
  const latencyCount = counter('kayan_latency_seconds_count', 'Answered calls.')
  const gauge = (name: string, help: string, labelNames: string[] = []) =>
    new Gauge({ name, help, labelNames, registers })
  const queued = gauge('kayan_queued_commands', 'Commands not durable yet.')
  const queueAge = gauge('kayan_queue_age_seconds', 'Age of the oldest of them.')
  const fillVendors = vendorMetrics(counter, gauge)
  const ours = [
    answers,
    refusals,
    replays,
    commits,
    commands,
    refused,
    dropped,
    buckets,
    latencySum,
    latencyCount,
  ]

  return () => {
    const now = events.counters()
    const stored = store()
    for (const metric of ours) metric.reset()
    fill(answers, now.answers)
    fill(refusals, now.refusals)
    replays.inc(now.replays)
    commits.inc(stored.commits)
    commands.inc(stored.commands)
    refused.inc(stored.refusals)
    dropped.inc(stored.notesDropped)
    queued.set(stored.queued)
    queueAge.set(stored.queueAgeUs / SECOND_US)
    let within = 0
    for (const [i, bound] of LATENCY_BOUNDS_US.entries()) {
      within += now.latency.counts[i]!
      buckets.inc({ le: String(bound / SECOND_US) }, within)
    }
    buckets.inc({ le: '+Inf' }, now.latency.count)
    latencySum.inc(now.latency.sumUs / SECOND_US)
    latencyCount.inc(now.latency.count)
    fillVendors(vendors(), clock.nowMs())
    return registry.metrics()
  }
}

function fill(
  counter: { inc(labels: { api: string; result: string }, n: number): void },
  counts: Counts,
): void {
  for (const [api, results] of counts) {
    for (const [result, n] of results) counter.inc({ api, result }, n)
  }
}
