/**
 * Check V11: the statements that buyers are given, which the database sums, against what was left at
 * the end of each day by the entries one by one.
 */
import { beijingDay, dayName } from '../domain/beijing.ts'
import { type CheckResult, Findings } from './findings.ts'
import { type Grant, poolKey } from './grant.ts'
import type { Tally } from './replay.ts'
import {
  type DayTotal,
  STATEMENT_COLUMNS,
  STATEMENT_SIGNS,
  type StatementLine,
  type StatementPool,
  statementLines,
  totalsByPool,
} from './statement.ts'

/** What one pool had left at the end of each Beijing day on which it moved. */
interface Trail {
  left: number
  readonly closings: Map<string, number>
}

/** Follows what pools have left, entry by entry. */
export class ClosingTrails {
  readonly #trails = new Map<string, Trail>()
  /** Trails by grant, since an entry names no pool. */
  readonly #byGrant = new Map<number, Trail>()

  /** `change` is what the entry added to what is available and reserved of the grant. */
  move(grant: Grant, atMs: number, change: number): void {
    const trail = this.#byGrant.get(grant.id) ?? this.#join(grant)
    trail.left += change
    if (change !== 0) trail.closings.set(dayName(beijingDay(atMs)), trail.left)
  }

  /** What a pool had left at the end of a day; undefined when nothing moved on it. */
  closing({ accountId, product, mode }: StatementPool, day: string): number | undefined {
    return this.#trails.get(poolKey(accountId, product, mode))?.closings.get(day)
  }

  #join({ id, accountId, product, mode }: Grant): Trail {
    const key = poolKey(accountId, product, mode)
    const trail = this.#trails.get(key) ?? { left: 0, closings: new Map() }
    this.#trails.set(key, trail)
    this.#byGrant.set(id, trail)
    return trail
  }
}

/** What of a grant a statement counts as left: a unit that is reserved is not yet spent. */
export function leftOf({ available, reserved }: Tally): number {
  return available + reserved
}

/** Judges the daily and the monthly statements of whole lives, given all that moved in them. */
export function checkStatements(
  totals: Iterable<DayTotal>,
  trails: ClosingTrails,
  toDay: number,
): CheckResult {
  const findings = new Findings()
  // A pool at a time, so that the days of all are never in memory together.
  for (const pool of totalsByPool(totals)) {
    const days = statementLines(pool, { fromDay: 0, toDay, by: 'day' })
    const months = statementLines(pool, { fromDay: 0, toDay, by: 'month' })
    checkLines(days, findings, (line, before) => trails.closing(line, line.period) ?? before)
    checkLines(months, findings, (line) => line.closing)
    const ofMonth = Map.groupBy(days, ({ period }) => period.slice(0, MONTH_NAME_LENGTH))
    for (const month of months) {
      const sound = STATEMENT_COLUMNS.every((column) => {
        const sum = (ofMonth.get(month.period) ?? []).reduce((sum, day) => sum + day[column], 0)
        return sum === month[column]
      })
      if (!sound) findings.fail('V11', nameOf(month))
    }
  }
  return findings.result('V11')
}

const MONTH_NAME_LENGTH = '2026-11'.length

/** Each line begins with what the one before left, sums, and closes with what there was. */
function checkLines(
  lines: readonly StatementLine[],
  findings: Findings,
  leftAfter: (line: StatementLine, before: number) => number,
): void {
  let before = 0
  for (const line of lines) {
    const left = leftAfter(line, before)
    const sound = line.opening === before && sumOf(line) === left && line.closing === left
    if (!sound || left < 0) findings.fail('V11', nameOf(line))
    before = line.closing
  }
}

function sumOf(line: StatementLine): number {
  return STATEMENT_COLUMNS.reduce(
    (sum, column) => sum + STATEMENT_SIGNS[column] * line[column],
    line.opening,
  )
}

function nameOf({ accountId, product, mode, period }: StatementLine): string {
  return `${poolKey(accountId, product, mode)} ${period}`
}
