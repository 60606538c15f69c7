/** What the comparison of sources is allowed, has cost and has found; no element is in any of it. */
import { sql } from 'kysely'
import type { Deed } from '../../accounts/store.ts'
import { beijingDay, monthStartDay } from '../../domain/beijing.ts'
import {
  type Comparison,
  disagrees,
  EMPTY_WINDOW,
  type ShadowPolicy,
  type ShadowWindow,
  windowAfter,
} from '../../sources/shadow-policy.ts'
import { REGISTRY_ROUTE, type RouteRefusal } from '../../sources/vendor-route.ts'
import type { Queries, SqlEngine } from './engine.ts'
import { moveRevision } from './meta.ts'
import { mutate } from './mutation.ts'
import type { CostPeriod } from './vendor-costs.ts'

/** Moves with every change of what is compared, set aside or cached; the lock of those changes. */
export const ROUTING_REVISION = 'routing_revision'

/** Days whose comparisons are kept. */
const KEPT_DAYS = 400
const ONLY_ROW = 1

/** A route that nobody is sent to. */
export interface RouteStop extends ShadowWindow {
  readonly route: string
  /** Against whose verdicts it was held. */
  readonly second: string
  readonly atMs: number
}

/** How often two sources said this and that about cards of a bank. */
export interface ComparisonCount extends Comparison {
  readonly count: number
}

/** What comparisons found in a period. */
export interface Disagreement {
  /** By who answered and who was asked besides. */
  readonly pairs: readonly (ShadowWindow & { readonly route: string; readonly second: string })[]
  /** One row for each bank and pair of outcomes that occurred, the most frequent first. */
  readonly cells: readonly ComparisonCount[]
}

/** Where comparing stands. */
export interface ShadowState {
  /** Absent while nothing is compared. */
  readonly policy?: ShadowPolicy
  /** What this month's comparisons may have cost, in hundredths of a fen. */
  readonly spentCentifen: number
  readonly stops: readonly RouteStop[]
}

/** Begins comparing, or changes how. */
export function setShadow(
  engine: SqlEngine,
  policy: ShadowPolicy,
  deed: Deed,
): Promise<ShadowPolicy | RouteRefusal> {
  const detail = JSON.stringify(policy)
  const mutation = { deed, action: 'vendor.shadow', subject: policy.second, detail }
  return mutate<ShadowPolicy | RouteRefusal>(engine, mutation, async ({ queries }) => {
    await moveRevision(queries, ROUTING_REVISION)
    if (!(await isKnown(queries, policy.second))) return 'route_unknown'
    const cells = {
      second: policy.second,
      per_mille: policy.perMille,
      compares: policy.compares,
      budget_centifen: policy.budgetCentifen,
      window_calls: policy.windowCalls,
      alarm_per_mille: policy.alarmPerMille,
      stops: policy.stops ? 1 : 0,
    }
    await queries
      .insertInto('shadow_setting')
      .values({ id: ONLY_ROW, ...cells })
      .onConflict((conflict) => conflict.column('id').doUpdateSet(cells))
      .execute()
    return policy
  })
}

/** Ends comparing; what was found stays. */
export async function endShadow(engine: SqlEngine, deed: Deed): Promise<void> {
  const mutation = { deed, action: 'vendor.shadow', subject: 'off' }
  await mutate<null>(engine, mutation, async ({ queries }) => {
    await moveRevision(queries, ROUTING_REVISION)
    await queries.deleteFrom('shadow_setting').execute()
    return null
  })
}

/** Sends calls again to a route that was set aside. */
export function releaseRoute(
  engine: SqlEngine,
  route: string,
  deed: Deed,
): Promise<null | RouteRefusal> {
  const mutation = { deed, action: 'vendor.release', subject: route }
  return mutate<null | RouteRefusal>(engine, mutation, async ({ queries }) => {
    await moveRevision(queries, ROUTING_REVISION)
    const { numDeletedRows } = await queries
      .deleteFrom('route_stop')
      .where('route', '=', route)
      .executeTakeFirst()
    return numDeletedRows === 1n ? null : 'route_not_stopped'
  })
}

