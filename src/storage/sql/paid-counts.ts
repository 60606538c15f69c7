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
  /** Of this node, paid since the last look. */
  #fresh = new Map<string, number>()

  /**
   * Paid calls of a route this month: those of the last look, and what this node paid since. The price
   * changes with the call that reaches its step, not with the next look.
   */
  of(route: string, nowMs: number): number {
    if (monthOf(nowMs) !== this.#monthMs) return 0
    return (this.#now.get(route) ?? 0) + (this.#fresh.get(route) ?? 0)
  }

  /** Counts a paid call of this node's. */
  paid(route: string): void {
    add(this.#fresh, new Map([[route, 1]]))
  }

  /** Counts what came since the last look, on all nodes. */
  async look(queries: Queries, nowMs: number): Promise<void> {
    const monthMs = monthOf(nowMs)
    if (monthMs !== this.#monthMs) {
      this.#monthMs = monthMs
      this.#countedToMs = monthMs
      this.#sums = new Map()
      this.#now = new Map()
    }
    const seen = new Map(this.#fresh)
    const fromMs = this.#countedToMs
    const toMs = Math.max(fromMs, nowMs - ATTEMPT_MS_MAX)
    const ended = await countPaid(queries, { fromMs, toMs })
    const latest = await countPaid(queries, { fromMs: toMs, toMs: nowMs + 1 })
    add(this.#sums, ended)
    this.#countedToMs = toMs
    const now = new Map(this.#sums)
    add(now, latest)
    this.#now = now
    add(this.#fresh, new Map([...seen].map(([route, paid]) => [route, -paid])))
  }
}

function monthOf(atMs: number): number {
  return dayStartMs(monthStartDay(beijingDay(atMs)))
}

function add(sums: Map<string, number>, counts: ReadonlyMap<string, number>): void {
  for (const [route, paid] of counts) sums.set(route, (sums.get(route) ?? 0) + paid)
}
