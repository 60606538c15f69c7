/** `kayan vendors test` and `probe`: whether a vendor can be reached, and takes our credential. */
import { randomBytes, randomUUID } from 'node:crypto'
import { Argument, type Command } from 'commander'
import { KeySealer } from '../accounts/seal.ts'
import { AttemptTokens } from '../domain/attempt-token.ts'
import { priceAfter } from '../sources/price-book.ts'
import { HttpClient } from '../sources/upstream/http-client.ts'
import { UPSTREAM_LIMITS, type UpstreamSettings } from '../sources/upstream/settings.ts'
import { Upstream } from '../sources/upstream/upstream.ts'
import { settingsOf } from '../sources/vendor-route.ts'
import { SourceBook } from '../storage/sql/source-book.ts'
import { readRoutes } from '../storage/sql/vendor-routes.ts'
import type { Storage } from '../storage/storage.ts'
import { CliError, type Context } from './context.ts'
import { withStorage } from './open-store.ts'

const FAILED_EXIT_CODE = 1
const US_A_MS = 1_000

/** Adds the sub-commands. */
export function defineTrials(command: Command, context: Context): void {
  const texts = context.locale.vendors
  command
    .command('test')
    .description(texts.test)
    .addArgument(new Argument('<route>', texts.name))
    .action((name) => test(context, name))
  command
    .command('probe')
    .description(texts.probe)
    .addArgument(new Argument('[route]', texts.name))
    .action((name) => probe(context, name))
}

/** Asks what the vendor answers with a free code; the question has a cost row like any other. */
function test(context: Context, name: string): Promise<void> {
  return withStorage(context, 'write', async (storage) => {
    const texts = context.locale.vendors
    const [settings] = await settingsNamed(context, storage, name)
    const free = settings!.vendor.probe
    if (free === undefined) {
      await reach(context, settings!)
      context.out(texts.noFreeCode)
      return
    }
    const clock = { nowMs: context.nowMs, monotonicUs: () => performance.now() * US_A_MS }
    const attempts = new SourceBook(storage.engine, clock)
    const upstream = new Upstream(
      settings!,
      {
        attempts,
        clock,
        tokens: new AttemptTokens(storage.keyring),
        random: randomBytes,
        chance: Math.random,
        watch: () => {},
      },
      true,
    )
    const call = { serial: 0, requestId: randomUUID(), accountId: '', api: '', startedUs: 0 }
    const report = await upstream.ask({ ...free, call }, 1, UPSTREAM_LIMITS.firstByteTimeoutMs)
    await upstream.close()
    await attempts.idle()
    context.out(texts.tested(name, report.phase, report.code, report.fault ?? ''))
    const passed = report.phase === 'replied' && report.fault === undefined
    context.out(passed ? texts.testPassed : texts.testFailed)
    if (report.charge !== 'free') context.out(texts.testPaid)
    if (!passed) context.exitCode = FAILED_EXIT_CODE
  })
}

function probe(context: Context, name?: string): Promise<void> {
  return withStorage(context, 'read', async (storage) => {
    for (const settings of await settingsNamed(context, storage, name)) {
      await reach(context, settings)
    }
  })
}

/** Connects and hangs up. */
async function reach(context: Context, settings: UpstreamSettings): Promise<void> {
  const texts = context.locale.vendors
  const { name, vendor, endpoint = vendor.endpoint, ca } = settings
  const client = new HttpClient({
    endpoint,
    gzips: false,
    limits: UPSTREAM_LIMITS,
    ...(ca !== undefined && { ca }),
  })
  const trouble = await client.reach()
  await client.close()
  context.out(trouble === undefined ? texts.reached(name) : texts.unreached(name, trouble))
  if (trouble !== undefined) context.exitCode = FAILED_EXIT_CODE
}

/** The route of a name, or all of them. */
async function settingsNamed(
  context: Context,
  { engine, keyring }: Storage,
  name?: string,
): Promise<UpstreamSettings[]> {
  const routes = await readRoutes(engine.queries, new KeySealer(keyring, 'vendor.seal'))
  const chosen = routes
    .filter((route) => name === undefined || route.name === name)
    .map((route) => settingsOf(route, () => priceAfter(route.prices, 0)))
    .filter((settings) => settings !== undefined)
  if (chosen.length === 0) throw new CliError(context.locale.vendors.refusals.route_unknown)
  return chosen
}
