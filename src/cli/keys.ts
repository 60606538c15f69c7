/** `kayan keys`: create, import and list the keys that accounts call with. */
import { type Command, InvalidArgumentError, Option } from 'commander'
import { KEY_FORM } from '../accounts/forms.ts'
import { generateCipherSecret, generateKey, generateToken, malformedPart } from '../accounts/key.ts'
import type { KeyMaterial, KeySummary } from '../accounts/store.ts'
import { isBearer, type KeyKind } from '../domain/key.ts'
import type { Mode } from '../domain/product.ts'
import { CliError, type Context } from './context.ts'
import { defineChanges } from './keys-change.ts'
import { defineEncryption } from './keys-encryption.ts'
import { CIPHER_SECRET, printNewKey } from './keys-print.ts'
import { deedOf, withStorage } from './open-store.ts'
import {
  accountArgument,
  addExamples,
  beijingTime,
  jsonOption,
  kindOption,
  modeOption,
  positiveInteger,
  readLineOfFile,
  readLineOrAsk,
} from './options.ts'
import { filledIn } from './read-form.ts'
import { tableLines } from './table.ts'

/** A year; what shall live longer is a permanent key. */
const TEMPORARY_MINUTES_MAX = 525_600
const MINUTE_MS = 60_000

interface ImportOptions {
  readonly kind: KeyKind
  readonly mode: Mode
  readonly id?: string
  readonly secret?: string
  readonly secretFile?: string
  readonly cipherSecretFile?: string
}

interface CreateOptions {
  readonly kind: KeyKind
  readonly mode: Mode
  readonly custom?: true
  readonly encrypted?: true
  /** Minutes until the end of a temporary key. */
  readonly temporary?: number
  readonly json?: true
}

/** Adds the command's options, sub-commands and actions. */
export function define(command: Command, context: Context): void {
  const texts = context.locale.keys
  command.description(texts.description)
  addExamples(command, context, [
    'kayan keys create shop --kind appcode',
    'kayan keys create shop --kind tencent --temporary 120',
    'kayan keys import shop --kind tencent --id AKIDxxxx --secret-file secret.txt',
    'kayan keys list shop',
    'kayan keys rotate key_xxxx --overlap 10080',
    'kayan keys limit key_xxxx --addresses 203.0.113.0/24,2001:db8::/32 --daily-cap 1000',
    'kayan keys revoke key_xxxx',
  ])
  command
    .command('create')
    .description(texts.create)
    .addArgument(accountArgument(context))
    .addOption(kindOption(context))
    .addOption(modeOption(texts.mode))
    .option('--custom', texts.custom)
    .option('--encrypted', texts.encrypted)
    .option('--temporary <minutes>', texts.temporary, temporaryMinutes)
    .addOption(jsonOption(context))
    .action((account, options) => create(context, account, options))
  command
    .command('import')
    .description(texts.import)
    .addArgument(accountArgument(context))
    .addOption(kindOption(context))
    .addOption(modeOption(texts.mode))
    .option('--id <id>', texts.id)
    .option('--secret-file <file>', texts.secretFile)
    .addOption(new Option('--secret <secret>', texts.secret).conflicts('secretFile'))
    .option('--cipher-secret-file <file>', texts.cipherSecretFile)
    .action((account, options) => importKey(context, account, options))
  command
    .command('list')
    .description(texts.list)
    .addArgument(accountArgument(context, false))
    .addOption(jsonOption(context))
    .action((account, options) => list(context, account, options))
  defineChanges(command, context)
  defineEncryption(command.command('encryption').helpCommand(false), context)
}

async function create(
  context: Context,
  accountName: string,
  options: CreateOptions,
): Promise<void> {
  const material = await generateMaterial(context, options)
  return withStorage(context, 'write', async ({ accounts }) => {
    const account = await accounts.account(accountName)
    const key = await accounts.addKey(account, options.mode, material, deedOf(context))
    if (options.json) return context.out(JSON.stringify({ ...key, ...material }))
    printNewKey(context, key, material)
  })
}

