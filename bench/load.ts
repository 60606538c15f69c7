/**
 * The load generator: one process on its own core, keep-alive connections over plain sockets, every
 * reply read whole and judged. Takes a `LoadOrder` as JSON argument, prints a `LoadReport` as JSON.
 */
import { connect, type Socket } from 'node:net'
import { createRequests, type RequestKind } from './requests.ts'

export interface LoadOrder {
  readonly port: number
  readonly kind: RequestKind
  readonly seconds: number
  readonly connections: number
  /** Calls a second to offer in all; absent = as many as are answered (closed loop). */
  readonly callsPerSecond?: number
  /** Varies the requests of rounds, so that none repeats an earlier one byte for byte. */
  readonly round: number
  readonly peopleSeed: number
  readonly people: number
}

export interface LoadReport {
  readonly calls: number
  readonly seconds: number
  /** Replies that were not the expected ones. */
  readonly wrong: number
  readonly p50Ms: number
  readonly p99Ms: number
}

const HEAD_END = Buffer.from('\r\n\r\n')

/** One connection with at most one request under way. */
class Connection {
  readonly #socket: Socket
  readonly #onReply: (sentAtMs: number, reply: Buffer) => void
  #sentAtMs = 0
  #pending: Buffer = Buffer.alloc(0)
  idle = true

  constructor(port: number, onReply: (sentAtMs: number, reply: Buffer) => void) {
    this.#onReply = onReply
    this.#socket = connect({ port, host: '127.0.0.1', noDelay: true })
    this.#socket.on('data', (chunk: Buffer) => this.#read(chunk))
  }

  /** `dueAtMs` is when the call should have begun: waiting for a free connection counts. */
  send(request: Buffer, dueAtMs: number): void {
    this.idle = false
    this.#sentAtMs = dueAtMs
    this.#socket.write(request)
  }

  close(): void {
    this.#socket.destroy()
  }

  #read(chunk: Buffer): void {
    const bytes = this.#pending.length === 0 ? chunk : Buffer.concat([this.#pending, chunk])
    const head = bytes.indexOf(HEAD_END)
    const length =
      head < 0 ? 0 : Number(/content-length: (\d+)/i.exec(bytes.toString('latin1', 0, head))![1])
    if (head < 0 || bytes.length < head + 4 + length) {
      this.#pending = bytes
      return
    }
    this.#pending = Buffer.alloc(0)
    this.idle = true
    this.#onReply(this.#sentAtMs, bytes)
  }
}

async function run(order: LoadOrder): Promise<LoadReport> {
  const requests = createRequests(order)
  const latenciesMs: number[] = []
  let wrong = 0
  const startMs = performance.now()
  const endMs = startMs + order.seconds * 1000
  await new Promise<void>((resolve) => {
    const connections: Connection[] = []
    const intervalMs = order.callsPerSecond === undefined ? 0 : 1000 / order.callsPerSecond
    let dueAtMs = startMs
    const next = (connection: Connection) => {
      const nowMs = performance.now()
      if (nowMs >= endMs) {
        connection.close()
        connections.splice(connections.indexOf(connection), 1)
        if (connections.length === 0) resolve()
      } else if (intervalMs === 0) {
        connection.send(requests.next(), nowMs)
      } else if (dueAtMs <= nowMs) {
        connection.send(requests.next(), dueAtMs)
        dueAtMs += intervalMs
      }
    }
    for (let i = 0; i < order.connections; i++) {
      const connection: Connection = new Connection(order.port, (sentAtMs, reply) => {
        latenciesMs.push(performance.now() - sentAtMs)
        if (!requests.expected(reply)) wrong++
        next(connection)
      })
      connections.push(connection)
    }
    if (intervalMs === 0) for (const connection of [...connections]) next(connection)
    else pace(connections, next, endMs)
  })
  const seconds = (performance.now() - startMs) / 1000
  latenciesMs.sort((a, b) => a - b)
  const at = (q: number) => latenciesMs[Math.floor((latenciesMs.length - 1) * q)] ?? Number.NaN
  return { calls: latenciesMs.length, seconds, wrong, p50Ms: at(0.5), p99Ms: at(0.99) }
}

/** Offers due calls to idle connections about each millisecond until all are closed. */
function pace(connections: Connection[], next: (c: Connection) => void, endMs: number): void {
  const timer = setInterval(() => {
    for (const connection of [...connections]) if (connection.idle) next(connection)
    if (performance.now() > endMs && connections.length === 0) clearInterval(timer)
  }, 1)
}

console.log(JSON.stringify(await run(JSON.parse(process.argv[2]!) as LoadOrder)))
