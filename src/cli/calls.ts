/** `kayan calls`: the call log, which holds no element. */
import { Argument, type Command } from 'commander'
import { CallNaming } from '../domain/call-names.ts'
import type { StoredCall } from '../storage/sqlite/admin.ts'
import type { Storage } from '../storage/storage.ts'
import { CliError, type Context } from './context.ts'
import { withStorage } from './open-store.ts'
import { addExamples, beijingTime, jsonOption, positiveInteger } from './options.ts'
import { tableLines } from './table.ts'

const LISTED_CALLS = 20
const SEQUENCE_CODE_CHARACTERS = 8

/** Adds the command's options, sub-commands and actions. */
export function define(command: Command, context: Context): void {
  const texts = context.locale.calls
  command.description(texts.description)
  addExamples(command, context, [
    'kayan calls list --account shop --limit 100',
    'kayan calls show 7e1c25ab-2f0a-4f6e-9d6b-0f7a41b7c9d2',
  ])
  command
    .command('list')
    .description(texts.list)
    .option('--account <account>', texts.account)
    .option('--limit <n>', texts.limit, positiveInteger, LISTED_CALLS)
    .addOption(jsonOption(context))
    .action((options) => list(context, options))
  command
    .command('show')
    .description(texts.show)
    .addArgument(new Argument('<call>', texts.name))
    .addOption(jsonOption(context))
    .action((name, options) => show(context, name, options))
}

function list(
  context: Context,
  options: { account?: string; limit: number; json?: true },
): Promise<void> {
  return withStorage(context, 'read', async ({ accounts, keyring, listCalls }) => {
    const texts = context.locale.calls
    const naming = new CallNaming(keyring)
    const { account, limit } = options
    const accountId = account && (await accounts.account(account)).id
    const found = await listCalls({ limit, ...(accountId !== undefined && { accountId }) })
    const calls = found.map((call) => described(call, naming))
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
    ])
    for (const line of tableLines(texts.columns, rows)) context.out(line)
  })
}

function show(context: Context, name: string, options: { json?: true }): Promise<void> {
  return withStorage(context, 'read', async (storage) => {
    const call = await callNamed(context, storage, name)
    const description = described(call, new CallNaming(storage.keyring))
    if (options.json) return context.out(JSON.stringify(description))
    const entries = Object.entries({ ...description, at: beijingTime(call.atMs) })
    const width = Math.max(...entries.map(([label]) => label.length))
    for (const [label, value] of entries) context.out(`${label.padEnd(width)}  ${value}`)
  })
}

/** Finds a call by its RequestId, or by a seqNo, whose first eight characters name it. */
export async function callNamed(
  context: Context,
  { findCall, keyring }: Pick<Storage, 'findCall' | 'keyring'>,
  name: string,
): Promise<StoredCall> {
  const naming = new CallNaming(keyring)
  const serial =
    naming.serialOfRequestId(name) ??
    naming.serialOfSequenceCode(name.slice(0, SEQUENCE_CODE_CHARACTERS))
  const call = serial === undefined ? undefined : await findCall(serial)
  if (!call) throw new CliError(context.locale.calls.unknown(name))
  return call
}

/** What is shown of a call: its names and how it ended; no token, no repeat key. */
function described(call: StoredCall, naming: CallNaming) {
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
    latencyUs: call.latencyUs,
    answer: call.answer,
  }
}
