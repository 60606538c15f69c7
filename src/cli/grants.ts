/** `kayan grants`: the units an account may spend. */
import { Argument, type Command, Option } from 'commander'
import type { BalanceAccount, Grant } from '../billing/grant.ts'
import type { LedgerRefusal } from '../billing/ledger.ts'
import { yearsLater } from '../billing/validity.ts'
import type { Mode, Product } from '../domain/product.ts'
import { mutate } from '../storage/sql/mutation.ts'
import { CliError, type Context } from './context.ts'
import { deedOf, withStorage } from './open-store.ts'
import {
  accountArgument,
  addExamples,
  beijingTime,
  jsonOption,
  modeOption,
  moment,
  positiveInteger,
  productOption,
} from './options.ts'
import { tableLines } from './table.ts'

const VALID_YEARS = 2
const DEFAULT_REASON = 'operator credit'
const SHOWN: readonly BalanceAccount[] = ['available', 'reserved', 'used', 'expired', 'withdrawn']

interface AddOptions {
  readonly product: Product
  readonly units: number
  readonly mode: Mode
  readonly years: number
  readonly expires?: number
  readonly reason: string
  readonly json?: true
}

/** Adds the command's options, sub-commands and actions. */
export function define(command: Command, context: Context): void {
  const texts = context.locale.grants
  const reason = () => new Option('--reason <text>', texts.reason).default(DEFAULT_REASON)
  const grant = () => new Argument('<grant>', texts.grant).argParser(positiveInteger)
  command.description(texts.description)
  addExamples(command, context, [
    'kayan grants add shop --product card4 --units 10000',
    'kayan grants list shop',
    'kayan grants withdraw 7 --units 500 --reason refund',
    'kayan grants extend 7 --expires 2029-12-31',
  ])
  command
    .command('add')
    .description(texts.add)
    .addArgument(accountArgument(context))
    .addOption(productOption(texts.product).makeOptionMandatory())
    .requiredOption('--units <n>', texts.units, positiveInteger)
    .addOption(modeOption(texts.mode))
    .option('--years <n>', texts.years, positiveInteger, VALID_YEARS)
    .addOption(new Option('--expires <date>', texts.expires).argParser(moment).conflicts('years'))
    .addOption(reason())
    .addOption(jsonOption(context))
    .action((account, options) => add(context, account, options))
  command
    .command('list')
    .description(texts.list)
    .addArgument(accountArgument(context, false))
    .addOption(jsonOption(context))
    .action((account, options) => list(context, account, options))
  command
    .command('withdraw')
    .description(texts.withdraw)
    .addArgument(grant())
    .requiredOption('--units <n>', texts.units, positiveInteger)
    .addOption(reason())
    .action((grantId, options) => withdraw(context, { grantId, ...options }))
  command
    .command('extend')
    .description(texts.extend)
    .addArgument(grant())
    .requiredOption('--expires <date>', texts.expires, moment)
    .addOption(reason())
    .action((grantId, options) =>
      extend(context, { grantId, expiresAtMs: options.expires, reason: options.reason }),
    )
}

function add(context: Context, accountName: string, options: AddOptions): Promise<void> {
  const { product, units, mode, reason } = options
  const nowMs = context.nowMs()
  const expiresAtMs = options.expires ?? yearsLater(nowMs, options.years)
  return withStorage(context, 'write', async ({ accounts, engine }) => {
    const { id: accountId } = await accounts.account(accountName)
    const order = { accountId, product, mode, units, priority: 0, startsAtMs: nowMs, expiresAtMs }
    const line = {
      deed: deedOf(context),
      action: 'grant.add',
      subject: ({ id }: Grant) => `grant ${id}`,
      detail: `${units} ${reason}`,
    }
    const grant = accepted(
      context,
      await mutate(engine, line, ({ ledger }) => ledger.addGrant({ ...order, reason }, nowMs)),
    )
    if (options.json) return context.out(JSON.stringify(grant))
    context.out(context.locale.grants.added(String(grant.id), units, beijingTime(expiresAtMs)))
  })
}

function list(
  context: Context,
  accountName: string | undefined,
  options: { json?: true },
): Promise<void> {
  return withStorage(context, 'read', async ({ accounts, grants }) => {
    const texts = context.locale.grants
    const holdings = await grants(accountName && (await accounts.account(accountName)).id)
    if (options.json) return context.out(JSON.stringify(holdings))
    if (holdings.length === 0) return context.out(texts.none)
    const rows = holdings.map(({ grant, balance, expiresAtMs }) => [
      String(grant.id),
      grant.accountId,
      grant.product,
      grant.mode,
      String(grant.units),
      ...SHOWN.map((name) => String(balance[name])),
      beijingTime(expiresAtMs),
    ])
    for (const line of tableLines(texts.columns, rows)) context.out(line)
  })
}

function withdraw(
  context: Context,
  order: { grantId: number; units: number; reason: string },
): Promise<void> {
  const { grantId, units, reason } = order
  return withStorage(context, 'write', async ({ engine }) => {
    const deed = deedOf(context)
    const subject = `grant ${grantId}`
    const line = { deed, action: 'grant.withdraw', subject, detail: `${units} ${reason}` }
    accepted(
      context,
      await mutate(engine, line, ({ ledger }) => ledger.withdrawGrant(order, deed.atMs)),
    )
    context.out(context.locale.grants.withdrawn(String(order.grantId), order.units))
  })
}

function extend(
  context: Context,
  order: { grantId: number; expiresAtMs: number; reason: string },
): Promise<void> {
  const { grantId, expiresAtMs, reason } = order
  return withStorage(context, 'write', async ({ engine }) => {
    const deed = deedOf(context)
    const subject = `grant ${grantId}`
    const line = { deed, action: 'grant.extend', subject, detail: `${expiresAtMs} ${reason}` }
    accepted(
      context,
      await mutate(engine, line, ({ ledger }) => ledger.extendGrant(order, deed.atMs)),
    )
    const until = beijingTime(order.expiresAtMs)
    context.out(context.locale.grants.extended(String(order.grantId), until))
  })
}

function accepted<T extends object>(context: Context, result: T | LedgerRefusal): T {
  if (typeof result === 'string') throw new CliError(context.locale.grants.refusals[result])
  return result
}
