/** The port to what several nodes share of the rate limits: the windows, and who is there. */

/**
 * How a node decides. `live`: by the shared windows. `warm`: alone, by its share of each limit, while
 * it writes into the shared windows what it accepts. `alone`: the same without writing.
 */
export type StandingKind = 'live' | 'warm' | 'alone'

/** The requests for one key and API of one turn of one node. */
export interface Ask {
  readonly keyId: string
  readonly api: string
  /** Accepted in any one second over all nodes. */
  readonly limit: number
  readonly requests: number
}

/** What a node says to the store in one turn; times are by the store's clock. */
export interface Exchange {
  readonly node: string
  readonly standing: StandingKind
  /** The time in the last reply this node has received; 0 before the first. */
  readonly heardAtUs: number
  /** The beginning of the store as this node knows it; 0 before the first reply. */
  readonly epochUs: number
  /** Nodes this node knows of; told to a store that has begun anew and lost them. */
  readonly nodes: number
  readonly asks: readonly Ask[]
}

/** What the store made of one ask. */
export interface Tally {
  /** Requests in the last second, before these. */
  readonly before: number
  /** How many of the requests are accepted; the first ones are. */
  readonly accepted: number
  /** Microseconds until the oldest request leaves the window; 0 when all were accepted. */
  readonly freeInUs: number
}

export interface ExchangeReply {
  /** Time by the store's clock, microseconds. */
  readonly nowUs: number
  /** When the store began, without any window. */
  readonly epochUs: number
  /** Nodes that are there or were within the last minute. */
  readonly nodes: number
  /** The node said that it is live, but the store no longer took it for that: nothing was counted. */
  readonly lapsed: boolean
  /** One for each ask of a live exchange. */
  readonly tallies: readonly Tally[]
}

export interface WindowStore {
  /** One round trip; rejects when the store cannot be reached. */
  exchange(message: Exchange): Promise<ExchangeReply>
  /** Hears of each loss of the connection. */
  onLost(listener: () => void): void
  /** Signs a node off, so that its share falls to the others, and closes the connection. */
  leave(node: string): Promise<void>
}
