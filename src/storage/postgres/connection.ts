/**
 * One connection of the meter, made when it is first asked and again after it was lost. Questions go
 * out without waiting for the answers before them.
 */
import { StorageError } from '../storage-error.ts'
import { type Client, openClient } from './pool.ts'
import type { Query, Reply, Session } from './session.ts'
import { postgresErrorCode } from './storage-error.ts'

/** A server that is silent for this long counts as lost. */
const ANSWER_MS_MAX = 5_000
/** A transaction that its node forgot must not keep others from their units. */
const IDLE_IN_TRANSACTION_MS_MAX = 5_000
const LOCK_WAIT_MS_MAX = 4_000

/**
 * Every statement is a look-up or an insertion by key: plans made while the tables were empty must
 * not become scans of full ones.
 */
const SETTINGS = `SET synchronous_commit = on; SET enable_seqscan = off;
  SET enable_hashjoin = off; SET enable_mergejoin = off;
  SET plan_cache_mode = force_generic_plan; SET jit = off;
  SET lock_timeout = ${LOCK_WAIT_MS_MAX};
  SET idle_in_transaction_session_timeout = ${IDLE_IN_TRANSACTION_MS_MAX}`

/** What must be on for a commit to mean what it says. */
const DURABLE = ['fsync', 'full_page_writes', 'synchronous_commit'] as const

export interface ConnectionOptions {
  readonly url: string
  /** Refuse a server that acknowledges before its disk has the bytes. */
  readonly durable: boolean
}

export class Connection implements Session {
  readonly #options: ConnectionOptions
  #client: Promise<Client> | undefined

  constructor(options: ConnectionOptions) {
    this.#options = options
  }

  async all(queries: readonly Query[]): Promise<readonly Reply[]> {
    const outcomes = await this.allSettled(queries)
    const failed = outcomes.find((outcome) => outcome.status === 'rejected')
    if (failed !== undefined) throw failed.reason
    return outcomes.map((outcome) => (outcome as PromiseFulfilledResult<Reply>).value)
  }

  /** As `all`, with what became of each question. Rejects when there is no connection to ask on. */
  async allSettled(queries: readonly Query[]): Promise<PromiseSettledResult<Reply>[]> {
    const client = await this.#open()
    const outcomes = await Promise.allSettled(
      queries.map(({ name, text, values }) =>
        client.query({ ...(name && { name }), text, values: values as unknown[] }),
      ),
    )
    if (outcomes.some((each) => each.status === 'rejected' && isLost(each.reason))) this.drop()
    return outcomes
  }

  /** Cuts the connection; the next question makes a new one. */
  drop(): void {
    const client = this.#client
    this.#client = undefined
    // Cut, not ended: an end would wait for a server that may never answer.
    client?.then((open) => open.connection.stream.destroy()).catch(() => {})
  }

  async close(): Promise<void> {
    const client = this.#client
    this.#client = undefined
    await client?.then((open) => open.end()).catch(() => {})
  }

  #open(): Promise<Client> {
    this.#client ??= this.#connect().catch((error) => {
      this.#client = undefined
      throw error
    })
    return this.#client
  }

  async #connect(): Promise<Client> {
    const client = await openClient(this.#options.url, ANSWER_MS_MAX)
    try {
      // One journey for both: a start waits for several connections.
      const set = client.query(SETTINGS)
      await Promise.all([set, this.#options.durable ? assertDurable(client) : undefined])
      return client
    } catch (error) {
      client.connection.stream.destroy()
      throw error
    }
  }
}

/** Whether an exception says that the connection is gone, and with it the answer. */
export function isLost(error: unknown): boolean {
  if (error instanceof StorageError) return true
  const { message = '' } = error as Partial<Error>
  const words = /Query read timeout|not queryable|Client was closed|Connection terminated/
  return words.test(message) || postgresErrorCode(error) === 'unreachable'
}

/** Whether the store as a whole takes no writes: away, or full. */
export function isGone(error: unknown): boolean {
  return isLost(error) || postgresErrorCode(error) === 'full'
}

async function assertDurable(client: Client): Promise<void> {
  const settings = DURABLE.map((name) => `current_setting('${name}') AS ${name}`)
  const { rows } = await client.query(`SELECT ${settings.join(', ')}`)
  for (const setting of DURABLE) {
    if (rows[0]?.[setting] === 'on') continue
    throw new StorageError('failed', `PostgreSQL: ${setting} is ${rows[0]?.[setting]}, not on`)
  }
}
