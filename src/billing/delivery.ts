/**
 * Which charged replies may not have reached their callers, kept for the price of one number a
 * batch: all calls up to a watermark were handed over, but those named.
 */

/** Calls that wait for their reply to be handed over, at most; the oldest beyond are named lost. */
const WAITING_MAX = 4_096

/** What the store must be told by name. */
export interface Naming {
  readonly operation: 'lost' | 'found'
  readonly serial: number
}

export class Delivery {
  readonly #waiting = new Set<number>()
  readonly #named: Set<number>
  #highest: number
  #watermark: number

  /** `named` are the calls the store has by name, all others up to `watermark` were handed over. */
  constructor(watermark: number, named: Iterable<number>) {
    this.#watermark = watermark
    this.#highest = watermark
    this.#named = new Set(named)
  }

  /**
   * A call is about to be charged. True when the watermark has passed it already (its source was
   * slow): then the store names it in the transaction that charges it.
   */
  expect(serial: number): boolean {
    if (serial <= this.#watermark) {
      this.#named.add(serial)
      return true
    }
    this.#waiting.add(serial)
    if (serial > this.#highest) this.#highest = serial
    return false
  }

  /** The call was not charged after all. */
  cancel(serial: number): void {
    this.#waiting.delete(serial)
    this.#named.delete(serial)
  }

  /** The reply was handed over, or was not; returns what the store must be told, if anything. */
  mark(serial: number, delivered: boolean): Naming | undefined {
    const waited = this.#waiting.delete(serial)
    if (!delivered) {
      // A free call, or one that had reached its caller before, loses nothing.
      if (!waited) return undefined
      this.#named.add(serial)
      return { operation: 'lost', serial }
    }
    return !waited && this.#named.delete(serial) ? { operation: 'found', serial } : undefined
  }

  /** A call that waits for too long, which the store must name so that the watermark can move. */
  overdue(): Naming | undefined {
    if (this.#waiting.size <= WAITING_MAX) return undefined
    const [serial] = this.#waiting
    return serial === undefined ? undefined : this.mark(serial, false)
  }

  /** Names every call that still waits: at a clean end nothing is left to be assumed. */
  abandon(): Naming[] {
    return [...this.#waiting].map((serial) => {
      this.mark(serial, false)
      return { operation: 'lost', serial }
    })
  }

  /** The watermark for the batch that is sent now. */
  advance(): number {
    let lowest = this.#highest + 1
    for (const serial of this.#waiting) if (serial < lowest) lowest = serial
    if (lowest - 1 > this.#watermark) this.#watermark = lowest - 1
    return this.#watermark
  }
}
