/** A clock that begins some time ago and goes on when a test says so, besides by itself. */
import type { Clock } from '../../src/domain/clock.ts'
import { SYSTEM_CLOCK } from '../../src/main.ts'

const DAY_MS = 86_400_000

/** The real clock, some time ago; it never passes the real one. */
export class SteppedTime implements Clock {
  readonly #beginMs: number
  #aheadMs: number

  constructor(aheadMs: number) {
    this.#beginMs = aheadMs
    this.#aheadMs = aheadMs
  }

  nowMs(): number {
    return SYSTEM_CLOCK.nowMs() + this.#aheadMs
  }

  monotonicUs(): number {
    return SYSTEM_CLOCK.monotonicUs() + (this.#aheadMs - this.#beginMs) * 1_000
  }

  pass(durationMs: number): void {
    this.#aheadMs += durationMs
  }

  /** Goes on to the same hour of a day; the last of them is today. */
  endDay(daysLeft: number): void {
    this.#aheadMs = Math.max(this.#aheadMs, -daysLeft * DAY_MS)
  }
}
