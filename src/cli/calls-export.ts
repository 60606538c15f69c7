/** `kayan calls export` and `totals`: many calls at once, streamed or counted. */
import { createWriteStream } from 'node:fs'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import type { CallTotal, LoggedCall } from '../billing/call-log.ts'
import { dayName } from '../domain/beijing.ts'
import { CallNaming } from '../domain/call-names.ts'
import { CSV_BOM, csvLine } from '../domain/csv.ts'
import { isOutcome } from '../domain/outcome.ts'
import { accessFor, auditLook, type FilterOptions, filterOf } from './call-filter.ts'
import type { Context } from './context.ts'
import type { Locale } from './locale/zh.ts'
import { withStorage } from './open-store.ts'
import { beijingTime } from './options.ts'
import { tableLines } from './table.ts'

/** The forms of an export. */
export const FORMATS: readonly string[] = ['csv', 'jsonl']

/** A file of calls tells who was asked about when: for its owner alone. */
const FILE_MODE = 0o600

export interface ExportOptions extends FilterOptions {
  readonly format: string
  readonly output?: string
}

/** Writes the calls to a file or to standard output, as fast as that takes them. */
export function exportCalls(context: Context, options: ExportOptions): Promise<void> {
  return withStorage(context, 'write', async (storage) => {
    const filter = await filterOf(context, storage, options)
    await auditLook(context, storage, 'calls.export', options)
    const naming = new CallNaming(storage.keyring)
    const lines = options.format === 'csv' ? csvLines : jsonLines
    let count = 0
    async function* counted(): AsyncGenerator<LoggedCall> {
      for await (const call of storage.calls.stream(filter)) {
        count++
        yield call
      }
    }
    const text = Readable.from(lines(counted(), naming, context.locale))
    if (options.output === undefined) return await toStandardOutput(text)
    await pipeline(text, createWriteStream(options.output, { mode: FILE_MODE }))
    context.err(context.locale.calls.written(String(count), options.output))
  })
}

/** Prints how many calls there were and how many were charged. */
export function printTotals(
  context: Context,
  options: FilterOptions & { readonly json?: true },
): Promise<void> {
  return withStorage(context, accessFor(options), async (storage) => {
    const texts = context.locale.calls
    const filter = await filterOf(context, storage, options)
    if (filter.element) await auditLook(context, storage, 'calls.search', options)
    const totals = (await storage.calls.totals(filter)).toSorted(byDay)
    if (options.json) {
      const rows = totals.map((total) => ({ ...total, day: dayName(total.day) }))
      return context.out(JSON.stringify(rows))
    }
    if (totals.length === 0) return context.out(texts.none)
    const rows = totals.map(({ day, accountId, api, result, calls, charged }) => {
      return [dayName(day), accountId, api, result, String(calls), String(charged)]
    })
    for (const line of tableLines(texts.totalsColumns, rows)) context.out(line)
  })
}

/** A reader that has seen enough, like `head`, is no failure. */
async function toStandardOutput(text: Readable): Promise<void> {
  try {
    await pipeline(text, process.stdout, { end: false })
  } catch (error) {
    if ((error as { code?: unknown }).code !== 'EPIPE') throw error
  }
}

async function* csvLines(
  calls: AsyncIterable<LoggedCall>,
  naming: CallNaming,
  locale: Locale,
): AsyncGenerator<string> {
  const texts = locale.calls
  const answer = (yes: boolean) => (yes ? texts.charged : texts.free)
  yield CSV_BOM + csvLine(texts.exportColumns)
  for await (const call of calls) {
    yield csvLine([
      beijingTime(call.atMs),
      naming.requestId(call.serial),
      { id: naming.sequenceCode(call.serial) },
      call.accountId,
      call.keyId,
      call.api,
      call.product,
      call.mode,
      call.source,
      call.result,
      isOutcome(call.result) ? locale.outcomes[call.result] : '',
      answer(call.grantId !== undefined && !call.reversed),
      call.grantId ?? '',
      answer(call.reversed),
      call.ruleVersion,
      call.latencyUs / 1_000,
      call.client,
    ])
  }
}

async function* jsonLines(
  calls: AsyncIterable<LoggedCall>,
  naming: CallNaming,
): AsyncGenerator<string> {
  for await (const { serial, ...call } of calls) {
    const names = { requestId: naming.requestId(serial), sequenceCode: naming.sequenceCode(serial) }
    yield `${JSON.stringify({ ...names, ...call })}\n`
  }
}

function byDay(one: CallTotal, other: CallTotal): number {
  return (
    one.day - other.day ||
    one.accountId.localeCompare(other.accountId) ||
    one.api.localeCompare(other.api) ||
    one.result.localeCompare(other.result)
  )
}
