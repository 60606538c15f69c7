/** Double pay by account and Beijing day, counted over all nodes under the lock of the day's row. */
import type { DoublePayDay, DoublePayStore } from '../../sources/upstream/double-pays.ts'
import type { Queries, SqlEngine } from './engine.ts'

export class SqlDoublePays implements DoublePayStore {
  readonly #engine: SqlEngine

  constructor(engine: SqlEngine) {
    this.#engine = engine
  }

  async add(days: readonly DoublePayDay[]): Promise<void> {
    // In one order by all nodes, so that none waits for another that waits for it.
    const sorted = days.toSorted((a, b) => a.day - b.day || (a.accountId < b.accountId ? -1 : 1))
    await this.#engine.transact(async ({ queries }) => {
      for (const day of sorted) await addCalls(queries, day)
    })
  }

  take(day: DoublePayDay, shareMax: number): Promise<boolean> {
    return this.#engine.transact(async ({ queries }) => {
      await addCalls(queries, day)
      const { calls, spent } = await ofDay(queries, day).executeTakeFirstOrThrow()
      if (spent + 1 > calls * shareMax) return false
      await queries
        .updateTable('double_pay')
        .set({ spent: spent + 1 })
        .where('account_id', '=', day.accountId)
        .where('day', '=', day.day)
        .execute()
      return true
    })
  }
}

/** Forgets days that have long ended. */
export async function forgetDoublePays(queries: Queries, beforeDay: number): Promise<void> {
  await queries.deleteFrom('double_pay').where('day', '<', beforeDay).execute()
}

async function addCalls(queries: Queries, { accountId, day, calls }: DoublePayDay): Promise<void> {
  await queries
    .insertInto('double_pay')
    .values({ account_id: accountId, day, calls, spent: 0 })
    .onConflict((conflict) =>
      conflict.columns(['account_id', 'day']).doUpdateSet(({ eb }) => ({
        calls: eb('double_pay.calls', '+', calls),
      })),
    )
    .execute()
}

function ofDay(queries: Queries, { accountId, day }: DoublePayDay) {
  return queries
    .selectFrom('double_pay')
    .select(['calls', 'spent'])
    .where('account_id', '=', accountId)
    .where('day', '=', day)
}
