/**
 * One function a business event: each feeds the counters and, where an operator should read it, the
 * log. Nothing here can hold an element: the parameters are names of tables, ids and numbers.
 */
import type { FaultName } from '../domain/fault.ts'
import type { Outcome } from '../domain/outcome.ts'
import type { Log } from './log.ts'

/** Counts by `api` and result; read by `/metrics`. */
export type Counts = ReadonlyMap<string, ReadonlyMap<string, number>>

/** Upper bounds of the latency histogram, in microseconds. */
export const LATENCY_BOUNDS_US: readonly number[] = [
  500, 1_000, 2_000, 5_000, 10_000, 20_000, 50_000, 100_000, 500_000, 1_000_000, 5_000_000,
]

export class Events {
  readonly #log: Log
  readonly #answers = new Map<string, Map<string, number>>()
  readonly #refusals = new Map<string, Map<string, number>>()
  readonly #latencyCounts: number[] = LATENCY_BOUNDS_US.map(() => 0)
  readonly #jobFailures = new Map<string, number>()
  #latencySumUs = 0
  #latencyCount = 0
  #replays = 0

  constructor(log: Log) {
    this.#log = log
  }

  /** How often each job has failed since this node started. */
  get jobFailures(): ReadonlyMap<string, number> {
    return this.#jobFailures
  }

  /** A verdict was counted and its answer is about to leave. */
  answered(api: string, outcome: Outcome, latencyUs: number): void {
    increment(this.#answers, api, outcome)
    this.#latencySumUs += latencyUs
    this.#latencyCount++
    const bucket = LATENCY_BOUNDS_US.findIndex((bound) => latencyUs <= bound)
    if (bucket >= 0) this.#latencyCounts[bucket]!++
  }

  /** A request was refused; `scope` is the api, or the protocol where no call could be read. */
  refused(scope: string, fault: FaultName): void {
    increment(this.#refusals, scope, fault)
  }

  /** A stored answer was given again. */
  replayed(api: string): void {
    this.#replays++
    increment(this.#answers, api, 'replayed')
  }

  /** An action that asks no source was answered. */
  served(api: string): void {
    increment(this.#answers, api, 'served')
  }

  /** A route names a vendor that this version cannot call; nobody is sent there. */
  vendorUnknown(route: string, vendor: string): void {
    this.#log.error({ route, vendor }, 'vendor unknown')
  }

  /** A source or our own code threw: a bug or broken machinery, the call's own words stay out. */
  failed(api: string, requestId: string, error: unknown): void {
    this.#log.error({ api, requestId, error: describe(error) }, 'call failed')
  }

  /** The store could not say whether a commit happened; the process must stop. */
  commitUnknown(error: unknown): void {
    this.#log.fatal({ error: describe(error) }, 'commit outcome unknown, stopping')
  }

  /** The listener is up. */
  ready(url: string): void {
    this.#log.info({ url }, 'ready')
  }

  /** A signal asked the process to stop. */
  draining(signal: string): void {
    this.#log.info({ signal }, 'draining')
  }

  /** Everything is flushed and closed. */
  stopped(): void {
    this.#log.info('stopped')
  }

  /** Something the service does by itself did not succeed; it is tried again in its time. */
  jobFailed(job: string, error: unknown): void {
    this.#jobFailures.set(job, (this.#jobFailures.get(job) ?? 0) + 1)
    this.#log.error({ job, error: describe(error) }, 'job failed')
  }

  /** New keys or records cannot be read; the service goes on with what it has. */
  refreshFailed(error: unknown): void {
    this.#log.error({ error: describe(error) }, 'refresh failed')
  }

  /** The ledger could not be sealed; the next turn seals what this one left. */
  sealFailed(error: unknown): void {
    this.#log.error({ error: describe(error) }, 'seal failed')
  }

  /** Rate limits are counted over all nodes, or by this node's share of them while it cannot. */
  rateLimits(shared: boolean): void {
    if (shared) this.#log.info('rate limits are shared')
    else this.#log.warn('rate limits are not shared: this node keeps to its own share')
  }

  /** What `/metrics` shows. */
  counters(): {
    readonly answers: Counts
    readonly refusals: Counts
    readonly replays: number
    readonly latency: {
      readonly counts: readonly number[]
      readonly sumUs: number
      readonly count: number
    }
  } {
    return {
      answers: this.#answers,
      refusals: this.#refusals,
      replays: this.#replays,
      latency: {
        counts: this.#latencyCounts,
        sumUs: this.#latencySumUs,
        count: this.#latencyCount,
      },
    }
  }
}

function increment(counts: Map<string, Map<string, number>>, scope: string, result: string): void {
  let row = counts.get(scope)
  if (row === undefined) {
    row = new Map()
    counts.set(scope, row)
  }
  row.set(result, (row.get(result) ?? 0) + 1)
}

/** Class, code and place of an error, never its message: a message may quote what a caller sent. */
function describe(error: unknown): string {
  if (!(error instanceof Error)) return typeof error
  const code = 'code' in error ? ` ${String(error.code)}` : ''
  const frames = (error.stack ?? '').split('\n').filter((line) => /^\s+at /.test(line))
  return `${error.name}${code}${frames.slice(0, 4).join('')}`
}
