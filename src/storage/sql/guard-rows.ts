/** For how long the guardian's rows are kept, on either engine, and how they are forgotten. */
import { setImmediate as turn } from 'node:timers/promises'
import { beijingDay, beijingDayStartMs } from '../../domain/attempt-token.ts'
import { LOCK_DAYS, MATCH_KEPT_MS } from '../../sources/guardian.ts'
import type { Queries } from './engine.ts'

const DAY_MS = 86_400_000
/** The days on which a card's row is looked at, and one for clocks that are not quite alike. */
const COUNTED_DAYS = LOCK_DAYS + 1
/** Below what a statement may have of values on either engine. */
const ROWS_AT_ONCE = 1_000
/** Matches are kept by periods, so that whole ones are forgotten without looking at their times. */
const PERIOD_MS = MATCH_KEPT_MS / 2

/** When a row that is written first at a moment is forgotten. */
export function forgetAtMs(atMs: number): number {
  return beijingDayStartMs(beijingDay(atMs) + COUNTED_DAYS) + DAY_MS
}

/** The period that a match falls in. */
export function matchPeriod(atMs: number): number {
  return Math.floor(atMs / PERIOD_MS)
}

/** The periods in which a match that still counts may lie, the youngest first. */
export function matchPeriods(nowMs: number): readonly [number, number, number] {
  const period = matchPeriod(nowMs)
  return [period, period - 1, period - 2]
}

/** Forgets what no question can look at any more, a little at a time: between, calls have their turn. */
export async function forgetGuardRows(queries: Queries, nowMs: number): Promise<void> {
  await untilDone(() => {
    const due = queries
      .selectFrom('guard_row')
      .select('token')
      .where('forget_at_ms', '<', nowMs)
      .limit(ROWS_AT_ONCE)
    return queries.deleteFrom('guard_row').where('token', 'in', due).executeTakeFirst()
  })
  const [, , oldest] = matchPeriods(nowMs)
  await untilDone(async () => {
    const due = await queries
      .selectFrom('guard_match')
      .select(['period', 'token'])
      .where('period', '<', oldest)
      .orderBy('period')
      .orderBy('token')
      .limit(ROWS_AT_ONCE)
      .execute()
    const last = due.at(-1)
    if (last === undefined) return { numDeletedRows: 0n }
    return queries
      .deleteFrom('guard_match')
      .where('period', '=', last.period)
      .where('token', '<=', last.token)
      .executeTakeFirst()
  })
}

async function untilDone(chunk: () => Promise<{ readonly numDeletedRows: bigint }>): Promise<void> {
  while ((await chunk()).numDeletedRows > 0n) await turn()
}
