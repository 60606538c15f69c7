/**
 * The rate limit over several nodes: at most N requests accepted in any one second on all of them
 * together, one round trip to the shared windows for all requests of a turn.
 *
 * When the windows are lost, slow or emptied, the node decides by its share of the limit (see
 * `standing.ts`) and comes back by itself. A request is never accepted unseen.
 */
import type { Clock } from '../domain/clock.ts'
import { KEYS_MAX, Limiter, Refusals } from './limiter.ts'
import { RecentKeys } from './recent-keys.ts'
import { Standing } from './standing.ts'
import type { Exchange, ExchangeReply, Tally, WindowStore } from './window-store.ts'

/** A reply that takes longer counts as none. */
export const EXCHANGE_LIMIT_US = 50_000
/** How often late replies are looked for. */
export const BEAT_MS = 25
/** A node that has nothing to ask says at least this often that it is there. */
const SILENCE_US_MAX = 100_000
const MS_US = 1_000

/** When something happens later; `main` gives Node's timers. */
export interface Timers {
  /** After what has arrived by now was read. */
  soon(action: () => void): void
  after(delayMs: number, action: () => void): void
  /** Returns what ends it. */
  every(intervalMs: number, action: () => void): () => void
}

export interface SharedLimiterOptions {
  readonly store: WindowStore
  readonly clock: Pick<Clock, 'monotonicUs'>
  readonly timers: Timers
  /** Unlike that of every other node, and of this one before its last start. */
  readonly node: string
  /** How many nodes there are at least. */
  readonly nodesMin: number
  /** Hears whether the limits are shared, at each change. */
  readonly onChange: (shared: boolean) => void
}

type Settle = (count: number) => void

/** The requests for one key and API that await one reply. */
interface Waiting {
  readonly keyId: string
  readonly api: string
  readonly limit: number
  requests: number
  readonly settles: Settle[]
}

/**
 * One exchange, filled in a turn and then sent. What it says of the node stays as it was at its
 * beginning: a later proof of life would make the store keep a node for live that no longer is.
 */
interface Batch extends Omit<Exchange, 'asks'> {
  readonly asks: Map<string, Waiting>
  sentUs: number
}

/** A window that had no room: until then, its refusals need no round trip. */
interface Closed {
  untilUs: number
  readonly refusals: Refusals
}

export class SharedLimiter {
  readonly #options: SharedLimiterOptions
  readonly #standing: Standing
  readonly #alone = new Limiter()
  readonly #closed = new RecentKeys<Closed>(KEYS_MAX)
  readonly #inFlight = new Set<Batch>()
  #filling: Batch | undefined
  #sentUs = Number.NEGATIVE_INFINITY
  #shared = false
  #endBeat = () => {}

  constructor(options: SharedLimiterOptions) {
    this.#options = options
    this.#standing = new Standing(options.nodesMin)
  }

  /** Begins to talk to the store; until it answers, this node decides alone. */
  start(): void {
    const { store, timers } = this.#options
    store.onLost(() => this.#lose())
    this.#endBeat = timers.every(BEAT_MS, () => this.#beat())
    this.#send(this.#open())
  }

  /** Leaves the other nodes to themselves. */
  async close(): Promise<void> {
    this.#endBeat()
    // That the connection ends now is no news.
    this.#shared = false
    await this.#options.store.leave(this.#options.node)
  }

  /**
   * The number of requests in the last second, this one included. Up to `limit` it is accepted;
   * above it is refused and takes no place in the window.
   */
  take(keyId: string, api: string, limit: number): number | Promise<number> {
    if (this.#standing.kind !== 'live') {
      return new Promise((settle) => this.#decideAlone({ keyId, api, limit }, settle))
    }
    const nowUs = this.#options.clock.monotonicUs()
    const closed = this.#closed.find(keyId, nowUs)?.get(api)
    if (closed !== undefined && nowUs < closed.untilUs) return limit + closed.refusals.count(nowUs)
    return new Promise((settle) => this.#ask({ keyId, api, limit }, settle))
  }

  #ask({ keyId, api, limit }: Pick<Waiting, 'keyId' | 'api' | 'limit'>, settle?: Settle): void {
    const { asks } = this.#open()
    const name = `${limit} ${keyId} ${api}`
    let waiting = asks.get(name)
    if (waiting === undefined) {
      waiting = { keyId, api, limit, requests: 0, settles: [] }
      asks.set(name, waiting)
    }
    waiting.requests++
    if (settle !== undefined) waiting.settles.push(settle)
  }

  /** The batch of this turn; what was begun in another standing is sent first. */
  #open(): Batch {
    const { kind, heardAtUs, epochUs, nodes } = this.#standing
    if (this.#filling !== undefined && this.#filling.standing !== kind) this.#send(this.#filling)
    if (this.#filling === undefined) {
      const { node } = this.#options
      const told = { node, standing: kind, heardAtUs, epochUs, nodes }
      const batch: Batch = { ...told, asks: new Map(), sentUs: 0 }
      this.#filling = batch
      this.#options.timers.soon(() => {
        if (this.#filling === batch) this.#send(batch)
      })
    }
    return this.#filling
  }

  #send(batch: Batch): void {
    const { clock, store } = this.#options
    this.#filling = undefined
    this.#sentUs = batch.sentUs = clock.monotonicUs()
    this.#inFlight.add(batch)
    const asks = [...batch.asks.values()]
    store.exchange({ ...batch, asks }).then(
      (reply) => this.#receive(batch, asks, reply),
      () => this.#inFlight.has(batch) && this.#lose(),
    )
  }

