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
import { type CallKind, makeWire, type Wire } from './traffic.ts'

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
  /** How far the service's wall clock, by which it judges signatures, was set ahead of ours. */
  clockAheadS: number
  /** False: finish what is open and make no new call. */
  running: boolean
}

/** One call that a client wants made. */
export interface Call {
  readonly op: number
  readonly wire: Wire
  /** How often it was sent. */
  attempts: number
}

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
      const call = this.make()
      const chance = this.#random(100)
      const twice = call.wire.signed && chance < TWICE_PER_CENT
      await Promise.all([this.see(call), twice && this.see(call)])
      if (call.wire.signed && chance >= 100 - AGAIN_PER_CENT) await this.#send(call)
    }
    this.close()
  }

  /** A new call of a kind, or of any, signed by the service's clock unless said otherwise. */
  make(kind?: CallKind, clockAheadS: number = this.#ground.clockAheadS): Call {
    const op = ++this.#ground.nextOp
    const { buyers } = this.#ground
    const wire = makeWire({ buyers, number: op, random: this.#random, clockAheadS }, kind)
    return { op, wire, attempts: 0 }
  }

  /** Sends one call until it is answered, or refused for now too often; the body of the last reply. */
  async see(call: Call): Promise<string> {
    for (let refused = 0; ; ) {
      const body = await this.#send(call)
      if (body === undefined) continue
      if (!TRANSIENT.test(body)) return body
      if (++refused === REFUSED_MAX) return body
      await sleep(PAUSE_MS)
    }
  }

  /** Ends its connections. */
  close(): void {
    this.#agent.destroy()
  }

  /** The body of the reply; undefined when none came. */
  async #send(call: Call): Promise<string | undefined> {
    const { history } = this.#ground
    const { op, wire } = call
    const node = await this.#node()
    const attempt = ++call.attempts
    const { protocol, account, mode, signed, digest: request } = wire
    const sent = { op, attempt, node: node.number, protocol, account, mode, signed, request }
    history.add({ kind: 'invoke', ...sent })
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
      return body
    } catch (error) {
      const refused = (error as NodeJS.ErrnoException).code === 'ECONNREFUSED'
      history.add({ kind: refused ? 'fail' : 'info', op, attempt })
      // Nobody listens, and nobody has said so yet.
      if (refused) await sleep(PAUSE_MS)
      return undefined
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
