/** `kayan invoices request` and the titles that an account keeps: what a buyer does. */
import { text } from 'node:stream/consumers'
import { type Command, Option } from 'commander'
import { INVOICE_KINDS, INVOICE_MATERIALS, type InvoiceTitle } from '../billing/invoice.ts'
import { INVOICE_FORM, TITLE_FORM } from '../billing/invoice-forms.ts'
import type { Storage } from '../storage/storage.ts'
import { CliError, type Context } from './context.ts'
import { accepted, invoicesOf, titlesOf } from './invoice-print.ts'
import { withStorage } from './open-store.ts'
import { accountArgument, jsonOption } from './options.ts'
import { filledIn } from './read-form.ts'
import { deedFor, idempotencyOption, inYuan, type RepeatableOptions } from './sale.ts'
import { tableLines } from './table.ts'

interface TitleOptions extends RepeatableOptions {
  readonly title?: string
  readonly taxNumber?: string
  readonly address?: string
  readonly phone?: string
  readonly bank?: string
  readonly bankAccount?: string
}

interface RequestOptions extends TitleOptions {
  readonly kind: string
  readonly material: string
  readonly orders?: readonly string[]
  readonly titleId?: string
  readonly emails?: readonly string[]
  readonly addressee?: string
  readonly deliveryPhone?: string
  readonly deliveryAddress?: string
  readonly postalCode?: string
  readonly remark?: string
  readonly stdin?: true
}

/** Adds the buyer's sub-commands. */
export function defineRequest(command: Command, context: Context): void {
  const texts = context.locale.invoices
  const kind = new Option('--kind <kind>', texts.kind).choices(INVOICE_KINDS).default('ordinary')
  const material = new Option('--material <material>', texts.material).choices(INVOICE_MATERIALS)
  const request = command
    .command('request')
    .description(texts.request)
    .addArgument(accountArgument(context))
    .addOption(kind)
    .addOption(material.default('electronic'))
    .option('--orders <orders...>', texts.order)
    .option('--title-id <id>', texts.titleId)
  titleOptions(request, context)
    .option('--emails <emails...>', texts.emails)
    .option('--addressee <name>', texts.addressee)
    .option('--delivery-phone <phone>', texts.deliveryPhone)
    .option('--delivery-address <address>', texts.deliveryAddress)
    .option('--postal-code <code>', texts.postalCode)
    .option('--remark <text>', texts.remark)
    .option('--stdin', texts.stdin)
    .action((account, options) => ask(context, account, options))
  command
    .command('titles')
    .description(texts.titles)
    .addArgument(accountArgument(context))
    .addOption(jsonOption(context))
    .action((account, options) => listTitles(context, account, options))
  const save = command
    .command('save-title')
    .description(texts.saveTitle)
    .addArgument(accountArgument(context))
  titleOptions(save, context).action((account, options) => saveTitle(context, account, options))
  command
    .command('forget-title')
    .description(texts.forgetTitle)
    .addArgument(accountArgument(context))
    .argument('<title>', texts.titleId)
    .action((account, id) => forgetTitle(context, account, id))
}

function titleOptions(command: Command, context: Context): Command {
  const texts = context.locale.invoices
  return command
    .option('--title <name>', texts.title)
    .option('--tax-number <number>', texts.taxNumber)
    .option('--address <address>', texts.address)
    .option('--phone <phone>', texts.phone)
    .option('--bank <name>', texts.bankName)
    .option('--bank-account <number>', texts.bankAccount)
    .addOption(idempotencyOption(context))
    .addOption(jsonOption(context))
}

async function ask(context: Context, accountName: string, options: RequestOptions): Promise<void> {
  const typed = options.stdin ? await readJson(context) : undefined
  await withStorage(context, 'write', async (storage) => {
    const { id: accountId } = await storage.accounts.account(accountName)
    const asked = typed ?? (await requestOf(context, storage, accountId, options))
    const request = filledIn(context, INVOICE_FORM, asked)
    const deed = deedFor(context, 'invoice.request', { accountId, ...request }, options)
    const invoices = invoicesOf(context, storage)
    const invoice = accepted(context, await invoices.request(accountId, request, deed))
    if (options.json) return context.out(JSON.stringify(invoice))
    context.out(context.locale.invoices.requested(invoice.id, inYuan(invoice.amountFen)))
  })
}

async function readJson(context: Context): Promise<Record<string, unknown>> {
  try {
    return JSON.parse(await text(process.stdin)) as Record<string, unknown>
  } catch {
    throw new CliError(context.locale.invoices.notJson)
  }
}

async function requestOf(
  context: Context,
  storage: Storage,
  accountId: string,
  options: RequestOptions,
): Promise<Record<string, unknown>> {
  const { kind, material, orders: orderIds, remark, emails, addressee, postalCode } = options
  const { deliveryPhone: phone, deliveryAddress: address } = options
  const given = titleOf(options)
  const title =
    options.titleId === undefined
      ? given
      : await savedTitle(context, storage, accountId, options.titleId, given)
  const delivery = present({ addressee, phone, address, postalCode, emails })
  return { kind, material, title, delivery, remark, orderIds }
}

function titleOf(options: TitleOptions): Record<string, unknown> {
  const { title, taxNumber, address, phone, bank: bankName, bankAccount } = options
  return present({ title, taxNumber, address, phone, bankName, bankAccount })
}

function present(fields: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined))
}

async function savedTitle(
  context: Context,
  storage: Storage,
  accountId: string,
  titleId: string,
  given: Record<string, unknown>,
): Promise<InvoiceTitle> {
  if (Object.keys(given).length > 0) throw new CliError(context.locale.invoices.titleIdAlone)
  const saved = await titlesOf(storage).list(accountId)
  const found = saved.find(({ id }) => id === titleId)
  if (found === undefined) throw new CliError(context.locale.invoices.refusals.title_unknown)
  const { id: _id, accountId: _account, ...title } = found
  return title
}

function listTitles(context: Context, accountName: string, options: { json?: true }) {
  return withStorage(context, 'read', async (storage) => {
    const texts = context.locale.invoices
    const { id } = await storage.accounts.account(accountName)
    const titles = await titlesOf(storage).list(id)
    if (options.json) return context.out(JSON.stringify(titles))
    if (titles.length === 0) return context.out(texts.noTitles)
    const rows = titles.map((title) => [title.id, title.title, title.taxNumber])
    for (const line of tableLines(texts.titleColumns, rows)) context.out(line)
  })
}

function saveTitle(context: Context, accountName: string, options: TitleOptions): Promise<void> {
  const title = filledIn(context, TITLE_FORM, titleOf(options))
  return withStorage(context, 'write', async (storage) => {
    const { id: accountId } = await storage.accounts.account(accountName)
    const deed = deedFor(context, 'invoice_title.save', { accountId, ...title }, options)
    const titles = titlesOf(storage)
    const { id } = accepted(context, await titles.save(accountId, title, deed))
    if (options.json) return context.out(JSON.stringify({ id }))
    context.out(context.locale.invoices.titleSaved(id))
  })
}

function forgetTitle(context: Context, accountName: string, titleId: string): Promise<void> {
  return withStorage(context, 'write', async (storage) => {
    const { id: accountId } = await storage.accounts.account(accountName)
    const deed = deedFor(context, 'invoice_title.remove', {}, {})
    const titles = titlesOf(storage)
    const { id } = accepted(context, await titles.remove(accountId, titleId, deed))
    context.out(context.locale.invoices.titleForgotten(id))
  })
}
