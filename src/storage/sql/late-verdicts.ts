/** Late verdicts under their keyed tokens: one row each, taken by whoever deletes it. */
import type { Outcome } from '../../domain/outcome.ts'
import type { LateVerdictStore } from '../../sources/upstream/late-verdicts.ts'
import type { Queries } from './engine.ts'

/** Rows of one look: what is more is learnt at the next. */
const ROWS_MAX = 1_000

export class SqlLateVerdicts implements LateVerdictStore {
  readonly #queries: Queries
  readonly #watch: Queries

  /** Looks are made by `watch`, which waits for nothing that others do. */
  constructor(queries: Queries, watch: Queries = queries) {
    this.#queries = queries
    this.#watch = watch
  }

  async keep(token: string, outcome: Outcome, atMs: number): Promise<void> {
    const cells = { outcome, kept_at_ms: atMs }
    await this.#queries
      .insertInto('late_verdict')
      .values({ token: bytesOf(token), ...cells })
      .onConflict((conflict) => conflict.column('token').doUpdateSet(cells))
      .execute()
  }

  async take(token: string, afterMs: number): Promise<Outcome | undefined> {
    const row = await this.#queries
      .deleteFrom('late_verdict')
      .where('token', '=', bytesOf(token))
      .where('kept_at_ms', '>', afterMs)
      .returning('outcome')
      .executeTakeFirst()
    return row?.outcome
  }

  async keptAfter(afterMs: number): Promise<{ token: string; atMs: number }[]> {
    const rows = await this.#watch
      .selectFrom('late_verdict')
      .select(['token', 'kept_at_ms'])
      .where('kept_at_ms', '>', afterMs)
      .orderBy('kept_at_ms', 'desc')
      .limit(ROWS_MAX)
      .execute()
    return rows.reverse().map(({ token, kept_at_ms: atMs }) => {
      return { token: Buffer.from(token).toString('latin1'), atMs }
    })
  }

  async forget(beforeMs: number): Promise<void> {
    await this.#queries.deleteFrom('late_verdict').where('kept_at_ms', '<', beforeMs).execute()
  }
}

function bytesOf(token: string): Buffer {
  return Buffer.from(token, 'latin1')
}
