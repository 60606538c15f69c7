/** Connections to PostgreSQL. The driver is an optional package: the only file that loads it. */
import type { Client, Pool, PoolClient } from 'pg'
import { StorageError } from '../storage-error.ts'

export type { Client, Pool, PoolClient }

const CONNECT_TIMEOUT_MS = 5_000
/** Of type `int8`: counts and times, which stay below 2^53. */
const INT8_OID = 20

export interface PoolOptions {
  /** `postgres://…`; may hold a password, so it is never printed. */
  readonly url: string
  readonly connectionsMax: number
}

/** Opens a pool; a connection is made when one is first asked for. */
export async function openPool({ url, connectionsMax }: PoolOptions): Promise<Pool> {
  const pg = (await loadDriver()).default
  pg.types.setTypeParser(INT8_OID, toInteger)
  const pool = new pg.Pool({
    connectionString: url,
    max: connectionsMax,
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
    application_name: 'kayan',
  })
  // An idle connection that breaks is replaced when it is next needed.
  pool.on('error', () => {})
  return pool
}

/**
 * Connects on the meter's own account: what is asked goes out at once, without waiting for the answer
 * before it, and a server that does not answer for `timeoutMs` counts as lost.
 */
export async function openClient(url: string, timeoutMs: number): Promise<Client> {
  const pg = (await loadDriver()).default
  pg.types.setTypeParser(INT8_OID, toInteger)
  const client = new pg.Client({
    connectionString: url,
    connectionTimeoutMillis: timeoutMs,
    query_timeout: timeoutMs,
    keepAlive: true,
    application_name: 'kayan meter',
    pipeline: true,
  })
  // Whoever waits for an answer hears of it; between questions nobody needs to.
  client.on('error', () => {})
  await client.connect()
  return client
}

async function loadDriver() {
  try {
    return await import('pg')
  } catch (error) {
    throw new StorageError('driver_missing', 'npm install pg', error)
  }
}

function toInteger(text: string): number {
  const value = Number(text)
  if (!Number.isSafeInteger(value)) throw new RangeError(`${text} does not fit into 53 bits`)
  return value
}
