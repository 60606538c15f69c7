/** `kayan accounts`: create and list accounts, and say in which state they are. */
import { Argument, type Command } from 'commander'
import { ACCOUNT_FORM } from '../accounts/forms.ts'
import { newId } from '../accounts/key.ts'
import { ACCOUNT_STATES, type Account, type AccountState } from '../domain/key.ts'
import type { Context } from './context.ts'
import { deedOf, withStorage } from './open-store.ts'
import {
  accountArgument,
  addExamples,
  beijingTime,
  jsonOption,
  positiveInteger,
} from './options.ts'
import { filledIn } from './read-form.ts'
import { tableLines } from './table.ts'

/** Adds the command's options, sub-commands and actions. */
export function define(command: Command, context: Context): void {
  const texts = context.locale.accounts
  command.description(texts.description)
  addExamples(command, context, [
    'kayan accounts create shop --rate 50',
    'kayan accounts list',
    'kayan accounts state shop arrears',
  ])
  command
    .command('create')
    .description(texts.create)
    .addArgument(new Argument('<name>', texts.name))
    .option('--rate <n>', texts.rate, positiveInteger)
    .addOption(jsonOption(context))
    .action((name, options) => create(context, name, options))
  command
    .command('list')
    .description(texts.list)
    .addOption(jsonOption(context))
    .action((options) => list(context, options))
  for (const [verb, state] of [
    ['suspend', 'frozen'],
    ['resume', 'active'],
  ] as const) {
    command
      .command(verb)
      .description(texts[verb])
      .addArgument(accountArgument(context))
      .action((idOrName) => setState(context, idOrName, state))
  }
  command
    .command('state')
    .description(texts.setState)
    .addArgument(accountArgument(context))
    .addArgument(new Argument('<state>', texts.states).choices(ACCOUNT_STATES))
    .action((idOrName, state) => setState(context, idOrName, state))
  command
    .command('unsigned-payload')
    .description(texts.setUnsignedPayload)
    .addArgument(accountArgument(context))
    .addArgument(new Argument('<rule>', texts.unsignedPayloadRules).choices(['policy', 'refused']))
    .action((idOrName, rule) => setUnsignedPayload(context, idOrName, rule))
}

function create(
  context: Context,
  name: string,
  options: { rate?: number; json?: true },
): Promise<void> {
  const ratePerSecond = options.rate ?? context.config().limits.ratePerSecond
  const wanted = filledIn(context, ACCOUNT_FORM, { name, ratePerSecond })
  const account: Account = { id: newId('acc'), state: 'active', ...wanted }
  return withStorage(context, 'write', async ({ accounts }) => {
    const created = await accounts.createAccount(account, deedOf(context))
    context.out(
      options.json
        ? JSON.stringify(created)
        : context.locale.accounts.created(created.id, created.name),
    )
  })
}

function list(context: Context, options: { json?: true }): Promise<void> {
  return withStorage(context, 'read', async (storage) => {
    const accounts = await storage.accounts.accounts()
    const texts = context.locale.accounts
    if (options.json) return context.out(JSON.stringify(accounts))
    if (accounts.length === 0) return context.out(texts.none)
    const rows = accounts.map((account) => [
      account.id,
      account.name,
      account.state,
      String(account.ratePerSecond),
      String(account.usableKeys),
      beijingTime(account.createdAtMs),
    ])
    for (const line of tableLines(texts.columns, rows)) context.out(line)
  })
}

function setState(context: Context, idOrName: string, state: AccountState): Promise<void> {
  return withStorage(context, 'write', async ({ accounts }) => {
    const { id } = await accounts.account(idOrName)
    await accounts.setAccountState(id, state, deedOf(context))
    context.out(context.locale.accounts.state(id, state))
  })
}

function setUnsignedPayload(
  context: Context,
  idOrName: string,
  rule: 'policy' | 'refused',
): Promise<void> {
  return withStorage(context, 'write', async ({ accounts }) => {
    const { id } = await accounts.account(idOrName)
    await accounts.setUnsignedPayload(id, rule, deedOf(context))
    context.out(context.locale.accounts.unsignedPayload(id, rule))
  })
}
