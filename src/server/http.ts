/**
 * The HTTP listener under all protocols: reads requests within limits, hands them on whole, writes
 * replies byte for byte. It sits on `node:http` directly because frameworks refuse or alter what
 * official clients send (form bodies without a type, `Host: http://…`, the case of header names).
 */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { createServer as createTlsServer, type Server as TlsServer } from 'node:https'
import type { AddressInfo, Socket } from 'node:net'
import type { TLSSocket } from 'node:tls'
import type { WireRequest } from '../protocols/protocol.ts'
import type { Certificate } from './certificate.ts'
import type { Handled, Handler, HttpLimits, ServerReply } from './handler.ts'
import { Http2Sessions } from './http2.ts'
import { Incoming } from './incoming.ts'
import { wireRequest } from './wire-request.ts'

export type { Handled, Handler, HttpLimits, ServerReply }

export interface HttpServer {
  /** `http://HOST:PORT`, or `https://…`, as bound. */
  readonly url: string
  /** Takes another certificate for connections to come; only of a listener that has one. */
  renew(certificate: Pick<Certificate, 'options'>): void
  /** Stops accepting, lets requests under way finish for `limitMs`, then cuts what is left. */
  drain(limitMs: number): Promise<void>
  /** Cuts every connection now, without any reply. */
  destroy(): void
}

/** A legal GET of 32 KiB must pass: `node:http` counts the request line among the headers. */
const HEADER_BYTES_MAX = 48 * 1024
const HEADERS_MAX = 64

export interface ListenOptions {
  readonly host: string
  /** 0 for any. */
  readonly port: number
  readonly limits: HttpLimits
  /** With it the listener speaks TLS, and HTTP/2 to clients that choose it. */
  readonly certificate?: Pick<Certificate, 'options'> | undefined
}

/** Listens and answers every request through `handle`. */
export async function listen(options: ListenOptions, handle: Handler): Promise<HttpServer> {
  const { limits, certificate } = options
  const sockets = new Sockets(limits.socketsPerIpMax)
  const sessions = new Http2Sessions(
    { limits, headerBytesMax: HEADER_BYTES_MAX, headersMax: HEADERS_MAX },
    handle,
  )
  let draining = false
  const server = open(limits, certificate, sessions)
  server.maxHeadersCount = HEADERS_MAX
  server.on('connection', (socket: Socket) => sockets.admit(socket))
  const answer = (incoming: Incoming, response: ServerResponse) => {
    if (!isFramed(incoming)) return refuseFraming(response)
    incoming.readBody(limits.bodyBytesMax, (body) => {
      handle(toRequest(incoming, certificate !== undefined, body)).then(
        (handled) => write(response, handled, draining),
        () => response.destroy(),
      )
    })
  }
  server.on('request', answer)
  // An expectation that nobody knows is passed over; by itself the parser would answer a bare 417.
  server.on('checkExpectation', answer)
  await bind(server, options.host, options.port)
  const { port } = server.address() as AddressInfo
  const scheme = certificate === undefined ? 'http' : 'https'
  return {
    url: `${scheme}://${options.host.includes(':') ? `[${options.host}]` : options.host}:${port}`,
    renew: (renewed) => (server as TlsServer).setSecureContext(renewed.options),
    drain(limitMs) {
      draining = true
      sessions.close()
      return drain(server, sockets, limitMs)
    },
    destroy: () => sockets.destroy(),
  }
}

