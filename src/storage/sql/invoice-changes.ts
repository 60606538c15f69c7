/** The steps of which changes of an invoice are made; each runs in the transaction of its change. */
import type { Selectable } from 'kysely'
import type { KeySealer } from '../../accounts/seal.ts'
import {
  type Invoice,
  type InvoicedOrder,
  type InvoiceRefusal,
  invoiceableFen,
} from '../../billing/invoice.ts'
import type { Queries } from './engine.ts'
import { invoicesFrom } from './invoice-rows.ts'
import type { Schema } from './schema.ts'

/** Which invoice; with an account only one of its own, so that others do not exist for it. */
export interface InvoiceKey {
  readonly invoiceId: string
  readonly accountId?: string
}

/** How a request ends. */
export type Ending =
  | { readonly state: 'issued'; readonly number: string }
  | { readonly state: 'rejected'; readonly reason: string }
  | { readonly state: 'withdrawn' }

export async function findInvoice(
  queries: Queries,
  { invoiceId, accountId }: InvoiceKey,
  sealer: KeySealer,
): Promise<Invoice | undefined> {
  let query = queries.selectFrom('invoice').selectAll().where('id', '=', invoiceId)
  if (accountId !== undefined) query = query.where('account_id', '=', accountId)
  const [invoice] = await invoicesFrom(queries, await query.execute(), sealer)
  return invoice
}

/** What the orders that a buyer ticks count for, or why one of them cannot be ticked. */
export async function tick(
  queries: Queries,
  accountId: string,
  orderIds: readonly string[],
): Promise<InvoicedOrder[] | InvoiceRefusal> {
  const rows = await queries
    .selectFrom('order')
    .selectAll()
    .where('account_id', '=', accountId)
    .where('id', 'in', orderIds)
    // In one order, so that no two requests wait for each other.
    .orderBy('id')
    .execute()
  if (rows.length !== orderIds.length) return 'order_unknown'
  const ticked: InvoicedOrder[] = []
  for (const row of rows) {
    const amountFen = countsFor(row)
    if (typeof amountFen === 'string') return amountFen
    ticked.push({ orderId: row.id, amountFen })
  }
  return ticked
}

/** What an order counts for on an invoice. */
export function countsFor(row: Selectable<Schema['order']>): number | InvoiceRefusal {
  const { kind, mode, state, amount_fen, refunded_fen } = row
  return invoiceableFen({ kind, mode, state, amountFen: amount_fen, refundedFen: refunded_fen })
}

/** Puts orders on an invoice; false when one of them stands on another. */
export async function claim(
  queries: Queries,
  invoiceId: string,
  orders: readonly InvoicedOrder[],
): Promise<boolean> {
  const rows = orders.map(({ orderId, amountFen }) => ({
    invoice_id: invoiceId,
    order_id: orderId,
    amount_fen: amountFen,
    active: 1,
  }))
  const { numInsertedOrUpdatedRows } = await queries
    .insertInto('invoice_order')
    .values(rows)
    .onConflict((conflict) => conflict.doNothing())
    .executeTakeFirstOrThrow()
  return Number(numInsertedOrUpdatedRows) === rows.length
}

/** Lets the orders of an invoice be ticked for another. */
export async function free(queries: Queries, invoiceId: string): Promise<void> {
  await queries
    .updateTable('invoice_order')
    .set({ active: 0 })
    .where('invoice_id', '=', invoiceId)
    .execute()
}

/** Ends a request once: false when it has ended, or is none. */
export async function end(
  queries: Queries,
  { invoiceId, accountId }: InvoiceKey,
  ending: Ending,
  atMs: number,
): Promise<boolean> {
  let update = queries
    .updateTable('invoice')
    .set({ ...ending, closed_at_ms: atMs })
    .where('id', '=', invoiceId)
    .where('state', '=', 'processing')
  if (accountId !== undefined) update = update.where('account_id', '=', accountId)
  const { numUpdatedRows } = await update.executeTakeFirstOrThrow()
  return numUpdatedRows === 1n
}

/** Keeps other changes of the invoice away until the transaction ends, in words both engines know. */
export async function lock(queries: Queries, { invoiceId }: InvoiceKey): Promise<void> {
  await queries
    .updateTable('invoice')
    .set(({ ref }) => ({ state: ref('state') }))
    .where('id', '=', invoiceId)
    .execute()
}

/** Whether an invoice or a red letter has this number. */
export async function numberTaken(queries: Queries, number: string): Promise<boolean> {
  const of = (table: 'invoice' | 'red_letter') =>
    queries.selectFrom(table).select('number').where('number', '=', number).executeTakeFirst()
  return (await of('invoice')) !== undefined || (await of('red_letter')) !== undefined
}

/** Lets the orders of an invoice count for what is left of them after refunds. */
export async function countAnew(queries: Queries, invoiceId: string): Promise<void> {
  const rows = await queries
    .selectFrom('order')
    .innerJoin('invoice_order as ticked', 'ticked.order_id', 'order.id')
    .select(['order.id', 'order.amount_fen', 'refunded_fen'])
    .where('invoice_id', '=', invoiceId)
    .execute()
  for (const { id, amount_fen, refunded_fen } of rows) {
    const row = queries.updateTable('invoice_order').where('invoice_id', '=', invoiceId)
    await row
      .set({ amount_fen: amount_fen - refunded_fen })
      .where('order_id', '=', id)
      .execute()
  }
}

/** Nothing stands of the invoice any more. */
export async function reverse(queries: Queries, invoiceId: string): Promise<void> {
  await queries
    .updateTable('invoice')
    .set({ state: 'reversed' })
    .where('id', '=', invoiceId)
    .execute()
  await free(queries, invoiceId)
}
