/** `kayan invoices`: requests of buyers, and what the operator makes of them. */
import { createHash } from 'node:crypto'
import { readFileSync, writeFileSync } from 'node:fs'
import { basename } from 'node:path'
import { Argument, type Command, Option } from 'commander'
import type { Deed } from '../accounts/store.ts'
import {
  INVOICE_STATES,
  type Invoice,
  type InvoiceRefusal,
  type InvoiceState,
} from '../billing/invoice.ts'
import { ATTACH_FORM, ISSUE_FORM, RED_LETTER_FORM, REJECT_FORM } from '../billing/invoice-forms.ts'
import type { SqlInvoices } from '../storage/sql/invoices.ts'
import type { Context } from './context.ts'
import { accepted, invoicesOf, printInvoice, printRefunded } from './invoice-print.ts'
import { defineRequest } from './invoice-request.ts'
import { withStorage } from './open-store.ts'
import {
  accountArgument,
  addExamples,
  beijingTime,
  jsonOption,
  positiveInteger,
} from './options.ts'
import { filledIn } from './read-form.ts'
import { deedFor, idempotencyOption, inYuan, type RepeatableOptions, yuan } from './sale.ts'
import { tableLines } from './table.ts'

const LISTED_INVOICES = 50
/** An invoice names a bank account: for its owner alone. */
const FILE_MODE = 0o600

/** Adds the command's options, sub-commands and actions. */
export function define(command: Command, context: Context): void {
  const texts = context.locale.invoices
  command.description(texts.description)
  addExamples(command, context, [
    'kayan invoices orders shop',
    'kayan invoices request shop --orders ord_0123456789abcdef --title "Example Ltd" --tax-number 9144030071526726XG',
    'kayan invoices issue inv_0123456789abcdef --number 26442000000012345678 --amount 500',
    'kayan invoices attach inv_0123456789abcdef invoice.pdf',
  ])
  command
    .command('orders')
    .description(texts.orders)
    .addArgument(accountArgument(context))
    .addOption(jsonOption(context))
    .action((account, options) => listOrders(context, account, options))
  defineRequest(command, context)
  defineChanges(command, context)
  command
    .command('list')
    .description(texts.list)
    .addArgument(accountArgument(context, false))
    .addOption(new Option('--state <state>', texts.state).choices(INVOICE_STATES))
    .option('--limit <n>', texts.limit, positiveInteger, LISTED_INVOICES)
    .addOption(jsonOption(context))
    .action((account, options) => list(context, account, options))
  command
    .command('show')
    .description(texts.show)
    .argument('<invoice>', texts.invoice)
    .addOption(jsonOption(context))
    .action((invoiceId, options) => show(context, invoiceId, options))
  command
    .command('file')
    .description(texts.file)
    .argument('<invoice>', texts.invoice)
    .addArgument(new Argument('<number>', texts.fileNumber).argParser(positiveInteger))
    .requiredOption('--output <file>', texts.output)
    .action((invoiceId, number, options) => file(context, invoiceId, number, options.output))
}

/** What ends a request or follows its end. */
function defineChanges(command: Command, context: Context): void {
  const texts = context.locale.invoices
  const changing = (name: 'withdraw' | 'issue' | 'reject' | 'red' | 'attach') =>
    command
      .command(name)
      .description(texts[name])
      .argument('<invoice>', texts.invoice)
      .addOption(idempotencyOption(context))
      .addOption(jsonOption(context))
  changing('withdraw').action((invoiceId, options) =>
    change(context, 'withdraw', { invoiceId }, options, (invoices, deed) =>
      invoices.withdraw({ invoiceId }, deed),
    ),
  )
  changing('issue')
    .requiredOption('--number <number>', texts.number)
    .requiredOption('--amount <yuan>', texts.amount, yuan)
    .action((invoiceId, options) => {
      const { number, amount: amountFen } = options
      const issued = filledIn(context, ISSUE_FORM, { number, amountFen })
      return change(context, 'issue', { invoiceId, ...issued }, options, (invoices, deed) =>
        invoices.issue({ invoiceId }, issued, deed),
      )
    })
  changing('reject')
    .requiredOption('--reason <text>', texts.reason)
    .action((invoiceId, options) => {
      const { reason } = filledIn(context, REJECT_FORM, { reason: options.reason })
      return change(context, 'reject', { invoiceId, reason }, options, (invoices, deed) =>
        invoices.reject({ invoiceId }, reason, deed),
      )
    })
  changing('red')
    .requiredOption('--number <number>', texts.number)
    .requiredOption('--reason <text>', texts.reason)
    .option('--whole', texts.whole)
    .action((invoiceId, options) => {
      const { number, reason, whole } = options
      const letter = filledIn(context, RED_LETTER_FORM, { number, reason, whole })
      return change(context, 'red', { invoiceId, ...letter }, options, (invoices, deed) =>
        invoices.redLetter({ invoiceId }, letter, deed),
      )
    })
  changing('attach')
    .argument('<file>', texts.path)
    .action((invoiceId, path, options) => {
      const { name } = filledIn(context, ATTACH_FORM, { name: basename(path) })
      const content = readFileSync(path)
      const sha256 = createHash('sha256').update(content).digest('hex')
      return change(context, 'attach', { invoiceId, name, sha256 }, options, (invoices, deed) =>
        invoices.attach({ invoiceId }, { name, content }, deed),
      )
    })
}

