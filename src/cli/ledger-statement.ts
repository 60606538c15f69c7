/** `kayan ledger statement`: what an account had, what came and went, and what is left. */
import { writeFileSync } from 'node:fs'
import { type Command, InvalidArgumentError, Option } from 'commander'
import {
  STATEMENT_COLUMNS,
  STATEMENT_PERIODS,
  type StatementLine,
  type StatementPeriod,
  type StatementRange,
  statementLines,
} from '../billing/statement.ts'
import { beijingDay, monthStartDay } from '../domain/beijing.ts'
import { CSV_BOM, csvLine } from '../domain/csv.ts'
import { readDayTotals } from '../storage/sql/statements.ts'
import { CliError, type Context } from './context.ts'
import { withStorage } from './open-store.ts'
import { jsonOption, moment } from './options.ts'
import { tableLines } from './table.ts'

/** Ten years and their leap days. */
const DAYS_MAX = 3_653
/** A statement tells how much business somebody does: for its owner alone. */
const FILE_MODE = 0o600

interface StatementOptions {
  readonly account?: string
  readonly from?: number
  readonly to?: number
  readonly by: StatementPeriod
  readonly csv?: string
  readonly json?: true
}

/** Adds the sub-command. */
export function defineStatement(command: Command, context: Context): void {
  const texts = context.locale.statements
  command
    .command('statement')
    .description(texts.description)
    .option('--account <account>', texts.account)
    .addOption(new Option('--from <date>', texts.from).argParser(dayOf))
    .addOption(new Option('--to <date>', texts.to).argParser(dayOf))
    .addOption(new Option('--by <period>', texts.by).choices(STATEMENT_PERIODS).default('day'))
    .addOption(new Option('--csv <file>', texts.csv).conflicts('json'))
    .addOption(jsonOption(context))
    .action((options) => print(context, options))
}

function print(context: Context, options: StatementOptions): Promise<void> {
  const range = rangeOf(context, options)
  return withStorage(context, 'read', async ({ accounts, engine }) => {
    const texts = context.locale.statements
    const account = options.account && (await accounts.account(options.account))
    const query = { toDay: range.toDay, ...(account && { accountId: account.id }) }
    const totals = await engine.snapshot((queries) => readDayTotals(queries, query))
    const lines = statementLines(totals, range)
    if (options.json) return context.out(JSON.stringify(lines))
    if (options.csv !== undefined) return writeCsv(context, options.csv, lines)
    if (lines.length === 0) return context.out(texts.none)
    const rows = lines.map((line) => cellsOf(line).map(String))
    for (const line of tableLines(headOf(context), rows)) context.out(line)
  })
}

function rangeOf(context: Context, { from, to, by }: StatementOptions): StatementRange {
  const texts = context.locale.statements
  const toDay = to ?? beijingDay(context.nowMs())
  const fromDay = from ?? monthStartDay(toDay)
  if (fromDay > toDay) throw new CliError(texts.backwards)
  if (toDay - fromDay >= DAYS_MAX) throw new CliError(texts.tooLong(String(DAYS_MAX)))
  return { fromDay, toDay, by }
}

function writeCsv(context: Context, path: string, lines: readonly StatementLine[]): void {
  const rows = lines.map((line) => csvLine(cellsOf(line)))
  const text = [CSV_BOM, csvLine(headOf(context)), ...rows].join('')
  writeFileSync(path, text, { mode: FILE_MODE })
  context.err(context.locale.statements.written(String(lines.length), path))
}

function headOf({ locale }: Context): string[] {
  const { head, columns, closing } = locale.statements
  const names = [head.account, head.product, head.mode, head.period, head.opening]
  return [...names, ...STATEMENT_COLUMNS.map((column) => columns[column]), closing]
}

function cellsOf(line: StatementLine): (string | number)[] {
  const { accountId, product, mode, period, opening, closing } = line
  const moved = STATEMENT_COLUMNS.map((column) => line[column])
  return [accountId, product, mode, period, opening, ...moved, closing]
}

/** A Beijing day given as a date. */
function dayOf(value: string): number {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(value)) throw new InvalidArgumentError('')
  return beijingDay(moment(value))
}
