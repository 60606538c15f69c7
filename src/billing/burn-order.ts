/** What a buyer sees of the units an account has: its grants in the order in which they are spent. */
import type { Mode, Product } from '../domain/product.ts'
import { burnsBefore, type Holding } from './grant.ts'

/** What is left of a grant, or of several. */
export interface Quota {
  /** Can still be spent. */
  readonly remaining: number
  /** Held for calls that are under way. */
  readonly reserved: number
  readonly used: number
  /** Granted, less what was withdrawn. */
  readonly capacity: number
}

export interface QuotaOfGrant extends Quota {
  readonly grantId: number
  readonly startsAtMs: number
  readonly expiresAtMs: number
  readonly reason: string
}

/** Grants of one product and mode, first to be spent first, and their sum. */
export interface BurnOrder {
  readonly product: Product
  readonly mode: Mode
  readonly total: Quota
  readonly grants: readonly QuotaOfGrant[]
}

/** The burn order of each pool of one account, of grants that have not ended by `nowMs`. */
export function burnOrders(holdings: Iterable<Holding>, nowMs: number): BurnOrder[] {
  const pools = Map.groupBy(
    [...holdings].filter(({ expiresAtMs }) => nowMs < expiresAtMs).sort(burnsBefore),
    ({ grant }) => `${grant.product} ${grant.mode}`,
  )
  return [...pools.values()].map((pool) => {
    const { product, mode } = pool[0]!.grant
    const grants = pool.map(quotaOf)
    return { product, mode, total: sumOf(grants), grants }
  })
}

function quotaOf({ grant, balance, expiresAtMs }: Holding): QuotaOfGrant {
  return {
    grantId: grant.id,
    startsAtMs: grant.startsAtMs,
    expiresAtMs,
    reason: grant.reason,
    remaining: balance.available,
    reserved: balance.reserved,
    used: balance.used,
    capacity: grant.units - balance.withdrawn,
  }
}

function sumOf(quotas: readonly Quota[]): Quota {
  const sum = (part: keyof Quota) => quotas.reduce((total, quota) => total + quota[part], 0)
  return {
    remaining: sum('remaining'),
    reserved: sum('reserved'),
    used: sum('used'),
    capacity: sum('capacity'),
  }
}
