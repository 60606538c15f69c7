/**
 * What the control plane stands on: one query builder over either engine, and write transactions in
 * which rows and units move together. The hot path of metering does not pass through here.
 */
import type { Kysely } from 'kysely'
import type { LedgerOperations } from '../../billing/ledger-port.ts'
import type { Schema } from './schema.ts'

export type Queries = Kysely<Schema>

/** One write transaction: all of it, or nothing. */
export interface SqlTransaction {
  readonly queries: Queries
  /** Movements of units, in this transaction. */
  readonly ledger: LedgerOperations
}

/** What reads alone. */
export type SqlReader = Pick<SqlEngine, 'name' | 'queries' | 'snapshot'>

export interface SqlEngine {
  readonly name: 'sqlite' | 'postgres'
  /** For reading; each query sees what is committed when it runs. */
  readonly queries: Queries
  /**
   * Runs an action in one write transaction, rolled back when it throws. Everything it asks goes
   * through the transaction it is given: `queries` of the engine would wait for its end for ever.
   */
  transact<T>(action: (transaction: SqlTransaction) => Promise<T>): Promise<T>
  /** Runs reads in one snapshot. */
  snapshot<T>(action: (queries: Queries) => Promise<T>): Promise<T>
  close(): Promise<void>
}

/** An engine whose transactions are steps of one that is under way. */
export function within({ name }: SqlEngine, transaction: SqlTransaction): SqlEngine {
  const { queries } = transaction
  return {
    name,
    queries,
    transact: (action) => action(transaction),
    snapshot: (action) => action(queries),
    close: async () => undefined,
  }
}
