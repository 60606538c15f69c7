/** What a vendor's last answers took: what is usual, and what next to none of them exceeds. */

const RECENT = 64
/** The median is asked for at every call, and moves little with one answer. */
const MEDIAN_FRESH_FOR = 8
/** Two of these are slower than the slowest that counts. */
const KEPT = 2_048
const TAIL_SHARE = 0.999
const TAIL_FRESH_FOR = 64
/** After so long without an answer nobody knows what the next one takes. */
const SILENT_US = 30_000_000
/** Fewer tell nothing of one in a thousand. */
const ENOUGH = 1_000

export class Latencies {
  readonly #recentMs: number[] = []
  readonly #keptMs = new Float64Array(KEPT)
  #answers = 0
  #answeredUs = 0
  #kept = 0
  #medianMs = 0
  #slowMs: number | undefined

  /** An answer in its time, at a moment of the monotonic clock. */
  add(tookMs: number, nowUs: number): void {
    if (this.#isSilent(nowUs)) {
      this.#recentMs.length = 0
      this.#answers = 0
    }
    this.#answeredUs = nowUs
    this.#recentMs[this.#answers % RECENT] = tookMs
    if (this.#answers++ % MEDIAN_FRESH_FOR === 0) this.#medianMs = this.#median()
    this.#keep(tookMs)
  }

  /**
   * An answer that came late, or with infinity one that never came. Were these not counted, a limit
   * made of what is in time would cut off a little more each time it is made.
   */
  addLate(tookMs: number): void {
    this.#keep(tookMs)
  }

  /** The median of the last answers but the very last few; 0 before there was one. */
  get medianMs(): number {
    return this.#medianMs
  }

  /**
   * What the next answer is likely to take: the median, or 0 when it is of long ago. Were that kept, a
   * vendor that was slow once would not be asked again by who has little time, and never be known to
   * be quick.
   */
  expectedMs(nowUs: number): number {
    return this.#isSilent(nowUs) ? 0 : this.#medianMs
  }

  /** What all but one in a thousand took at most (p99.9); undefined until enough are known. */
  get slowMs(): number | undefined {
    return this.#slowMs
  }

  #isSilent(nowUs: number): boolean {
    return nowUs - this.#answeredUs > SILENT_US
  }

  #keep(tookMs: number): void {
    this.#keptMs[this.#kept % KEPT] = tookMs
    this.#kept++
    if (this.#kept >= ENOUGH && this.#kept % TAIL_FRESH_FOR === 0) this.#slowMs = this.#tail()
  }

  #median(): number {
    const sorted = this.#recentMs.toSorted((a, b) => a - b)
    return sorted[Math.floor(sorted.length / 2)] ?? 0
  }

  #tail(): number {
    const sorted = this.#keptMs.slice(0, this.#kept).sort()
    return sorted[Math.ceil(sorted.length * TAIL_SHARE) - 1]!
  }
}
