/**
 * Whether a node may decide by the shared windows, and from when it may decide alone: the rules by
 * which no second has more than the limit while the store is lost, emptied, slow or back again.
 *
 * A live node proves with every exchange when it last heard of the store, and the store takes it for
 * live until `LEASE_US` after that. The shares of all other nodes it keeps back from those that are
 * live. So a node that loses the store knows when its share is kept for it; a second later nothing
 * accepted before is in any window, and it may use its share alone. On its way back it writes what it
 * accepts into the shared windows for a second before it is live, and then they know everything.
 */
import type { ExchangeReply, StandingKind } from './window-store.ts'

const SECOND_US = 1_000_000
/** How long the store takes a node for live after what it last heard. */
export const LEASE_US = 500_000

/** All times are of the node's monotonic clock, except those that are the store's. */
export class Standing {
  kind: StandingKind = 'alone'
  /** The store's time in the last reply. */
  heardAtUs = 0
  epochUs = 0
  nodes: number
  readonly #nodesMin: number
  /** Before this, requests wait. */
  aloneFromUs: number = Number.NEGATIVE_INFINITY
  #heardUs = Number.NEGATIVE_INFINITY
  #warmFromUs = Number.POSITIVE_INFINITY
  /** Nothing was accepted alone yet, so there is nothing that the shared windows could lack. */
  #fresh = true

  /** `nodes`: how many there are at least, known before the store is asked. */
  constructor(nodes: number) {
    this.nodes = nodes
    this.#nodesMin = nodes
  }

  /** A reply came in time. */
  heard({ nowUs, epochUs, nodes, lapsed }: ExchangeReply, receivedUs: number): void {
    if (lapsed) this.lost()
    const emptied = epochUs !== this.epochUs
    this.#heardUs = receivedUs
    this.heardAtUs = nowUs
    this.epochUs = epochUs
    this.nodes = Math.max(this.#nodesMin, nodes)
    if (this.kind === 'live' || lapsed) return
    if (this.#fresh && nowUs - epochUs >= SECOND_US) {
      this.kind = 'live'
    } else if (this.kind === 'alone' || emptied) {
      this.kind = 'warm'
      this.#warmFromUs = Math.max(receivedUs, this.aloneFromUs)
    } else if (receivedUs - this.#warmFromUs >= SECOND_US) {
      this.kind = 'live'
    }
    if (this.kind === 'live') this.#fresh = false
  }

  /** No reply came in time, or the store no longer takes this node for live. */
  lost(): void {
    if (this.kind === 'live') this.aloneFromUs = this.#heardUs + LEASE_US + SECOND_US
    this.kind = 'alone'
  }

  /** What this node may accept alone of a limit, from `aloneFromUs` on. */
  share(limit: number): number {
    this.#fresh = false
    return Math.max(1, Math.floor(limit / this.nodes))
  }
}
