/** Several nodes over one model of the shared windows, in simulated time, with faults between them. */
import { SharedLimiter, type Timers } from './shared-limiter.ts'
import { ModelWindows } from './test-windows.ts'
import type { Exchange, ExchangeReply, WindowStore } from './window-store.ts'

const MS_US = 1_000

/** What can be done to the store between two requests. */
export const FAULTS = [
  'stop',
  'start',
  'freeze',
  'thaw',
  'slow',
  'quick',
  'flush',
  'cut',
  'join',
] as const
export type StoreFault = (typeof FAULTS)[number]

interface Node {
  readonly limiter: SharedLimiter
  readonly lost: (() => void)[]
  /** The network between this node and the store. */
  cut: boolean
  shared: boolean
}

/** A message on its way to a store that is frozen. */
interface Held {
  readonly node: Node
  readonly message: Exchange
  readonly settle: PromiseWithResolvers<ExchangeReply>
}

export class TestNodes {
  /** When requests were accepted, by the clock of whoever decided. */
  readonly acceptedUs: number[] = []
  readonly nodes: Node[] = []
  refused = 0
  nowUs = 1_000_000_000
  readonly #model = new ModelWindows()
  readonly #events: { readonly atUs: number; readonly action: () => void }[] = []
  #held: Held[] = []
  #state: 'up' | 'down' | 'frozen' = 'up'
  #delayUs = MS_US
  /** The store's time of the reply that is being delivered, when it decides what it answers. */
  #decidedUs: number | undefined

  constructor(nodes: number) {
    for (let i = 0; i < nodes; i++) this.#join()
  }

  /** Everything that happens within a time. */
  async pass(ms: number): Promise<void> {
    const untilUs = this.nowUs + ms * MS_US
    for (;;) {
      await settled()
      const next = this.#events.reduce<number>((first, { atUs }, i) => {
        return first < 0 || atUs < this.#events[first]!.atUs ? i : first
      }, -1)
      if (next < 0 || this.#events[next]!.atUs > untilUs) break
      const [event] = this.#events.splice(next, 1)
      this.nowUs = Math.max(this.nowUs, event!.atUs)
      event!.action()
      await settled()
      this.#decidedUs = undefined
    }
    this.nowUs = untilUs
  }

  /** Sends requests to one node. */
  request(node: number, requests: number, limit: number): void {
    const { limiter } = this.nodes[node % this.nodes.length]!
    for (let i = 0; i < requests; i++) {
      void Promise.resolve(limiter.take('key_1', 'v.api', limit)).then((count) => {
        if (count <= limit) this.acceptedUs.push(this.#decidedUs ?? this.nowUs)
        else this.refused++
      })
    }
  }

  inflict(fault: StoreFault, node: number): void {
    if (fault === 'stop' && this.#state !== 'down') this.#stop()
    if (fault === 'start' && this.#state === 'down') this.#state = 'up'
    if (fault === 'freeze' && this.#state === 'up') this.#state = 'frozen'
    if (fault === 'thaw' && this.#state === 'frozen') this.#thaw()
    if (fault === 'slow') this.#delayUs = 60 * MS_US
    if (fault === 'quick') this.#delayUs = MS_US
    if (fault === 'flush') this.#model.flush()
    if (fault === 'cut') this.nodes[node % this.nodes.length]!.cut = true
    if (fault === 'join') for (const each of this.nodes) each.cut = false
  }

  /** Ends every fault. */
  heal(): void {
    for (const fault of ['start', 'thaw', 'quick', 'join'] as const) this.inflict(fault, 0)
  }

  /** The most accepted in any one second. */
  get densest(): number {
    const times = this.acceptedUs.toSorted((a, b) => a - b)
    let most = 0
    for (let first = 0, last = 0; last < times.length; last++) {
      while (times[last]! - times[first]! >= 1_000_000) first++
      most = Math.max(most, last - first + 1)
    }
    return most
  }

  #join(): void {
    const lost: (() => void)[] = []
    const limiter = new SharedLimiter({
      store: this.#storeFor(() => node),
      clock: { monotonicUs: () => this.nowUs },
      timers: this.#timers(),
      node: `node_${this.nodes.length}`,
      nodesMin: 1,
      onChange: (shared) => {
        node.shared = shared
      },
    })
    const node: Node = { limiter, lost, cut: false, shared: false }
    this.nodes.push(node)
    limiter.start()
  }

  #timers(): Timers {
    const at = (delayUs: number, action: () => void) => {
      this.#events.push({ atUs: this.nowUs + delayUs, action })
    }
    const every = (intervalMs: number, action: () => void) => {
      const again = () => {
        action()
        at(intervalMs * MS_US, again)
      }
      at(intervalMs * MS_US, again)
      return () => {}
    }
    return { soon: (action) => at(0, action), after: (ms, action) => at(ms * MS_US, action), every }
  }

  #storeFor(nodeOf: () => Node): WindowStore {
    return {
      onLost: (listener) => nodeOf().lost.push(listener),
      leave: () => Promise.resolve(),
      exchange: (message) => {
        const node = nodeOf()
        if (this.#state === 'down') return Promise.reject(new Error('not connected'))
        const settle = Promise.withResolvers<ExchangeReply>()
        this.#later(() => this.#arrive({ node, message, settle }))
        return settle.promise
      },
    }
  }

  #later(action: () => void): void {
    this.#events.push({ atUs: this.nowUs + this.#delayUs / 2, action })
  }

  #arrive(held: Held): void {
    if (this.#state === 'down') held.settle.reject(new Error('connection lost'))
    else if (this.#state === 'frozen') this.#held.push(held)
    else if (!held.node.cut) this.#decide(held)
  }

  #decide({ node, message, settle }: Held): void {
    const reply = this.#model.exchange(message, this.nowUs)
    this.#later(() => {
      if (node.cut) return
      if (message.standing === 'live' && !reply.lapsed) this.#decidedUs = reply.nowUs
      settle.resolve(reply)
    })
  }

  /** A store that stops loses its windows; what was on its way to it is lost with them. */
  #stop(): void {
    this.#state = 'down'
    this.#model.flush()
    for (const { settle } of this.#held) settle.reject(new Error('connection lost'))
    this.#held = []
    for (const { lost } of this.nodes) for (const listener of lost) listener()
  }

  /** What waited is done now, whether or not anybody still waits for it. */
  #thaw(): void {
    this.#state = 'up'
    for (const held of this.#held.splice(0)) this.#decide(held)
  }
}

/** Resolved when every promise that can settle now has settled. */
function settled(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve))
}
