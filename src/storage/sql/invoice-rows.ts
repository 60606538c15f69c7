/** Reads invoices with their orders, red letters and files: four queries however many there are. */
import type { Selectable } from 'kysely'
import type { KeySealer } from '../../accounts/seal.ts'
import type { Invoice, InvoiceRequest, InvoiceTitle } from '../../billing/invoice.ts'
import type { Queries } from './engine.ts'
import type { Schema } from './schema.ts'

type InvoiceRow = Selectable<Schema['invoice']>

/** What a buyer tells of himself; a tax number may be an identity number, so it is kept sealed. */
type Buyer = Pick<InvoiceRequest, 'title' | 'delivery' | 'remark'>

export function sealBuyer(
  { title, delivery, remark }: Buyer,
  accountId: string,
  sealer: KeySealer,
): Uint8Array {
  return sealer.seal(JSON.stringify({ title, delivery, remark }), accountId)
}

export function sealTitle(title: InvoiceTitle, accountId: string, sealer: KeySealer): Uint8Array {
  return sealer.seal(JSON.stringify(title), accountId)
}

export function openTitle(sealed: Uint8Array, accountId: string, sealer: KeySealer): InvoiceTitle {
  return JSON.parse(sealer.open(sealed, accountId).reveal()) as InvoiceTitle
}

/** The invoices of these rows, in their order. */
export async function invoicesFrom(
  queries: Queries,
  rows: readonly InvoiceRow[],
  sealer: KeySealer,
): Promise<Invoice[]> {
  const ids = rows.map(({ id }) => id)
  if (ids.length === 0) return []
  const [orders, letters, files] = [
    await readOrders(queries, ids),
    await readRedLetters(queries, ids),
    await readFiles(queries, ids),
  ]
  return rows.map((row) => {
    const ticked = orders.get(row.id) ?? []
    return {
      id: row.id,
      accountId: row.account_id,
      state: row.state,
      kind: row.kind,
      material: row.material,
      ...(JSON.parse(sealer.open(row.buyer_sealed, row.account_id).reveal()) as Buyer),
      orders: ticked.map(({ orderId, amountFen }) => ({ orderId, amountFen })),
      amountFen: ticked.reduce((sum, { amountFen }) => sum + amountFen, 0),
      presentFen: ticked.reduce((sum, { presentFen }) => sum + presentFen, 0),
      ...(row.number !== null && { number: row.number }),
      ...(row.reason !== null && { reason: row.reason }),
      requestedAtMs: row.requested_at_ms,
      ...(row.closed_at_ms !== null && { closedAtMs: row.closed_at_ms }),
      redLetters: letters.get(row.id) ?? [],
      files: files.get(row.id) ?? [],
    }
  })
}

async function readOrders(queries: Queries, ids: readonly string[]) {
  const rows = await queries
    .selectFrom('invoice_order as ticked')
    .innerJoin('order', 'order.id', 'ticked.order_id')
    .select(['invoice_id', 'order_id', 'ticked.amount_fen', 'order.amount_fen as paid_fen'])
    .select('refunded_fen')
    .where('invoice_id', 'in', ids)
    .orderBy('order_id')
    .execute()
  return byInvoice(rows, ({ order_id, amount_fen, paid_fen, refunded_fen }) => ({
    orderId: order_id,
    amountFen: amount_fen,
    presentFen: paid_fen - refunded_fen,
  }))
}

async function readRedLetters(queries: Queries, ids: readonly string[]) {
  const rows = await queries
    .selectFrom('red_letter')
    .selectAll()
    .where('invoice_id', 'in', ids)
    .orderBy('at_ms')
    .orderBy('number')
    .execute()
  return byInvoice(rows, ({ number, amount_fen, at_ms, reason }) => ({
    number,
    amountFen: amount_fen,
    atMs: at_ms,
    reason,
  }))
}

async function readFiles(queries: Queries, ids: readonly string[]) {
  const rows = await queries
    .selectFrom('invoice_file')
    .select(['invoice_id', 'number', 'name', 'format', 'bytes', 'sha256'])
    .where('invoice_id', 'in', ids)
    .orderBy('number')
    .execute()
  return byInvoice(rows, ({ invoice_id: _, ...file }) => file)
}

function byInvoice<Row extends { readonly invoice_id: string }, T>(
  rows: readonly Row[],
  from: (row: Row) => T,
): Map<string, T[]> {
  const grouped = Map.groupBy(rows, ({ invoice_id }) => invoice_id)
  return new Map([...grouped].map(([id, group]) => [id, group.map(from)]))
}
