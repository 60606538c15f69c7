/** `kayan payments`: providers whose signed notices confirm payments, and taking such a notice in. */
import { text } from 'node:stream/consumers'
import { Argument, type Command } from 'commander'
import { KeySealer } from '../accounts/seal.ts'
import { PROVIDER_FORM } from '../billing/forms.ts'
import type { Keyring } from '../domain/keyring.ts'
import {
  addProvider,
  listProviders,
  receiveNotice,
  revokeProvider,
} from '../storage/sql/payments.ts'
import type { Context } from './context.ts'
import { deedOf, withStorage } from './open-store.ts'
import { addExamples, beijingTime, jsonOption } from './options.ts'
import { filledIn } from './read-form.ts'
import { agreed } from './sale.ts'
import { tableLines } from './table.ts'

interface NoticeOptions {
  readonly timestamp: string
  readonly signature: string
}

/** Adds the command's options, sub-commands and actions. */
export function define(command: Command, context: Context): void {
  const texts = context.locale.sale.payments
  const name = () => new Argument('<name>', texts.name)
  command.description(texts.description)
  addExamples(command, context, [
    'kayan payments add alipay',
    'kayan payments notice alipay --timestamp 1795276800 --signature 5f0c… < notice.json',
  ])
  command
    .command('add')
    .description(texts.add)
    .addArgument(name())
    .addOption(jsonOption(context))
    .action((provider, options) => add(context, provider, options))
  command
    .command('revoke')
    .description(texts.revoke)
    .addArgument(name())
    .action((provider) => revoke(context, provider))
  command
    .command('list')
    .description(texts.list)
    .addOption(jsonOption(context))
    .action((options) => list(context, options))
  command
    .command('notice')
    .description(texts.notice)
    .addArgument(name())
    .requiredOption('--timestamp <seconds>', texts.timestamp)
    .requiredOption('--signature <hex>', texts.signature)
    .action((provider, options) => takeNotice(context, provider, options))
}

function add(context: Context, typed: string, options: { json?: true }): Promise<void> {
  const { name } = filledIn(context, PROVIDER_FORM, { name: typed })
  return withStorage(context, 'write', async ({ engine, keyring }) => {
    const secret = await addProvider(engine, sealerOf(keyring), name, deedOf(context))
    if (options.json) context.out(JSON.stringify({ name, secret }))
    else context.out(context.locale.sale.payments.added(name, secret))
  })
}

function revoke(context: Context, name: string): Promise<void> {
  return withStorage(context, 'write', async ({ engine }) => {
    agreed(context, await revokeProvider(engine, name, deedOf(context)))
    context.out(context.locale.sale.payments.revoked(name))
  })
}

function list(context: Context, options: { json?: true }): Promise<void> {
  return withStorage(context, 'read', async ({ engine }) => {
    const providers = await listProviders(engine.queries)
    if (options.json) return context.out(JSON.stringify(providers))
    const texts = context.locale.sale.payments
    if (providers.length === 0) return context.out(texts.none)
    const rows = providers.map(({ name, createdAtMs, revokedAtMs }) => [
      name,
      beijingTime(createdAtMs),
      revokedAtMs === undefined ? '' : beijingTime(revokedAtMs),
    ])
    for (const line of tableLines(texts.columns, rows)) context.out(line)
  })
}

async function takeNotice(
  context: Context,
  provider: string,
  options: NoticeOptions,
): Promise<void> {
  const body = await text(process.stdin)
  return withStorage(context, 'write', async ({ engine, keyring }) => {
    const { timestamp, signature } = options
    const message = { provider, timestamp, signature, body }
    const result = await receiveNotice(engine, sealerOf(keyring), message, context.nowMs())
    if (result !== 'paid') agreed(context, result)
    context.out(context.locale.sale.payments.paid(JSON.parse(body).orderId))
  })
}

function sealerOf(keyring: Keyring): KeySealer {
  return new KeySealer(keyring, 'sale.seal')
}
