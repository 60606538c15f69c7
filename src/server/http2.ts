/** HTTP/2 beneath the protocols, for clients that choose it over TLS: one stream, one request. */
import {
  constants,
  createServer,
  type Http2Server,
  type Http2ServerRequest,
  type Http2ServerResponse,
  type ServerHttp2Session,
} from 'node:http2'
import type { Handled, Handler, HttpLimits } from './handler.ts'
import { wireRequest } from './wire-request.ts'

/** Requests of one connection at one time. */
const STREAMS_MAX = 100

export interface Http2Options {
  readonly limits: HttpLimits
  readonly headerBytesMax: number
  readonly headersMax: number
}

/** The sessions of connections that are handed over; it listens nowhere itself. */
export class Http2Sessions {
  readonly #server: Http2Server
  readonly #sessions = new Set<ServerHttp2Session>()
  readonly #limits: HttpLimits

  constructor({ limits, headerBytesMax, headersMax }: Http2Options, handle: Handler) {
    this.#limits = limits
    this.#server = createServer({
      // Four pseudo-headers come before those of the client.
      maxHeaderListPairs: headersMax + 4,
      settings: { maxConcurrentStreams: STREAMS_MAX, maxHeaderListSize: headerBytesMax },
    })
    const answer = (request: Http2ServerRequest, response: Http2ServerResponse) => {
      this.#answer(request, response, handle)
    }
    this.#server.on('request', answer)
    this.#server.on('checkExpectation', answer)
    this.#server.on('session', (session) => this.#admit(session))
    // A connection that breaks its own rules ends by them; there is nobody to tell.
    this.#server.on('sessionError', () => {})
  }

  /** Takes a connection whose client chose HTTP/2. */
  take(socket: object): void {
    this.#server.emit('connection', socket)
  }

  /** Lets streams under way end and takes no more of them. */
  close(): void {
    for (const session of this.#sessions) session.close()
  }

  #admit(session: ServerHttp2Session): void {
    this.#sessions.add(session)
    session.setTimeout(this.#limits.keepAliveTimeoutMs, () => session.close())
    session.on('close', () => this.#sessions.delete(session))
  }

  #answer(request: Http2ServerRequest, response: Http2ServerResponse, handle: Handler): void {
    request.on('error', () => {})
    const { stream } = request
    stream.setTimeout(this.#limits.requestTimeoutMs, () => stream.close(constants.NGHTTP2_CANCEL))
    if (!isAddressed(request)) {
      write(response, BARE_400)
      return
    }
    readBody(request, this.#limits.bodyBytesMax, (body) => {
      // What of an oversized body is still under way is not waited for.
      if (body === undefined) response.on('finish', () => stream.close())
      handle(toRequest(request, body)).then(
        (handled) => write(response, handled),
        () => stream.session?.destroy(),
      )
    })
  }
}

const BARE_400: Handled = { reply: { status: 400, headers: [], body: '' } }

/** Whether it names one host, and a `host` beside the authority no other. */
function isAddressed({ rawHeaders, authority }: Http2ServerRequest): boolean {
  let hosts = 0
  for (let i = 0; i < rawHeaders.length; i += 2) {
    if (rawHeaders[i] !== 'host') continue
    if (rawHeaders[i + 1] === '' || (authority && rawHeaders[i + 1] !== authority)) return false
    hosts++
  }
  return authority ? hosts <= 1 : hosts === 1
}

/** Hands on the whole body, or undefined as soon as it is known to be longer. */
function readBody(
  request: Http2ServerRequest,
  bytesMax: number,
  done: (body: Buffer | undefined) => void,
): void {
  let chunks: Buffer[] = []
  let bytes = 0
  request.on('data', (chunk: Buffer) => {
    const before = bytes
    bytes += chunk.length
    if (bytes <= bytesMax) chunks.push(chunk)
    else if (before <= bytesMax) {
      chunks = []
      done(undefined)
    }
  })
  request.on('end', () => {
    if (bytes <= bytesMax) done(Buffer.concat(chunks))
  })
}

/** Of the pseudo-headers the authority stays among the headers: it stands for the Host. */
function toRequest(request: Http2ServerRequest, body: Buffer | undefined) {
  const { method, url: target, socket } = request
  const rawHeaders: string[] = []
  for (let i = 0; i < request.rawHeaders.length; i += 2) {
    const name = request.rawHeaders[i]!
    if (name.startsWith(':') && name !== ':authority') continue
    rawHeaders.push(name, request.rawHeaders[i + 1]!)
  }
  const { remoteAddress } = socket
  return wireRequest({ method, target, rawHeaders, remoteAddress, secure: true }, body)
}

function write(response: Http2ServerResponse, { reply, written }: Handled): void {
  if (response.stream.destroyed) {
    written?.(false)
    return
  }
  if (written !== undefined) {
    response.on('close', () => written(response.stream.rstCode === constants.NGHTTP2_NO_ERROR))
  }
  const length = String(Buffer.byteLength(reply.body))
  response.writeHead(reply.status, [...reply.headers, 'Content-Length', length])
  response.end(reply.body)
}
