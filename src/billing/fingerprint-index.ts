/**
 * A compact index from 64-bit fingerprints to serial numbers that forgets by age: 16 bytes a slot,
 * in segments that are never rehashed and are dropped whole.
 */

const SLOTS_MIN = 1 << 12
const SLOTS_MAX = 1 << 22
const LOAD_MAX = 0.75

/** One open-addressing table over a span of time; full at three quarters. */
class Segment {
  readonly #high: Uint32Array
  readonly #low: Uint32Array
  /** Zero marks an empty slot: no call has the serial 0. */
  readonly #serials: Float64Array
  readonly #mask: number
  readonly firstMs: number
  lastMs: number
  #size = 0

  constructor(slots: number, atMs: number) {
    this.#high = new Uint32Array(slots)
    this.#low = new Uint32Array(slots)
    this.#serials = new Float64Array(slots)
    this.#mask = slots - 1
    this.firstMs = atMs
    this.lastMs = atMs
  }

  get slots(): number {
    return this.#mask + 1
  }

  get full(): boolean {
    return this.#size >= this.slots * LOAD_MAX
  }

  add(high: number, low: number, serial: number): void {
    let slot = low & this.#mask
    while (this.#serials[slot] !== 0) slot = (slot + 1) & this.#mask
    this.#high[slot] = high
    this.#low[slot] = low
    this.#serials[slot] = serial
    this.#size += 1
  }

  /** Calls `visit` with each serial under a fingerprint until it returns something. */
  find<T>(high: number, low: number, visit: (serial: number) => T | undefined): T | undefined {
    for (let slot = low & this.#mask; this.#serials[slot] !== 0; slot = (slot + 1) & this.#mask) {
      if (this.#low[slot] !== low || this.#high[slot] !== high) continue
      const found = visit(this.#serials[slot]!)
      if (found !== undefined) return found
    }
    return undefined
  }
}

export class FingerprintIndex {
  readonly #keptMs: number
  #segments: Segment[] = []

  /** Keeps every entry at least `keptMs`, and at most half as long again plus the time between additions. */
  constructor(keptMs: number) {
    this.#keptMs = keptMs
  }

  /** Adds a serial under a key: latin1 text of at least eight uniformly distributed bytes. */
  add(key: string, serial: number, atMs: number): void {
    const segment = this.#open(atMs)
    segment.add(word(key, 0), word(key, 4), serial)
    segment.lastMs = Math.max(segment.lastMs, atMs)
  }

  /**
   * Finds the newest serials under a key's fingerprint and returns the first that `verify` accepts:
   * two keys may share a fingerprint, so the caller compares the full key it stored.
   */
  find<T>(key: string, verify: (serial: number) => T | undefined): T | undefined {
    const high = word(key, 0)
    const low = word(key, 4)
    for (let i = this.#segments.length - 1; i >= 0; i--) {
      const found = this.#segments[i]!.find(high, low, verify)
      if (found !== undefined) return found
    }
    return undefined
  }

  /** The segment that takes additions at `atMs`; drops those whose newest entry is too old. */
  #open(atMs: number): Segment {
    const last = this.#segments.at(-1)
    if (last !== undefined && !last.full && atMs - last.firstMs < this.#keptMs / 2) return last
    this.#segments = this.#segments.filter((segment) => atMs - segment.lastMs <= this.#keptMs)
    const slots = last?.full ? Math.min(last.slots * 2, SLOTS_MAX) : (last?.slots ?? SLOTS_MIN)
    const segment = new Segment(slots, atMs)
    this.#segments.push(segment)
    return segment
  }
}

function word(key: string, at: number): number {
  return (
    ((key.charCodeAt(at) << 24) |
      (key.charCodeAt(at + 1) << 16) |
      (key.charCodeAt(at + 2) << 8) |
      key.charCodeAt(at + 3)) >>>
    0
  )
}
