/** `kayan grants`: the units an account may spend. */
import { Argument, type Command, Option } from 'commander'
import { KeySealer } from '../accounts/seal.ts'
import type { BalanceAccount } from '../billing/grant.ts'
import type { LedgerRefusal } from '../billing/ledger.ts'
import { yearsLater } from '../billing/validity.ts'
import type { Mode, Product } from '../domain/product.ts'
import { SqliteAccounts } from '../storage/sqlite/accounts.ts'
import { LedgerAdmin, listGrants } from '../storage/sqlite/admin.ts'
import { CliError, type Context } from './context.ts'
import { deedOf, withInstallation } from './open-store.ts'
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
  return withInstallation(context, 'write', ({ database, keyring }) => {
    const account = new SqliteAccounts(database, new KeySealer(keyring)).account(accountName)
    const grant = accepted(
      context,
      new LedgerAdmin(database, deedOf(context).actor).addGrant(
        {
          accountId: account.id,
          product,
          mode,
          units,
          priority: 0,
          startsAtMs: nowMs,
          expiresAtMs,
          reason,
        },
        nowMs,
      ),
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
  return withInstallation(context, 'read', ({ database, keyring }) => {
    const texts = context.locale.grants
    const accounts = new SqliteAccounts(database, new KeySealer(keyring))
    const holdings = listGrants(database, accountName && accounts.account(accountName).id)
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
  return withInstallation(context, 'write', ({ database }) => {
    accepted(
      context,
      new LedgerAdmin(database, deedOf(context).actor).withdrawGrant(order, context.nowMs()),
    )
    context.out(context.locale.grants.withdrawn(String(order.grantId), order.units))
  })
}

function extend(
  context: Context,
  order: { grantId: number; expiresAtMs: number; reason: string },
): Promise<void> {
  return withInstallation(context, 'write', ({ database }) => {
    accepted(
      context,
      new LedgerAdmin(database, deedOf(context).actor).extendGrant(order, context.nowMs()),
    )
    const until = beijingTime(order.expiresAtMs)
    context.out(context.locale.grants.extended(String(order.grantId), until))
  })
}

function accepted<T extends object>(context: Context, result: T | LedgerRefusal): T {
  if (typeof result === 'string') throw new CliError(context.locale.grants.refusals[result])
  return result
}
