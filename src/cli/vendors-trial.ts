/** `kayan vendors test` and `probe`: whether a vendor can be reached, and takes our credential. */
import { randomBytes } from 'node:crypto'
import { Argument, type Command } from 'commander'
import { VendorTrials } from '../server/vendor-trials.ts'
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

function test(context: Context, name: string): Promise<void> {
  return withStorage(context, 'write', async (storage) => {
    const texts = context.locale.vendors
    const answer = await trialsOf(context, storage).ask(name)
    if (answer === 'route_unknown') throw new CliError(texts.refusals.route_unknown)
    if (answer === 'no_free_question') {
      await reach(context, storage, name)
      context.out(texts.noFreeCode)
      return
    }
    const { passed, phase, code, fault = '', charge } = answer
    context.out(texts.tested(name, phase, code, fault))
    context.out(passed ? texts.testPassed : texts.testFailed)
    if (charge !== 'free') context.out(texts.testPaid)
    if (!passed) context.exitCode = FAILED_EXIT_CODE
  })
}

function probe(context: Context, name?: string): Promise<void> {
  return withStorage(context, 'read', (storage) => reach(context, storage, name))
}

/** Connects and hangs up. */
async function reach(context: Context, storage: Storage, name?: string): Promise<void> {
  const texts = context.locale.vendors
  const reached = await trialsOf(context, storage).reach(name)
  if (reached.length === 0) throw new CliError(texts.refusals.route_unknown)
  for (const { route, trouble } of reached) {
    context.out(trouble === undefined ? texts.reached(route) : texts.unreached(route, trouble))
    if (trouble !== undefined) context.exitCode = FAILED_EXIT_CODE
  }
}

function trialsOf(context: Context, { engine, keyring }: Storage): VendorTrials {
  const clock = { nowMs: context.nowMs, monotonicUs: () => performance.now() * US_A_MS }
  return new VendorTrials({ engine, keyring, clock, random: randomBytes, chance: Math.random })
}
