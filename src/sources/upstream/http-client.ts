/**
 * The connections to one vendor, and how far each request on them got. The only file that knows the
 * HTTP library.
 *
 * A request of ours is one write of a few hundred bytes, so for us it is either not begun or handed to
 * the kernel whole; whoever has its last byte may have charged for it. Nothing is ever sent twice.
 */
import type { Socket } from 'node:net'
import { TLSSocket } from 'node:tls'
import { gunzipSync } from 'node:zlib'
import { Agent, buildConnector, type Dispatcher } from 'undici'
import { replyHeader, type VendorReply, type VendorRequest } from '../../protocols/vendor-client.ts'

/** How far a request got: nothing left us, all of it left, a reply began, the reply is whole. */
export type Phase = 'unreached' | 'sent' | 'replying' | 'replied'

/** What went wrong on the way, as far as the machine tells. */
export type HttpTrouble =
  | 'dns_failed'
  | 'connect_failed'
  | 'tls_failed'
  | 'reset'
  | 'timed_out'
  | 'malformed'
  | 'oversized'
  | 'encoded'

/** How one request ended. */
export type Exchange =
  | { readonly phase: 'replied'; readonly reply: VendorReply }
  | { readonly phase: Exclude<Phase, 'replied'>; readonly trouble: HttpTrouble }

/** A request under way. */
export interface Flight {
  /** Settles at the deadline at the latest. */
  readonly answer: Promise<Exchange>
  /** Settles when nothing can come any more: a reply after the deadline is still read. */
  readonly end: Promise<Exchange>
}

export interface HttpLimits {
  readonly connectTimeoutMs: number
  /** From the last byte of the request to the first of the reply. */
  readonly firstByteTimeoutMs: number
  /** How long a reply may come after its deadline. */
  readonly lateReadMs: number
  readonly replyBytesMax: number
  readonly connectionsMax: number
}

export interface HttpOptions {
  /** `http(s)://host[:port]`, without a path. */
  readonly endpoint: string
  /** Certificates in PEM to trust in place of the system's. */
  readonly ca?: string
  /** Whether a reply in gzip is inflated; nothing else ever is. */
  readonly gzips: boolean
  readonly limits: HttpLimits
}

const HEAD_BYTES_MAX = 16 * 1024
/** Shorter than any vendor's, so that a request seldom meets a connection that is being closed. */
const KEEP_ALIVE_MS = 4_000

const DNS_CODES = /^(?:ENOTFOUND|EAI_|ENODATA|ESERVFAIL)/
const CONNECT_CODES = /^(?:ECONNREFUSED|EHOSTUNREACH|ENETUNREACH|EHOSTDOWN|EADDRNOTAVAIL)$/
const TLS_CODES = /^(?:ERR_TLS|ERR_SSL|CERT_|DEPTH_ZERO|SELF_SIGNED|UNABLE_TO|EPROTO$|HOSTNAME_)/
const MALFORMED_CODES = /^(?:HPE_|UND_ERR_RES_CONTENT_LENGTH|UND_ERR_HEADERS_OVERFLOW)/

export class HttpClient {
  readonly #options: HttpOptions
  readonly #agent: Agent
  readonly #connect: buildConnector.connector
  #certificateEndsAtMs: number | undefined

  constructor(options: HttpOptions) {
    this.#options = options
    const { connectTimeoutMs, connectionsMax } = options.limits
    const connect = buildConnector(connectOptions(options, connectTimeoutMs))
    this.#connect = (target, callback) => {
      connect(target, (...made) => {
        if (made[1] !== null) this.#lookAt(made[1])
        callback(...made)
      })
    }
    this.#agent = new Agent({
      connections: connectionsMax,
      pipelining: 1,
      allowH2: false,
      connect: this.#connect,
      keepAliveTimeout: KEEP_ALIVE_MS,
      keepAliveMaxTimeout: KEEP_ALIVE_MS,
      maxHeaderSize: HEAD_BYTES_MAX,
      headersTimeout: 0,
      bodyTimeout: 0,
    })
  }

  /** When the certificate ends that was shown last; a resumed session shows none. */
  get certificateEndsAtMs(): number | undefined {
    return this.#certificateEndsAtMs
  }

  /** Sends a request; the answer is there within `timeoutMs`, whatever it is. */
  send(request: VendorRequest, timeoutMs: number): Flight {
    const handler = new FlightHandler(this.#options, timeoutMs)
    const { method, target, headers, body } = request
    try {
      this.#agent.dispatch(
        {
          origin: this.#options.endpoint,
          path: target,
          method,
          headers: [...headers, 'Accept-Encoding', 'identity'],
          body: body === '' ? null : body,
        },
        handler,
      )
    } catch (error) {
      handler.fail(error)
    }
    return handler
  }

  /** Connects and hangs up: says nothing to the vendor, and so costs nothing. */
  reach(): Promise<HttpTrouble | undefined> {
    const { hostname, protocol, port } = new URL(this.#options.endpoint)
    const target = { hostname, host: hostname, protocol, port, httpSocket: null }
    return new Promise((resolve) => {
      this.#connect(target as unknown as buildConnector.Options, (error, socket) => {
        socket?.destroy()
        resolve(error === null ? undefined : troubleOf(error))
      })
    })
  }

  /** Ends what is under way and closes the connections. */
  close(): Promise<void> {
    return this.#agent.destroy()
  }

  #lookAt(socket: Socket): void {
    if (!(socket instanceof TLSSocket)) return
    const endsAtMs = Date.parse(socket.getPeerCertificate().valid_to)
    if (Number.isFinite(endsAtMs)) this.#certificateEndsAtMs = endsAtMs
  }
}

