/** What the commands on invoices share: opening their store, telling refusals, printing one. */
import { KeySealer } from '../accounts/seal.ts'
import { type Invoice, type InvoiceRefusal, redDueFen } from '../billing/invoice.ts'
import { SqlInvoiceTitles } from '../storage/sql/invoice-titles.ts'
import { SqlInvoices } from '../storage/sql/invoices.ts'
import type { Storage } from '../storage/storage.ts'
import { CliError, type Context } from './context.ts'
import { beijingTime } from './options.ts'
import { inYuan } from './sale.ts'
import { displayWidth } from './table.ts'

export function invoicesOf(context: Context, { engine, keyring }: Storage): SqlInvoices {
  const sealer = new KeySealer(keyring, 'invoice.seal')
  return new SqlInvoices(engine, { ...context.config().invoices, sealer })
}

export function titlesOf({ engine, keyring }: Storage): SqlInvoiceTitles {
  return new SqlInvoiceTitles(engine, new KeySealer(keyring, 'invoice.seal'))
}

/** What the store answered; a refusal is one line for the user. */
export function accepted<T extends object>(context: Context, result: T | InvoiceRefusal): T {
  if (typeof result === 'string') throw new CliError(context.locale.invoices.refusals[result])
  return result
}

/** One invoice, a field a line. */
export function printInvoice(context: Context, invoice: Invoice): void {
  const lines = fieldsOf(context, invoice).filter(([, value]) => value !== '')
  const width = Math.max(...lines.map(([label]) => displayWidth(label)))
  for (const [label, value] of lines) {
    context.out(`${label}${' '.repeat(width - displayWidth(label))}  ${value}`)
  }
  printRefunded(context, invoice)
}

/** Says what refunds of its orders ask for. */
export function printRefunded(context: Context, invoice: Invoice): void {
  const texts = context.locale.invoices
  const { state, amountFen, presentFen } = invoice
  const dueFen = redDueFen(invoice)
  if (dueFen > 0) context.out(texts.redDue(inYuan(dueFen)))
  if (state === 'processing' && presentFen < amountFen) context.out(texts.less(inYuan(presentFen)))
}

function fieldsOf({ locale }: Context, invoice: Invoice): [string, string][] {
  const texts = locale.invoices
  const { fields } = texts
  const { title, delivery } = invoice
  const bank = [title.bankName, title.bankAccount].filter(Boolean).join(' ')
  const { addressee, phone, address, postalCode, emails } = delivery
  const kind = `${texts.kinds[invoice.kind]} ${texts.materials[invoice.material]}`
  return [
    [fields.id, invoice.id],
    [fields.account, invoice.accountId],
    [fields.kind, kind],
    [fields.state, texts.states[invoice.state]],
    [fields.reason, invoice.reason ?? ''],
    [fields.amount, inYuan(invoice.amountFen)],
    [fields.number, invoice.number ?? ''],
    [fields.title, title.title],
    [fields.taxNumber, title.taxNumber],
    [fields.address, title.address ?? ''],
    [fields.phone, title.phone ?? ''],
    [fields.bank, bank],
    [fields.delivery, [addressee, phone, address, postalCode, ...emails].filter(Boolean).join(' ')],
    [fields.remark, invoice.remark],
    ...invoice.orders.map(({ orderId, amountFen }): [string, string] => {
      return [fields.order, `${orderId} ${inYuan(amountFen)}`]
    }),
    ...invoice.redLetters.map(({ number, amountFen, reason }): [string, string] => {
      return [fields.redLetter, `${number} ${inYuan(amountFen)} ${reason}`]
    }),
    ...invoice.files.map(({ number, name, bytes, sha256 }): [string, string] => {
      return [fields.file, `${number} ${name} ${bytes} B sha256:${sha256}`]
    }),
    [fields.requested, beijingTime(invoice.requestedAtMs)],
  ]
}
