/** For how long the guardian's rows are kept, on either engine, and how they are forgotten. */
import { setImmediate as turn } from 'node:timers/promises'
import { firstTokenOf } from '../../domain/attempt-token.ts'
import { beijingDay } from '../../domain/beijing.ts'
import { LOCK_DAYS, MATCH_KEPT_MS } from '../../sources/guardian.ts'
import type { Queries } from './engine.ts'

/** The days on which a card's row is looked at, and one for clocks that are not quite alike. */
const COUNTED_DAYS = LOCK_DAYS + 1
/** Below what a statement may have of values on either engine. */
const ROWS_AT_ONCE = 1_000
/** Matches are kept by periods, so that whole ones are forgotten without looking at their times. */
const PERIOD_MS = MATCH_KEPT_MS / 2

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
  const kept = firstTokenOf(beijingDay(nowMs) - COUNTED_DAYS)
  await untilDone(async () => {
    const due = await queries
      .selectFrom('guard_row')
      .select('token')
      .where('token', '<', kept)
      .orderBy('token')
      .limit(ROWS_AT_ONCE)
      .execute()
    const last = due.at(-1)
    if (last === undefined) return { numDeletedRows: 0n }
    return queries.deleteFrom('guard_row').where('token', '<=', last.token).executeTakeFirst()
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