/** The certificate is always verified, whatever the environment says. */
function connectOptions({ ca }: HttpOptions, timeout: number): buildConnector.BuildOptions {
  return { timeout, allowH2: false, rejectUnauthorized: true, ...(ca !== undefined && { ca }) }
}

class FlightHandler implements Flight, Dispatcher.DispatchHandler {
  readonly #options: HttpOptions
  readonly #answer = Promise.withResolvers<Exchange>()
  readonly #end = Promise.withResolvers<Exchange>()
  #phase: Exclude<Phase, 'replied'> = 'unreached'
  #controller: Dispatcher.DispatchController | undefined
  #timer: NodeJS.Timeout
  #firstByteTimer: NodeJS.Timeout | undefined
  /** Nobody waits for it any more. */
  #overdue = false
  #status = 0
  #headers: string[] = []
  readonly #chunks: Buffer[] = []
  #bytes = 0

  constructor(options: HttpOptions, timeoutMs: number) {
    this.#options = options
    this.#timer = setTimeout(() => this.#due(), timeoutMs)
  }

  get answer(): Promise<Exchange> {
    return this.#answer.promise
  }

  get end(): Promise<Exchange> {
    return this.#end.promise
  }

  /** Called before the first byte is written; a second time would mean that it is written again. */
  onRequestStart(controller: Dispatcher.DispatchController): void {
    if (this.#phase !== 'unreached' || this.#overdue) {
      controller.abort(new Error('not to be sent'))
      return
    }
    this.#controller = controller
    this.#phase = 'sent'
    const { firstByteTimeoutMs } = this.#options.limits
    this.#firstByteTimer = setTimeout(() => this.#due(), firstByteTimeoutMs)
  }

  onResponseStart(controller: Dispatcher.DispatchController, status: number): void {
    if (status < 200) return
    clearTimeout(this.#firstByteTimer)
    this.#phase = 'replying'
    this.#status = status
    const raw = (controller.rawHeaders ?? []) as readonly (Buffer | string)[]
    this.#headers = raw.map((part) => (typeof part === 'string' ? part : part.toString('latin1')))
  }

  onResponseData(_controller: Dispatcher.DispatchController, chunk: Buffer): void {
    this.#bytes += chunk.length
    if (this.#bytes > this.#options.limits.replyBytesMax) this.#stop('oversized')
    else this.#chunks.push(chunk)
  }

  onResponseEnd(): void {
    const reply = {
      status: this.#status,
      headers: this.#headers,
      body: Buffer.concat(this.#chunks),
    }
    this.#finish(this.#decoded(reply))
  }

  onResponseError(_controller: Dispatcher.DispatchController, error: Error): void {
    this.fail(error)
  }

  /** The request has ended without a whole reply. */
  fail(error: unknown): void {
    this.#finish({ phase: this.#phase, trouble: troubleOf(error) })
  }

  /** The answer is due now. What may have been charged is read on for; the rest is given up. */
  #due(): void {
    if (this.#overdue) return
    this.#overdue = true
    this.#clearTimers()
    this.#answer.resolve({ phase: this.#phase, trouble: 'timed_out' })
    if (this.#phase === 'unreached') this.#stop('timed_out')
    else this.#timer = setTimeout(() => this.#stop('timed_out'), this.#options.limits.lateReadMs)
  }

  #stop(trouble: HttpTrouble): void {
    this.#finish({ phase: this.#phase, trouble })
    this.#controller?.abort(new Error(trouble))
  }

  #finish(exchange: Exchange): void {
    this.#overdue = true
    this.#clearTimers()
    this.#answer.resolve(exchange)
    this.#end.resolve(exchange)
  }

  #clearTimers(): void {
    clearTimeout(this.#timer)
    clearTimeout(this.#firstByteTimer)
  }

  /** What was compressed uninvited is not looked into, unless the vendor is known for it. */
  #decoded(reply: VendorReply): Exchange {
    const encoding = (replyHeader(reply, 'content-encoding') ?? 'identity').trim().toLowerCase()
    if (encoding === 'identity' || encoding === '') return { phase: 'replied', reply }
    if (encoding !== 'gzip' || !this.#options.gzips)
      return { phase: 'replying', trouble: 'encoded' }
    try {
      const maxOutputLength = this.#options.limits.replyBytesMax
      const body = gunzipSync(reply.body, { maxOutputLength })
      return { phase: 'replied', reply: { ...reply, body } }
    } catch {
      return { phase: 'replying', trouble: 'encoded' }
    }
  }
}

function troubleOf(error: unknown): HttpTrouble {
  const code = error instanceof Error && 'code' in error ? String(error.code) : ''
  if (DNS_CODES.test(code)) return 'dns_failed'
  if (CONNECT_CODES.test(code)) return 'connect_failed'
  if (TLS_CODES.test(code)) return 'tls_failed'
  if (code.includes('TIMEOUT') || code === 'ETIMEDOUT') return 'timed_out'
  return MALFORMED_CODES.test(code) ? 'malformed' : 'reset'
}
