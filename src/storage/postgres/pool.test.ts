import { sql } from 'kysely'
import { describe, expect, inject, onTestFinished, test } from 'vitest'
import { createDatabase } from '../../../test/support/postgres.ts'
import type { SqlEngine } from '../sql/engine.ts'
import { postgresEngine } from './engine.ts'
import { PostgresLedgerOperations } from './ledger-operations.ts'
import { openPool, type PoolOptions } from './pool.ts'

const directory = inject('postgresDirectory')

async function open(more: Partial<PoolOptions> = {}): Promise<SqlEngine> {
  const url = await createDatabase(directory)
  const pool = await openPool({ url, connectionsMax: 2, ...more })
  const engine = postgresEngine(pool, (queries) => new PostgresLedgerOperations(queries))
  onTestFinished(() => engine.close())
  return engine
}

describe.skipIf(directory === '')('a pool (skipped without PostgreSQL)', () => {
  test('a connection that is lost within a transaction fails it, and the next one works', async () => {
    const engine = await open()
    const lost = engine.transact(async ({ queries }) => {
      const { rows } = await sql<{ pid: number }>`select pg_backend_pid() as pid`.execute(queries)
      const pid = rows[0]!.pid
      await sql`select pg_terminate_backend(${pid}::int)`.execute(engine.queries)
      await sql`select 1`.execute(queries)
    })
    await expect(lost).rejects.toThrow()
    const works = engine.transact(({ queries }) => sql`select 1`.execute(queries))
    await expect(works).resolves.toBeDefined()
  })

  test('what is not answered in time is given up, where a pool was made so', async () => {
    const engine = await open({ answerMsMax: 100 })
    await expect(sql`select pg_sleep(1)`.execute(engine.queries)).rejects.toThrow('timeout')
  })
})
