/** How calls went over time: what is counted of them, and the figures that are read from the counts. */
import { isOutcome, OUTCOMES } from '../domain/outcome.ts'
import type { LoggedCall } from './call-log.ts'

/** Steps by which calls are counted; both begin with the Beijing calendar's. */
export type SeriesStep = 'hour' | 'day'

/** Calls of one step that are alike. */
export interface CallCount {
  /** First moment of the step. */
  readonly atMs: number
  readonly api: string
  readonly result: LoggedCall['result']
  /** Their latencies lie between the bound of this number and the one before it. */
  readonly bucket: number
  readonly calls: number
  /** Of them charged, and not given back. */
  readonly charged: number
}

/** One step of a series. */
export interface SeriesPoint {
  readonly atMs: number
  readonly calls: number
  readonly charged: number
  /** Refusals, and calls to which no source gave a verdict. */
  readonly errors: number
  /** At most so long took half of the calls, and 99 of 100; absent where there was none. */
  readonly p50Us?: number
  readonly p99Us?: number
}

/** Ten bounds a decade, as people would write them: no latency is told worse than by a third. */
const MANTISSAS = [1, 1.2, 1.5, 2, 2.5, 3, 4, 5, 6, 8]
const DECADES_US = [100, 1_000, 10_000, 100_000, 1_000_000, 10_000_000]

/** Upper bounds of the latencies that are counted together; what lies above the last has its own. */
export const LATENCY_BOUNDS_US: readonly number[] = DECADES_US.flatMap((decade) =>
  MANTISSAS.map((mantissa) => Math.round(mantissa * decade)),
)

/** The points of a series, one a step, also where there was no call. */
export function seriesOf(counts: readonly CallCount[], steps: readonly number[]): SeriesPoint[] {
  const byStep = Map.groupBy(counts, ({ atMs }) => atMs)
  return steps.map((atMs) => pointOf(atMs, byStep.get(atMs) ?? []))
}

/** The latency, as its bound, that a share of the calls did not exceed; undefined without calls. */
export function quantileUs(counts: readonly CallCount[], share: number): number | undefined {
  let rest = Math.ceil(share * counts.reduce((sum, { calls }) => sum + calls, 0))
  if (rest === 0) return undefined
  for (const { bucket, calls } of counts.toSorted((a, b) => a.bucket - b.bucket)) {
    rest -= calls
    if (rest <= 0) return LATENCY_BOUNDS_US[bucket] ?? LATENCY_BOUNDS_US.at(-1)!
  }
  return undefined
}

/** Whether the caller got no verdict, and not because of what he asked about. */
export function isError(result: LoggedCall['result']): boolean {
  return !isOutcome(result) || OUTCOMES[result] === 'unavailable'
}

function pointOf(atMs: number, counts: readonly CallCount[]): SeriesPoint {
  const [p50Us, p99Us] = [quantileUs(counts, 0.5), quantileUs(counts, 0.99)]
  return {
    atMs,
    calls: sum(counts, 'calls'),
    charged: sum(counts, 'charged'),
    errors: sum(
      counts.filter(({ result }) => isError(result)),
      'calls',
    ),
    ...(p50Us !== undefined && { p50Us }),
    ...(p99Us !== undefined && { p99Us }),
  }
}

function sum(counts: readonly CallCount[], what: 'calls' | 'charged'): number {
  return counts.reduce((total, count) => total + count[what], 0)
}