  #receive(batch: Batch, asks: readonly Waiting[], reply: ExchangeReply): void {
    if (!this.#inFlight.delete(batch)) return
    const nowUs = this.#options.clock.monotonicUs()
    this.#standing.heard(reply, nowUs)
    this.#tellChange()
    for (const [i, waiting] of asks.entries()) {
      if (reply.lapsed) this.#decideAllAlone(waiting)
      else if (batch.standing === 'live') this.#settle(waiting, reply.tallies[i]!, batch.sentUs)
    }
  }

  #settle(waiting: Waiting, tally: Tally, sentUs: number): void {
    const { settles, limit } = waiting
    const { before, accepted, freeInUs } = tally
    for (let i = 0; i < accepted; i++) settles[i]!(before + i + 1)
    if (accepted === settles.length) return
    const nowUs = this.#options.clock.monotonicUs()
    const closed = this.#close(waiting, sentUs + freeInUs, nowUs)
    for (const settle of settles.slice(accepted)) {
      settle(limit + (closed?.refusals.count(nowUs) ?? 1))
    }
  }

  /** The store counted after the request was sent, so a window is closed at least until then. */
  #close({ keyId, api }: Waiting, untilUs: number, nowUs: number): Closed | undefined {
    const known = this.#closed.find(keyId, nowUs)
    const closed = known?.get(api) ?? { untilUs, refusals: new Refusals() }
    closed.untilUs = untilUs
    known?.set(api, closed)
    return closed
  }

  /** By the node's share; where it may not be used yet, a request that fits into it waits. */
  #decideAlone(request: Pick<Waiting, 'keyId' | 'api' | 'limit'>, settle: Settle): void {
    const { clock, timers } = this.#options
    const { keyId, api, limit } = request
    const nowUs = clock.monotonicUs()
    const atUs = Math.max(nowUs, this.#standing.aloneFromUs)
    const share = this.#standing.share(limit)
    const count = this.#alone.take(keyId, api, share, atUs)
    const accept = () => {
      if (this.#standing.kind === 'warm') this.#ask(request)
      settle(count)
    }
    if (count > share) settle(limit + count - share)
    else if (atUs > nowUs) timers.after((atUs - nowUs) / MS_US, accept)
    else accept()
  }

  #decideAllAlone(waiting: Waiting): void {
    for (const settle of waiting.settles) this.#decideAlone(waiting, settle)
  }

  /** Gives up every exchange; replies that still come are not read. */
  #lose(): void {
    const given = [...this.#inFlight, ...(this.#filling ? [this.#filling] : [])]
    this.#inFlight.clear()
    this.#filling = undefined
    this.#standing.lost()
    this.#tellChange()
    for (const { asks } of given) for (const waiting of asks.values()) this.#decideAllAlone(waiting)
  }

  /** A late reply may have arrived and not been read yet, when this process itself was slow. */
  #beat(): void {
    const { clock, timers } = this.#options
    if (this.#isLate()) timers.soon(() => this.#isLate() && this.#lose())
    else if (clock.monotonicUs() - this.#sentUs >= SILENCE_US_MAX) this.#open()
  }

  #isLate(): boolean {
    const [oldest] = this.#inFlight
    if (oldest === undefined) return false
    return this.#options.clock.monotonicUs() - oldest.sentUs > EXCHANGE_LIMIT_US
  }

  #tellChange(): void {
    const shared = this.#standing.kind === 'live'
    if (shared === this.#shared) return
    this.#shared = shared
    this.#options.onChange(shared)
  }
}
