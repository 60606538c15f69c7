/** `kayan vendors reconcile`, `unknowns` and `close`: unknowns are closed by a bill or by whoever knows. */
import { readFileSync } from 'node:fs'
import { basename } from 'node:path'
import { Argument, type Command, InvalidArgumentError, Option } from 'commander'
import type { Reconciliation } from '../sources/reconcile.ts'
import { referencesIn } from '../sources/statement-lines.ts'
import { splitLine } from '../storage/registry-import/csv-line.ts'
import {
  closeByHand,
  isRoute,
  type OpenAttempt,
  readOpenAttempts,
  reconcileBill,
} from '../storage/sql/vendor-bills.ts'
import { CliError, type Context } from './context.ts'
import { deedOf, withStorage } from './open-store.ts'
import { beijingTime, jsonOption, moment, wholeNumber } from './options.ts'
import { tableLines } from './table.ts'
import { inYuanExactly } from './vendor-money.ts'
import { type PeriodOptions, periodOf } from './vendors-costs.ts'

const LISTED_MAX = 1_000
const REASON_CHARS_MAX = 200

interface ReconcileOptions extends PeriodOptions {
  readonly referenceColumn: string
  readonly total?: number
  readonly json?: true
}

interface CloseOptions {
  readonly paid?: true
  readonly free?: true
  readonly reason: string
}

/** Adds the sub-commands. */
export function defineBills(command: Command, context: Context): void {
  const texts = context.locale.vendors
  command
    .command('reconcile')
    .description(texts.reconcile)
    .addArgument(new Argument('<route>', texts.name))
    .addArgument(new Argument('[file]', texts.statement))
    // Of no other time than the bill's: what it does not name would be closed as free.
    .requiredOption('--from <date>', texts.billFrom, moment)
    .requiredOption('--to <date>', texts.to, moment)
    .option('--reference-column <column>', texts.referenceColumn, 'reference')
    .option('--total <calls>', texts.total, wholeNumber)
    .addOption(jsonOption(context))
    .action((route, file, options) => settle(context, route, file, options))
  command
    .command('unknowns')
    .description(texts.listUnknowns)
    .addArgument(new Argument('[route]', texts.name))
    .addOption(jsonOption(context))
    .action((route, options) => listUnknowns(context, route, options))
  command
    .command('close')
    .description(texts.close)
    .addArgument(new Argument('<attempts...>', texts.attempt))
    .addOption(new Option('--paid', texts.paid).conflicts('free'))
    .addOption(new Option('--free', texts.free))
    .requiredOption('--reason <text>', texts.reason, reason)
    .action((attempts, options) => close(context, attempts, options))
}

/** Holds a bill against the rows: the lines of a file, or a sum of calls. */
async function settle(
  context: Context,
  route: string,
  file: string | undefined,
  options: ReconcileOptions,
): Promise<void> {
  const { total, referenceColumn } = options
  const texts = context.locale.vendors
  if ((file === undefined) === (total === undefined)) throw new CliError(texts.billMissing)
  const bill =
    file === undefined
      ? { evidence: `total ${total}`, billed: { total: total! } }
      : {
          evidence: basename(file),
          billed: { lines: referencesOf(context, file, referenceColumn) },
        }
  return withStorage(context, 'write', async ({ engine }) => {
    const period = periodOf(context, options)
    const result = await reconcileBill(engine, { route, ...period, ...bill }, deedOf(context))
    if (result === 'route_unknown') throw new CliError(texts.refusals.route_unknown)
    if (options.json) return context.out(JSON.stringify(result))
    print(context, result)
  })
}

function print(context: Context, result: Reconciliation): void {
  const texts = context.locale.vendors
  const { settled, free, open, strangers, unbilled, disputed, billed, difference } = result
  context.out(texts.reconciled(settled.length, free.length, open.length))
  if (difference !== 0) context.out(texts.difference(billed, billed - difference))
  if (strangers > 0) context.out(texts.strangers(strangers))
  if (unbilled.length > 0) context.out(texts.unbilled(unbilled.length))
  if (disputed.length > 0) context.out(texts.disputed(disputed.join(', ')))
}

/** The column of a statement by which its lines are named. */
function referencesOf(context: Context, file: string, column: string): readonly string[] {
  const references = referencesIn(readFileSync(file, 'utf8'), column, splitLine)
  if (references === undefined) {
    throw new CliError(context.locale.vendors.statementMalformed(column))
  }
  return references
}

function listUnknowns(
  context: Context,
  route: string | undefined,
  options: { json?: true },
): Promise<void> {
  return withStorage(context, 'read', async ({ engine }) => {
    const chosen = route !== undefined && { route }
    if (route !== undefined && !(await isRoute(engine.queries, route))) {
      throw new CliError(context.locale.vendors.refusals.route_unknown)
    }
    const attempts = await readOpenAttempts(engine.queries, { ...chosen, limit: LISTED_MAX })
    if (options.json) return context.out(JSON.stringify(attempts))
    const texts = context.locale.vendors
    if (attempts.length === 0) return context.out(texts.noUnknowns)
    const rows = attempts.map(cellsOf)
    for (const line of tableLines(texts.unknownColumns, rows)) context.out(line)
  })
}

function cellsOf({ id, route, atMs, phase, code, costCentifen }: OpenAttempt): string[] {
  return [id, route, beijingTime(atMs), phase, code, inYuanExactly(costCentifen)]
}

/** Closes each by itself: what is named wrongly does not keep the others open. */
function close(
  context: Context,
  attempts: readonly string[],
  options: CloseOptions,
): Promise<void> {
  const texts = context.locale.vendors
  if (options.paid === options.free) throw new CliError(texts.endMissing)
  const end = { state: options.paid ? 'settled' : 'free', reason: options.reason } as const
  return withStorage(context, 'write', async ({ engine }) => {
    for (const attempt of attempts) {
      const closed = await closeByHand(engine, attempt, end, deedOf(context))
      if (typeof closed === 'string') {
        context.err(texts.closingRefusals[closed](attempt))
        context.exitCode = 1
      } else context.out(texts.closed(attempt))
    }
  })
}

/** Kept with the row and in the audit, so it is one short line. */
function reason(value: string): string {
  const text = value.trim()
  if (text === '' || text.length > REASON_CHARS_MAX || /\p{Cc}/u.test(text)) {
    throw new InvalidArgumentError('')
  }
  return text
}