type Change = (invoices: SqlInvoices, deed: Deed) => Promise<Invoice | InvoiceRefusal>

function change(
  context: Context,
  verb: string,
  request: object,
  options: RepeatableOptions,
  act: Change,
): Promise<void> {
  return withStorage(context, 'write', async (storage) => {
    const deed = deedFor(context, `invoice.${verb}`, request, options)
    const invoice = accepted(context, await act(invoicesOf(context, storage), deed))
    if (options.json) return context.out(JSON.stringify(invoice))
    const texts = context.locale.invoices
    context.out(texts.changed(invoice.id, texts.states[invoice.state]))
    printRefunded(context, invoice)
  })
}

function listOrders(
  context: Context,
  accountName: string,
  options: { json?: true },
): Promise<void> {
  return withStorage(context, 'read', async (storage) => {
    const texts = context.locale.invoices
    const { id } = await storage.accounts.account(accountName)
    const orders = await invoicesOf(context, storage).invoiceable(id)
    if (options.json) return context.out(JSON.stringify(orders))
    if (orders.length === 0) return context.out(texts.noOrders)
    const rows = orders.map(({ orderId, amountFen }) => [orderId, inYuan(amountFen)])
    for (const line of tableLines(texts.orderColumns, rows)) context.out(line)
  })
}

function list(
  context: Context,
  accountName: string | undefined,
  options: { state?: InvoiceState; limit: number; json?: true },
): Promise<void> {
  return withStorage(context, 'read', async (storage) => {
    const texts = context.locale.invoices
    const { state, limit, json } = options
    const account =
      accountName === undefined ? undefined : await storage.accounts.account(accountName)
    const invoices = await invoicesOf(context, storage).list({
      limit,
      ...(account && { accountId: account.id }),
      ...(state && { state }),
    })
    if (json) return context.out(JSON.stringify(invoices))
    if (invoices.length === 0) return context.out(texts.none)
    const rows = invoices.map((invoice) => [
      invoice.id,
      invoice.accountId,
      texts.kinds[invoice.kind],
      texts.states[invoice.state],
      inYuan(invoice.amountFen),
      invoice.title.title,
      invoice.number ?? '',
      beijingTime(invoice.requestedAtMs),
    ])
    for (const line of tableLines(texts.columns, rows)) context.out(line)
  })
}

function show(context: Context, invoiceId: string, options: { json?: true }): Promise<void> {
  return withStorage(context, 'read', async (storage) => {
    const found = await invoicesOf(context, storage).find({ invoiceId })
    const invoice = accepted(context, found ?? ('invoice_unknown' as const))
    if (options.json) return context.out(JSON.stringify(invoice))
    printInvoice(context, invoice)
  })
}

function file(context: Context, invoiceId: string, number: number, output: string): Promise<void> {
  return withStorage(context, 'read', async (storage) => {
    const found = await invoicesOf(context, storage).file({ invoiceId }, number)
    writeFileSync(output, accepted(context, found).content, { mode: FILE_MODE })
    context.err(context.locale.invoices.written(output))
  })
}
