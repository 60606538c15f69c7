/** Invoices, their red letters and files, the titles that accounts keep, and the ledger's seals. */
import type {
  FileFormat,
  InvoiceKind,
  InvoiceMaterial,
  InvoiceState,
} from '../../billing/invoice.ts'

export interface InvoiceTables {
  invoice: InvoiceTable
  invoice_order: InvoiceOrderTable
  red_letter: RedLetterTable
  invoice_file: InvoiceFileTable
  invoice_title: InvoiceTitleTable
  seal: SealTable
}

interface InvoiceTable {
  id: string
  account_id: string
  kind: InvoiceKind
  material: InvoiceMaterial
  state: InvoiceState
  /** Who the buyer is, where it goes and the remark: sealed for the account. */
  buyer_sealed: Uint8Array
  number: string | null
  reason: string | null
  requested_at_ms: number
  closed_at_ms: number | null
}

interface InvoiceOrderTable {
  invoice_id: string
  order_id: string
  amount_fen: number
  /** 1 while the order is on no other invoice because it is on this one. */
  active: number
}

interface RedLetterTable {
  number: string
  invoice_id: string
  amount_fen: number
  at_ms: number
  reason: string
}

interface InvoiceFileTable {
  invoice_id: string
  number: number
  name: string
  format: FileFormat
  bytes: number
  sha256: string
  content: Uint8Array
}

interface InvoiceTitleTable {
  id: string
  account_id: string
  title_sealed: Uint8Array
  saved_at_ms: number
}

interface SealTable {
  number: number
  at_ms: number
  entry_id: number
  entry_rows: number
  audit_id: number
  audit_rows: number
  digest: string
  signature: string
}
