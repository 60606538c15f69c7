/** Paid calls of the Beijing month by route, for prices that depend on volume; each row is counted once. */
import { beijingDay, dayStartMs, monthStartDay } from '../../domain/beijing.ts'
import { ATTEMPT_MS_MAX, countPaid } from './attempts.ts'
import type { Queries } from './engine.ts'

export class PaidCounts {
  #monthMs = Number.NaN
  /** Up to here every attempt has its end, and is in the sums. */
  #countedToMs = 0
  #sums = new Map<string, number>()
  #now: ReadonlyMap<string, number> = new Map()

  /** Paid calls of a route this month, as of the last look. */
  of(route: string): number {
    return this.#now.get(route) ?? 0
  }

  /** Counts what came since the last look. */
  async look(queries: Queries, nowMs: number): Promise<void> {
    const monthMs = dayStartMs(monthStartDay(beijingDay(nowMs)))
    if (monthMs !== this.#monthMs) {
      this.#monthMs = monthMs
      this.#countedToMs = monthMs
      this.#sums = new Map()
    }
    const fromMs = this.#countedToMs
    const toMs = Math.max(fromMs, nowMs - ATTEMPT_MS_MAX)
    add(this.#sums, await countPaid(queries, { fromMs, toMs }))
    this.#countedToMs = toMs
    const now = new Map(this.#sums)
    add(now, await countPaid(queries, { fromMs: toMs, toMs: nowMs + 1 }))
    this.#now = now
  }
}

function add(sums: Map<string, number>, counts: ReadonlyMap<string, number>): void {
  for (const [route, paid] of counts) sums.set(route, (sums.get(route) ?? 0) + paid)
}
