/** The main thread's read-only view of what can be spent, refreshed by the writer with each batch. */
import type { Mode, Product } from '../domain/product.ts'
import { availabilityOf, type Holding, poolKey, type Spendable } from './grant.ts'
import type { Availability } from './store.ts'

/** One grant as the view sees it. */
export interface ViewedGrant extends Spendable {
  readonly id: number
  readonly pool: string
}

/** What the writer tells of a holding that moved. */
export function viewed({ grant, balance, expiresAtMs }: Holding): ViewedGrant {
  return {
    id: grant.id,
    pool: poolKey(grant.accountId, grant.product, grant.mode),
    startsAtMs: grant.startsAtMs,
    expiresAtMs,
    available: balance.available,
  }
}

export class AvailabilityView {
  readonly #pools = new Map<string, Map<number, ViewedGrant>>()

  /** Takes in grants that are new or moved. */
  update(grants: Iterable<ViewedGrant>): void {
    for (const grant of grants) {
      const pool = this.#pools.get(grant.pool)
      if (pool === undefined) this.#pools.set(grant.pool, new Map([[grant.id, grant]]))
      else pool.set(grant.id, grant)
    }
  }

  of(accountId: string, product: Product, mode: Mode, atMs: number): Availability {
    const pool = this.#pools.get(poolKey(accountId, product, mode))
    return pool === undefined ? 'none' : availabilityOf(pool.values(), atMs)
  }
}
