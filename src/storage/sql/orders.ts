/** Orders: placing, paying, cancelling and refunding them, each with its units and its audit line. */
import { newId } from '../../accounts/key.ts'
import { AccountError, type Deed } from '../../accounts/store.ts'
import { cancel, type Order, type OrderRefusal, type Refund, refund } from '../../billing/order.ts'
import type { Plan } from '../../billing/plan.ts'
import type { Mode } from '../../domain/product.ts'
import type { Queries, SqlEngine, SqlTransaction } from './engine.ts'
import { mutate } from './mutation.ts'
import { settleOrder } from './order-payment.ts'
import { insertOrder, insertRefund, lockOrder, saveOrder } from './order-rows.ts'
import { planForSale } from './plans.ts'

/** What somebody orders. */
export interface OrderWish {
  readonly accountId: string
  /** Name of a package that is for sale. */
  readonly plan: string
  readonly mode: Mode
}

/** A payment as an operator confirms it. */
export interface Confirmation {
  readonly orderId: string
  /** Number of the transfer, for the books. */
  readonly paymentId: string
  /** What was received, to be compared where it is told. */
  readonly amountFen?: number
}

export interface RefundWish {
  readonly orderId: string
  /** All that are unused where it is absent. */
  readonly units?: number
  readonly reason: string
}

/** A refunded order, and what this refund was. */
export interface RefundedOrder {
  readonly order: Order
  readonly refund: Refund
}

/** Places an order of a package. Units of test keys cost nothing, so their order is paid at once. */
export function placeOrder(
  engine: SqlEngine,
  wish: OrderWish,
  deed: Deed,
): Promise<Order | OrderRefusal> {
  const subject = ({ id }: Order) => id
  const detail = `${wish.accountId} ${wish.plan} ${wish.mode}`
  return mutate<Order | OrderRefusal>(
    engine,
    { deed, action: 'order.place', subject, detail },
    (transaction) => placeWithin(transaction, wish, deed),
  )
}

/** The same within a transaction that somebody else has opened, and whose audit line is his. */
export async function placeWithin(
  transaction: SqlTransaction,
  { accountId, plan: name, mode }: OrderWish,
  { actor, atMs }: Deed,
): Promise<Order | OrderRefusal> {
  await requireOpen(transaction.queries, accountId)
  const plan = await planForSale(transaction.queries, name)
  if (plan?.kind !== 'package') return 'plan_unknown'
  const order = orderOfPlan(plan, accountId, mode, atMs)
  await insertOrder(transaction.queries, order)
  if (mode === 'live') return order
  const payment = { channel: 'sandbox', paymentId: order.id, atMs }
  return settleOrder(transaction, order, payment, actor)
}

/** Confirms a payment; the units are granted in the same transaction. */
export function payOrder(
  engine: SqlEngine,
  { orderId, paymentId, amountFen }: Confirmation,
  deed: Deed,
): Promise<Order | OrderRefusal> {
  return mutate<Order | OrderRefusal>(
    engine,
    { deed, action: 'order.pay', subject: orderId, detail: `operator ${paymentId}` },
    async (transaction) => {
      const order = await lockOrder(transaction.queries, orderId)
      if (order === undefined) return 'order_unknown'
      if (amountFen !== undefined && amountFen !== order.amountFen) return 'amount_mismatch'
      const payment = { channel: 'operator', paymentId, atMs: deed.atMs }
      return settleOrder(transaction, order, payment, deed.actor)
    },
  )
}

/** Cancels an order that is not paid. */
export function cancelOrder(
  engine: SqlEngine,
  { orderId, reason }: { readonly orderId: string; readonly reason: string },
  deed: Deed,
): Promise<Order | OrderRefusal> {
  return mutate<Order | OrderRefusal>(
    engine,
    { deed, action: 'order.cancel', subject: orderId, detail: reason },
    async ({ queries }) => {
      const order = await lockOrder(queries, orderId)
      if (order === undefined) return 'order_unknown'
      const cancelled = cancel(order, deed.atMs)
      if (typeof cancelled !== 'string') await saveOrder(queries, cancelled)
      return cancelled
    },
  )
}

