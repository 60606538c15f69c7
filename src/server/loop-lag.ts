/** How late the event loop runs, sampled by a timer that should fire at even intervals. */
import type { Clock } from '../domain/clock.ts'

const SAMPLE_INTERVAL_MS = 100

export class LoopLag {
  readonly #clock: Clock
  readonly #timer: NodeJS.Timeout
  #dueUs: number
  #lastMs = 0

  constructor(clock: Clock) {
    this.#clock = clock
    this.#dueUs = clock.monotonicUs() + SAMPLE_INTERVAL_MS * 1_000
    this.#timer = setInterval(() => this.#sample(), SAMPLE_INTERVAL_MS)
    this.#timer.unref()
  }

  /** Lateness of the last sample in milliseconds. */
  get ms(): number {
    return this.#lastMs
  }

  stop(): void {
    clearInterval(this.#timer)
  }

  #sample(): void {
    const nowUs = this.#clock.monotonicUs()
    this.#lastMs = Math.max(0, (nowUs - this.#dueUs) / 1_000)
    this.#dueUs = nowUs + SAMPLE_INTERVAL_MS * 1_000
  }
}
