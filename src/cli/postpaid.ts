/** `kayan postpaid`: accounts that pay at the month's end for what they have used. */
import type { Command } from 'commander'
import { POSTPAID_FORM } from '../billing/forms.ts'
import type { Product } from '../domain/product.ts'
import { endPostpaid, listPostpaid, setPostpaid } from '../storage/sql/postpaid.ts'
import type { Context } from './context.ts'
import { deedOf, withStorage } from './open-store.ts'
import {
  accountArgument,
  addExamples,
  beijingTime,
  jsonOption,
  positiveInteger,
  productOption,
} from './options.ts'
import { filledIn } from './read-form.ts'
import { agreed, inYuan, yuan } from './sale.ts'
import { tableLines } from './table.ts'

const DUE_DAYS = 15

interface SetOptions {
  readonly product: Product
  readonly units: number
  readonly price: number
  readonly dueDays: number
}

/** Adds the command's options, sub-commands and actions. */
export function define(command: Command, context: Context): void {
  const texts = context.locale.sale.postpaid
  const product = () => productOption(context.locale.sale.product).makeOptionMandatory()
  command.description(texts.description)
  addExamples(command, context, [
    'kayan postpaid set shop --product card4 --units 100000 --price 250',
    'kayan postpaid end shop --product card4',
  ])
  command
    .command('set')
    .description(texts.set)
    .addArgument(accountArgument(context))
    .addOption(product())
    .requiredOption('--units <n>', texts.units, positiveInteger)
    .requiredOption('--price <yuan>', texts.price, yuan)
    .option('--due-days <n>', texts.dueDays, positiveInteger, DUE_DAYS)
    .action((account, options) => set(context, account, options))
  command
    .command('end')
    .description(texts.end)
    .addArgument(accountArgument(context))
    .addOption(product())
    .action((account, options) => end(context, account, options))
  command
    .command('list')
    .description(texts.list)
    .addArgument(accountArgument(context, false))
    .addOption(jsonOption(context))
    .action((account, options) => list(context, account, options))
}

function set(context: Context, accountName: string, options: SetOptions): Promise<void> {
  const { product, units: unitsPerMonth, price: priceFenPer1000Units, dueDays } = options
  const typed = { product, unitsPerMonth, priceFenPer1000Units, dueDays }
  const form = filledIn(context, POSTPAID_FORM, typed)
  return withStorage(context, 'write', async ({ accounts, engine }) => {
    const { id: accountId } = await accounts.account(accountName)
    await setPostpaid(engine, { accountId, ...form }, deedOf(context))
    context.out(context.locale.sale.postpaid.agreed(accountName, product))
  })
}

function end(context: Context, accountName: string, options: { product: Product }): Promise<void> {
  return withStorage(context, 'write', async ({ accounts, engine }) => {
    const { id: accountId } = await accounts.account(accountName)
    const { product } = options
    agreed(context, await endPostpaid(engine, { accountId, product }, deedOf(context)))
    context.out(context.locale.sale.postpaid.ended(accountName, product))
  })
}

function list(
  context: Context,
  accountName: string | undefined,
  options: { json?: true },
): Promise<void> {
  return withStorage(context, 'read', async ({ accounts, engine }) => {
    const accountId = accountName && (await accounts.account(accountName)).id
    const all = await listPostpaid(engine.queries, accountId || undefined)
    if (options.json) return context.out(JSON.stringify(all))
    const texts = context.locale.sale.postpaid
    if (all.length === 0) return context.out(texts.none)
    const rows = all.map((terms) => [
      terms.accountId,
      terms.product,
      String(terms.unitsPerMonth),
      inYuan(terms.priceFenPer1000Units),
      String(terms.dueDays),
      terms.endedAtMs === undefined ? '' : beijingTime(terms.endedAtMs),
    ])
    for (const line of tableLines(texts.columns, rows)) context.out(line)
  })
}
