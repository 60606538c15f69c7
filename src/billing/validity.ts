/** How long a grant is valid: calendar years by the Beijing calendar, which has no summer time. */
import { BEIJING_OFFSET_MS } from '../domain/beijing.ts'

/** The same Beijing date and time `years` later; of 29 February, 28 February where there is none. */
export function yearsLater(startMs: number, years: number): number {
  const start = new Date(startMs + BEIJING_OFFSET_MS)
  const end = new Date(start)
  end.setUTCFullYear(start.getUTCFullYear() + years)
  // 29 February of a common year rolls over into March: the last day of February is meant.
  if (end.getUTCMonth() !== start.getUTCMonth()) end.setUTCDate(0)
  return end.getTime() - BEIJING_OFFSET_MS
}
