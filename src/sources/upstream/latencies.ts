/** What a vendor's last answers took, and what is usual. */

const KEPT = 64

export class Latencies {
  readonly #lastMs: number[] = []
  #next = 0

  add(tookMs: number): void {
    this.#lastMs[this.#next] = tookMs
    this.#next = (this.#next + 1) % KEPT
  }

  /** The median of the last answers; 0 before there was one. */
  get medianMs(): number {
    const sorted = this.#lastMs.toSorted((a, b) => a - b)
    return sorted[Math.floor(sorted.length / 2)] ?? 0
  }
}
