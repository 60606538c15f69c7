/** Routes of statements: what an account had, what came and went, and what is left. */
import { setImmediate as nextTurn } from 'node:timers/promises'
import { z } from 'zod'
import {
  STATEMENT_COLUMNS,
  type StatementLine,
  statementLines,
  totalsByPool,
} from '../../billing/statement.ts'
import { beijingDay, DAY_MS, dayName, monthStartDay } from '../../domain/beijing.ts'
import { readDayTotals } from '../../storage/sql/statements.ts'
import { scopeOf } from './caller.ts'
import { CsvFile } from './csv-file.ts'
import { ACCOUNT_QUERY } from './paging.ts'
import { invalid } from './problem.ts'
import { type AdminApp, type Admitted, Refusal, serve } from './route.ts'
import type { AdminServices } from './services.ts'

/** Ten years and their leap days. */
const DAYS_MAX = 3_653
/** More than somebody reads, or a browser shows. */
const LINES_MAX = 20_000
/** A file beyond this is for the command line. */
const FILE_LINES_MAX = 200_000

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

interface Wanted extends Pick<Admitted, 'caller' | 'nowMs'> {
  readonly query: z.infer<typeof Query>
}

/** Columns of the file, in the words of the ledger: it goes into programs and spreadsheets alike. */
const HEAD = ['account', 'product', 'mode', 'period', 'opening', ...STATEMENT_COLUMNS, 'closing']

/** Adds the routes. */
export function addStatements(app: AdminApp, services: AdminServices): void {
  serve(
    app,
    'GET /api/admin/statements',
    { summary: 'Statements', query: Query, reply: z.object({ items: z.array(Line) }) },
    async ({ caller, query, nowMs }) => {
      const items: StatementLine[] = []
      const refusal = await read(services, { caller, query, nowMs }, LINES_MAX, (line) =>
        items.push(line),
      )
      return refusal ?? { items }
    },
  )
  serve(
    app,
    'GET /api/admin/statements.csv',
    { summary: 'Statements as CSV', query: Query },
    async ({ caller, query, nowMs }) => {
      const file = new CsvFile(HEAD)
      const refusal = await read(services, { caller, query, nowMs }, FILE_LINES_MAX, (line) =>
        file.add(cellsOf(line)),
      )
      return refusal ?? file.reply('statement.csv')
    },
  )
}

/** Hands the lines over, pools in order, or says why there are none. */
async function read(
  { storage }: AdminServices,
  { caller, query: { accountId, from, to, by }, nowMs }: Wanted,
  linesMax: number,
  take: (line: StatementLine) => void,
): Promise<Refusal | string | undefined> {
  const scope = scopeOf(caller, accountId)
  if (typeof scope === 'string') return scope
  const toDay = dayOf(to ?? dayName(beijingDay(nowMs)))
  const fromDay = from === undefined ? monthStartDay(toDay) : dayOf(from)
  if (fromDay > toDay || toDay - fromDay >= DAYS_MAX) {
    return new Refusal(invalid('from', 'out_of_range'))
  }
  const query = { toDay, ...scope }
  const totals = await storage.reader.snapshot((queries) => readDayTotals(queries, query))
  let lines = 0
  for (const pool of totalsByPool(totals)) {
    const own = statementLines(pool, { fromDay, toDay, by })
    lines += own.length
    if (lines > linesMax) return new Refusal(invalid('from', 'out_of_range'))
    for (const line of own) take(line)
    await nextTurn()
  }
  return undefined
}

function dayOf(date: string): number {
  return Date.parse(date) / DAY_MS
}

function cellsOf(line: StatementLine): (string | number)[] {
  const { accountId, product, mode, period, opening, closing } = line
  const moved = STATEMENT_COLUMNS.map((column) => line[column])
  return [accountId, product, mode, period, opening, ...moved, closing]
}
