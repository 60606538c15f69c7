/** One keep-alive socket that sends bytes as they are and reads the replies to them. */
import { connect, type Socket } from 'node:net'

/** How long a request whose end is in doubt may wait for a reply before the socket is half-closed. */
const DOUBT_MS = 30
/** How long a half-closed socket may stay open. */
const LINGER_MS = 1_000
/** A rightly framed request is answered by then, on the slowest machine. */
const PATIENCE_MS = 20_000

export interface RawReply {
  readonly status: number
  /** Status line and headers as they came. */
  readonly head: string
  /** By lower-case name. */
  readonly headers: ReadonlyMap<string, string>
  readonly body: string
  /** Whether the reply's body was left out, because the request's method was HEAD. */
  readonly bodiless: boolean
}

/** What came back for some bytes. */
export interface Exchange {
  readonly replies: readonly RawReply[]
  /** Bytes that are no reply. */
  readonly surplus: string
}

export class RawClient {
  readonly #port: number
  #socket: Socket | undefined
  #received = ''
  #wake: () => void = () => {}

  constructor(port: number) {
    this.#port = port
  }

  /** Sends one rightly framed request and waits for its one reply. */
  async ask(bytes: Buffer, bodiless: boolean): Promise<Exchange> {
    const socket = this.#open()
    socket.write(bytes)
    const deadline = timer(PATIENCE_MS, () => this.#wake())
    let taken = takeReplies(this.#received, bodiless)
    while (taken.replies.length === 0 && !socket.closed && !deadline.rang()) {
      await new Promise<void>((resolve) => {
        this.#wake = resolve
      })
      taken = takeReplies(this.#received, bodiless)
    }
    deadline.stop()
    this.#received = ''
    const [reply] = taken.replies
    if (reply === undefined || /^connection: close$/im.test(reply.head)) this.close()
    return taken
  }

  /** Sends bytes whose end is in doubt on a socket of their own; no reply is a reply too. */
  async provoke(bytes: Buffer, bodiless: boolean): Promise<Exchange> {
    this.close()
    const socket = this.#open()
    socket.write(bytes)
    const doubt = timer(DOUBT_MS, () => this.#wake())
    while (
      !socket.closed &&
      !doubt.rang() &&
      takeReplies(this.#received, bodiless).replies.length === 0
    ) {
      await new Promise<void>((resolve) => {
        this.#wake = resolve
      })
    }
    doubt.stop()
    const linger = timer(LINGER_MS, () => socket.destroy())
    const closed = new Promise<void>((resolve) => {
      if (socket.closed) resolve()
      else socket.once('close', () => resolve())
    })
    socket.end()
    await closed
    linger.stop()
    const exchange = takeReplies(this.#received, bodiless)
    this.close()
    return exchange
  }

  close(): void {
    this.#socket?.destroy()
    this.#socket = undefined
    this.#received = ''
  }

  #open(): Socket {
    if (this.#socket !== undefined && !this.#socket.destroyed && this.#socket.writable) {
      return this.#socket
    }
    this.#received = ''
    const socket = connect({ port: this.#port, host: '127.0.0.1', noDelay: true })
    socket.setEncoding('latin1')
    socket.on('data', (text: string) => {
      if (socket !== this.#socket) return
      this.#received += text
      this.#wake()
    })
    socket.on('error', () => {})
    socket.on('close', () => this.#wake())
    this.#socket = socket
    return socket
  }
}

/** Takes whole replies off received text; interim ones are passed over. */
function takeReplies(received: string, bodiless: boolean): Exchange {
  const replies: RawReply[] = []
  let at = 0
  for (;;) {
    const end = received.indexOf('\r\n\r\n', at)
    const status = Number(/^HTTP\/1\.1 (\d{3}) /.exec(received.slice(at, at + 13))?.[1])
    if (end < 0 || Number.isNaN(status)) break
    const head = received.slice(at, end)
    const headers = new Map(head.split('\r\n').slice(1).map(fieldOf))
    const length = bodiless ? 0 : Number(headers.get('content-length') ?? 0)
    if (received.length < end + 4 + length) break
    const body = Buffer.from(received.slice(end + 4, end + 4 + length), 'latin1').toString('utf8')
    if (status >= 200) replies.push({ status, head, headers, body, bodiless })
    at = end + 4 + length
  }
  return { replies, surplus: received.slice(at) }
}

function fieldOf(line: string): [string, string] {
  const colon = line.indexOf(':')
  return [line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim()]
}

function timer(ms: number, ring: () => void) {
  let rung = false
  const timeout = setTimeout(() => {
    rung = true
    ring()
  }, ms)
  return { rang: () => rung, stop: () => clearTimeout(timeout) }
}
