/** The control plane on PostgreSQL: the query builder over a pool of connections. */
import { Kysely, PostgresDialect } from 'kysely'
import type { LedgerOperations } from '../../billing/ledger-port.ts'
import type { Queries, SqlEngine } from '../sql/engine.ts'
import type { Schema } from '../sql/schema.ts'
import type { Pool } from './pool.ts'

/** Gives the operations on the ledger within the transaction of `queries`. */
export type EnlistLedger = (queries: Queries) => LedgerOperations

/** Builds the engine over a pool, which it ends at its own end. */
export function postgresEngine(pool: Pool, enlistLedger: EnlistLedger): SqlEngine {
  const queries = new Kysely<Schema>({ dialect: new PostgresDialect({ pool }) })
  return {
    name: 'postgres',
    queries,
    transact: (action) =>
      queries
        .transaction()
        .execute((transaction) =>
          action({ queries: transaction, ledger: enlistLedger(transaction) }),
        ),
    snapshot: (action) =>
      queries
        .transaction()
        .setIsolationLevel('repeatable read')
        .setAccessMode('read only')
        .execute(action),
    async close() {
      await queries.destroy()
      // A query builder that was never asked does not end its pool.
      if (!pool.ending) await pool.end()
    },
  }
}
