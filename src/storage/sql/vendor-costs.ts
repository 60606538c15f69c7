/** What vendors cost: totals by route, and what was saved here. */
import { sql } from 'kysely'
import { OUTCOMES, type Outcome } from '../../domain/outcome.ts'
import type { AttemptState } from '../../sources/store.ts'
import { CACHE_SOURCE } from '../../sources/verdict-cache.ts'
import type { Queries } from './engine.ts'

/** Moments, the last one not included. */
export interface CostPeriod {
  readonly fromMs: number
  readonly toMs: number
}

/** Attempts on one route by how they ended. */
export interface RouteCosts {
  readonly route: string
  readonly settled: number
  readonly free: number
  readonly unknown: number
  /** Of the settled ones, in hundredths of a fen. */
  readonly costCentifen: number
  /** What the unknown ones cost should they be paid. */
  readonly unknownCentifen: number
  /** Of the settled ones, those for comparison alone, and what they cost. */
  readonly compared: number
  readonly comparedCentifen: number
}

/** What live calls came to, as far as it bears on what vendors cost. */
export interface CallTotals {
  /** Charged calls that were answered by vendors. */
  readonly charged: number
  /** Answered as unknown, and so free. */
  readonly unknown: number
  /** Refused here for their form, before anybody was asked. */
  readonly malformed: number
  /** Refused by the guardian. */
  readonly guarded: number
  /** Charged, and answered from what an account had been told before. */
  readonly cached: number
}

const UPSTREAM = 'upstream'
/** How the rows of attempts for comparison are named. */
const SHADOW_ROWS = '%.shadow'

/** Attempts of a period by route; those under way are not in it. */
export async function readRouteCosts(queries: Queries, period: CostPeriod): Promise<RouteCosts[]> {
  const rows = await queries
    .selectFrom('vendor_attempt')
    .select(({ fn }) => [
      'route',
      'state',
      sql<number>`case when id like ${SHADOW_ROWS} then 1 else 0 end`.as('compared'),
      fn.countAll<number>().as('count'),
      fn.sum<number>('cost_centifen').as('cost'),
    ])
    .where('at_ms', '>=', period.fromMs)
    .where('at_ms', '<', period.toMs)
    .groupBy(['route', 'state', 'compared'])
    .orderBy('route')
    .execute()
  return [...new Set(rows.map(({ route }) => route))].map((route) => {
    const of = (state: AttemptState, comparedOnly = false) => {
      const those = rows.filter((row) => {
        return row.route === route && row.state === state && (!comparedOnly || row.compared === 1)
      })
      const sum = (of: 'count' | 'cost') => those.reduce((total, row) => total + Number(row[of]), 0)
      return { count: sum('count'), cost: sum('cost') }
    }
    const compared = of('settled', true)
    return {
      route,
      settled: of('settled').count,
      free: of('free').count,
      unknown: of('unknown').count,
      costCentifen: of('settled').cost,
      unknownCentifen: of('unknown').cost,
      compared: compared.count,
      comparedCentifen: compared.cost,
    }
  })
}

/** Live calls of a period by what they came to. Reads every call of the store: minutes for millions. */
export async function readCallTotals(queries: Queries, period: CostPeriod): Promise<CallTotals> {
  const rows = await queries
    .selectFrom('call')
    .innerJoin('lane', 'lane.id', 'call.lane_id')
    .select(({ fn }) => [
      'lane.source as source',
      'call.result as result',
      'call.billable as billable',
      fn.countAll<number>().as('count'),
    ])
    .where('lane.mode', '=', 'live')
    .where('call.at_ms', '>=', period.fromMs)
    .where('call.at_ms', '<', period.toMs)
    .groupBy(['lane.source', 'call.result', 'call.billable'])
    .execute()
  const total = (counts: (row: (typeof rows)[number]) => boolean) =>
    rows.filter(counts).reduce((sum, { count }) => sum + Number(count), 0)
  const upstream = ({ source }: (typeof rows)[number]) => source === UPSTREAM
  return {
    charged: total((row) => upstream(row) && Number(row.billable) === 1),
    unknown: total((row) => upstream(row) && row.result === 'source_unknown'),
    malformed: total(({ source, result }) => source === '' && isInput(result)),
    guarded: total((row) => upstream(row) && row.result === 'attempts_exceeded'),
    cached: total(({ source, billable }) => source === CACHE_SOURCE && Number(billable) === 1),
  }
}

/** What was saved here, and what of the costs was for comparison alone. */
export interface Savings {
  /** Charged calls for which no vendor was asked again: equal calls, late verdicts. */
  readonly shared: number
  /** All calls that no vendor was asked for, at what a paid one cost on average. */
  readonly worthCentifen: number
  readonly compared: number
  readonly comparedCentifen: number
}

/** Works savings out of costs and calls of one period. */
export function savingsOf(
  routes: readonly RouteCosts[],
  calls: Omit<CallTotals, 'unknown'>,
): Savings {
  const total = (of: 'settled' | 'costCentifen' | 'compared' | 'comparedCentifen') => {
    return routes.reduce((sum, route) => sum + route[of], 0)
  }
  const [compared, comparedCentifen] = [total('compared'), total('comparedCentifen')]
  const paid = total('settled') - compared
  const cost = total('costCentifen') - comparedCentifen
  const shared = Math.max(0, calls.charged - paid)
  const saved = calls.malformed + calls.guarded + calls.cached + shared
  const worthCentifen = paid === 0 ? 0 : Math.round((saved * cost) / paid)
  return { shared, worthCentifen, compared, comparedCentifen }
}

function isInput(result: string): boolean {
  return OUTCOMES[result as Outcome] === 'input'
}