/** Takes unused units of a paid order back and says how much money is to be returned for them. */
export function refundOrder(
  engine: SqlEngine,
  { orderId, units, reason }: RefundWish,
  deed: Deed,
): Promise<RefundedOrder | OrderRefusal> {
  return mutate<RefundedOrder | OrderRefusal>(
    engine,
    { deed, action: 'order.refund', subject: orderId, detail: reason },
    async (transaction) => {
      const { queries } = transaction
      const order = await lockOrder(queries, orderId)
      if (order === undefined) return 'order_unknown'
      const refunded = await withdrawing(transaction, order, deed.atMs, reason, (unused) =>
        refund(order, unused, units),
      )
      if (typeof refunded === 'string') return refunded
      await saveOrder(queries, refunded.order)
      await insertRefund(queries, orderId, refunded.refund, { atMs: deed.atMs, reason })
      return refunded
    },
  )
}

/** Takes all unused units of a paid order or trial back without money. */
export function voidOrder(
  engine: SqlEngine,
  { orderId, reason }: { readonly orderId: string; readonly reason: string },
  deed: Deed,
): Promise<RefundedOrder | OrderRefusal> {
  return mutate<RefundedOrder | OrderRefusal>(
    engine,
    { deed, action: 'order.void', subject: orderId, detail: reason },
    async (transaction) => {
      const order = await lockOrder(transaction.queries, orderId)
      if (order === undefined) return 'order_unknown'
      if (order.grantId === undefined) return 'not_paid'
      return withdrawing(transaction, order, deed.atMs, reason, (unused) => {
        return unused === 0 ? 'nothing_unused' : { order, refund: { units: unused, fen: 0 } }
      })
    },
  )
}

/** Throws `AccountError` unless an account may still buy. */
export async function requireOpen(queries: Queries, accountId: string): Promise<void> {
  const account = await queries
    .selectFrom('account')
    .select(['name', 'state'])
    .where('id', '=', accountId)
    .executeTakeFirst()
  if (account === undefined) throw new AccountError('account_unknown', accountId)
  if (account.state === 'closed') throw new AccountError('account_closed', account.name)
}

/** An order of a plan as it is placed. */
export function orderOfPlan(plan: Plan, accountId: string, mode: Mode, placedAtMs: number): Order {
  return {
    id: newId('ord'),
    accountId,
    kind: plan.kind,
    state: 'placed',
    plan: { name: plan.name, version: plan.version },
    product: plan.product,
    mode,
    units: plan.units,
    amountFen: plan.priceFen,
    placedAtMs,
    refundedUnits: 0,
    refundedFen: 0,
  }
}

/**
 * Decides on the unused units of an order and withdraws them. Calls go on meanwhile: when they were
 * faster, the refused withdrawal has made them wait, and the second look is the truth.
 */
async function withdrawing(
  { queries, ledger }: SqlTransaction,
  order: Order,
  atMs: number,
  reason: string,
  decide: (unused: number) => RefundedOrder | OrderRefusal,
): Promise<RefundedOrder | OrderRefusal> {
  for (let look = 1; look <= 2; look++) {
    const decided = decide(await unusedUnits(queries, order.grantId, atMs))
    if (typeof decided === 'string') return decided
    const { units } = decided.refund
    const grantId = order.grantId!
    const entry = await ledger.withdrawGrant(
      { grantId, units, reason: `${order.id} ${reason}` },
      atMs,
    )
    if (typeof entry !== 'string') return decided
    if (entry !== 'units_short') throw new Error(`units of an order were not found: ${entry}`)
  }
  return 'units_short'
}

/** Units that could still be spent; those of a grant that has ended are lost. */
async function unusedUnits(
  queries: Queries,
  grantId: number | undefined,
  atMs: number,
): Promise<number> {
  if (grantId === undefined) return 0
  const row = await queries
    .selectFrom('balance')
    .select('available')
    .where('grant_id', '=', grantId)
    .where('expires_at_ms', '>', atMs)
    .executeTakeFirst()
  return row?.available ?? 0
}
