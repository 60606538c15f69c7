/**
 * What this node believes of the pools it was asked about. Only a hint for the order of refusals:
 * a pool that is not known counts as usable, since the decrement is the check.
 */
import { type ViewedGrant, viewed } from '../../billing/availability.ts'
import { availabilityOf, type Holding } from '../../billing/grant.ts'
import type { Availability } from '../../billing/store.ts'
import { keyOfPool, type PoolId } from './pool-id.ts'

interface Hint {
  readonly pool: PoolId
  /** Undefined until they are read. */
  readonly grants: ViewedGrant[] | undefined
  askedMs: number
}

/** A pool nobody asked about for so long is forgotten. */
const FORGOTTEN_MS = 600_000

export class Hints {
  readonly #hints = new Map<string, Hint>()

  of(pool: PoolId, nowMs: number): Availability {
    const key = keyOfPool(pool)
    const hint = this.#hints.get(key)
    if (hint === undefined) {
      this.#hints.set(key, { pool, grants: undefined, askedMs: nowMs })
      return 'usable'
    }
    hint.askedMs = nowMs
    return hint.grants === undefined ? 'usable' : availabilityOf(hint.grants, nowMs)
  }

  /** Pools that may have become usable without this node knowing; forgets those that are not asked for. */
  doubtful(nowMs: number): PoolId[] {
    for (const [key, { askedMs }] of this.#hints) {
      if (nowMs - askedMs > FORGOTTEN_MS) this.#hints.delete(key)
    }
    return [...this.#hints.values()]
      .filter(({ grants }) => {
        return grants === undefined || availabilityOf(grants, nowMs) !== 'usable'
      })
      .map(({ pool }) => pool)
  }

  /** Takes in everything that some pools hold. */
  read(pools: readonly PoolId[], holdings: Iterable<Holding>, nowMs: number): void {
    for (const pool of pools) {
      const key = keyOfPool(pool)
      const askedMs = this.#hints.get(key)?.askedMs ?? nowMs
      this.#hints.set(key, { pool, grants: [], askedMs })
    }
    for (const holding of holdings) {
      this.#hints.get(keyOfPool(holding.grant))?.grants?.push(viewed(holding))
    }
  }
}
