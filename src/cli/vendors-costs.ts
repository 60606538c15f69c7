/** `kayan vendors costs`: what vendors cost, what was saved, and what has to be looked into. */
import type { Command } from 'commander'
import { beijingDay, dayStartMs, monthStartDay } from '../domain/beijing.ts'
import { readUnknowns } from '../storage/sql/attempts.ts'
import { readVendorTrouble, type VendorTrouble } from '../storage/sql/vendor-bills.ts'
import {
  type CallTotals,
  type CostPeriod,
  type RouteCosts,
  readCallTotals,
  readRouteCosts,
  savingsOf,
} from '../storage/sql/vendor-costs.ts'
import { CliError, type Context } from './context.ts'
import { withStorage } from './open-store.ts'
import { beijingTime, jsonOption, moment } from './options.ts'
import { tableLines } from './table.ts'
import { centifen, inYuanExactly } from './vendor-money.ts'

/** The options `--from` and `--to`. */
export interface PeriodOptions {
  readonly from?: number
  readonly to?: number
}

interface CostsOptions extends PeriodOptions {
  readonly soldAt?: number
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
}

function costs(context: Context, options: CostsOptions): Promise<void> {
  return withStorage(context, 'read', async ({ engine }) => {
    const period = periodOf(context, options)
    const report = await engine.snapshot(async (queries) => ({
      routes: await readRouteCosts(queries, period),
      calls: await readCallTotals(queries, period),
      open: await readUnknowns(queries),
      trouble: await readVendorTrouble(queries, context.nowMs()),
    }))
    const savings = savingsOf(report.routes, report.calls)
    if (options.json) return context.out(JSON.stringify({ ...report, savings }))
    const texts = context.locale.vendors
    const rows = report.routes.map(costCells)
    for (const line of tableLines(texts.costColumns, rows)) context.out(line)
    const { calls, open } = report
    context.out(texts.calls(calls.charged, calls.unknown))
    const yuan = inYuanExactly(savings.worthCentifen)
    context.out(texts.saved({ ...calls, shared: savings.shared, yuan }))
    const { compared, comparedCentifen } = savings
    if (compared > 0) context.out(texts.compared(compared, inYuanExactly(comparedCentifen)))
    if (options.soldAt !== undefined) printMargin(context, report, options.soldAt)
    if (open.oldestAtMs !== undefined) context.out(texts.oldest(beijingTime(open.oldestAtMs)))
    printTrouble(context, report.trouble)
  })
}

function printTrouble(context: Context, { overdue, bills }: VendorTrouble): void {
  const texts = context.locale.vendors
  const cost = inYuanExactly(overdue.costCentifen)
  if (overdue.count > 0) context.out(texts.overdue(overdue.count, cost))
  for (const { route, evidence, fromMs, toMs, unexplained } of bills) {
    const from = beijingTime(fromMs)
    context.out(texts.unexplained({ route, evidence, from, to: beijingTime(toMs) }, unexplained))
  }
}

function printMargin(
  context: Context,
  { routes, calls }: { readonly routes: readonly RouteCosts[]; readonly calls: CallTotals },
  soldAtCentifen: number,
): void {
  const revenue = (calls.charged + calls.cached) * soldAtCentifen
  const cost = routes.reduce((sum, { costCentifen }) => sum + costCentifen, 0)
  const amounts = [revenue, cost, revenue - cost].map(inYuanExactly)
  context.out(context.locale.vendors.margin(amounts[0]!, amounts[1]!, amounts[2]!))
}

function costCells({ route, settled, free, unknown, ...sums }: RouteCosts): string[] {
  const counts = [settled, free, unknown].map(String)
  return [route, ...counts, ...[sums.costCentifen, sums.unknownCentifen].map(inYuanExactly)]
}

/** The period of the options; by default this month so far. */
export function periodOf(context: Context, { from, to }: PeriodOptions): CostPeriod {
  const nowMs = context.nowMs()
  const month = dayStartMs(monthStartDay(beijingDay(nowMs)))
  const period = { fromMs: from ?? month, toMs: to ?? nowMs + 1 }
  if (period.fromMs >= period.toMs) throw new CliError(context.locale.vendors.periodReversed)
  return period
}