/** The server of HTTP/1; over TLS, connections whose client chose HTTP/2 go to `sessions` instead. */
function open(
  limits: HttpLimits,
  certificate: ListenOptions['certificate'],
  sessions: Http2Sessions,
): Server<typeof Incoming> {
  const settings = {
    IncomingMessage: Incoming,
    maxHeaderSize: HEADER_BYTES_MAX,
    headersTimeout: limits.headersTimeoutMs,
    requestTimeout: limits.requestTimeoutMs,
    keepAliveTimeout: limits.keepAliveTimeoutMs,
    connectionsCheckingInterval: limits.connectionCheckMs,
    // Judged with the rest of the framing, so that its refusal is as bare.
    requireHostHeader: false,
  }
  if (certificate === undefined) return createServer(settings)
  const server = createTlsServer({
    ...settings,
    ...certificate.options,
    ALPNProtocols: ['h2', 'http/1.1'],
  })
  const [http1] = server.listeners('secureConnection')
  server.removeAllListeners('secureConnection')
  server.on('secureConnection', (socket: TLSSocket) => {
    if (socket.alpnProtocol === 'h2') sessions.take(socket)
    else http1?.call(server, socket)
  })
  return server
}

function bind(server: Server, host: string, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, host, () => {
      server.off('error', reject)
      resolve()
    })
  })
}

/** The open connections, at most so many of one address. */
class Sockets {
  readonly #perIpMax: number
  readonly #open = new Set<Socket>()
  readonly #perIp = new Map<string, number>()

  constructor(perIpMax: number) {
    this.#perIpMax = perIpMax
  }

  admit(socket: Socket): void {
    const ip = socket.remoteAddress ?? ''
    const sameIp = (this.#perIp.get(ip) ?? 0) + 1
    if (this.#perIpMax > 0 && sameIp > this.#perIpMax) {
      socket.destroy()
      return
    }
    this.#perIp.set(ip, sameIp)
    this.#open.add(socket)
    socket.on('close', () => {
      this.#open.delete(socket)
      const left = this.#perIp.get(ip)! - 1
      if (left === 0) this.#perIp.delete(ip)
      else this.#perIp.set(ip, left)
    })
  }

  destroy(): void {
    for (const socket of this.#open) socket.destroy()
  }
}

/**
 * Judges what the parser lets pass although two parties could read it differently: no Host or two,
 * a transfer coding other than `chunked`, any transfer coding in HTTP/1.0, HTTP/0.9.
 */
function isFramed(incoming: IncomingMessage): boolean {
  const { rawHeaders } = incoming
  let hosts = 0
  for (let i = 0; i < rawHeaders.length; i += 2) {
    const name = rawHeaders[i]!
    if (name.length === 4 && name.toLowerCase() === 'host') {
      if (rawHeaders[i + 1] === '') return false
      hosts++
    } else if (name.length === 17 && name.toLowerCase() === 'transfer-encoding') {
      if (incoming.httpVersionMinor === 0) return false
      if (rawHeaders[i + 1]!.toLowerCase() !== 'chunked') return false
    }
  }
  if (incoming.httpVersionMajor !== 1) return false
  return hosts === 1 || (hosts === 0 && incoming.httpVersionMinor === 0)
}

/** A framing defect gets a bare 400 and a close: no protocol's envelope can be trusted here. */
function refuseFraming(response: ServerResponse): void {
  response.writeHead(400, ['Connection', 'close', 'Content-Length', '0'])
  response.end()
}

function toRequest(
  incoming: IncomingMessage,
  secure: boolean,
  body: Buffer | undefined,
): WireRequest {
  const { rawHeaders, socket } = incoming
  const message = { method: incoming.method!, target: incoming.url!, rawHeaders, secure }
  return wireRequest({ ...message, remoteAddress: socket.remoteAddress }, body)
}

function write(response: ServerResponse, { reply, written }: Handled, last: boolean): void {
  if (response.destroyed) {
    written?.(false)
    return
  }
  if (written !== undefined) response.on('close', () => written(response.writableFinished))
  const headers = [...reply.headers, 'Content-Length', String(Buffer.byteLength(reply.body))]
  if (last) headers.push('Connection', 'close')
  response.writeHead(reply.status, headers)
  response.end(reply.body)
}

function drain(server: Server, sockets: Sockets, limitMs: number): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(() => sockets.destroy(), limitMs)
    server.close(() => {
      clearTimeout(timer)
      resolve()
    })
    server.closeIdleConnections()
  })
}
