/** `kayan vendors costs` and `reconcile`: what vendors cost, what was saved, and what their bills say. */
import { readFileSync } from 'node:fs'
import { basename } from 'node:path'
import { Argument, type Command } from 'commander'
import { beijingDay, dayStartMs, monthStartDay } from '../domain/beijing.ts'
import { reconcile } from '../sources/reconcile.ts'
import { splitLine } from '../storage/registry-import/csv-line.ts'
import { readUnknowns } from '../storage/sql/attempts.ts'
import {
  type CallTotals,
  type CostPeriod,
  closeUnknowns,
  type RouteCosts,
  readBilledAttempts,
  readCallTotals,
  readRouteCosts,
} from '../storage/sql/vendor-costs.ts'
import { CliError, type Context } from './context.ts'
import { deedOf, withStorage } from './open-store.ts'
import { beijingTime, jsonOption, moment } from './options.ts'
import { tableLines } from './table.ts'
import { centifen, inYuanExactly } from './vendor-money.ts'

interface PeriodOptions {
  readonly from?: number
  readonly to?: number
}

interface CostsOptions extends PeriodOptions {
  readonly soldAt?: number
  readonly json?: true
}

interface ReconcileOptions extends PeriodOptions {
  readonly referenceColumn: string
  readonly json?: true
}

/** Adds the sub-commands. */
export function defineCosts(command: Command, context: Context): void {
  const texts = context.locale.vendors
  command
    .command('costs')
    .description(texts.costs)
    .option('--from <date>', texts.from, moment)
    .option('--to <date>', texts.to, moment)
    .option('--sold-at <yuan>', texts.soldAt, centifen)
    .addOption(jsonOption(context))
    .action((options) => costs(context, options))
  command
    .command('reconcile')
    .description(texts.reconcile)
    .addArgument(new Argument('<route>', texts.name))
    .addArgument(new Argument('<file>', texts.statement))
    .option('--from <date>', texts.from, moment)
    .option('--to <date>', texts.to, moment)
    .option('--reference-column <column>', texts.referenceColumn, 'reference')
    .addOption(jsonOption(context))
    .action((route, file, options) => settle(context, route, file, options))
}

function costs(context: Context, options: CostsOptions): Promise<void> {
  return withStorage(context, 'read', async ({ engine }) => {
    const period = periodOf(context, options)
    const report = await engine.snapshot(async (queries) => ({
      routes: await readRouteCosts(queries, period),
      calls: await readCallTotals(queries, period),
      open: await readUnknowns(queries),
    }))
    const savings = savingsOf(report.routes, report.calls)
    if (options.json) return context.out(JSON.stringify({ ...report, savings }))
    const texts = context.locale.vendors
    const rows = report.routes.map(costCells)
    for (const line of tableLines(texts.costColumns, rows)) context.out(line)
    const { calls, open } = report
    context.out(texts.calls(calls.charged, calls.unknown))
    const saved = inYuanExactly(savings.worthCentifen)
    context.out(texts.saved(calls.malformed, calls.guarded, savings.shared, saved))
    if (options.soldAt !== undefined) printMargin(context, report, options.soldAt)
    if (open.oldestAtMs !== undefined) context.out(texts.oldest(beijingTime(open.oldestAtMs)))
  })
}

function printMargin(
  context: Context,
  { routes, calls }: { readonly routes: readonly RouteCosts[]; readonly calls: CallTotals },
  soldAtCentifen: number,
): void {
  const revenue = calls.charged * soldAtCentifen
  const cost = routes.reduce((sum, { costCentifen }) => sum + costCentifen, 0)
  const amounts = [revenue, cost, revenue - cost].map(inYuanExactly)
  context.out(context.locale.vendors.margin(amounts[0]!, amounts[1]!, amounts[2]!))
}

/** Calls that no vendor was asked for, at what a paid call cost on average. */
function savingsOf(routes: readonly RouteCosts[], calls: CallTotals) {
  const paid = routes.reduce((sum, { settled }) => sum + settled, 0)
  const cost = routes.reduce((sum, { costCentifen }) => sum + costCentifen, 0)
  const shared = Math.max(0, calls.charged - paid)
  const saved = calls.malformed + calls.guarded + shared
  return { shared, worthCentifen: paid === 0 ? 0 : Math.round((saved * cost) / paid) }
}

function costCells({ route, settled, free, unknown, ...sums }: RouteCosts): string[] {
  const counts = [settled, free, unknown].map(String)
  return [route, ...counts, ...[sums.costCentifen, sums.unknownCentifen].map(inYuanExactly)]
}

async function settle(
  context: Context,
  route: string,
  file: string,
  options: ReconcileOptions,
): Promise<void> {
  const texts = context.locale.vendors
  const references = referencesOf(context, file, options.referenceColumn)
  return withStorage(context, 'write', async ({ engine }) => {
    const period = periodOf(context, options)
    const attempts = await readBilledAttempts(engine.queries, route, period)
    const result = reconcile(attempts, references)
    const source = { route, statement: basename(file) }
    await closeUnknowns(engine, source, result, deedOf(context))
    if (options.json) return context.out(JSON.stringify(result))
    const { settled, free, open, strangers, unbilled, disputed } = result
    context.out(texts.reconciled(settled.length, free.length, open.length))
    if (strangers > 0) context.out(texts.strangers(strangers))
    if (unbilled.length > 0) context.out(texts.unbilled(unbilled.length))
    if (disputed.length > 0) context.out(texts.disputed(disputed.join(', ')))
  })
}

/** The column of a statement by which its lines are named. */
function referencesOf(context: Context, file: string, column: string): string[] {
  const malformed = () => new CliError(context.locale.vendors.statementMalformed(column))
  const lines = readFileSync(file, 'utf8')
    .replace(/^\uFEFF/, '')
    .split(/\r?\n/)
  const [heading, ...rows] = lines.filter((line) => line !== '').map(splitLine)
  const at = heading?.findIndex((name) => name.trim() === column) ?? -1
  if (at < 0) throw malformed()
  return rows.map((row) => {
    const reference = row?.[at]?.trim()
    if (reference === undefined || reference === '') throw malformed()
    return reference
  })
}

function periodOf(context: Context, { from, to }: PeriodOptions): CostPeriod {
  const nowMs = context.nowMs()
  const month = dayStartMs(monthStartDay(beijingDay(nowMs)))
  return { fromMs: from ?? month, toMs: to ?? nowMs + 1 }
}
