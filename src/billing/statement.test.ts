import fc from 'fast-check'
import { expect, test } from 'vitest'
import { type RandomLedger, randomLedgers } from '../../test/support/random-ledger.ts'
import { beijingDay, dayName, monthName } from '../domain/beijing.ts'
import type { Entry } from './entry.ts'
import {
  columnOf,
  type DayTotal,
  expiredReturns,
  STATEMENT_COLUMNS,
  STATEMENT_SIGNS,
  type StatementColumn,
  type StatementLine,
  type StatementPeriod,
  statementLines,
} from './statement.ts'

/** What moved in which column and when, entry by entry. */
function totalsOf({ entries, holdings }: RandomLedger): DayTotal[] {
  const grants = new Map(holdings.map(({ grant }) => [grant.id, grant]))
  const total = ({ grantId, units, atMs }: Entry, column: StatementColumn): DayTotal => {
    const { accountId, product, mode } = grants.get(grantId)!
    return { accountId, product, mode, day: beijingDay(atMs), column, units }
  }
  return [
    ...entries.flatMap((entry) => {
      const column = columnOf(entry.kind)
      return column === undefined ? [] : [total(entry, column)]
    }),
    ...[...expiredReturns(entries)].map((entry) => total(entry, 'expired')),
  ]
}

function linesOf(life: RandomLedger, by: StatementPeriod, fromDay = 0): StatementLine[] {
  const toDay = beijingDay(life.entries.at(-1)?.atMs ?? 0)
  return statementLines(totalsOf(life), { fromDay, toDay, by })
}

function moved(line: StatementLine): number {
  return STATEMENT_COLUMNS.reduce((sum, name) => sum + STATEMENT_SIGNS[name] * line[name], 0)
}

const poolOf = ({ product, mode }: { product: string; mode: string }) => `${product} ${mode}`

test('every day and every month sums, and each begins with what the one before left', () => {
  fc.assert(
    fc.property(randomLedgers, fc.constantFrom('day' as const, 'month' as const), (life, by) => {
      const left = new Map<string, number>()
      for (const line of linesOf(life, by)) {
        expect(line.opening + moved(line)).toBe(line.closing)
        expect(line.opening).toBe(left.get(poolOf(line)) ?? 0)
        expect(line.closing).toBeGreaterThanOrEqual(0)
        left.set(poolOf(line), line.closing)
      }
    }),
  )
})

test('the last line closes with what the grants hold, available and reserved', () => {
  fc.assert(
    fc.property(randomLedgers, (life) => {
      const held = new Map<string, number>()
      for (const { grant, balance } of life.holdings) {
        const sum = held.get(poolOf(grant)) ?? 0
        held.set(poolOf(grant), sum + balance.available + balance.reserved)
      }
      const closings = linesOf(life, 'day').map((line) => [poolOf(line), line.closing] as const)
      expect(new Map(closings)).toEqual(held)
    }),
  )
})

test('the days of a month sum up to the month', () => {
  fc.assert(
    fc.property(randomLedgers, (life) => {
      const months = new Map<string, Record<string, unknown>>()
      for (const line of linesOf(life, 'day')) {
        const period = line.period.slice(0, 7)
        const key = `${poolOf(line)} ${period}`
        const before = months.get(key) as StatementLine | undefined
        const sums = STATEMENT_COLUMNS.map((name) => [name, (before?.[name] ?? 0) + line[name]])
        const opening = before?.opening ?? line.opening
        months.set(key, { ...line, period, opening, ...Object.fromEntries(sums) })
      }
      expect([...months.values()]).toEqual(linesOf(life, 'month'))
    }),
  )
})

test('a range that begins later has the same lines from there on', () => {
  fc.assert(
    fc.property(randomLedgers, fc.nat(60), (life, days) => {
      const fromDay = beijingDay(life.entries[0]?.atMs ?? 0) + days
      const later = linesOf(life, 'day').filter(({ period }) => period >= dayName(fromDay))
      expect(linesOf(life, 'day', fromDay)).toEqual(later)
    }),
  )
})

test('no month is left out, also after a day that the next month has not', () => {
  const fromDay = beijingDay(Date.parse('2026-01-31T12:00:00+08:00'))
  const pool = { accountId: 'acc_1', product: 'card4', mode: 'live' } as const
  const lines = statementLines([{ ...pool, day: fromDay, column: 'granted', units: 3 }], {
    fromDay,
    toDay: fromDay + 90,
    by: 'month',
  })
  expect(lines.map(({ period }) => period)).toEqual([
    '2026-01',
    '2026-02',
    '2026-03',
    '2026-04',
    '2026-05',
  ])
  expect(monthName(fromDay + 90)).toBe('2026-05')
})
