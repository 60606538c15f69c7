/** How many calls may ask a second vendor: a share of all. */

const WINDOW_MS = 10_000
const RETRY_SHARE_MAX = 0.1
/** Second vendors in a window that need no calls to be a share of. */
const RETRIES_FREE = 3

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
