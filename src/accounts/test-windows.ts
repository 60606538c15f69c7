/** A model of the shared windows, and several nodes that ask it, in simulated time. */
import { LEASE_US } from './standing.ts'
import type { Exchange, ExchangeReply, Tally } from './window-store.ts'

const SECOND_US = 1_000_000
const FORGOTTEN_US = 60 * SECOND_US

/** What the store promises, as plainly as it can be written. */
export class ModelWindows {
  #epochUs = 0
  #claimed = { nodes: 0, untilUs: 0 }
  readonly #seenUs = new Map<string, number>()
  readonly #liveUntilUs = new Map<string, number>()
  readonly #windows = new Map<string, number[]>()

  /** Forgets everything, as a store does that is flushed or starts anew. */
  flush(): void {
    this.#epochUs = 0
    this.#claimed = { nodes: 0, untilUs: 0 }
    for (const map of [this.#seenUs, this.#liveUntilUs, this.#windows]) map.clear()
  }

  exchange(message: Exchange, nowUs: number): ExchangeReply {
    if (this.#epochUs === 0) this.#epochUs = nowUs
    const { node, standing, heardAtUs, epochUs } = message
    const isOld = epochUs !== this.#epochUs
    if (epochUs !== 0 && isOld && message.nodes > this.#claims(nowUs)) {
      this.#claimed = { nodes: message.nodes, untilUs: nowUs + FORGOTTEN_US }
    }
    this.#seenUs.set(node, nowUs)
    const lapsed = standing === 'live' && (isOld || heardAtUs + LEASE_US < nowUs)
    if (standing !== 'live') this.#liveUntilUs.delete(node)
    else if (!lapsed) {
      const untilUs = Math.max(this.#liveUntilUs.get(node) ?? 0, heardAtUs + LEASE_US)
      this.#liveUntilUs.set(node, untilUs)
    }
    const seen = [...this.#seenUs.values()].filter((atUs) => atUs > nowUs - FORGOTTEN_US).length
    const nodes = Math.max(seen, this.#claims(nowUs))
    const part =
      [...this.#liveUntilUs.values()].filter((untilUs) => untilUs >= nowUs).length / nodes
    const tallies = lapsed
      ? []
      : message.asks.map(({ keyId, api, limit, requests }) => {
          const full = standing === 'live' ? Math.max(1, Math.floor(limit * part)) : undefined
          return this.#tally(`${keyId}:${api}`, requests, full, nowUs)
        })
    return { nowUs, epochUs: this.#epochUs, nodes, lapsed, tallies }
  }

  #claims(nowUs: number): number {
    return nowUs < this.#claimed.untilUs ? this.#claimed.nodes : 0
  }

  #tally(name: string, requests: number, full: number | undefined, nowUs: number): Tally {
    const window = (this.#windows.get(name) ?? []).filter((atUs) => nowUs - atUs < SECOND_US)
    const before = window.length
    const room = full === undefined ? requests : Math.max(0, full - before)
    const accepted = Math.min(requests, room)
    for (let i = 0; i < accepted; i++) window.push(nowUs)
    this.#windows.set(name, window)
    const freeInUs = accepted < requests ? window[0]! + SECOND_US - nowUs : 0
    return { before, accepted, freeInUs }
  }
}
