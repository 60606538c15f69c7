/** How unknowns are closed, by a vendor's bill or by hand, and what stays open or unexplained. */
import type { Deed } from '../../accounts/store.ts'
import { type Billed, type Reconciliation, reconcile } from '../../sources/reconcile.ts'
import type { AttemptState } from '../../sources/store.ts'
import { type OpenUnknowns, readUnknowns } from './attempts.ts'
import type { Queries, SqlEngine } from './engine.ts'
import { mutate } from './mutation.ts'
import type { CostPeriod } from './vendor-costs.ts'

/** What a vendor says it charges for the calls on a route in a period. */
export interface VendorBill extends CostPeriod {
  readonly route: string
  /** How the bill is called, as the evidence of what it closes. */
  readonly evidence: string
  readonly billed: Billed
}

/** An attempt that may have been charged. */
export interface OpenAttempt {
  readonly id: string
  readonly requestId: string
  readonly route: string
  readonly atMs: number
  /** How far the request got, and what went wrong then. */
  readonly phase: string
  readonly code: string
  /** What it cost if it was charged, in hundredths of a fen. */
  readonly costCentifen: number
}

/** A bill that disagrees with the rows, as it was last held against them. */
export interface UnexplainedBill extends CostPeriod {
  readonly route: string
  readonly evidence: string
  readonly atMs: number
  /** Calls that it charges, and how many these are more than we have as paid. */
  readonly billed: number
  readonly difference: number
  /** Calls on which bill and rows disagree. */
  readonly unexplained: number
}

/** What an operator has to look into: unknowns that nobody has closed in time, and bills that differ. */
export interface VendorTrouble {
  readonly overdue: OpenUnknowns
  readonly bills: readonly UnexplainedBill[]
}

/**
 * - `attempt_unknown`: there is no attempt of that name.
 * - `attempt_closed`: how it ended is known.
 */
export type ClosingRefusal = 'attempt_unknown' | 'attempt_closed'

/** By when an unknown should be closed. */
export const UNKNOWN_MS_MAX = 86_400_000

const ROWS_AT_ONCE = 1_000
/** Marks the evidence of whoever closed an attempt by hand. */
const BY_HAND = 'by hand: '

/**
 * Holds a bill against the rows, closes what it proves, and keeps how far both agree, in place of what
 * was kept of any time inside its own. The route may have been removed since.
 */
export function reconcileBill(
  engine: SqlEngine,
  bill: VendorBill,
  deed: Deed,
): Promise<Reconciliation | 'route_unknown'> {
  const { route, evidence, fromMs, toMs, billed } = bill
  const period = `${new Date(fromMs).toISOString()}/${new Date(toMs).toISOString()}`
  const mutation = {
    deed,
    action: 'vendor.reconcile',
    subject: route,
    detail: `${evidence} ${period}`,
  }
  return mutate<Reconciliation | 'route_unknown'>(engine, mutation, async ({ queries }) => {
    if (!(await isRoute(queries, route))) return 'route_unknown'
    const result = reconcile(await billedAttempts(queries, bill), billed)
    await close(queries, result.settled, { state: 'settled', evidence })
    await close(queries, result.free, { state: 'free', evidence })
    await keepBill(queries, bill, result, deed.atMs)
    return result
  })
}

/** Closes one unknown by the word of whoever knows, with his reason. */
export function closeByHand(
  engine: SqlEngine,
  id: string,
  end: { readonly state: Exclude<AttemptState, 'unknown'>; readonly reason: string },
  deed: Deed,
): Promise<OpenAttempt | ClosingRefusal> {
  const { state, reason } = end
  const mutation = { deed, action: 'vendor.close', subject: id, detail: `${state}: ${reason}` }
  return mutate<OpenAttempt | ClosingRefusal>(engine, mutation, async ({ queries }) => {
    const [open] = await openRows(queries).where('id', '=', id).execute()
    if (open === undefined) {
      const known = await queries
        .selectFrom('vendor_attempt')
        .select('id')
        .where('id', '=', id)
        .executeTakeFirst()
      return known === undefined ? 'attempt_unknown' : 'attempt_closed'
    }
    await close(queries, [id], { state, evidence: `${BY_HAND}${reason}` })
    return openAttemptOf(open)
  })
}

