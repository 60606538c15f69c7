/**
 * One PostgreSQL for all test files of a run; each takes a database of its own. Where the machine
 * has none, its tests are skipped and say why, and in CI that is a failure.
 */
import type { TestProject } from 'vitest/node'
import { migrate } from '../../src/storage/postgres/migrate.ts'
import { openPool } from '../../src/storage/postgres/pool.ts'
import { createDatabase, postgresPrograms, startPostgres } from './postgres.ts'

const SKIPPED = 'skipped: tests of PostgreSQL, because this machine has none (Debian: postgresql)\n'

declare module 'vitest' {
  interface ProvidedContext {
    /** Directory of the cluster's socket; empty without PostgreSQL. */
    postgresDirectory: string
    /** A database of it that has all tables, for copies. */
    postgresTemplate: string
  }
}

/** Called by vitest before the first file; what it returns is called after the last. */
export async function setup(project: TestProject): Promise<() => Promise<void>> {
  if (postgresPrograms() === undefined) {
    if (process.env.CI === 'true') throw new Error('CI needs PostgreSQL (Debian: postgresql)')
    process.stderr.write(SKIPPED)
    project.provide('postgresDirectory', '')
    project.provide('postgresTemplate', '')
    return () => Promise.resolve()
  }
  const server = await startPostgres({ durable: false })
  project.provide('postgresDirectory', server.directory)
  project.provide('postgresTemplate', await createTemplate(server.directory))
  return () => server.stop()
}

/** Migrates a database once; gives its name. */
async function createTemplate(directory: string): Promise<string> {
  const url = await createDatabase(directory)
  const pool = await openPool({ url, connectionsMax: 1 })
  const client = await pool.connect()
  await migrate(client, false)
  client.release()
  await pool.end()
  return new URL(url).pathname.slice(1)
}
