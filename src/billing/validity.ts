/** How long a grant is valid: whole days, months and years of the Beijing calendar. */
import {
  BEIJING_OFFSET_MS,
  beijingDay,
  DAY_MS,
  dayStartMs,
  monthName,
  monthStartDay,
} from '../domain/beijing.ts'

/** Added to the first day of a month, it leads into the next. */
const LONGEST_MONTH_DAYS = 31

/** The same Beijing date and time `years` later; of 29 February, 28 February where there is none. */
export function yearsLater(startMs: number, years: number): number {
  const start = new Date(startMs + BEIJING_OFFSET_MS)
  const end = new Date(start)
  end.setUTCFullYear(start.getUTCFullYear() + years)
  // 29 February of a common year rolls over into March: the last day of February is meant.
  if (end.getUTCMonth() !== start.getUTCMonth()) end.setUTCDate(0)
  return end.getTime() - BEIJING_OFFSET_MS
}

/** The same Beijing time `days` later. */
export function daysLater(startMs: number, days: number): number {
  return startMs + days * DAY_MS
}

/** A month of the Beijing calendar. */
export interface Month {
  /** `2026-11` */
  readonly name: string
  readonly startMs: number
  /** First moment after it. */
  readonly endMs: number
}

/** The Beijing month in which a moment lies. */
export function monthOf(atMs: number): Month {
  const first = monthStartDay(beijingDay(atMs))
  const next = monthStartDay(first + LONGEST_MONTH_DAYS)
  return { name: monthName(first), startMs: dayStartMs(first), endMs: dayStartMs(next) }
}
