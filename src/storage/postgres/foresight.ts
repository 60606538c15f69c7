/**
 * What a node believes of the pools that it wrote last: as long as nobody else moves their units, a
 * batch is decided before the store is asked, and written in one journey that fails when it was wrong.
 */
import { bytesArray, numberArray } from './array-literal.ts'
import type { Batch, BatchContext, Settled } from './batch.ts'
import type { Foreseen } from './committer.ts'
import {
  type EntryNumbers,
  type Knowledge,
  lockQuery,
  type PoolBooks,
  type PoolState,
  poolArrays,
} from './pool-books.ts'
import { keyOfPool, type PoolId } from './pool-id.ts'
import type { Query } from './session.ts'

const POOLS_MAX = 4_096

/**
 * Asked after the lock, in a statement of its own, so that it sees what was committed meanwhile. It
 * divides by zero when a pool has moved, a verdict was lost that is to be given again, or a counter of
 * the guardian has something to say.
 */
const AS_BELIEVED = `SELECT 1 / (CASE WHEN EXISTS (
      SELECT FROM unnest($1::text[], $2::text[], $3::text[], $4::bigint[]) AS w(a, p, m, n)
      JOIN pool p ON (p.account_id, p.product, p.mode) = (w.a, w.p, w.m) WHERE p.last_entry <> w.n
    ) OR EXISTS (
      SELECT FROM repeat r WHERE r.undelivered = 1 AND r.element_token = ANY($5::bytea[])
    ) OR EXISTS (
      SELECT FROM unnest($6::bytea[], $7::bigint[]) AS w(t, l)
      JOIN guard_row g ON g.token = w.t WHERE octet_length(g.marks) > 0 OR g.count >= w.l
    ) THEN 0 ELSE 1 END) AS believed`

interface Belief {
  /** Number of the last entry this node made in the pool. */
  readonly lastEntryId: number
  /** Undefined where another node was seen at the pool: it would be wrong again. */
  readonly state: PoolState | undefined
}

export class Foresight {
  readonly #beliefs = new Map<string, Belief>()
  /** They were taken under the lock of whatever is believed in, so they follow all its entries. */
  #numbers: EntryNumbers = { last: 0, end: 0 }

  /** What a batch will come to; undefined when too little is known. What is believed is used up. */
  of(batch: Batch, context: BatchContext, nowMs: number): Foreseen<Settled> | undefined {
    const { last, end } = this.#numbers
    if (!batch.foreseeable || end - last < batch.entriesMax) return undefined
    const states = new Map<string, PoolState>()
    for (const pool of batch.pools) {
      const key = keyOfPool(pool)
      const state = this.#beliefs.get(key)?.state
      if (state === undefined) return undefined
      states.set(key, state)
    }
    const guards = [lockQuery(batch.pools), believed([...states.values()], batch)]
    return { guards, settled: batch.foresee(knowing(states, this.#numbers), context, nowMs) }
  }

  /** Takes in how a committed batch left its pools. */
  keep(books: PoolBooks): void {
    if (this.#beliefs.size > POOLS_MAX) this.#beliefs.clear()
    for (const state of books.states()) {
      const key = keyOfPool(state.pool)
      const alone = this.#beliefs.get(key)?.lastEntryId === books.foundEntryId(state.pool)
      this.#beliefs.set(key, {
        lastEntryId: state.lastEntryId,
        state: alone ? state : undefined,
      })
    }
    this.#numbers = books.numbers()
  }

  /** Believes nothing of some pools: what became of their batch is not what was decided. */
  forget(pools: readonly PoolId[]): void {
    for (const pool of pools) this.#beliefs.delete(keyOfPool(pool))
    this.#numbers = { last: 0, end: 0 }
  }
}

function believed(states: readonly PoolState[], { tokens, limits: counted }: Batch): Query {
  const names = poolArrays(states.map(({ pool }) => pool))
  const entries = numberArray(states.map(({ lastEntryId }) => lastEntryId))
  return {
    name: 'as believed',
    text: AS_BELIEVED,
    values: [
      ...names,
      entries,
      bytesArray(tokens),
      bytesArray(counted.tokens),
      numberArray(counted.limits),
    ],
  }
}

function knowing(states: ReadonlyMap<string, PoolState>, numbers: EntryNumbers): Knowledge {
  return { states, numbers, reservations: [], claimed: new Set(), days: new Map() }
}
