/**
 * A closed-loop client: one call at a time, written down before it is sent and when its end is known.
 * What got no reply it sends again, the same bytes, to whichever node is there, until it is answered.
 */
import { Agent } from 'node:http'
import { setTimeout as sleep } from 'node:timers/promises'
import { httpCall } from '../support/http-call.ts'
import type { History } from './history.ts'
import type { Buyer } from './installation.ts'
import type { ProvenNode } from './node.ts'
import type { Random } from './random.ts'
import { nextCall, type Wire } from './traffic.ts'

/** How often of a hundred times a signed call is sent twice at once, or again later. */
const TWICE_PER_CENT = 5
const AGAIN_PER_CENT = 5
/** A refusal that speaks of the moment, not of the call: it is worth asking again after this long. */
const PAUSE_MS = 60
const REFUSED_MAX = 3
/** No reply by then is none; a client that hangs is a finding of its own. */
const REPLY_MS_MAX = 10_000
const TRANSIENT = /"RequestLimitExceeded"|"InternalError|"ServiceUnavailable|"code":"10004"/

/** What the clients of one run share. */
export interface Ground {
  readonly buyers: readonly Buyer[]
  readonly nodes: readonly ProvenNode[]
  readonly history: History
  /** Numbers the calls of all clients. */
  nextOp: number
  /** False: finish what is open and make no new call. */
  running: boolean
}

type End = 'answered' | 'refused for now' | 'unanswered'

export class Client {
  readonly #ground: Ground
  readonly #random: Random
  readonly #agent = new Agent({ keepAlive: true, maxSockets: 2 })

  constructor(ground: Ground, random: Random) {
    this.#ground = ground
    this.#random = random
  }

  /** Calls until the run ends and every call it made has its answer. */
  async run(): Promise<void> {
    while (this.#ground.running) {
      const op = ++this.#ground.nextOp
      const wire = nextCall(this.#ground.buyers, op, this.#random)
      await this.call(op, wire)
    }
    this.close()
  }

  /** Ends its connections. */
  close(): void {
    this.#agent.destroy()
  }

  /** Sends one call until it is answered, and perhaps once more. */
  async call(op: number, wire: Wire): Promise<void> {
    const chance = this.#random(100)
    let attempt = 1
    if (wire.signed && chance < TWICE_PER_CENT) {
      const ends = await Promise.all([
        this.#send(op, attempt++, wire),
        this.#send(op, attempt++, wire),
      ])
      if (ends.includes('answered')) return
    }
    let refused = 0
    for (; refused < REFUSED_MAX; attempt++) {
      const end = await this.#send(op, attempt, wire)
      if (end === 'answered') break
      if (end !== 'refused for now') continue
      refused++
      await sleep(PAUSE_MS)
    }
    const again = wire.signed && chance >= 100 - AGAIN_PER_CENT
    if (again) await this.#send(op, attempt + 1, wire)
  }

  async #send(op: number, attempt: number, wire: Wire): Promise<End> {
    const { history } = this.#ground
    const node = await this.#node()
    history.add({
      kind: 'invoke',
      op,
      attempt,
      node: node.number,
      protocol: wire.protocol,
      account: wire.account,
      mode: wire.mode,
      signed: wire.signed,
      request: wire.digest,
    })
    try {
      const { status, headers, body } = await httpCall(node.url ?? '', {
        ...wire,
        agent: this.#agent,
        signal: AbortSignal.timeout(REPLY_MS_MAX),
      })
      const header = (name: string) => String(headers[name] ?? '')
      history.add({
        kind: 'ok',
        op,
        attempt,
        status,
        requestId: header('x-ca-request-id'),
        errorCode: header('x-ca-error-code'),
        replayed: header('x-kayan-replayed'),
        body,
      })
      return status >= 500 || TRANSIENT.test(body) ? 'refused for now' : 'answered'
    } catch (error) {
      const refused = (error as NodeJS.ErrnoException).code === 'ECONNREFUSED'
      history.add({ kind: refused ? 'fail' : 'info', op, attempt })
      return 'unanswered'
    }
  }

  /** A node that is ready, any of them; waits when there is none. */
  async #node(): Promise<ProvenNode> {
    const { nodes } = this.#ground
    for (;;) {
      const up = nodes.filter(({ url }) => url !== undefined)
      const node = up[this.#random(up.length || 1)]
      if (node !== undefined) return node
      await Promise.race(nodes.map(({ ready }) => ready))
    }
  }
}
