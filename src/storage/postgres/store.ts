/** A store on PostgreSQL, which several nodes may share. */
import { hostname } from 'node:os'
import type { Secret } from '../../domain/secret.ts'
import type { Queries } from '../sql/engine.ts'
import type { Access, Examination, Place, Store } from '../store.ts'
import { postgresEngine } from './engine.ts'
import { PostgresLedgerOperations } from './ledger-operations.ts'
import { openPostgresMeter } from './meter.ts'
import { migrate } from './migrate.ts'
import { openPool, type Pool } from './pool.ts'
import { translatingPostgres } from './storage-error.ts'
import { verifyPostgresLedger } from './verify.ts'

const CONNECTIONS_MAX = 8
const WATCH_MS_MAX = 5_000
const DURABLE_SETTINGS = ['fsync', 'full_page_writes', 'synchronous_commit']

/** Opens the store behind a URL, and unless `readOnly` brings its schema to the newest version. */
export async function openPostgresStore(
  { databaseUrl, dataDir, nodeName }: Place & { readonly databaseUrl: Secret },
  { readOnly = false, allowVolatile = false }: Access,
): Promise<Store> {
  const url = databaseUrl.reveal()
  const pool = await openPool({ url, connectionsMax: CONNECTIONS_MAX })
  try {
    await translatingPostgres(() => prepare(pool, readOnly))
  } catch (error) {
    await pool.end()
    throw error
  }
  const enlist = (queries: Queries) => new PostgresLedgerOperations(queries)
  const engine = postgresEngine(pool, enlist)
  const watchPool = await openPool({ url, connectionsMax: 1, answerMsMax: WATCH_MS_MAX })
  const watch = postgresEngine(watchPool, enlist)
  const node = { url, nodeName: nodeName ?? `${hostname()}:${dataDir}`, allowVolatile }
  return {
    engine,
    watch,
    reader: engine,
    openMeter: (options) => openPostgresMeter({ ...options, ...node }),
    verifyLedger: (options) => translatingPostgres(() => verifyPostgresLedger(engine, options)),
    examine: () => translatingPostgres(() => examine(pool)),
    async close() {
      await watch.close()
      await engine.close()
    },
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
