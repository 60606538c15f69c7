/**
 * Brings the schema of a database to the newest version. Several nodes may start at once: one
 * migrates, the others wait. A migration only adds (expand), so the version before goes on serving;
 * what it no longer needs is dropped a release later (contract).
 */
import { StorageError } from '../storage-error.ts'
import { MIGRATIONS } from './migrations/index.ts'
import type { PoolClient } from './pool.ts'

/** Key of the advisory lock under which migrations run; any number that nobody else uses. */
const LOCK = 5_270_611

/** Migrates within one transaction; `readOnly` only looks whether that is still to be done. */
export async function migrate(client: PoolClient, readOnly: boolean): Promise<void> {
  const newest = MIGRATIONS.length
  const present = await schemaVersion(client)
  if (present > newest) refuse('newer_version', present)
  if (present === newest) return
  if (readOnly) refuse('older_version', present)
  await client.query('BEGIN')
  try {
    await client.query('SELECT pg_advisory_xact_lock($1)', [LOCK])
    // Another node may have migrated while we waited for the lock.
    const version = await schemaVersion(client)
    for (const step of MIGRATIONS.slice(version)) await client.query(step)
    await client.query('CREATE TABLE IF NOT EXISTS schema_version (version bigint NOT NULL)')
    await client.query('DELETE FROM schema_version')
    await client.query('INSERT INTO schema_version VALUES ($1)', [newest])
    await client.query('COMMIT')
  } catch (error) {
    await client.query('ROLLBACK')
    throw error
  }
}

async function schemaVersion(client: PoolClient): Promise<number> {
  const { rows } = await client.query(`SELECT to_regclass('schema_version') IS NOT NULL AS found`)
  if (rows[0]?.found !== true) return 0
  const version = await client.query('SELECT version FROM schema_version')
  return Number(version.rows[0]?.version ?? 0)
}

function refuse(code: 'newer_version' | 'older_version', version: number): never {
  const detail = `schema version ${version}, this Kayan knows ${MIGRATIONS.length}`
  throw new StorageError(code, `PostgreSQL: ${detail}`)
}
