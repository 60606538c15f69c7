/** Beijing months as the admin API is asked for them. */
import { beijingDate, beijingMs } from '../../parts/format.ts'

/** `2026-11` of a moment. */
export function monthOf(atMs: number): string {
  return beijingDate(atMs).slice(0, 7)
}

/** The first moment of a month, and of the one after it. */
export function periodOf(month: string): { readonly sinceMs: number; readonly untilMs: number } {
  const [year = 0, number = 0] = month.split('-').map(Number)
  const next = number === 12 ? `${year + 1}-01` : `${year}-${String(number + 1).padStart(2, '0')}`
  return { sinceMs: beijingMs(`${month}-01`) ?? 0, untilMs: beijingMs(`${next}-01`) ?? 0 }
}

/** This month and those before it, the newest first. */
export function lastMonths(nowMs: number, many: number): readonly string[] {
  const [year = 0, number = 0] = monthOf(nowMs).split('-').map(Number)
  return Array.from({ length: many }, (_, back) => {
    const index = year * 12 + number - 1 - back
    return `${Math.floor(index / 12)}-${String((index % 12) + 1).padStart(2, '0')}`
  })
}
