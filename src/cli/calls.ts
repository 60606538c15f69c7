/** `kayan calls`: finds, shows and exports calls. The call log holds no element. */
import { Argument, type Command, Option } from 'commander'
import type { LoggedCall } from '../billing/call-log.ts'
import { CallNaming } from '../domain/call-names.ts'
import type { Storage } from '../storage/storage.ts'
import {
  accessFor,
  addFilterOptions,
  auditLook,
  type FilterOptions,
  filterOf,
} from './call-filter.ts'
import { storyOf } from './call-story.ts'
import { exportCalls, FORMATS, printTotals } from './calls-export.ts'
import { CliError, type Context } from './context.ts'
import { withStorage } from './open-store.ts'
import { addExamples, beijingTime, jsonOption, positiveInteger } from './options.ts'
import { tableLines } from './table.ts'

const LISTED_CALLS = 20

/** Adds the command's options, sub-commands and actions. */
export function define(command: Command, context: Context): void {
  const texts = context.locale.calls
  command.description(texts.description)
  addExamples(command, context, [
    'kayan calls list --account shop --since 2026-11-01 --charged yes',
    'kayan calls list --element card',
    'kayan calls show 7e1c25ab-2f0a-4f6e-9d6b-0f7a41b7c9d2',
    'kayan calls export --since 2026-11-01 --until 2026-12-01 --output november.csv',
    'kayan calls totals --account shop --since 2026-11-01',
  ])
  addFilterOptions(command.command('list').description(texts.list), context)
    .option('--before <call>', texts.before)
    .option('--limit <n>', texts.limit, positiveInteger, LISTED_CALLS)
    .addOption(jsonOption(context))
    .action((options) => list(context, options))
  command
    .command('show')
    .description(texts.show)
    .addArgument(new Argument('<call>', texts.name))
    .addOption(jsonOption(context))
    .action((name, options) => show(context, name, options))
  addFilterOptions(command.command('export').description(texts.export), context)
    .addOption(new Option('--format <format>', texts.format).choices(FORMATS).default('csv'))
    .option('--output <file>', texts.output)
    .action((options) => exportCalls(context, options))
  addFilterOptions(command.command('totals').description(texts.totals), context)
    .addOption(jsonOption(context))
    .action((options) => printTotals(context, options))
}

interface ListOptions extends FilterOptions {
  readonly before?: string
  readonly limit: number
  readonly json?: true
}

function list(context: Context, options: ListOptions): Promise<void> {
  return withStorage(context, accessFor(options), async (storage) => {
    const texts = context.locale.calls
    const naming = new CallNaming(storage.keyring)
    const { before, limit } = options
    const after = before === undefined ? undefined : await callNamed(context, storage, before)
    const filter = await filterOf(context, storage, options)
    if (filter.element) await auditLook(context, storage, 'calls.search', options)
    const page = await storage.calls.page(filter, limit, after)
    const calls = page.calls.map((call) => described(call, naming))
    if (options.json) return context.out(JSON.stringify(calls))
    if (calls.length === 0) return context.out(texts.none)
    const rows = calls.map((call) => [
      beijingTime(call.atMs),
      call.requestId,
      call.accountId,
      call.api,
      call.result,
      call.charged ? texts.charged : texts.free,
      (call.latencyUs / 1_000).toFixed(1),
      call.client,
    ])
    for (const line of tableLines(texts.columns, rows)) context.out(line)
    if (page.next !== undefined) context.err(texts.more(naming.requestId(page.next.serial)))
  })
}

function show(context: Context, name: string, options: { json?: true }): Promise<void> {
  return withStorage(context, 'read', async (storage) => {
    const call = await callNamed(context, storage, name)
    const description = described(call, new CallNaming(storage.keyring))
    const entries = await storage.calls.entries(call)
    if (options.json) return context.out(JSON.stringify({ ...description, entries }))
    const fields = Object.entries({ ...description, at: beijingTime(call.atMs) })
    const width = Math.max(...fields.map(([label]) => label.length))
    for (const [label, value] of fields) context.out(`${label.padEnd(width)}  ${value}`)
    for (const line of storyOf(call, entries, context.locale)) context.out(line)
  })
}

/** Finds a call by its RequestId, or by a seqNo, whose first eight characters name it. */
export async function callNamed(
  context: Context,
  { calls, keyring }: Pick<Storage, 'calls' | 'keyring'>,
  name: string,
): Promise<LoggedCall> {
  const naming = new CallNaming(keyring)
  const serial = naming.serialOf(name)
  const call = serial === undefined ? undefined : await calls.find(serial)
  if (!call) throw new CliError(context.locale.calls.unknown(name))
  return call
}

/** What is shown of a call: its names and how it ended; no token, no repeat key. */
function described(call: LoggedCall, naming: CallNaming) {
  return {
    requestId: naming.requestId(call.serial),
    sequenceCode: naming.sequenceCode(call.serial),
    atMs: call.atMs,
    accountId: call.accountId,
    keyId: call.keyId,
    api: call.api,
    product: call.product,
    mode: call.mode,
    source: call.source,
    result: call.result,
    charged: call.grantId !== undefined && !call.reversed,
    grantId: call.grantId ?? '',
    reversed: call.reversed,
    ruleVersion: call.ruleVersion,
    latencyUs: call.latencyUs,
    client: call.client,
    answer: call.answer,
  }
}
