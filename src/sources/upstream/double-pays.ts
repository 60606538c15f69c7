/**
 * Calls that may be paid twice because nobody can tell whether the first was charged: a share of an
 * account's calls of a Beijing day, taken from what all nodes have counted together.
 */
import { beijingDay } from '../../domain/beijing.ts'

/** An account on one day, with calls of it that its row does not know yet. */
export interface DoublePayDay {
  readonly accountId: string
  readonly day: number
  readonly calls: number
}

/** Where days are counted over all nodes. */
export interface DoublePayStore {
  /** Adds calls to a day. */
  add(days: readonly DoublePayDay[]): Promise<void>
  /**
   * Adds the calls, and takes one double pay when those taken before it and itself are no more than
   * that share of the day's calls; all in one durable step.
   */
  take(day: DoublePayDay, shareMax: number): Promise<boolean>
}

/**
 * Counts calls in memory and adds them in passing, so that a call that needs no double pay costs
 * nothing; what a crash forgets makes a day's budget smaller, never larger.
 */
export class DoublePayBudget {
  readonly #store: DoublePayStore
  readonly #pending = new Map<string, DoublePayDay>()

  constructor(store: DoublePayStore) {
    this.#store = store
  }

  /** Counts a call of an account that has a share. */
  called(accountId: string, nowMs: number): void {
    const day = beijingDay(nowMs)
    const name = nameOf(accountId, day)
    const calls = (this.#pending.get(name)?.calls ?? 0) + 1
    this.#pending.set(name, { accountId, day, calls })
  }

  /** Takes one double pay of an account, if its day has one left. */
  take(accountId: string, shareMax: number, nowMs: number): Promise<boolean> {
    const day = beijingDay(nowMs)
    const name = nameOf(accountId, day)
    const pending = this.#pending.get(name) ?? { accountId, day, calls: 0 }
    this.#pending.delete(name)
    return this.#store.take(pending, shareMax)
  }

  /** Tells the store of the calls that it does not know yet. */
  async flush(): Promise<void> {
    const days = [...this.#pending.values()]
    this.#pending.clear()
    if (days.length > 0) await this.#store.add(days)
  }
}

function nameOf(accountId: string, day: number): string {
  return `${day} ${accountId}`
}
