/**
 * Statements: what an account had of a product, what came and went, and what is left, by Beijing day
 * or month. Derived from the entries of the ledger alone; a unit that is reserved is not yet spent.
 */
import { dayName, monthName, nextMonthStartDay } from '../domain/beijing.ts'
import type { Mode, Product } from '../domain/product.ts'
import type { Entry, EntryKind } from './entry.ts'
import { poolKey } from './grant.ts'

/** What moves the units of a statement, with its sign: opening plus all of these is closing. */
export const STATEMENT_SIGNS = {
  /** Bought, given or on trial. */
  granted: 1,
  /** Charges that were reversed. */
  returned: 1,
  /** Expired units that an extension brought back. */
  restored: 1,
  used: -1,
  expired: -1,
  /** Refunded or taken back. */
  withdrawn: -1,
} as const

export type StatementColumn = keyof typeof STATEMENT_SIGNS

export const STATEMENT_COLUMNS = Object.keys(STATEMENT_SIGNS) as readonly StatementColumn[]

/** What one statement is of. */
export interface StatementPool {
  readonly accountId: string
  readonly product: Product
  readonly mode: Mode
}

/** Units that moved in one column on one Beijing day. */
export interface DayTotal extends StatementPool {
  readonly day: number
  readonly column: StatementColumn
  readonly units: number
}

export type StatementPeriod = 'day' | 'month'

export const STATEMENT_PERIODS: readonly StatementPeriod[] = ['day', 'month']

/** Beijing days, both included. A month is counted within them. */
export interface StatementRange {
  readonly fromDay: number
  readonly toDay: number
  readonly by: StatementPeriod
}

export type StatementLine = StatementPool &
  Readonly<Record<StatementColumn, number>> & {
    /** `2026-11-21` or `2026-11`. */
    readonly period: string
    readonly opening: number
    readonly closing: number
  }

const COLUMN_OF: { readonly [K in EntryKind]?: StatementColumn } = {
  grant: 'granted',
  reverse: 'returned',
  extend: 'restored',
  burn: 'used',
  settle: 'used',
  expire: 'expired',
  withdraw: 'withdrawn',
}

/** The column an entry always moves; none for reservations, which only hold a unit. */
export function columnOf(kind: EntryKind): StatementColumn | undefined {
  return COLUMN_OF[kind]
}

/** An entry that says when its grant ends, or brings a unit back to it. */
export type ReturnOrTerm = Pick<Entry, 'kind' | 'grantId' | 'units' | 'atMs' | 'expiresAtMs'>

/**
 * Of entries in the order of the ledger, those that bring a unit back to a grant that had ended:
 * the unit is expired at once.
 */
export function* expiredReturns<T extends ReturnOrTerm>(entries: Iterable<T>): Generator<T> {
  const ends = new Map<number, number>()
  for (const entry of entries) {
    const { kind, grantId, atMs, expiresAtMs } = entry
    if (kind === 'grant' || kind === 'extend') ends.set(grantId, expiresAtMs)
    else if (kind === 'release' || kind === 'reverse') {
      if (atMs >= (ends.get(grantId) ?? Number.POSITIVE_INFINITY)) yield entry
    }
  }
}

/** Totals by pool, pools in order. */
export function totalsByPool(totals: Iterable<DayTotal>): DayTotal[][] {
  const pools = Map.groupBy(totals, (total) => poolKey(total.accountId, total.product, total.mode))
  return [...pools.keys()].sort().map((key) => pools.get(key) ?? [])
}

/**
 * The lines of every pool from its first movement on, pools and periods in order. `totals` are all
 * up to the end of the range: what moved before it is the first opening.
 */
export function statementLines(totals: Iterable<DayTotal>, range: StatementRange): StatementLine[] {
  return totalsByPool(totals).flatMap((pool) => linesOf(pool, range))
}

function linesOf(pool: DayTotal[], { fromDay, toDay, by }: StatementRange): StatementLine[] {
  const totals = pool.toSorted((a, b) => a.day - b.day)
  const [first] = totals
  if (first === undefined) return []
  const { accountId, product, mode } = first
  let at = 0
  const takeUntil = (day: number) => {
    const moved = emptyColumns()
    for (let total = totals[at]; total !== undefined && total.day < day; total = totals[++at]) {
      moved[total.column] += total.units
    }
    return moved
  }
  let opening = balanceOf(takeUntil(fromDay))
  const lines: StatementLine[] = []
  for (let day = Math.max(fromDay, first.day); day <= toDay; ) {
    const nextDay = Math.min(by === 'day' ? day + 1 : nextMonthStartDay(day), toDay + 1)
    const moved = takeUntil(nextDay)
    const closing = opening + balanceOf(moved)
    const period = by === 'day' ? dayName(day) : monthName(day)
    lines.push({ accountId, product, mode, period, opening, ...moved, closing })
    opening = closing
    day = nextDay
  }
  return lines
}

function emptyColumns(): Record<StatementColumn, number> {
  return { granted: 0, returned: 0, restored: 0, used: 0, expired: 0, withdrawn: 0 }
}

function balanceOf(moved: Readonly<Record<StatementColumn, number>>): number {
  return STATEMENT_COLUMNS.reduce((sum, name) => sum + STATEMENT_SIGNS[name] * moved[name], 0)
}