/** How comparing is set, what it has cost this month, and who was set aside. */
export async function readShadow(queries: Queries, nowMs: number): Promise<ShadowState> {
  const row = await queries.selectFrom('shadow_setting').selectAll().executeTakeFirst()
  const month = await queries
    .selectFrom('shadow_month')
    .select('spent_centifen')
    .where('month', '=', monthOf(nowMs))
    .executeTakeFirst()
  const stops = await queries.selectFrom('route_stop').selectAll().orderBy('route').execute()
  return {
    ...(row !== undefined && {
      policy: {
        second: row.second,
        perMille: row.per_mille,
        compares: row.compares,
        budgetCentifen: row.budget_centifen,
        windowCalls: row.window_calls,
        alarmPerMille: row.alarm_per_mille,
        stops: row.stops === 1,
      },
    }),
    spentCentifen: month?.spent_centifen ?? 0,
    stops: stops.map(({ at_ms: atMs, ...stop }) => ({ ...stop, atMs })),
  }
}

/** What comparisons found; a period is taken by whole Beijing days. */
export async function readDisagreement(
  queries: Queries,
  { fromMs, toMs }: CostPeriod,
): Promise<Disagreement> {
  const rows = await queries
    .selectFrom('shadow_comparison')
    .select(({ fn }) => [
      'route',
      'second',
      'bank',
      'outcome',
      'second_outcome as secondOutcome',
      fn.sum<number>('count').as('count'),
    ])
    .where('day', '>=', beijingDay(fromMs))
    .where('day', '<=', beijingDay(toMs - 1))
    .groupBy(['route', 'second', 'bank', 'outcome', 'second_outcome'])
    .execute()
  const cells = rows.map((row) => ({ ...row, count: Number(row.count) }))
  return { pairs: pairsOf(cells), cells: cells.sort((a, b) => b.count - a.count) }
}

function pairsOf(cells: readonly ComparisonCount[]): Disagreement['pairs'] {
  const pairs = new Map<string, Disagreement['pairs'][number]>()
  for (const cell of cells) {
    const { route, second, count } = cell
    const name = `${route}\n${second}`
    const { compared, disagreed } = pairs.get(name) ?? EMPTY_WINDOW
    const differing = disagrees(cell) ? count : 0
    pairs.set(name, {
      route,
      second,
      compared: compared + count,
      disagreed: disagreed + differing,
    })
  }
  return [...pairs.values()]
}

/**
 * Takes what a comparison may cost out of the month's budget; false when it does not bear it. Nodes
 * that take at the same time do so one after another.
 */
export async function takeShadowBudget(
  engine: SqlEngine,
  {
    costCentifen,
    budgetCentifen,
  }: { readonly costCentifen: number; readonly budgetCentifen: number },
  nowMs: number,
): Promise<boolean> {
  const month = monthOf(nowMs)
  return engine.transact(async ({ queries }) => {
    await queries
      .insertInto('shadow_month')
      .values({ month, spent_centifen: 0 })
      .onConflict((conflict) => conflict.column('month').doNothing())
      .execute()
    const { numUpdatedRows } = await queries
      .updateTable('shadow_month')
      .set(({ eb }) => ({ spent_centifen: eb('spent_centifen', '+', costCentifen) }))
      .where('month', '=', month)
      .where('spent_centifen', '<=', budgetCentifen - costCentifen)
      .executeTakeFirst()
    return numUpdatedRows === 1n
  })
}

/** Gives back what a comparison did not cost after all. */
export async function returnShadowBudget(
  { queries }: SqlEngine,
  costCentifen: number,
  takenAtMs: number,
): Promise<void> {
  await queries
    .updateTable('shadow_month')
    .set(({ eb }) => ({ spent_centifen: eb('spent_centifen', '-', costCentifen) }))
    .where('month', '=', monthOf(takenAtMs))
    .where('spent_centifen', '>=', costCentifen)
    .execute()
}

