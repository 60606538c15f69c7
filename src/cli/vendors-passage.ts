/** `kayan vendors pass-through`: whose encrypted messages go to the vendor unread. */
import { Argument, type Command } from 'commander'
import { setPassage } from '../storage/sql/vendor-passage.ts'
import type { Context } from './context.ts'
import { deedOf, withStorage } from './open-store.ts'
import { accountArgument } from './options.ts'

/** Adds the sub-command. */
export function definePassage(command: Command, context: Context): void {
  const texts = context.locale.vendors
  command
    .command('pass-through')
    .description(texts.passThrough)
    .addArgument(accountArgument(context))
    .addArgument(new Argument('<state>', texts.passState).choices(['on', 'off']))
    .action((account, state) => passThrough(context, account, state === 'on'))
}

function passThrough(context: Context, name: string, open: boolean): Promise<void> {
  const texts = context.locale.vendors
  return withStorage(context, 'write', async ({ engine, accounts }) => {
    const account = await accounts.account(name)
    await setPassage(engine, account.id, open, deedOf(context))
    context.out(open ? texts.passageOpen(account.name) : texts.passageClosed(account.name))
    if (open) context.err(texts.passageWarning)
  })
}

/** Whose messages are passed on, where there are such accounts. */
export function printPassages(context: Context, accountIds: readonly string[]): void {
  if (accountIds.length > 0) context.out(context.locale.vendors.passages(accountIds.join(', ')))
}
