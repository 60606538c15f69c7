/**
 * An invoice (发票): what a buyer asks for over paid orders, and what became of it. The tax platform
 * issues it; Kayan keeps the request, its state and the files that came back.
 *
 * ```
 * processing ──► issued ──► reversed
 *      ├───────► rejected
 *      └───────► withdrawn
 * ```
 * In the last three its orders are free for another invoice.
 */
import type { Order } from './order.ts'

/** 数电普票 and 数电专票: only the second lets the buyer deduct the tax. */
export const INVOICE_KINDS = ['ordinary', 'special'] as const
export const INVOICE_MATERIALS = ['electronic', 'paper'] as const
export const INVOICE_STATES = ['processing', 'issued', 'rejected', 'withdrawn', 'reversed'] as const

export type InvoiceKind = (typeof INVOICE_KINDS)[number]
export type InvoiceMaterial = (typeof INVOICE_MATERIALS)[number]
export type InvoiceState = (typeof INVOICE_STATES)[number]

/** Whom an invoice is made out to. Address, phone, bank and its account are needed for a special one. */
export interface InvoiceTitle {
  readonly title: string
  readonly taxNumber: string
  readonly address?: string | undefined
  readonly phone?: string | undefined
  readonly bankName?: string | undefined
  readonly bankAccount?: string | undefined
}

/** Where the invoice goes: by e-mail, or to an address. */
export interface InvoiceDelivery {
  readonly addressee?: string | undefined
  readonly phone?: string | undefined
  readonly address?: string | undefined
  readonly postalCode?: string | undefined
  readonly emails: readonly string[]
}

export interface InvoiceRequest {
  readonly kind: InvoiceKind
  readonly material: InvoiceMaterial
  readonly title: InvoiceTitle
  readonly delivery: InvoiceDelivery
  /** The buyer's words to whoever issues it. */
  readonly remark: string
  readonly orderIds: readonly string[]
}

/** An order on an invoice, with what it counted for when it was ticked. */
export interface InvoicedOrder {
  readonly orderId: string
  readonly amountFen: number
}

/** A red-letter invoice (红字发票): takes back a part of an issued one, or all of it. */
export interface RedLetter {
  readonly number: string
  readonly amountFen: number
  readonly atMs: number
  readonly reason: string
}

export interface InvoiceFile {
  /** 1, 2, … of one invoice. */
  readonly number: number
  readonly name: string
  readonly format: FileFormat
  readonly bytes: number
  /** Hexadecimal. */
  readonly sha256: string
}

export interface Invoice extends Omit<InvoiceRequest, 'orderIds'> {
  /** `inv_…` */
  readonly id: string
  readonly accountId: string
  readonly state: InvoiceState
  readonly orders: readonly InvoicedOrder[]
  /** Sum of its orders when they were ticked. */
  readonly amountFen: number
  /** Of an issued one: twenty digits. */
  readonly number?: string
  /** Why it was rejected. */
  readonly reason?: string
  readonly requestedAtMs: number
  readonly closedAtMs?: number
  readonly redLetters: readonly RedLetter[]
  readonly files: readonly InvoiceFile[]
  /** What its orders count for now; less than its amount once one of them is refunded. */
  readonly presentFen: number
}

/** A title that an account keeps for its next invoices. */
export interface SavedTitle extends InvoiceTitle {
  /** `ttl_…` */
  readonly id: string
  readonly accountId: string
}

/**
 * Why an invoice cannot be what somebody wants it to be.
 *
 * - `order_unknown`: there is none of that id, or it is of another account.
 * - `order_unpaid`; `order_worthless`: nothing was paid for it, or all was refunded.
 * - `order_invoiced`: it stands on another invoice.
 * - `amount_mismatch`: it was issued over another sum than its orders count for, now or when ticked.
 * - `number_taken`: another invoice or red letter has the number.
 * - `nothing_refunded`: no red letter is due.
 */
export type InvoiceRefusal =
  | 'order_unknown'
  | 'order_unpaid'
  | 'order_worthless'
  | 'order_invoiced'
  | 'amount_mismatch'
  | 'number_taken'
  | 'invoice_unknown'
  | 'file_unknown'
  | 'file_format'
  | 'file_too_large'
  | 'files_too_many'
  | 'title_unknown'
  | 'titles_too_many'
  | 'not_processing'
  | 'not_issued'
  | 'nothing_refunded'

/** Files that may be attached to one invoice: its three formats, and those of its red letters. */
export const INVOICE_FILES_MAX = 12

/** Titles that an account may keep. */
export const SAVED_TITLES_MAX = 20

type Payable = Pick<Order, 'kind' | 'mode' | 'state' | 'amountFen' | 'refundedFen'>

/** What an order counts for on an invoice: what was paid less what was given back. */
export function invoiceableFen(order: Payable): number | InvoiceRefusal {
  if (order.state === 'placed' || order.state === 'cancelled') return 'order_unpaid'
  const netFen = order.amountFen - order.refundedFen
  return order.kind === 'trial' || order.mode === 'test' || netFen === 0
    ? 'order_worthless'
    : netFen
}

/** What of an issued invoice no red letter has taken back. */
export function standingFen({ amountFen, redLetters }: Pick<Invoice, 'amountFen' | 'redLetters'>) {
  return redLetters.reduce((rest, letter) => rest - letter.amountFen, amountFen)
}

/** What a red letter must take back of an issued invoice, because its orders were refunded. */
export function redDueFen(
  invoice: Pick<Invoice, 'state' | 'amountFen' | 'presentFen' | 'redLetters'>,
): number {
  return invoice.state === 'issued' ? standingFen(invoice) - invoice.presentFen : 0
}

export type FileFormat = 'pdf' | 'ofd' | 'xml'

/** Beginnings of the formats in which a tax platform gives invoices; an OFD is a ZIP archive. */
const FILE_STARTS: readonly (readonly [FileFormat, readonly Buffer[]])[] = [
  ['pdf', [Buffer.from('%PDF-')]],
  ['ofd', [Buffer.from('PK\x03\x04', 'latin1')]],
  ['xml', [Buffer.from('<?xml'), Buffer.from('\ufeff<?xml')]],
]

/** The format of a file by its content, whatever it is called; undefined for any other. */
export function fileFormat(bytes: Uint8Array): FileFormat | undefined {
  return FILE_STARTS.find(([, starts]) =>
    starts.some((start) => start.equals(bytes.subarray(0, start.length))),
  )?.[0]
}
