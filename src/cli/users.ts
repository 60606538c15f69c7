/** `kayan users`: who may log in to the console, and as what. */
import { Argument, type Command, Option } from 'commander'
import { INVITATION_MS, invitationPath, newToken } from '../accounts/session.ts'
import { ROLES, type Role, type User, type UserRefusal } from '../accounts/user.ts'
import { USER_FORM } from '../accounts/user-forms.ts'
import { type Invitation, SqlUsers } from '../storage/sql/users.ts'
import { CliError, type Context } from './context.ts'
import type { zhUsers } from './locale/users.ts'
import { deedOf, withStorage } from './open-store.ts'
import { addExamples, beijingTime, jsonOption } from './options.ts'
import { filledIn } from './read-form.ts'
import { tableLines } from './table.ts'

interface AddOptions {
  readonly role: Role
  readonly account?: string
  readonly json?: true
}

/** Adds the command's options, sub-commands and actions. */
export function define(command: Command, context: Context): void {
  const texts = context.locale.users
  const name = () => new Argument('<name>', texts.name)
  command.description(texts.description)
  addExamples(command, context, [
    'kayan users add alice --role operator',
    'kayan users add bob@shop --role buyer_admin --account shop',
    'kayan users list',
    'kayan users reset alice',
    'kayan users disable bob@shop',
  ])
  command
    .command('add')
    .description(texts.add)
    .addArgument(name())
    .addOption(new Option('--role <role>', texts.role).choices(ROLES).makeOptionMandatory())
    .option('--account <account>', texts.account)
    .addOption(jsonOption(context))
    .action((user, options) => add(context, user, options))
  command
    .command('list')
    .description(texts.list)
    .addOption(jsonOption(context))
    .action((options) => list(context, options))
  command
    .command('reset')
    .description(texts.reset)
    .addArgument(name())
    .addOption(jsonOption(context))
    .action((user, options) => reset(context, user, options))
  command
    .command('disable')
    .description(texts.disable)
    .addArgument(name())
    .action((user) => disable(context, user))
}

function add(context: Context, typed: string, options: AddOptions): Promise<void> {
  const { name, role } = filledIn(context, USER_FORM, { name: typed, role: options.role })
  return withStorage(context, 'write', async ({ accounts, engine }) => {
    const account = options.account && (await accounts.account(options.account))
    const wish = { name, role, ...(account && { accountId: account.id }) }
    const invitation = newInvitation(context)
    const user = accepted(
      context,
      await new SqlUsers(engine).add(wish, invitation, deedOf(context)),
    )
    tell(context, user, invitation, options)
  })
}

function reset(context: Context, name: string, options: { json?: true }): Promise<void> {
  return withStorage(context, 'write', async ({ engine }) => {
    const users = new SqlUsers(engine)
    const { id } = accepted(context, (await users.find(name)) ?? 'user_unknown')
    const invitation = newInvitation(context)
    const user = accepted(context, await users.invite(id, invitation, deedOf(context)))
    tell(context, user, invitation, options)
  })
}

function disable(context: Context, name: string): Promise<void> {
  return withStorage(context, 'write', async ({ engine }) => {
    const users = new SqlUsers(engine)
    const { id } = accepted(context, (await users.find(name)) ?? 'user_unknown')
    accepted(context, await users.disable(id, deedOf(context)))
    context.out(context.locale.users.disabled(name))
  })
}

function list(context: Context, options: { json?: true }): Promise<void> {
  return withStorage(context, 'read', async ({ engine }) => {
    const users = await new SqlUsers(engine).list()
    if (options.json) return context.out(JSON.stringify(users))
    const texts = context.locale.users
    if (users.length === 0) return context.out(texts.none)
    const rows = users.map((user) => [
      user.id,
      user.name,
      texts.roles[user.role],
      user.accountId ?? '',
      texts.states[user.state],
      user.hasTotp ? texts.withTotp : texts.withoutTotp,
      beijingTime(user.createdAtMs),
    ])
    for (const line of tableLines(texts.columns, rows)) context.out(line)
  })
}

function newInvitation(context: Context): Invitation {
  return { token: newToken(), endsAtMs: context.nowMs() + INVITATION_MS }
}

function tell(
  context: Context,
  user: User,
  { token, endsAtMs }: Invitation,
  options: { readonly json?: true },
): void {
  const path = invitationPath(token)
  if (options.json) context.out(JSON.stringify({ user, path, endsAtMs }))
  else context.out(context.locale.users.invited(user.name, path))
}

function accepted(context: Context, result: User | UserRefusal): User {
  if (typeof result !== 'string') return result
  const { refusals } = context.locale.users
  throw new CliError(refusals[result as keyof (typeof zhUsers)['refusals']])
}
