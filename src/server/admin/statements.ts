/** Routes of statements: what an account had, what came and went, and what is left. */
import { z } from 'zod'
import { STATEMENT_COLUMNS, type StatementLine, statementLines } from '../../billing/statement.ts'
import { beijingDay, DAY_MS, dayName, monthStartDay } from '../../domain/beijing.ts'
import { CSV_BOM, csvLine } from '../../domain/csv.ts'
import { readDayTotals } from '../../storage/sql/statements.ts'
import { type Caller, scopeOf } from './caller.ts'
import { ACCOUNT_QUERY } from './paging.ts'
import { invalid } from './problem.ts'
import { type AdminApp, FileReply, Refusal, serve } from './route.ts'
import type { AdminServices } from './services.ts'

/** Ten years and their leap days. */
const DAYS_MAX = 3_653

const Query = z.strictObject({
  ...ACCOUNT_QUERY,
  /** Beijing dates, both included; by default this month until today. */
  from: z.iso.date().optional(),
  to: z.iso.date().optional(),
  by: z.enum(['day', 'month']).default('day'),
})

const Line = z.object({
  accountId: z.string(),
  product: z.string(),
  mode: z.string(),
  /** A day or a month by the Beijing calendar. */
  period: z.string(),
  opening: z.number(),
  granted: z.number(),
  returned: z.number(),
  restored: z.number(),
  used: z.number(),
  expired: z.number(),
  withdrawn: z.number(),
  closing: z.number(),
})

/** Columns of the file, in the words of the ledger: it goes into programs and spreadsheets alike. */
const HEAD = ['account', 'product', 'mode', 'period', 'opening', ...STATEMENT_COLUMNS, 'closing']

/** Adds the routes. */
export function addStatements(app: AdminApp, services: AdminServices): void {
  serve(
    app,
    'GET /api/admin/statements',
    { summary: 'Statements', query: Query, reply: z.object({ items: z.array(Line) }) },
    async ({ caller, query, nowMs }) => {
      const lines = await read(services, caller, query, nowMs)
      return Array.isArray(lines) ? { items: lines } : lines
    },
  )
  serve(
    app,
    'GET /api/admin/statements.csv',
    { summary: 'Statements as CSV', query: Query },
    async ({ caller, query, nowMs }) => {
      const lines = await read(services, caller, query, nowMs)
      if (!Array.isArray(lines)) return lines
      const rows = lines.map((line) => csvLine(cellsOf(line)))
      const text = [CSV_BOM, csvLine(HEAD), ...rows].join('')
      return new FileReply('text/csv; charset=utf-8', 'statement.csv', text)
    },
  )
}

async function read(
  { storage }: AdminServices,
  caller: Caller,
  { accountId, from, to, by }: z.infer<typeof Query>,
  nowMs: number,
): Promise<StatementLine[] | Refusal | string> {
  const scope = scopeOf(caller, accountId)
  if (typeof scope === 'string') return scope
  const toDay = dayOf(to ?? dayName(beijingDay(nowMs)))
  const fromDay = from === undefined ? monthStartDay(toDay) : dayOf(from)
  if (fromDay > toDay || toDay - fromDay >= DAYS_MAX) {
    return new Refusal(invalid('from', 'out_of_range'))
  }
  const query = { toDay, ...scope }
  const totals = await storage.engine.snapshot((queries) => readDayTotals(queries, query))
  return statementLines(totals, { fromDay, toDay, by })
}

function dayOf(date: string): number {
  return Date.parse(date) / DAY_MS
}

function cellsOf(line: StatementLine): (string | number)[] {
  const { accountId, product, mode, period, opening, closing } = line
  const moved = STATEMENT_COLUMNS.map((column) => line[column])
  return [accountId, product, mode, period, opening, ...moved, closing]
}
