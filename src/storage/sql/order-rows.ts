/** Orders as rows: reading, locking and keeping them; what may become of an order is not decided here. */
import { type Selectable, sql } from 'kysely'
import type { Order, OrderState, Refund } from '../../billing/order.ts'
import type { Queries } from './engine.ts'
import type { Schema } from './schema.ts'

/** Which orders to list; the newest first. */
export interface OrderQuery {
  readonly accountId?: string
  readonly state?: OrderState
  readonly limit: number
}

export async function listOrders(queries: Queries, query: OrderQuery): Promise<Order[]> {
  const { accountId, state, limit } = query
  let orders = queries.selectFrom('order').selectAll()
  if (accountId !== undefined) orders = orders.where('account_id', '=', accountId)
  if (state !== undefined) orders = orders.where('state', '=', state)
  const newest = orders.orderBy('placed_at_ms', 'desc').orderBy('id').limit(limit)
  return (await newest.execute()).map(orderOf)
}

export async function findOrder(queries: Queries, id: string): Promise<Order | undefined> {
  const row = await queries.selectFrom('order').selectAll().where('id', '=', id).executeTakeFirst()
  return row && orderOf(row)
}

/** Reads an order that stays as it is until the transaction ends: changes of it come one by one. */
export async function lockOrder(queries: Queries, id: string): Promise<Order | undefined> {
  const row = await queries
    .updateTable('order')
    .set({ state: sql.ref('state') })
    .where('id', '=', id)
    .returningAll()
    .executeTakeFirst()
  return row && orderOf(row)
}

export async function insertOrder(queries: Queries, order: Order): Promise<void> {
  await queries
    .insertInto('order')
    .values({ id: order.id, ...columnsOf(order) })
    .execute()
}

/** Keeps what has become of an order that the transaction has locked. */
export async function saveOrder(queries: Queries, order: Order): Promise<void> {
  await queries.updateTable('order').set(columnsOf(order)).where('id', '=', order.id).execute()
}

/** Keeps one refund of an order that the transaction has locked. */
export async function insertRefund(
  queries: Queries,
  orderId: string,
  { units, fen }: Refund,
  { atMs, reason }: { readonly atMs: number; readonly reason: string },
): Promise<void> {
  const { last } = await queries
    .selectFrom('order_refund')
    .select(({ fn }) => fn.max('number').as('last'))
    .where('order_id', '=', orderId)
    .executeTakeFirstOrThrow()
  const number = Number(last ?? 0) + 1
  await queries
    .insertInto('order_refund')
    .values({ order_id: orderId, number, units, fen, at_ms: atMs, reason })
    .execute()
}

/** One refund as it was kept. */
export interface RefundRecord extends Refund {
  readonly atMs: number
  readonly reason: string
}

export async function listRefunds(queries: Queries, orderId: string): Promise<RefundRecord[]> {
  const rows = await queries
    .selectFrom('order_refund')
    .select(['units', 'fen', 'at_ms', 'reason'])
    .where('order_id', '=', orderId)
    .orderBy('number')
    .execute()
  return rows.map(({ units, fen, at_ms: atMs, reason }) => ({ units, fen, atMs, reason }))
}

function columnsOf(order: Order): Omit<Selectable<Schema['order']>, 'id'> {
  return {
    account_id: order.accountId,
    kind: order.kind,
    state: order.state,
    plan_name: order.plan?.name ?? null,
    plan_version: order.plan?.version ?? null,
    product: order.product,
    mode: order.mode,
    units: order.units,
    amount_fen: order.amountFen,
    month: order.month ?? null,
    due_at_ms: order.dueAtMs ?? null,
    placed_at_ms: order.placedAtMs,
    paid_at_ms: order.paidAtMs ?? null,
    cancelled_at_ms: order.cancelledAtMs ?? null,
    channel: order.channel ?? null,
    payment_id: order.paymentId ?? null,
    grant_id: order.grantId ?? null,
    refunded_units: order.refundedUnits,
    refunded_fen: order.refundedFen,
  }
}

export function orderOf(row: Selectable<Schema['order']>): Order {
  const { plan_name: name, plan_version: version } = row
  return {
    id: row.id,
    accountId: row.account_id,
    kind: row.kind,
    state: row.state,
    ...(name !== null && version !== null && { plan: { name, version } }),
    product: row.product,
    mode: row.mode,
    units: row.units,
    amountFen: row.amount_fen,
    ...(row.month !== null && { month: row.month }),
    ...(row.due_at_ms !== null && { dueAtMs: row.due_at_ms }),
    placedAtMs: row.placed_at_ms,
    ...(row.paid_at_ms !== null && { paidAtMs: row.paid_at_ms }),
    ...(row.cancelled_at_ms !== null && { cancelledAtMs: row.cancelled_at_ms }),
    ...(row.channel !== null && { channel: row.channel }),
    ...(row.payment_id !== null && { paymentId: row.payment_id }),
    ...(row.grant_id !== null && { grantId: row.grant_id }),
    refundedUnits: row.refunded_units,
    refundedFen: row.refunded_fen,
  }
}
