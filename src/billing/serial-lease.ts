/**
 * Serial numbers of calls: unique for ever, over restarts, crashes and clock steps, because each
 * block is taken out of the store durably before its first number is given away.
 */

/** Takes a block of `count` numbers out of the store and resolves with the first. */
export type LeaseBlock = (count: number) => Promise<number>

/** One block lasts for minutes at full load; a crash loses what is left of two. */
export const SERIAL_BLOCK = 1 << 20

interface Block {
  next: number
  readonly end: number
}

export class SerialLease {
  readonly #lease: LeaseBlock
  readonly #count: number
  #current: Block
  #following: Block | undefined
  #leasing = false

  private constructor(lease: LeaseBlock, count: number, first: number) {
    this.#lease = lease
    this.#count = count
    this.#current = { next: first, end: first + count }
  }

  /** Leases the first block. */
  static async start(lease: LeaseBlock, count: number = SERIAL_BLOCK): Promise<SerialLease> {
    return new SerialLease(lease, count, await lease(count))
  }

  /** The next number. Throws when the store refused a new block until the old one was used up. */
  next(): number {
    const block = this.#current
    if (block.next < block.end) {
      if (block.end - block.next <= this.#count / 2) this.#leaseAhead()
      return block.next++
    }
    if (this.#following === undefined) {
      this.#leaseAhead()
      throw new Error('no serial numbers left: the store takes no writes')
    }
    this.#current = this.#following
    this.#following = undefined
    return this.next()
  }

  #leaseAhead(): void {
    if (this.#leasing || this.#following !== undefined) return
    this.#leasing = true
    this.#lease(this.#count)
      .then((first) => {
        this.#following = { next: first, end: first + this.#count }
      })
      // The store is full or stopping; the next call of `next` tries again.
      .catch(() => undefined)
      .finally(() => {
        this.#leasing = false
      })
  }
}
