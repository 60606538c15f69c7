/** The Beijing calendar by days and months: UTC+8 all year, so that plain arithmetic is exact. */

export const BEIJING_OFFSET_MS = 8 * 3_600_000
export const DAY_MS = 86_400_000

/** Number of the Beijing day in which a moment lies; day 0 is 1970-01-01. */
export function beijingDay(atMs: number): number {
  return Math.floor((atMs + BEIJING_OFFSET_MS) / DAY_MS)
}

/** First moment of a Beijing day. */
export function dayStartMs(day: number): number {
  return day * DAY_MS - BEIJING_OFFSET_MS
}

/** A Beijing day as people write it: `2026-11-21`. */
export function dayName(day: number): string {
  return new Date(day * DAY_MS).toISOString().slice(0, 10)
}

/** The Beijing month of a day: `2026-11`. */
export function monthName(day: number): string {
  return dayName(day).slice(0, 7)
}

/** First day of the month in which a Beijing day lies. */
export function monthStartDay(day: number): number {
  return day - new Date(day * DAY_MS).getUTCDate() + 1
}

/** First day of the month after the one in which a Beijing day lies. */
export function nextMonthStartDay(day: number): number {
  // No month is longer than 31 days, and no two together are shorter than 59.
  return monthStartDay(monthStartDay(day) + 31)
}
