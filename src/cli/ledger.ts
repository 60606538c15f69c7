/** `kayan ledger`: proves the ledger from its rows, also while the service runs. */
import type { Command } from 'commander'
import type { BillableRule, CheckResult } from '../billing/verify.ts'
import { isOutcome } from '../domain/outcome.ts'
import { createAliyun } from '../protocols/aliyun/index.ts'
import { createTencent } from '../protocols/tencent/index.ts'
import { verifyLedger } from '../storage/sqlite/verify.ts'
import { CliError, type Context } from './context.ts'
import { explain } from './explain.ts'
import { addExamples, jsonOption } from './options.ts'

const BROKEN_EXIT_CODE = 1
const COULD_NOT_RUN_EXIT_CODE = 2

/** Adds the command's options, sub-commands and actions. */
export function define(command: Command, context: Context): void {
  const texts = context.locale.ledger
  command.description(texts.description)
  addExamples(command, context, ['kayan ledger verify', 'kayan ledger verify --json'])
  command
    .command('verify')
    .description(texts.verify)
    .addOption(jsonOption(context))
    .action((options) => verify(context, options))
}

function verify(context: Context, options: { json?: true }): void {
  const texts = context.locale.ledger
  const results = check(context)
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
function check(context: Context): CheckResult[] {
  try {
    return verifyLedger(context.config().store.dataDir, {
      billable: billableRule(),
      nowMs: context.nowMs(),
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
