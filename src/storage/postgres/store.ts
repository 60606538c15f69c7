/** A store on PostgreSQL, which several nodes may share. */
import type { LedgerOperations } from '../../billing/ledger-port.ts'
import type { Secret } from '../../domain/secret.ts'
import { StorageError } from '../storage-error.ts'
import type { Examination, Store } from '../store.ts'
import { postgresEngine } from './engine.ts'
import { migrate } from './migrate.ts'
import { openPool, type Pool } from './pool.ts'
import { translatingPostgres } from './storage-error.ts'

const CONNECTIONS_MAX = 8
const DURABLE_SETTINGS = ['fsync', 'full_page_writes', 'synchronous_commit']

/** Opens the store behind a URL, and unless `readOnly` brings its schema to the newest version. */
export async function openPostgresStore(url: Secret, readOnly: boolean): Promise<Store> {
  const pool = await openPool({ url: url.reveal(), connectionsMax: CONNECTIONS_MAX })
  try {
    await translatingPostgres(() => prepare(pool, readOnly))
  } catch (error) {
    await pool.end()
    throw error
  }
  const engine = postgresEngine(pool, unmetered)
  return {
    engine,
    openMeter: () => Promise.reject(notYet()),
    verifyLedger: () => Promise.reject(notYet()),
    examine: () => translatingPostgres(() => examine(pool)),
    close: () => engine.close(),
  }
}

/** A server that may forget what it has acknowledged would break the promise of the ledger. */
async function examine(pool: Pool): Promise<Examination> {
  const { rows } = await pool.query(
    `SELECT name, setting FROM pg_settings WHERE name = ANY ($1) AND setting = 'off'`,
    [DURABLE_SETTINGS],
  )
  const version = Number((await pool.query('SELECT version FROM schema_version')).rows[0]?.version)
  if (rows.length === 0) return { version }
  return { version, damage: rows.map(({ name }) => `${name} = off`).join(', ') }
}

async function prepare(pool: Pool, readOnly: boolean): Promise<void> {
  const client = await pool.connect()
  try {
    await migrate(client, readOnly)
  } finally {
    client.release()
  }
}

/** The ledger is asked only by what moves units. */
function unmetered(): LedgerOperations {
  return new Proxy({} as LedgerOperations, {
    get() {
      throw notYet()
    },
  })
}

function notYet(): StorageError {
  return new StorageError('failed', 'PostgreSQL: metering is not available on it yet')
}
