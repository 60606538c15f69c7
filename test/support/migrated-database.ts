/** Databases that have all tables already: copied from one, which costs less than migrating each. */
import { inject } from 'vitest'
import { createDatabase } from './postgres.ts'

/** Creates one on the PostgreSQL of the tests, as a first start finds it; returns its URL. */
export function createMigratedDatabase(): Promise<string> {
  return createDatabase(inject('postgresDirectory'), inject('postgresTemplate'))
}
