/**
 * An order: what an account is to pay for, and what became of it.
 *
 * ```
 * placed ──► paid ──► partly refunded ──► refunded
 *    └────► cancelled    └───────────────────▲
 * ```
 */
import type { Mode, Product } from '../domain/product.ts'

/** `package` and `trial` are of a plan; `bill` is for what a postpaid account has used. */
export type OrderKind = 'package' | 'trial' | 'bill'

export const ORDER_STATES = ['placed', 'paid', 'cancelled', 'partly_refunded', 'refunded'] as const

export type OrderState = (typeof ORDER_STATES)[number]

export interface Order {
  /** `ord_…` */
  readonly id: string
  readonly accountId: string
  readonly kind: OrderKind
  readonly state: OrderState
  /** The version ordered; none of a bill. */
  readonly plan?: { readonly name: string; readonly version: number }
  readonly product: Product
  /** Units of test keys are worth nothing: their orders are paid by being placed. */
  readonly mode: Mode
  /** Bought, or of a bill used. */
  readonly units: number
  readonly amountFen: number
  /** Of a bill: the Beijing month it is for. */
  readonly month?: string
  /** Of a bill: from when it is overdue. */
  readonly dueAtMs?: number
  readonly placedAtMs: number
  readonly paidAtMs?: number
  readonly cancelledAtMs?: number
  /** Who confirmed the payment: `operator`, `sandbox`, `free`, or the name of a provider. */
  readonly channel?: string
  /** Number of the payment where it was made. */
  readonly paymentId?: string
  /** The grant the payment made; none of a bill. */
  readonly grantId?: number
  readonly refundedUnits: number
  readonly refundedFen: number
}

/** Why an order cannot be what somebody wants it to be. */
export type OrderRefusal =
  | 'order_unknown'
  | 'plan_unknown'
  | 'already_paid'
  | 'already_cancelled'
  | 'not_paid'
  | 'not_refundable'
  | 'nothing_unused'
  | 'units_short'
  | 'trial_used'
  | 'amount_mismatch'

/** A confirmation of payment, whoever gives it. */
export interface Payment {
  readonly channel: string
  readonly paymentId: string
  readonly atMs: number
}

/** One refund of an order. */
export interface Refund {
  readonly units: number
  readonly fen: number
}

/** The order as paid; an order is paid at most once. */
export function pay(order: Order, { channel, paymentId, atMs }: Payment): Order | OrderRefusal {
  if (order.state === 'cancelled') return 'already_cancelled'
  if (order.state !== 'placed') return 'already_paid'
  return { ...order, state: 'paid', paidAtMs: atMs, channel, paymentId }
}

/** The order as cancelled, which it can be before it is paid. A bill is for what is used already. */
export function cancel(order: Order, atMs: number): Order | OrderRefusal {
  if (order.state === 'cancelled') return 'already_cancelled'
  if (order.state !== 'placed') return 'already_paid'
  if (order.kind === 'bill') return 'not_refundable'
  return { ...order, state: 'cancelled', cancelledAtMs: atMs }
}

/**
 * Refunds `wanted` of the `unused` units of a paid package, or all of them. The money given back in
 * all is `amountFen × refundedUnits ÷ units`, rounded down to the fen: so several refunds give
 * what one would, and all units give the whole amount.
 */
export function refund(
  order: Order,
  unused: number,
  wanted = unused,
): { readonly order: Order; readonly refund: Refund } | OrderRefusal {
  if (order.kind !== 'package') return 'not_refundable'
  if (order.state === 'placed' || order.state === 'cancelled') return 'not_paid'
  if (unused === 0) return 'nothing_unused'
  if (wanted > unused) return 'units_short'
  const refundedUnits = order.refundedUnits + wanted
  const refundedFen = shareFen(order.amountFen, refundedUnits, order.units)
  const state = refundedUnits === order.units ? 'refunded' : 'partly_refunded'
  return {
    order: { ...order, state, refundedUnits, refundedFen },
    refund: { units: wanted, fen: refundedFen - order.refundedFen },
  }
}

/** `amountFen × part ÷ whole`, rounded down; exact where the product leaves the safe integers. */
export function shareFen(amountFen: number, part: number, whole: number): number {
  return Number((BigInt(amountFen) * BigInt(part)) / BigInt(whole))
}
