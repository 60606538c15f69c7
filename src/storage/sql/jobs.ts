/** Periodic jobs of several nodes on one store: whoever comes first runs, the others see that it ran. */
import type { SqlEngine } from './engine.ts'

/**
 * Whether it is this node's turn: true once in `everyMs` over all nodes. A clock that was stepped
 * back does not stop a job for longer than that.
 */
export function takeTurn(
  engine: SqlEngine,
  name: string,
  { everyMs, nowMs }: { readonly everyMs: number; readonly nowMs: number },
): Promise<boolean> {
  return engine.transact(async ({ queries }) => {
    const first = await queries
      .insertInto('job')
      .values({ name, ran_at_ms: nowMs })
      .onConflict((conflict) => conflict.column('name').doNothing())
      .executeTakeFirst()
    if (first.numInsertedOrUpdatedRows === 1n) return true
    const due = await queries
      .updateTable('job')
      .set({ ran_at_ms: nowMs })
      .where('name', '=', name)
      .where((row) =>
        row.or([row('ran_at_ms', '<=', nowMs - everyMs), row('ran_at_ms', '>', nowMs + everyMs)]),
      )
      .executeTakeFirst()
    return due.numUpdatedRows === 1n
  })
}
