/** Rows of the guardian's counters between the kernel and the store. */
import { setImmediate as turn } from 'node:timers/promises'
import type { Insertable, Selectable } from 'kysely'
import { EMPTY_ROW, type GuardRow, LOCK_DAYS, MATCH_KEPT_MS } from '../../sources/guardian.ts'
import type { Queries } from './engine.ts'
import type { GuardRowTable } from './vendor-tables.ts'

const DAY_MS = 86_400_000
/** The days on which a card's row is looked at, and one for clocks that are not quite alike. */
const COUNTED_MS = (LOCK_DAYS + 1) * DAY_MS
/** Below what a statement may have of values on either engine. */
const ROWS_AT_ONCE = 1_000

/** Slot, time, tuple, and 1 of a mark that matched. */
type MarkCells = readonly [slot: string, atMs: number, tuple: string, matched?: 1]

/** The rows under these tokens; those that are not there are absent. */
export async function readGuardRows(
  queries: Queries,
  tokens: readonly string[],
): Promise<Map<string, GuardRow>> {
  const found = new Map<string, GuardRow>()
  for (let at = 0; at < tokens.length; at += ROWS_AT_ONCE) {
    const rows = await queries
      .selectFrom('guard_row')
      .selectAll()
      .where('token', 'in', tokens.slice(at, at + ROWS_AT_ONCE).map(bytesOf))
      .execute()
    for (const row of rows) found.set(Buffer.from(row.token).toString('latin1'), rowFrom(row))
  }
  return found
}

/** Writes rows over what was there. */
export async function writeGuardRows(
  queries: Queries,
  rows: ReadonlyMap<string, GuardRow>,
  nowMs: number,
): Promise<void> {
  const cells = [...rows].map(([token, row]) => cellsOf(token, row, nowMs))
  for (let at = 0; at < cells.length; at += ROWS_AT_ONCE) {
    await queries
      .insertInto('guard_row')
      .values(cells.slice(at, at + ROWS_AT_ONCE))
      .onConflict((conflict) =>
        conflict.column('token').doUpdateSet(({ ref }) => ({
          marks: ref('excluded.marks'),
          count: ref('excluded.count'),
          cleared_at_ms: ref('excluded.cleared_at_ms'),
          locked_at_ms: ref('excluded.locked_at_ms'),
          forget_at_ms: ref('excluded.forget_at_ms'),
        })),
      )
      .execute()
  }
}

/** Forgets what no question can look at any more, a little at a time: between, calls have their turn. */
export async function forgetGuardRows(queries: Queries, nowMs: number): Promise<void> {
  for (;;) {
    const due = queries
      .selectFrom('guard_row')
      .select('token')
      .where('forget_at_ms', '<', nowMs)
      .limit(ROWS_AT_ONCE)
    const { numDeletedRows } = await queries
      .deleteFrom('guard_row')
      .where('token', 'in', due)
      .executeTakeFirst()
    if (numDeletedRows < BigInt(ROWS_AT_ONCE)) return
    await turn()
  }
}

function cellsOf(token: string, row: GuardRow, nowMs: number): Insertable<GuardRowTable> {
  const { marks, count, clearedAtMs, lockedAtMs } = row
  const cells = marks.map(({ slot, atMs, tuple, matched }): MarkCells => {
    const tupleText = Buffer.from(tuple, 'latin1').toString('base64')
    return matched === undefined ? [slot, atMs, tupleText] : [slot, atMs, tupleText, 1]
  })
  const keptMs = Number.isFinite(clearedAtMs) ? MATCH_KEPT_MS : COUNTED_MS
  return {
    token: bytesOf(token),
    marks: JSON.stringify(cells),
    count,
    cleared_at_ms: momentOf(clearedAtMs),
    locked_at_ms: momentOf(lockedAtMs),
    forget_at_ms: nowMs + keptMs,
  }
}

function rowFrom(row: Selectable<GuardRowTable>): GuardRow {
  const cells = JSON.parse(row.marks) as MarkCells[]
  return {
    marks: cells.map(([slot, atMs, tupleText, matched]) => {
      const tuple = Buffer.from(tupleText, 'base64').toString('latin1')
      return matched === 1 ? { slot, atMs, tuple, matched: true } : { slot, atMs, tuple }
    }),
    count: row.count,
    clearedAtMs: row.cleared_at_ms ?? EMPTY_ROW.clearedAtMs,
    lockedAtMs: row.locked_at_ms ?? EMPTY_ROW.lockedAtMs,
  }
}

/** Null stands for "never". */
function momentOf(atMs: number): number | null {
  return Number.isFinite(atMs) ? atMs : null
}

function bytesOf(token: string): Buffer {
  return Buffer.from(token, 'latin1')
}
