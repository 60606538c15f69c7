/** A grant: one purchase, trial or credit of units, with the five accounts its units lie in. */
import type { FaultName } from '../domain/fault.ts'
import type { Mode, Product } from '../domain/product.ts'
import type { Availability } from './store.ts'

/** What is agreed once and never edited. */
export interface Grant {
  readonly id: number
  readonly accountId: string
  readonly product: Product
  readonly mode: Mode
  readonly units: number
  readonly priority: number
  readonly startsAtMs: number
  /** First moment at which it can no longer be spent, as agreed; an extension moves `Holding.expiresAtMs`. */
  readonly expiresAtMs: number
  readonly createdAtMs: number
  readonly reason: string
}

/** Where the units of a grant lie; their sum is always `Grant.units`. */
export interface Balance {
  available: number
  reserved: number
  used: number
  expired: number
  withdrawn: number
}

export type BalanceAccount = keyof Balance

/** The accounts of a grant, in the order in which reports name them. */
export const BALANCE_ACCOUNTS = [
  'available',
  'reserved',
  'used',
  'expired',
  'withdrawn',
] as const satisfies readonly BalanceAccount[]

/** A grant with its present balance and present expiry. */
export interface Holding {
  readonly grant: Grant
  readonly balance: Balance
  expiresAtMs: number
}

/** The part of a holding that decides whether it can be spent. */
export interface Spendable {
  readonly startsAtMs: number
  readonly expiresAtMs: number
  readonly available: number
}

/** Why a pool of grants cannot pay. */
export type Shortage = Exclude<Availability, 'usable'>

const SHORTAGE_FAULTS = {
  exhausted: 'quota_exhausted',
  expired: 'subscription_expired',
  none: 'not_subscribed',
} as const satisfies Record<Shortage, FaultName>

/** The refusal a shortage becomes. */
export function shortageFault(shortage: Shortage): FaultName {
  return SHORTAGE_FAULTS[shortage]
}

/** Names the grants that may pay for one call: those of one account, product and mode. */
export function poolKey(accountId: string, product: Product, mode: Mode): string {
  return `${accountId} ${product} ${mode}`
}

/** Burn order: earliest expiry, then lowest priority number, then age, then id. */
export function burnsBefore(a: Holding, b: Holding): number {
  return (
    a.expiresAtMs - b.expiresAtMs ||
    a.grant.priority - b.grant.priority ||
    a.grant.createdAtMs - b.grant.createdAtMs ||
    a.grant.id - b.grant.id
  )
}

/** Whether units can be taken at ledger time `atMs`. */
export function canSpend(grant: Spendable, atMs: number): boolean {
  return grant.available >= 1 && grant.startsAtMs <= atMs && atMs < grant.expiresAtMs
}

/** What a pool says of itself when it is asked to pay at ledger time `atMs`. */
export function availabilityOf(pool: Iterable<Spendable>, atMs: number): Availability {
  let availability: Shortage = 'none'
  for (const grant of pool) {
    if (canSpend(grant, atMs)) return 'usable'
    if (grant.startsAtMs > atMs) continue
    if (atMs < grant.expiresAtMs) availability = 'exhausted'
    else if (availability === 'none') availability = 'expired'
  }
  return availability
}