/**
 * Counts a comparison. Gives the window in which too many differed, when this was the one too many;
 * of a route that is set aside already nothing more is judged.
 */
export async function recordComparison(
  engine: SqlEngine,
  comparison: Comparison,
  policy: ShadowPolicy,
  nowMs: number,
): Promise<ShadowWindow | undefined> {
  const { route, second } = comparison
  return engine.transact(async ({ queries }) => {
    await countCell(queries, comparison, beijingDay(nowMs))
    if (await isStopped(queries, route)) return undefined
    const before = await lockWindow(queries, route, second)
    const { window, drift } = windowAfter(before, disagrees(comparison), policy)
    await queries
      .updateTable('shadow_window')
      .set({ ...window })
      .where('route', '=', route)
      .where('second', '=', second)
      .execute()
    if (drift !== undefined && policy.stops)
      await stopRoute(queries, { ...drift, route, second, atMs: nowMs })
    return drift
  })
}

async function countCell(queries: Queries, comparison: Comparison, day: number): Promise<void> {
  const { secondOutcome, ...cell } = comparison
  await queries
    .insertInto('shadow_comparison')
    .values({ ...cell, second_outcome: secondOutcome, day, count: 1 })
    .onConflict((conflict) =>
      conflict
        .columns(['day', 'route', 'second', 'bank', 'outcome', 'second_outcome'])
        .doUpdateSet({ count: sql<number>`shadow_comparison.count + 1` }),
    )
    .execute()
}

/** The window of a pair, which nobody else changes until the transaction ends. */
async function lockWindow(queries: Queries, route: string, second: string): Promise<ShadowWindow> {
  await queries
    .insertInto('shadow_window')
    .values({ route, second, ...EMPTY_WINDOW })
    .onConflict((conflict) =>
      conflict
        .columns(['route', 'second'])
        .doUpdateSet(({ ref }) => ({ second: ref('excluded.second') })),
    )
    .execute()
  return queries
    .selectFrom('shadow_window')
    .select(['compared', 'disagreed'])
    .where('route', '=', route)
    .where('second', '=', second)
    .executeTakeFirstOrThrow()
}

async function isStopped(queries: Queries, route: string): Promise<boolean> {
  const row = await queries
    .selectFrom('route_stop')
    .select('route')
    .where('route', '=', route)
    .executeTakeFirst()
  return row !== undefined
}

async function stopRoute(queries: Queries, { atMs, ...stop }: RouteStop): Promise<void> {
  // What is no vendor's route answers by the operator's own word, and stays.
  if (stop.route === REGISTRY_ROUTE) return
  await moveRevision(queries, ROUTING_REVISION)
  await queries
    .insertInto('route_stop')
    .values({ ...stop, at_ms: atMs })
    .onConflict((conflict) => conflict.column('route').doNothing())
    .execute()
}

/** Forgets comparisons that are older than anybody looks at. */
export async function forgetComparisons(queries: Queries, nowMs: number): Promise<void> {
  await queries
    .deleteFrom('shadow_comparison')
    .where('day', '<', beijingDay(nowMs) - KEPT_DAYS)
    .execute()
}

/** Whether a route is the one asked for comparison. */
export async function isCompared(queries: Queries, route: string): Promise<boolean> {
  const row = await queries.selectFrom('shadow_setting').select('second').executeTakeFirst()
  return row?.second === route
}

async function isKnown(queries: Queries, route: string): Promise<boolean> {
  if (route === REGISTRY_ROUTE) return true
  const row = await queries
    .selectFrom('vendor_route')
    .select('name')
    .where('name', '=', route)
    .executeTakeFirst()
  return row !== undefined
}

function monthOf(atMs: number): number {
  return monthStartDay(beijingDay(atMs))
}
