/**
 * When an account is told that its units run out or end. A threshold is told once each time it is
 * crossed: it must first be left upwards, by a purchase or a lower threshold, to be told again.
 */
import { DAY_MS } from '../domain/beijing.ts'
import type { Mode, Product } from '../domain/product.ts'

export const ALERT_KINDS = [
  'units_low',
  'expiry_near',
  'order_placed',
  'bill_issued',
  'bill_overdue',
  'webhook_tried',
] as const

export type AlertKind = (typeof ALERT_KINDS)[number]

/** `kept`: nobody asked for it to be sent; `failed`: every attempt to send it did. */
export type Delivery = 'kept' | 'pending' | 'delivered' | 'failed'

/** What an account wants to be told of. */
export interface AlertSettings {
  /** Units left, in per cent of what the live grants of a pool once held. */
  readonly lowPercents: readonly number[]
  /** Units left, in units. */
  readonly lowUnits: readonly number[]
  /** Days before a grant with units left ends. */
  readonly expiryDays: readonly number[]
}

/** Of an account that has set nothing. */
export const DEFAULT_ALERTS: AlertSettings = {
  lowPercents: [20],
  lowUnits: [],
  expiryDays: [30, 7, 1],
}

/** The live grants of one account, product and mode, in sum. */
export interface Pool {
  readonly accountId: string
  readonly product: Product
  readonly mode: Mode
  /** Not used yet: available or reserved. */
  readonly remaining: number
  /** Granted, less what was withdrawn. */
  readonly capacity: number
}

/** `percent:20`, `units:500`; `reorder:500` is the switch of automatic orders. */
export type Threshold = `${'percent' | 'units' | 'reorder'}:${number}`

/** Thresholds of the settings, and of the automatic order where there is one. */
export function thresholdsOf(settings: AlertSettings, reorderBelow?: number): Threshold[] {
  return [
    ...settings.lowPercents.map((percent): Threshold => `percent:${percent}`),
    ...settings.lowUnits.map((units): Threshold => `units:${units}`),
    ...(reorderBelow === undefined ? [] : [`reorder:${reorderBelow}` as const]),
  ]
}

/** Whether a pool is at or below a threshold; an automatic order wants fewer than its number. */
export function isBelow({ remaining, capacity }: Pool, threshold: Threshold): boolean {
  const [kind, number] = threshold.split(':')
  const limit = Number(number)
  if (kind === 'percent') return remaining * 100 <= capacity * limit
  return kind === 'units' ? remaining <= limit : remaining < limit
}

/** A threshold that a pool has crossed, or has come back over, since it was last looked at. */
export interface Crossing {
  readonly threshold: Threshold
  readonly below: boolean
}

/** What changed of a pool, given the thresholds it was below before. */
export function crossings(
  pool: Pool,
  thresholds: readonly Threshold[],
  before: ReadonlySet<string>,
): Crossing[] {
  return thresholds
    .map((threshold) => ({ threshold, below: isBelow(pool, threshold) }))
    .filter(({ threshold, below }) => before.has(threshold) !== below)
}

/** What decides whether the end of a grant is worth telling. */
export interface Ending {
  readonly balance: { readonly available: number }
  readonly startsAtMs: number
  readonly expiresAtMs: number
}

/**
 * How many days before its end a grant should be told of now: the fewest whose time has come, so
 * that who looks late hears one thing; undefined when none has, or nothing is left to lose. A warning
 * longer than the grant lives would come with the purchase, and is left out.
 */
export function expiryNear(
  { balance, startsAtMs, expiresAtMs }: Ending,
  days: readonly number[],
  nowMs: number,
): number | undefined {
  if (balance.available === 0 || expiresAtMs <= nowMs) return undefined
  const due = days.filter((day) => {
    const warnedMs = expiresAtMs - day * DAY_MS
    return startsAtMs < warnedMs && warnedMs <= nowMs
  })
  return due.length === 0 ? undefined : Math.min(...due)
}

const RETRY_FIRST_MS = 60_000
const RETRY_FACTOR = 3
const RETRY_MS_MAX = 6 * 3_600_000
/** Some 20 hours after the first. */
const ATTEMPTS_MAX = 9

/** How long to wait after attempt number `attempts` failed; undefined to give up. */
export function retryAfterMs(attempts: number): number | undefined {
  if (attempts >= ATTEMPTS_MAX) return undefined
  return Math.min(RETRY_FIRST_MS * RETRY_FACTOR ** (attempts - 1), RETRY_MS_MAX)
}
