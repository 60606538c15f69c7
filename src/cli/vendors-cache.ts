/** `kayan vendors cache`: accounts that are given their verdicts again for a time. */
import { type Command, InvalidArgumentError } from 'commander'
import { CACHE_MS_MAX } from '../sources/verdict-cache.ts'
import { type AccountCache, endCache, readCaches, setCache } from '../storage/sql/verdict-caches.ts'
import { CliError, type Context } from './context.ts'
import { deedOf, withStorage } from './open-store.ts'
import { accountArgument, jsonOption, wholeNumber } from './options.ts'
import { tableLines } from './table.ts'

const MINUTE_MS = 60_000

interface SetOptions {
  readonly matchMinutes: number
  readonly mismatchMinutes: number
  readonly stateMinutes: number
}

/** Adds the sub-commands. */
export function defineCache(command: Command, context: Context): void {
  const texts = context.locale.routing
  const cache = command.command('cache').description(texts.cache)
  cache
    .command('set')
    .description(texts.cacheSet)
    .addArgument(accountArgument(context))
    .option('--match-minutes <n>', texts.matchMinutes, minutes, 0)
    .option('--mismatch-minutes <n>', texts.mismatchMinutes, minutes, 0)
    .option('--state-minutes <n>', texts.stateMinutes, minutes, 0)
    .action((account, options) => set(context, account, options))
  cache
    .command('show')
    .description(texts.cacheShow)
    .addOption(jsonOption(context))
    .action((options) => show(context, options))
  cache
    .command('off')
    .description(texts.cacheOff)
    .addArgument(accountArgument(context))
    .action((account) => off(context, account))
}

async function set(context: Context, account: string, options: SetOptions): Promise<void> {
  const { matchMinutes, mismatchMinutes, stateMinutes } = options
  if (matchMinutes + mismatchMinutes + stateMinutes === 0) {
    throw new CliError(context.locale.routing.cacheEmpty)
  }
  return withStorage(context, 'write', async ({ engine, accounts }) => {
    const { id: accountId } = await accounts.account(account)
    const cache: AccountCache = {
      accountId,
      matchMs: matchMinutes * MINUTE_MS,
      mismatchMs: mismatchMinutes * MINUTE_MS,
      cardStateMs: stateMinutes * MINUTE_MS,
    }
    await setCache(engine, cache, deedOf(context))
    context.out(context.locale.routing.cacheStarted)
  })
}

function show(context: Context, { json }: { readonly json?: true }): Promise<void> {
  return withStorage(context, 'read', async ({ engine }) => {
    const texts = context.locale.routing
    const caches = await readCaches(engine.queries)
    if (json) return context.out(JSON.stringify(caches))
    if (caches.length === 0) return context.out(texts.noCaches)
    const rows = caches.map(({ accountId, ...times }) => {
      const all = [times.matchMs, times.mismatchMs, times.cardStateMs]
      return [accountId, ...all.map((ms) => String(ms / MINUTE_MS))]
    })
    for (const line of tableLines(texts.cacheColumns, rows)) context.out(line)
  })
}

function off(context: Context, account: string): Promise<void> {
  return withStorage(context, 'write', async ({ engine, accounts }) => {
    const { id } = await accounts.account(account)
    await endCache(engine, id, deedOf(context))
    context.out(context.locale.routing.cacheEnded)
  })
}

function minutes(value: string): number {
  const count = wholeNumber(value)
  if (count * MINUTE_MS > CACHE_MS_MAX) throw new InvalidArgumentError('')
  return count
}
