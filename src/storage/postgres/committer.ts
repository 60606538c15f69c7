/**
 * One transaction at a time on one connection, and what became of it: committed, certainly not, or
 * unknown. Who loses the connection during a commit asks the store afterwards, by inserting the row
 * that names the transaction: only one of the two can have it.
 */
import { setTimeout as sleep } from 'node:timers/promises'
import { InvariantBroken } from '../../billing/ledger.ts'
import { Connection, type ConnectionOptions, isLost } from './connection.ts'
import { BEGIN, COMMIT, type Query, type Reply, ROLLBACK } from './session.ts'
import type { WriteQuery } from './write-query.ts'

/** What a transaction reads first, and what it makes of the answers. */
export interface Work<T extends { readonly rows: WriteQuery }> {
  /**
   * What it will come to when nothing is otherwise than believed, with the questions that fail
   * otherwise: then nothing is read. Undefined where that is not known.
   */
  foresee?(): Foreseen<T> | undefined
  readonly reads: readonly Query[]
  /** Returns undefined when there is nothing to do; throws when it must not be done. */
  settle(replies: readonly Reply[]): (T & { readonly before?: readonly Query[] }) | undefined
}

export interface Foreseen<T> {
  readonly settled: T
  readonly guards: readonly Query[]
}

/**
 * - `idle`: there was nothing to do.
 * - `refused`: certainly not committed, the store cannot be reached or takes no writes.
 * - `unstorable`: certainly not committed, because some row cannot be stored.
 * - `unknown`: nobody may be told anything.
 */
export type Committed<T> =
  | { readonly outcome: 'committed'; readonly settled: T }
  | { readonly outcome: 'idle' }
  | { readonly outcome: 'refused' | 'unstorable' | 'unknown'; readonly cause: Error }

/** How many transactions of this start of a node were begun, over all its connections. */
export interface BatchNumbers {
  next(): number
}

export interface CommitterOptions extends ConnectionOptions {
  readonly nodeId: number
  readonly numbers: BatchNumbers
  readonly nowMs: () => number
  readonly watermark: () => number
}

/** Somebody else held what we needed in another order: try again. */
const CONFLICTS = ['40001', '40P01']
const ATTEMPTS_MAX = 4
/** How long the outcome of a commit is asked for before nobody is answered. */
const RESOLVE_MS_MAX = 5_000
const RESOLVE_PAUSE_MS = 50
const UNIQUE_VIOLATION = '23505'
/** Watermark of a row that stands for a transaction that never was. */
const TOMBSTONE = -1

const TOMB = `INSERT INTO batch (node_id, number, at_ms, watermark) VALUES ($1, $2, $3, ${TOMBSTONE})`
const BURIED = `SELECT watermark = ${TOMBSTONE} AS buried FROM batch WHERE node_id = $1 AND number = $2`

/** What one attempt came to; `again` after a conflict with another transaction. */
type Attempt<T> = Committed<T> | { readonly outcome: 'again'; readonly cause: Error }

export class Committer {
  readonly #connection: Connection
  readonly #options: CommitterOptions

  constructor(options: CommitterOptions) {
    this.#options = options
    this.#connection = new Connection(options)
  }

  /** Runs one transaction. Throws only on a broken invariant and on a bug. */
  async run<T extends { readonly rows: WriteQuery }>(work: Work<T>): Promise<Committed<T>> {
    const foreseen = work.foresee?.()
    if (foreseen !== undefined) {
      const before = [BEGIN, ...foreseen.guards]
      const attempt = await this.#write({ ...foreseen.settled, before })
      // Something was otherwise; the long way finds out what.
      if (attempt.outcome !== 'again' && attempt.outcome !== 'unstorable') return attempt
    }
    for (let attempts = 1; ; attempts++) {
      const attempt = await this.#attempt(work)
      if (attempt.outcome !== 'again') return attempt
      if (attempts === ATTEMPTS_MAX) return { outcome: 'refused', cause: attempt.cause }
    }
  }

  close(): Promise<void> {
    return this.#connection.close()
  }

