/** `kayan keys rotate`, `revoke`, `limit` and `reveal`: what becomes of a key after its creation. */
import { Argument, type Command, Option } from 'commander'
import { KEY_LIMITS_FORM, ROTATION_FORM } from '../accounts/forms.ts'
import { generateCipherSecret, generateKey } from '../accounts/key.ts'
import type { KeyLimits, KeyMaterial, KeySummary } from '../accounts/store.ts'
import { CliError, type Context } from './context.ts'
import { printNewKey } from './keys-print.ts'
import { deedOf, withStorage } from './open-store.ts'
import { beijingTime, jsonOption, positiveInteger, readLineOrAsk, wholeNumber } from './options.ts'
import { filledIn } from './read-form.ts'

const MINUTE_MS = 60_000
const OVERLAP_MINUTES = 1_440

interface RotateOptions {
  readonly overlap: number
  readonly custom?: true
  readonly json?: true
}

interface LimitOptions {
  readonly addresses?: string
  readonly anyAddress?: true
  readonly dailyCap?: number
  readonly uncapped?: true
}

/** Adds the sub-commands and their actions. */
export function defineChanges(command: Command, context: Context): void {
  const texts = context.locale.keys
  const key = () => new Argument('<key>', texts.key)
  command
    .command('rotate')
    .description(texts.rotate)
    .addArgument(key())
    .option('--overlap <minutes>', texts.overlap, wholeNumber, OVERLAP_MINUTES)
    .option('--custom', texts.custom)
    .addOption(jsonOption(context))
    .action((keyId, options) => rotate(context, keyId, options))
  command
    .command('revoke')
    .description(texts.revoke)
    .addArgument(key())
    .action((keyId) => revoke(context, keyId))
  command
    .command('limit')
    .description(texts.limit)
    .addArgument(key())
    .option('--addresses <networks>', texts.addresses)
    .addOption(new Option('--any-address', texts.anyAddress).conflicts('addresses'))
    .option('--daily-cap <n>', texts.dailyCap, positiveInteger)
    .addOption(new Option('--uncapped', texts.uncapped).conflicts('dailyCap'))
    .action((keyId, options) => limit(context, keyId, options))
  command
    .command('reveal')
    .description(texts.reveal)
    .addArgument(key())
    .action((keyId) => reveal(context, keyId))
}

async function rotate(context: Context, keyId: string, options: RotateOptions): Promise<void> {
  const texts = context.locale.keys
  const appCode = options.custom
    ? await readLineOrAsk(context, texts.customPrompt, 'hidden')
    : undefined
  const wanted = filledIn(context, ROTATION_FORM, { overlapMinutes: options.overlap, appCode })
  return withStorage(context, 'write', async ({ accounts }) => {
    const older = await accounts.key(keyId)
    const material = successorOf(context, older, wanted.appCode)
    const deed = deedOf(context)
    const retiresAtMs = deed.atMs + wanted.overlapMinutes * MINUTE_MS
    const newer = await accounts.rotateKey(keyId, material, retiresAtMs, deed)
    if (options.json) return context.out(JSON.stringify({ ...newer, ...material }))
    printNewKey(context, newer, material)
    const { retiresAtMs: endsAtMs = retiresAtMs } = await accounts.key(keyId)
    context.out(texts.rotated(keyId, beijingTime(endsAtMs)))
  })
}

/** New material of the same make. */
function successorOf(
  context: Context,
  { kind, encrypted }: KeySummary,
  appCode: string | undefined,
): KeyMaterial {
  if (appCode !== undefined && kind !== 'appcode')
    throw new CliError(context.locale.keys.appCodeOnly)
  return {
    ...generateKey(kind),
    ...(appCode !== undefined && { credential: appCode, secret: appCode }),
    ...(encrypted && { cipherSecret: generateCipherSecret() }),
  }
}

function revoke(context: Context, keyId: string): Promise<void> {
  return withStorage(context, 'write', async ({ accounts }) => {
    await accounts.revokeKey(keyId, deedOf(context))
    context.out(context.locale.keys.revoked(keyId))
  })
}

function limit(context: Context, keyId: string, options: LimitOptions): Promise<void> {
  const texts = context.locale.keys
  const { addresses, dailyCap } = options
  const wanted = filledIn(context, KEY_LIMITS_FORM, {
    addresses: options.anyAddress ? null : addresses?.split(',').map((network) => network.trim()),
    dailyCap: options.uncapped ? null : dailyCap,
  })
  if (Object.keys(wanted).length === 0) throw new CliError(texts.limitMissing)
  const limits: KeyLimits = {
    ...('addresses' in wanted && { addresses: wanted.addresses ?? undefined }),
    ...('dailyCap' in wanted && { dailyCap: wanted.dailyCap ?? undefined }),
  }
  return withStorage(context, 'write', async ({ accounts }) => {
    const key = await accounts.limitKey(keyId, limits, deedOf(context))
    context.out(
      texts.limited(
        keyId,
        key.addresses?.join(', ') ?? texts.anywhere,
        key.dailyCap === undefined ? texts.noCap : String(key.dailyCap),
      ),
    )
  })
}

function reveal(context: Context, keyId: string): Promise<void> {
  if (context.config().keys.appCodeReveal === 'never') {
    throw new CliError(context.locale.keys.revealRefused)
  }
  return withStorage(context, 'write', async ({ accounts }) => {
    const appCode = await accounts.revealAppCode(keyId, deedOf(context))
    context.out(appCode)
  })
}
