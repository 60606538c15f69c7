/** `kayan ledger`: proves the ledger from its rows, and undoes a charge; also while the service runs. */
import { Argument, type Command } from 'commander'
import type { BillableRule, CheckResult } from '../billing/verify.ts'
import { isOutcome } from '../domain/outcome.ts'
import { createAliyun } from '../protocols/aliyun/index.ts'
import { createTencent } from '../protocols/tencent/index.ts'
import { mutate } from '../storage/sql/mutation.ts'
import { openStore } from '../storage/storage.ts'
import { translatingStorage } from '../storage/translating.ts'
import { callNamed } from './calls.ts'
import { CliError, type Context } from './context.ts'
import { explain } from './explain.ts'
import { deedOf, withStorage } from './open-store.ts'
import { addExamples, jsonOption } from './options.ts'

const BROKEN_EXIT_CODE = 1
const COULD_NOT_RUN_EXIT_CODE = 2

/** Adds the command's options, sub-commands and actions. */
export function define(command: Command, context: Context): void {
  const texts = context.locale.ledger
  command.description(texts.description)
  addExamples(command, context, [
    'kayan ledger verify',
    'kayan ledger verify --json',
    'kayan ledger reverse 4XU29Z4D2611220525 --reason complaint',
  ])
  command
    .command('verify')
    .description(texts.verify)
    .addOption(jsonOption(context))
    .action((options) => verify(context, options))
  command
    .command('reverse')
    .description(texts.reverse)
    .addArgument(new Argument('<call>', context.locale.calls.name))
    .requiredOption('--reason <text>', context.locale.grants.reason)
    .action((name, options) => reverse(context, name, options.reason))
}

/** Gives the unit of one call back to the grant that paid for it; each charge at most once. */
function reverse(context: Context, name: string, reason: string): Promise<void> {
  return withStorage(context, 'write', async (storage) => {
    const { serial } = await callNamed(context, storage, name)
    const deed = deedOf(context)
    const subject = `call ${serial}`
    const line = { deed, action: 'ledger.reverse', subject, detail: `1 ${reason}` }
    const entry = await mutate(storage.engine, line, ({ ledger }) =>
      ledger.reverseCharge({ serial, reason }, deed.atMs),
    )
    if (typeof entry === 'string') {
      throw new CliError(
        entry === 'not_charged'
          ? context.locale.ledger.notCharged(name)
          : context.locale.grants.refusals[entry],
      )
    }
    context.out(context.locale.ledger.reversed(name, String(entry.grantId)))
  })
}

async function verify(context: Context, options: { json?: true }): Promise<void> {
  const texts = context.locale.ledger
  const results = await check(context)
  const broken = results.some(({ ok }) => !ok)
  if (broken) context.exitCode = BROKEN_EXIT_CODE
  if (options.json) {
    context.out(JSON.stringify({ ok: !broken, checks: results }))
    return
  }
  for (const { id, ok, bad, firstBad } of results) {
    const line = `${id}  ${ok ? texts.ok : texts.fail}  ${texts.checks[id]}`
    context.out(ok ? line : `${line}: ${bad} (${firstBad.join(', ')})`)
  }
  context.out(broken ? texts.broken : texts.holds)
}

/** Could not run is not the same as broken: scripts must tell the two apart. */
async function check(context: Context): Promise<CheckResult[]> {
  try {
    const { store: place } = context.config()
    return await translatingStorage(place.dataDir, async () => {
      const store = await openStore(place, true)
      try {
        return await store.verifyLedger({ billable: billableRule(), nowMs: context.nowMs() })
      } finally {
        await store.close()
      }
    })
  } catch (error) {
    const line = explain(error, context.locale)
    if (line === undefined) throw error
    throw new CliError(line, COULD_NOT_RUN_EXIT_CODE)
  }
}

/** What each face charges for, as far as the version of its table is the present one. */
function billableRule(): BillableRule {
  const protocols = [createTencent({}), createAliyun({})]
  return (api, product, result, ruleVersion) => {
    if (!isOutcome(result)) return false
    const protocol = protocols.find(({ name }) => api.startsWith(`${name}.`))
    if (protocol?.ruleVersion !== ruleVersion) return undefined
    return protocol.billable(product, result)
  }
}