  async #attempt<T extends { readonly rows: WriteQuery }>(work: Work<T>): Promise<Attempt<T>> {
    let replies: readonly Reply[]
    try {
      replies = (await this.#connection.all([BEGIN, ...work.reads])).slice(1)
    } catch (error) {
      return this.#failed(error as Error)
    }
    let settled: ReturnType<Work<T>['settle']>
    try {
      settled = work.settle(replies)
    } catch (error) {
      // What is being thrown says more than whether the rollback arrived.
      await this.#connection.all([ROLLBACK]).catch(() => this.#connection.drop())
      throw error
    }
    if (settled === undefined) {
      await this.#connection.all([ROLLBACK]).catch(() => this.#connection.drop())
      return { outcome: 'idle' }
    }
    return this.#write(settled)
  }

  async #write<T extends { readonly rows: WriteQuery }>(
    settled: T & { readonly before?: readonly Query[] },
  ): Promise<Attempt<T>> {
    const { nodeId, numbers, nowMs, watermark } = this.#options
    const number = numbers.next()
    settled.rows.add('batch', [nodeId, number, nowMs(), watermark()])
    const write = settled.rows.query()
    const writes = [...(settled.before ?? []), ...(write === undefined ? [] : [write])]
    const outcomes = await this.#connection
      .allSettled([...writes, COMMIT])
      .catch((error: Error) => error)
    // Lost before anything was sent.
    if (outcomes instanceof Error) return this.#failed(outcomes)
    const commit = outcomes.at(-1)
    const rejected = outcomes.slice(0, -1).find(({ status }) => status === 'rejected')
    if (rejected !== undefined) {
      const { reason } = rejected as PromiseRejectedResult
      // An error the server told ends the transaction; an answer that never came tells nothing.
      return isLost(reason) ? this.#resolve(settled, number, reason) : this.#failed(reason)
    }
    if (commit?.status === 'fulfilled') {
      if (commit.value.command === 'COMMIT') return { outcome: 'committed', settled }
      return { outcome: 'refused', cause: new Error(`the store answered ${commit.value.command}`) }
    }
    return this.#resolve(settled, number, commit?.reason as Error)
  }

  /** What an exception means for a transaction that certainly did not commit. */
  async #failed(error: Error): Promise<Attempt<never>> {
    if (error instanceof InvariantBroken) throw error
    if (isLost(error)) {
      this.#connection.drop()
      return { outcome: 'refused', cause: error }
    }
    await this.#connection.all([ROLLBACK]).catch(() => this.#connection.drop())
    const code = String((error as { code?: unknown }).code ?? '')
    if (CONFLICTS.includes(code)) return { outcome: 'again', cause: error }
    // Integrity and data: some row is at fault, not the store.
    const unstorable = code.startsWith('23') || code.startsWith('22')
    return { outcome: unstorable ? 'unstorable' : 'refused', cause: error }
  }

  /** Decides whether a transaction whose commit was not answered happened. */
  async #resolve<T>(settled: T, number: number, cause: Error): Promise<Committed<T>> {
    this.#connection.drop()
    const deadline = AbortSignal.timeout(RESOLVE_MS_MAX)
    while (!deadline.aborted) {
      const happened = await this.#happened(number)
      if (happened === true) return { outcome: 'committed', settled }
      if (happened === false) return { outcome: 'refused', cause }
      await sleep(RESOLVE_PAUSE_MS)
    }
    const message = `no answer about a commit for ${RESOLVE_MS_MAX} ms`
    return { outcome: 'unknown', cause: new Error(message, { cause }) }
  }

  /** Undefined while the store cannot be asked. */
  async #happened(number: number): Promise<boolean | undefined> {
    const { nodeId, nowMs } = this.#options
    try {
      await this.#connection.all([{ name: 'tomb', text: TOMB, values: [nodeId, number, nowMs()] }])
      return false
    } catch (error) {
      if ((error as { code?: unknown }).code !== UNIQUE_VIOLATION) return undefined
    }
    try {
      const [reply] = await this.#connection.all([
        { name: 'buried', text: BURIED, values: [nodeId, number] },
      ])
      return reply?.rows[0] && reply.rows[0].buried !== true
    } catch {
      return undefined
    }
  }
}
