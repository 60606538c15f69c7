/** What a vendor's last answers took, and what is usual. */

const KEPT = 64
/** The median is asked for at every call, and moves little with one answer. */
const FRESH_FOR = 8

export class Latencies {
  readonly #lastMs: number[] = []
  #next = 0
  #answers = 0
  #medianMs = 0

  add(tookMs: number): void {
    this.#lastMs[this.#next] = tookMs
    this.#next = (this.#next + 1) % KEPT
    if (this.#answers++ % FRESH_FOR === 0) this.#medianMs = this.#median()
  }

  /** The median of the last answers but the very last few; 0 before there was one. */
  get medianMs(): number {
    return this.#medianMs
  }

  #median(): number {
    const sorted = this.#lastMs.toSorted((a, b) => a - b)
    return sorted[Math.floor(sorted.length / 2)] ?? 0
  }
}
