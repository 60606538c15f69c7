/** Both engines of the control plane over empty stores, for the suites that must hold on each. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { inject, onTestFinished } from 'vitest'
import { postgresEngine } from '../../src/storage/postgres/engine.ts'
import { PostgresLedgerOperations } from '../../src/storage/postgres/ledger-operations.ts'
import { openPool } from '../../src/storage/postgres/pool.ts'
import type { SqlEngine } from '../../src/storage/sql/engine.ts'
import { openDatabase } from '../../src/storage/sqlite/database.ts'
import { sqliteEngine } from '../../src/storage/sqlite/engine.ts'
import { createMigratedDatabase } from './migrated-database.ts'

const CONNECTIONS_MAX = 4

/** The engines of this machine by name, each opening an empty, migrated store for one test. */
export const SQL_ENGINES: ReadonlyMap<string, () => Promise<SqlEngine>> = new Map([
  ['SQLite', openSqlite],
  ...(inject('postgresDirectory') === '' ? [] : [['PostgreSQL', openPostgres] as const]),
])

async function openSqlite(): Promise<SqlEngine> {
  const dataDir = mkdtempSync(join(tmpdir(), 'kayan-sql-'))
  const engine = sqliteEngine(openDatabase(dataDir))
  onTestFinished(async () => {
    await engine.close()
    rmSync(dataDir, { recursive: true })
  })
  return engine
}

async function openPostgres(): Promise<SqlEngine> {
  const pool = await openPool({
    url: await createMigratedDatabase(),
    connectionsMax: CONNECTIONS_MAX,
  })
  const engine = postgresEngine(pool, (queries) => new PostgresLedgerOperations(queries))
  onTestFinished(() => engine.close())
  return engine
}
