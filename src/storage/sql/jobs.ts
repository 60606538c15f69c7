/** Periodic jobs of several nodes on one store: whoever comes first runs, the others see that it ran. */
import type { Queries, SqlEngine } from './engine.ts'

/** How often a job is done, and when it is asked. */
export interface Turn {
  readonly everyMs: number
  readonly nowMs: number
}

/**
 * Whether it is this node's turn: true once in `everyMs` over all nodes. A clock that was stepped
 * back does not stop a job for longer than that.
 */
export async function takeTurn(engine: SqlEngine, name: string, turn: Turn): Promise<boolean> {
  // Mostly it is nobody's turn, and to see that nobody has to wait for a lock.
  const seen = await lastRunMs(engine.queries, name)
  if (seen !== undefined && !isDue(seen, turn)) return false
  return engine.transact(({ queries }) => claim(queries, name, seen, turn.nowMs))
}

/** When each job last had its turn, on whichever node. */
export async function readJobs(
  queries: Queries,
): Promise<readonly { readonly name: string; readonly ranAtMs: number }[]> {
  const rows = await queries.selectFrom('job').selectAll().orderBy('name').execute()
  return rows.map(({ name, ran_at_ms: ranAtMs }) => ({ name, ranAtMs }))
}

function isDue(ranAtMs: number, { everyMs, nowMs }: Turn): boolean {
  return ranAtMs <= nowMs - everyMs || ranAtMs > nowMs + everyMs
}

async function lastRunMs(queries: Queries, name: string): Promise<number | undefined> {
  const row = await queries
    .selectFrom('job')
    .select('ran_at_ms')
    .where('name', '=', name)
    .executeTakeFirst()
  return row?.ran_at_ms
}

/** Takes the turn, unless somebody else has taken it since it was seen. */
async function claim(
  queries: Queries,
  name: string,
  seenMs: number | undefined,
  nowMs: number,
): Promise<boolean> {
  if (seenMs === undefined) {
    const first = await queries
      .insertInto('job')
      .values({ name, ran_at_ms: nowMs })
      .onConflict((conflict) => conflict.column('name').doNothing())
      .executeTakeFirst()
    return first.numInsertedOrUpdatedRows === 1n
  }
  const next = await queries
    .updateTable('job')
    .set({ ran_at_ms: nowMs })
    .where('name', '=', name)
    .where('ran_at_ms', '=', seenMs)
    .executeTakeFirst()
  return next.numUpdatedRows === 1n
}
