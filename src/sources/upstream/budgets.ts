/** What may be done twice: second vendors for a call as a share of calls, double pay as a share of a day. */
import { beijingDay } from '../../domain/attempt-token.ts'

const WINDOW_MS = 10_000
const RETRY_SHARE_MAX = 0.1
/** Second vendors in a window that need no calls to be a share of. */
const RETRIES_FREE = 3
/** Accounts that are counted at one time. */
const ACCOUNTS_MAX = 10_000

/** Second vendors after the first was reached: a storm of them would take the others down too. */
export class RetryBudget {
  #sinceMs = Number.NEGATIVE_INFINITY
  #calls = 0
  #retries = 0

  /** Counts a call. */
  called(nowMs: number): void {
    if (nowMs - this.#sinceMs >= WINDOW_MS) {
      this.#sinceMs = nowMs
      this.#calls = 0
      this.#retries = 0
    }
    this.#calls++
  }

  /** Takes one retry, if there is one left. */
  take(): boolean {
    if (this.#retries >= Math.max(RETRIES_FREE, this.#calls * RETRY_SHARE_MAX)) return false
    this.#retries++
    return true
  }
}

interface Day {
  readonly day: number
  calls: number
  spent: number
}

/** Calls that may be paid twice because nobody can tell whether the first was charged. */
export class DoublePayBudget {
  readonly #days = new Map<string, Day>()

  /** Counts a call of an account that has a share. */
  called(accountId: string, nowMs: number): void {
    this.#dayOf(accountId, nowMs).calls++
  }

  /** Takes one double pay of an account, if its day has one left. */
  take(accountId: string, shareMax: number, nowMs: number): boolean {
    const day = this.#dayOf(accountId, nowMs)
    if (day.spent + 1 > day.calls * shareMax) return false
    day.spent++
    return true
  }

  #dayOf(accountId: string, nowMs: number): Day {
    const today = beijingDay(nowMs)
    const known = this.#days.get(accountId)
    if (known?.day === today) return known
    const day: Day = { day: today, calls: 0, spent: 0 }
    this.#days.delete(accountId)
    if (this.#days.size >= ACCOUNTS_MAX) {
      this.#days.delete(this.#days.keys().next().value as string)
    }
    this.#days.set(accountId, day)
    return day
  }
}
