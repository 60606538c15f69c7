/** What outlasts a call on its routes, in memory, for tests. */
import type { Outcome } from '../../domain/outcome.ts'
import type { DoublePayDay, DoublePayStore } from './double-pays.ts'
import type { LateVerdictStore } from './late-verdicts.ts'

export class MemoryLateVerdicts implements LateVerdictStore {
  readonly rows = new Map<string, { readonly outcome: Outcome; readonly atMs: number }>()

  async keep(token: string, outcome: Outcome, atMs: number): Promise<void> {
    this.rows.set(token, { outcome, atMs })
  }

  async take(token: string, afterMs: number): Promise<Outcome | undefined> {
    const row = this.rows.get(token)
    if (row === undefined || row.atMs <= afterMs) return undefined
    this.rows.delete(token)
    return row.outcome
  }

  async keptAfter(afterMs: number): Promise<{ token: string; atMs: number }[]> {
    const rows = [...this.rows].map(([token, { atMs }]) => ({ token, atMs }))
    return rows.filter(({ atMs }) => atMs > afterMs)
  }

  async forget(beforeMs: number): Promise<void> {
    for (const [token, { atMs }] of this.rows) if (atMs < beforeMs) this.rows.delete(token)
  }
}

export class MemoryDoublePays implements DoublePayStore {
  readonly #days = new Map<string, { calls: number; spent: number }>()

  async add(days: readonly DoublePayDay[]): Promise<void> {
    for (const day of days) this.#dayOf(day).calls += day.calls
  }

  async take(day: DoublePayDay, shareMax: number): Promise<boolean> {
    const row = this.#dayOf(day)
    row.calls += day.calls
    if (row.spent + 1 > row.calls * shareMax) return false
    row.spent++
    return true
  }

  #dayOf({ accountId, day }: DoublePayDay) {
    const name = `${day} ${accountId}`
    const row = this.#days.get(name) ?? { calls: 0, spent: 0 }
    this.#days.set(name, row)
    return row
  }
}
