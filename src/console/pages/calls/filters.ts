/** Which calls are shown, and how the admin API is asked for them. */
import { beijingMs } from '../../parts/format.ts'

/** `own` is from one moment to another. A month is looked at unless somebody wants more. */
export const SPANS = ['day', 'week', 'month', 'all', 'own'] as const

export type Span = (typeof SPANS)[number]

export interface Filters {
  readonly span: Span
  /** `2026-11-21T09:30`, Beijing time; empty without a bound. */
  readonly since: string
  readonly until: string
  /** Name of an outcome or fault; empty of all. */
  readonly result: string
  readonly charged: '' | 'true' | 'false'
  readonly mode: '' | 'test' | 'live'
  readonly keyId: string
}

const DAY_MS = 86_400_000
const MINUTE_MS = 60_000
const SPAN_DAYS = { day: 1, week: 7, month: 30 } as const

/** The filters that an address names; the others let everything through. */
export function filtersOf(asked: URLSearchParams): Filters {
  return {
    span: 'month',
    since: '',
    until: '',
    result: asked.get('result') ?? '',
    charged: '',
    mode: '',
    keyId: asked.get('keyId') ?? '',
  }
}

/** The conditions as the admin API wants them; `nowMs` is the end of the span. */
export function conditionsOf(filters: Filters, nowMs: number): Record<string, string | number> {
  const { result, charged, mode, keyId } = filters
  const named = Object.entries({ result, charged, mode, keyId })
  return {
    ...Object.fromEntries(named.filter(([, value]) => value !== '')),
    ...boundsOf(filters, nowMs),
  }
}

/** The conditions as the query of an address. */
export function queryOf(filters: Filters, nowMs: number): string {
  const conditions = Object.entries(conditionsOf(filters, nowMs))
  const query = new URLSearchParams(conditions.map(([name, value]) => [name, String(value)]))
  return query.size === 0 ? '' : `?${query}`
}

function boundsOf({ span, since, until }: Filters, nowMs: number): Record<string, number> {
  if (span === 'all') return {}
  // To the minute, so that the same page is not read again while it is looked at.
  if (span !== 'own') {
    const minuteMs = nowMs - (nowMs % MINUTE_MS)
    return { sinceMs: minuteMs - SPAN_DAYS[span] * DAY_MS }
  }
  const [sinceMs, untilMs] = [beijingMs(since), beijingMs(until)]
  return { ...(sinceMs !== undefined && { sinceMs }), ...(untilMs !== undefined && { untilMs }) }
}
