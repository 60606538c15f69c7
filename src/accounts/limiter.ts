/**
 * The rate limit: at most N requests accepted in any one second, for each key and API.
 *
 * Exact, not a bucket: a window keeps the times of the requests accepted in the last second. Time is
 * monotonic, so a wall clock that is set back neither opens nor closes the gate.
 */
import { RecentKeys } from './recent-keys.ts'

const SECOND_US = 1_000_000
/** Keys with a window at one time; a window takes about 400 bytes at the usual 20 a second. */
export const KEYS_MAX = 100_000

/** The requests refused in the second that began with the first of them. */
export class Refusals {
  #sinceUs = Number.NEGATIVE_INFINITY
  #refused = 0

  /** Counts one more and returns their number. */
  count(nowUs: number): number {
    if (nowUs - this.#sinceUs >= SECOND_US) {
      this.#sinceUs = nowUs
      this.#refused = 0
    }
    return ++this.#refused
  }
}

/** The times of the requests of one key and API that were accepted in the last second, as a ring. */
class Window {
  readonly limit: number
  readonly #acceptedUs: Float64Array
  readonly #refusals = new Refusals()
  #first = 0
  #accepted = 0

  constructor(limit: number) {
    this.limit = limit
    this.#acceptedUs = new Float64Array(limit)
  }

  /** Accepts a request and counts it, or counts it on top of a full window. */
  take(nowUs: number): number {
    this.#forget(nowUs)
    if (this.#accepted === this.limit) return this.limit + this.#refusals.count(nowUs)
    this.#acceptedUs[(this.#first + this.#accepted) % this.limit] = nowUs
    return ++this.#accepted
  }

  /** The same window under a new limit; what was accepted in the last second still counts. */
  resized(limit: number): Window {
    const window = new Window(limit)
    for (let i = Math.max(0, this.#accepted - limit); i < this.#accepted; i++) {
      window.#acceptedUs[window.#accepted++] = this.#acceptedUs[(this.#first + i) % this.limit]!
    }
    return window
  }

  #forget(nowUs: number): void {
    while (this.#accepted > 0 && nowUs - this.#acceptedUs[this.#first]! >= SECOND_US) {
      this.#first = this.#first + 1 === this.limit ? 0 : this.#first + 1
      this.#accepted--
    }
  }
}

export class Limiter {
  readonly #windows: RecentKeys<Window>

  constructor(keysMax: number = KEYS_MAX) {
    this.#windows = new RecentKeys(keysMax)
  }

  /**
   * The number of requests in the last second, this one included. Up to `limit` it is accepted;
   * above it is refused and takes no place in the window.
   */
  take(keyId: string, api: string, limit: number, nowUs: number): number {
    const windows = this.#windows.find(keyId, nowUs)
    if (!windows) return limit + 1
    let window = windows.get(api)
    if (window?.limit !== limit) {
      window = window ? window.resized(limit) : new Window(limit)
      windows.set(api, window)
    }
    return window.take(nowUs)
  }
}
