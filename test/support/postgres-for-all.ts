/**
 * One PostgreSQL for all test files of a run; each takes a database of its own. Where the machine
 * has none, its tests are skipped and say why, and in CI that is a failure.
 */
import type { TestProject } from 'vitest/node'
import { postgresPrograms, startPostgres } from './postgres.ts'

const SKIPPED = 'skipped: tests of PostgreSQL, because this machine has none (Debian: postgresql)\n'

declare module 'vitest' {
  interface ProvidedContext {
    /** Directory of the cluster's socket; empty without PostgreSQL. */
    postgresDirectory: string
  }
}

/** Called by vitest before the first file; what it returns is called after the last. */
export async function setup(project: TestProject): Promise<() => Promise<void>> {
  if (postgresPrograms() === undefined) {
    if (process.env.CI === 'true') throw new Error('CI needs PostgreSQL (Debian: postgresql)')
    process.stderr.write(SKIPPED)
    project.provide('postgresDirectory', '')
    return () => Promise.resolve()
  }
  const server = await startPostgres({ durable: false })
  project.provide('postgresDirectory', server.directory)
  return () => server.stop()
}
