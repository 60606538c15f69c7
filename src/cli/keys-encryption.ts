/** `kayan keys encryption`: the keys under which callers encrypt elements for an account. */
import { Argument, type Command, Option } from 'commander'
import type { DecryptAlgorithm } from '../domain/decrypt-key.ts'
import { generateKeyPair } from '../protocols/tencent/key-pair.ts'
import type { Context } from './context.ts'
import { deedOf, withStorage } from './open-store.ts'
import { addExamples, beijingTime, jsonOption } from './options.ts'
import { tableLines } from './table.ts'

const ALGORITHMS: readonly DecryptAlgorithm[] = ['rsa', 'sm2', 'kms']

interface NewKeyOptions {
  readonly account: string
  readonly algorithm: DecryptAlgorithm
  readonly json?: true
}

/** Adds the command's options, sub-commands and actions. */
export function defineEncryption(command: Command, context: Context): void {
  const texts = context.locale.encryption
  command.description(texts.description)
  addExamples(command, context, [
    'kayan keys encryption create --account shop --algorithm rsa',
    'kayan keys encryption rotate --account shop --algorithm sm2',
    'kayan keys encryption list --account shop',
    'kayan keys encryption retire dec_xxxx',
  ])
  for (const verb of ['create', 'rotate'] as const) {
    command
      .command(verb)
      .description(texts[verb])
      .requiredOption('--account <account>', context.locale.accounts.account)
      .addOption(
        new Option('--algorithm <algorithm>', texts.algorithm)
          .choices(ALGORITHMS)
          .makeOptionMandatory(),
      )
      .addOption(jsonOption(context))
      .action((options) => make(context, verb, options))
  }
  command
    .command('list')
    .description(texts.list)
    .option('--account <account>', context.locale.accounts.account)
    .addOption(jsonOption(context))
    .action((options) => list(context, options))
  command
    .command('retire')
    .description(texts.retire)
    .addArgument(new Argument('<key>', context.locale.keys.key))
    .action((key) => retire(context, key))
}

async function make(
  context: Context,
  verb: 'create' | 'rotate',
  options: NewKeyOptions,
): Promise<void> {
  const texts = context.locale.encryption
  const material = await generateKeyPair(options.algorithm)
  return withStorage(context, 'write', async ({ accounts, decryptKeys }) => {
    const account = await accounts.account(options.account)
    const deed = deedOf(context)
    const key =
      verb === 'create'
        ? await decryptKeys.createDecryptKey(account, material, deed)
        : await decryptKeys.rotateDecryptKey(account, material, deed)
    if (options.json) return context.out(JSON.stringify(key))
    context.out(texts.created(key.id))
    context.out(key.algorithm === 'kms' ? texts.keyId : texts.publicKey)
    context.out(key.publicKey)
    if (verb === 'rotate') context.out(texts.overlap)
  })
}

function list(context: Context, options: { account?: string; json?: true }): Promise<void> {
  return withStorage(context, 'read', async ({ accounts, decryptKeys }) => {
    const texts = context.locale.encryption
    const { account } = options
    const found = await decryptKeys.decryptKeys(account && (await accounts.account(account)).id)
    if (options.json) return context.out(JSON.stringify(found))
    if (found.length === 0) return context.out(texts.none)
    const rows = found.map((key) => [
      key.id,
      key.accountId,
      key.algorithm,
      key.state,
      beijingTime(key.createdAtMs),
      key.publicKey,
    ])
    for (const line of tableLines(texts.columns, rows)) context.out(line)
  })
}

function retire(context: Context, keyId: string): Promise<void> {
  return withStorage(context, 'write', async ({ decryptKeys }) => {
    await decryptKeys.retireDecryptKey(keyId, deedOf(context))
    context.out(context.locale.encryption.retired(keyId))
  })
}
