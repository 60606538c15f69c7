/** The control plane on SQLite: the query builder over one connection of the database file. */
import { Kysely, type SqliteDatabase, SqliteDialect, sql } from 'kysely'
import type { Queries, SqlEngine } from '../sql/engine.ts'
import type { Schema } from '../sql/schema.ts'
import type { Database } from './database.ts'
import { SqliteLedgerOperations } from './ledger-operations.ts'

/** Builds the engine over an open connection, which it closes at its own end. */
export function sqliteEngine(database: Database): SqlEngine {
  const queries = new Kysely<Schema>({
    dialect: new SqliteDialect({ database: kyselyDatabase(database) }),
  })
  return {
    name: 'sqlite',
    queries,
    transact: (action) =>
      queries
        .transaction()
        .execute((transaction) =>
          action({ queries: transaction, ledger: new SqliteLedgerOperations(database) }),
        ),
    snapshot: (action) =>
      queries.connection().execute((connection) => inSnapshot(connection, action)),
    close: () => queries.destroy(),
  }
}

/**
 * Reads in one snapshot, also where nothing may be written: a transaction of the query builder asks
 * for the write lock.
 */
export async function inSnapshot<T>(
  queries: Queries,
  action: (queries: Queries) => Promise<T>,
): Promise<T> {
  await sql`begin deferred`.execute(queries)
  try {
    return await action(queries)
  } finally {
    await sql`commit`.execute(queries)
  }
}

/** The form in which the query builder knows a SQLite driver. */
function kyselyDatabase(database: Database): SqliteDatabase {
  return {
    prepare(sql) {
      // A transaction that began by reading could not be sure to be let write.
      const statement = database.prepare(sql === 'begin' ? BEGIN : sql)
      return {
        reader: statement.columns().length > 0,
        all: (values) => statement.all(...(values as never[])),
        run: (values) => statement.run(...(values as never[])),
        iterate: (values) => statement.iterate(...(values as never[])),
      }
    },
    close: () => database.close(),
  }
}

const BEGIN = 'begin immediate'