async function generateMaterial(context: Context, options: CreateOptions): Promise<KeyMaterial> {
  const texts = context.locale.keys
  const { kind, mode, custom, encrypted, temporary } = options
  if (encrypted) requireDirect(context, kind)
  if (temporary !== undefined && kind !== 'tencent') throw new CliError(texts.tencentOnly)
  if (custom && kind !== 'appcode') throw new CliError(texts.appCodeOnly)
  const typed = custom ? await readLineOrAsk(context, texts.customPrompt, 'hidden') : undefined
  const { appCode } = filledIn(context, KEY_FORM, {
    kind,
    mode,
    appCode: typed,
    encrypted,
    temporaryMinutes: temporary,
  })
  return {
    ...generateKey(kind),
    ...(appCode !== undefined && { credential: appCode, secret: appCode }),
    ...(encrypted && { cipherSecret: generateCipherSecret() }),
    ...(temporary !== undefined && {
      token: generateToken(),
      expiresAtMs: context.nowMs() + temporary * MINUTE_MS,
    }),
  }
}

function temporaryMinutes(value: string): number {
  const minutes = positiveInteger(value)
  if (minutes > TEMPORARY_MINUTES_MAX) throw new InvalidArgumentError('')
  return minutes
}

async function importKey(
  context: Context,
  accountName: string,
  options: ImportOptions,
): Promise<void> {
  const texts = context.locale.keys
  const material = await materialOf(context, options)
  const part = malformedPart(material)
  if (part) {
    const [credential = '', secret = ''] = texts.names[options.kind]
    const name = { credential, secret, cipherSecret: CIPHER_SECRET }[part]
    throw new CliError(texts.malformed(name))
  }
  return withStorage(context, 'write', async ({ accounts }) => {
    const account = await accounts.account(accountName)
    const key = await accounts.addKey(account, options.mode, material, deedOf(context))
    context.out(texts.imported(key.id, key.label))
  })
}

/** The secret comes by option, by file, or from standard input, whichever is given. */
async function materialOf(context: Context, options: ImportOptions): Promise<KeyMaterial> {
  const texts = context.locale.keys
  const { kind, id, secret, secretFile, cipherSecretFile } = options
  if (cipherSecretFile !== undefined) requireDirect(context, kind)
  if (!isBearer(kind) && id === undefined) throw new CliError(texts.idMissing)
  if (secret !== undefined) context.err(texts.secretVisible)
  const given =
    secret ??
    (secretFile === undefined
      ? await readLineOrAsk(context, texts.secretPrompt, 'hidden')
      : readLineOfFile(context, secretFile))
  return {
    kind,
    credential: isBearer(kind) ? given : id!,
    secret: given,
    ...(cipherSecretFile && { cipherSecret: readLineOfFile(context, cipherSecretFile) }),
  }
}

/** Only the direct face has an encrypted mode that is a matter of its key. */
function requireDirect(context: Context, kind: KeyKind): void {
  if (kind !== 'direct') throw new CliError(context.locale.keys.directOnly)
}

function list(
  context: Context,
  accountName: string | undefined,
  options: { json?: true },
): Promise<void> {
  return withStorage(context, 'read', async ({ accounts }) => {
    const texts = context.locale.keys
    const keys = await accounts.keys(accountName && (await accounts.account(accountName)).id)
    if (options.json) return context.out(JSON.stringify(keys))
    if (keys.length === 0) return context.out(texts.none)
    const rows = keys.map((key) => [
      key.id,
      key.accountId,
      key.kind,
      key.mode,
      key.label,
      key.state,
      beijingTime(key.createdAtMs),
      endOf(key),
    ])
    for (const line of tableLines(texts.columns, rows)) context.out(line)
  })
}

/** When a key ends by itself, if ever: a temporary one, or one that is being replaced. */
function endOf({ expiresAtMs = Infinity, retiresAtMs = Infinity }: KeySummary): string {
  const endMs = Math.min(expiresAtMs, retiresAtMs)
  return endMs === Infinity ? '' : beijingTime(endMs)
}