/** The unknowns that nothing has closed, the oldest first; of one route or all. */
export async function readOpenAttempts(
  queries: Queries,
  { route, limit }: { readonly route?: string; readonly limit: number },
): Promise<OpenAttempt[]> {
  const rows = await openRows(queries)
    .$if(route !== undefined, (query) => query.where('route', '=', route!))
    .orderBy('at_ms')
    .orderBy('id')
    .limit(limit)
    .execute()
  return rows.map(openAttemptOf)
}

/** What an operator has to look into at a moment. */
export async function readVendorTrouble(queries: Queries, nowMs: number): Promise<VendorTrouble> {
  return {
    overdue: await readUnknowns(queries, nowMs - UNKNOWN_MS_MAX),
    bills: await readUnexplained(queries),
  }
}

async function readUnexplained(queries: Queries): Promise<UnexplainedBill[]> {
  const rows = await queries
    .selectFrom('vendor_bill')
    .selectAll()
    .where('unexplained', '>', 0)
    .orderBy('from_ms', 'desc')
    .orderBy('route')
    .execute()
  return rows.map(({ from_ms: fromMs, to_ms: toMs, at_ms: atMs, ...bill }) => {
    return { ...bill, fromMs, toMs, atMs }
  })
}

async function billedAttempts(queries: Queries, { route, fromMs, toMs }: VendorBill) {
  const rows = await queries
    .selectFrom('vendor_attempt')
    .select(['id', 'request_id', 'reference', 'state'])
    .where('route', '=', route)
    .where('at_ms', '>=', fromMs)
    .where('at_ms', '<', toMs)
    .orderBy('id')
    .execute()
  return rows.map(({ request_id: requestId, ...row }) => ({ ...row, requestId }))
}

async function keepBill(
  queries: Queries,
  { route, fromMs, toMs, evidence }: VendorBill,
  { billed, difference, unexplained }: Reconciliation,
  atMs: number,
): Promise<void> {
  await queries
    .deleteFrom('vendor_bill')
    .where('route', '=', route)
    .where('from_ms', '>=', fromMs)
    .where('to_ms', '<=', toMs)
    .execute()
  const period = { route, from_ms: fromMs, to_ms: toMs }
  const found = { billed, difference, unexplained }
  await queries
    .insertInto('vendor_bill')
    .values({ ...period, at_ms: atMs, evidence, ...found })
    .execute()
}

/** Whether a route goes by a name, or did so when it was asked. */
export async function isRoute(queries: Queries, name: string): Promise<boolean> {
  const route = queries.selectFrom('vendor_route').select('name').where('name', '=', name)
  const attempt = queries.selectFrom('vendor_attempt').select('id').where('route', '=', name)
  if ((await route.executeTakeFirst()) !== undefined) return true
  return (await attempt.limit(1).executeTakeFirst()) !== undefined
}

async function close(
  queries: Queries,
  ids: readonly string[],
  end: { readonly state: AttemptState; readonly evidence: string },
): Promise<void> {
  for (let at = 0; at < ids.length; at += ROWS_AT_ONCE) {
    await queries
      .updateTable('vendor_attempt')
      .set(end)
      .where('id', 'in', ids.slice(at, at + ROWS_AT_ONCE))
      .where('state', '=', 'unknown')
      .execute()
  }
}

function openRows(queries: Queries) {
  return queries
    .selectFrom('vendor_attempt')
    .select(['id', 'request_id', 'route', 'at_ms', 'phase', 'code', 'cost_centifen'])
    .where('state', '=', 'unknown')
}

function openAttemptOf(
  row: Awaited<ReturnType<ReturnType<typeof openRows>['execute']>>[number],
): OpenAttempt {
  const { request_id: requestId, at_ms: atMs, cost_centifen: costCentifen, ...rest } = row
  return { ...rest, requestId, atMs, costCentifen }
}
