/** The cost rows of calls to vendors: how they begin and end, and what is left open by a crash. */
import { type CheckResult, Findings } from '../../billing/findings.ts'
import type { AttemptEnd, PreparedAttempt } from '../../sources/store.ts'
import type { Queries } from './engine.ts'

/** Rows in one statement: below what it may have of values. */
const ROWS_AT_ONCE = 1_000
/** No attempt is under way any more so long after it was prepared, late replies included. */
export const ATTEMPT_MS_MAX = 120_000
/** Why an attempt is unknown of which nobody has told an end. */
const LOST = 'lost'

/** Begins rows. */
export async function insertAttempts(
  queries: Queries,
  attempts: readonly PreparedAttempt[],
): Promise<void> {
  const rows = attempts.map((attempt) => ({
    id: attempt.id,
    serial: attempt.serial,
    request_id: attempt.requestId,
    account_id: attempt.accountId,
    route: attempt.route,
    vendor: attempt.vendor,
    product: attempt.product,
    at_ms: attempt.atMs,
    cost_centifen: attempt.costCentifen,
    state: 'prepared' as const,
    ended_at_ms: null,
    evidence: null,
  }))
  for (let at = 0; at < rows.length; at += ROWS_AT_ONCE) {
    await queries
      .insertInto('vendor_attempt')
      .values(rows.slice(at, at + ROWS_AT_ONCE))
      .execute()
  }
}

/** Ends a row, an unknown one once more; false when it was never prepared or has its end. */
export async function endAttempt(
  queries: Queries,
  id: string,
  { state, phase, code, reference, atMs }: AttemptEnd,
): Promise<boolean> {
  const { numUpdatedRows } = await queries
    .updateTable('vendor_attempt')
    .set({ state, phase, code, reference, ended_at_ms: atMs })
    .where('id', '=', id)
    .where('state', 'in', ['prepared', 'unknown'])
    .where('evidence', 'is', null)
    .executeTakeFirst()
  return numUpdatedRows === 1n
}

/**
 * Makes what was prepared before a moment and has no end an unknown: its bytes may have left before a
 * crash. A reply that comes after all may still end it.
 */
export async function giveUpAttempts(
  queries: Queries,
  { beforeMs, nowMs }: { readonly beforeMs: number; readonly nowMs: number },
): Promise<number> {
  const { numUpdatedRows } = await queries
    .updateTable('vendor_attempt')
    .set({ state: 'unknown', code: LOST, ended_at_ms: nowMs })
    .where('state', '=', 'prepared')
    .where('at_ms', '<', beforeMs)
    .executeTakeFirst()
  return Number(numUpdatedRows)
}

/** What nobody can say yet whether it must be paid. */
export interface OpenUnknowns {
  readonly count: number
  readonly costCentifen: number
  /** When the oldest was asked; absent when there is none. */
  readonly oldestAtMs?: number
}

/** The unknowns that nobody has closed; those of calls before a moment, or all. */
export async function readUnknowns(queries: Queries, beforeMs?: number): Promise<OpenUnknowns> {
  const { count, cost, oldest } = await queries
    .selectFrom('vendor_attempt')
    .select(({ fn }) => [
      fn.countAll<number>().as('count'),
      fn.sum<number | null>('cost_centifen').as('cost'),
      fn.min<number | null>('at_ms').as('oldest'),
    ])
    .where('state', '=', 'unknown')
    .$if(beforeMs !== undefined, (query) => query.where('at_ms', '<', beforeMs!))
    .executeTakeFirstOrThrow()
  return {
    count: Number(count),
    costCentifen: Number(cost ?? 0),
    ...(oldest !== null && { oldestAtMs: oldest }),
  }
}

/** Paid attempts of a period, its end not included, by route. */
export async function countPaid(
  queries: Queries,
  { fromMs, toMs }: { readonly fromMs: number; readonly toMs: number },
): Promise<ReadonlyMap<string, number>> {
  const rows = await queries
    .selectFrom('vendor_attempt')
    .select(({ fn }) => ['route', fn.countAll<number>().as('paid')])
    .where('at_ms', '>=', fromMs)
    .where('at_ms', '<', toMs)
    .where('state', '=', 'settled')
    .groupBy('route')
    .execute()
  return new Map(rows.map(({ route, paid }) => [route, Number(paid)]))
}

/**
 * V9: no row is without its end for longer than an attempt can take, and what is paid or free is so by
 * a reply, by never having left, or by the bill that is named. Without `nowMs` no age is judged.
 */
export async function checkAttempts(queries: Queries, nowMs?: number): Promise<CheckResult> {
  // Twice, for whoever ends such rows looks once a minute.
  const beforeMs = nowMs === undefined ? 0 : nowMs - 2 * ATTEMPT_MS_MAX
  const rows = await queries
    .selectFrom('vendor_attempt')
    .select('id')
    .where(({ and, eb, or }) =>
      or([
        and([eb('state', '=', 'prepared'), eb('at_ms', '<', beforeMs)]),
        and([
          eb('state', '=', 'settled'),
          eb('phase', '<>', 'replied'),
          eb('evidence', 'is', null),
        ]),
        and([
          eb('state', '=', 'free'),
          eb('phase', 'not in', ['replied', 'unreached']),
          eb('evidence', 'is', null),
        ]),
      ]),
    )
    .execute()
  const findings = new Findings()
  for (const { id } of rows) findings.fail('V9', `attempt ${id}`)
  return findings.result('V9')
}
