/** Connections to PostgreSQL. The driver is an optional package: the only file that loads it. */
import type { Client, Pool, PoolClient } from 'pg'
import { StorageError } from '../storage-error.ts'

export type { Client, Pool, PoolClient }

const CONNECT_TIMEOUT_MS = 5_000
/** A connection that no longer answers cannot be told from a slow one: it is replaced by its age. */
const SILENT_S_MAX = 20
/** Of type `int8`: counts and times, which stay below 2^53. */
const INT8_OID = 20

export interface PoolOptions {
  /** `postgres://…`; may hold a password, so it is never printed. */
  readonly url: string
  readonly connectionsMax: number
  /** A question that takes longer fails, and a connection that went silent is soon replaced. */
  readonly answerMsMax?: number
}

/** Opens a pool; a connection is made when one is first asked for. */
export async function openPool(options: PoolOptions): Promise<Pool> {
  const { url, connectionsMax, answerMsMax } = options
  const pg = (await loadDriver()).default
  pg.types.setTypeParser(INT8_OID, toInteger)
  const pool = new pg.Pool({
    connectionString: url,
    max: connectionsMax,
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
    application_name: 'kayan',
    ...(answerMsMax !== undefined && {
      query_timeout: answerMsMax,
      maxLifetimeSeconds: SILENT_S_MAX,
    }),
  })
  // An idle connection that breaks is replaced when it is next needed; one at work tells who asks.
  pool.on('error', () => {})
  pool.on('connect', (client) => client.on('error', () => {}))
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
