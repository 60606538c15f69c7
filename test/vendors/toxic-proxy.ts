/**
 * Stands between us and a vendor and poisons one connection at one phase of a call: with a toxic, which
 * does to bytes what networks do, or with a lie, which is an answer that no honest vendor gives.
 */
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { gzipSync } from 'node:zlib'

/** Where it begins; what lies before passes unharmed. */
export const PHASES = ['connect', 'tls', 'headers', 'half', 'sent', 'reply'] as const
export type Phase = (typeof PHASES)[number]

export const TOXICS = [
  ...['latency', 'bandwidth', 'slicer', 'slow_close'],
  ...['down', 'timeout', 'reset', 'limit'],
] as const
export const LIES = [
  ...['garbage', 'html', 'wrong_json', 'trailing', 'gzip_bomb'],
  ...['wrong_length', 'oversized', 'wrong_id', 'half_close'],
] as const

/** Those that only slow a call down: every byte arrives. */
const GENTLE: ReadonlySet<string> = new Set(['latency', 'bandwidth', 'slicer', 'slow_close'])

export interface Poison {
  readonly phase: Phase
  /** One of `TOXICS` or `LIES`. */
  readonly kind: string
}

export function isGentle(kind: string): boolean {
  return GENTLE.has(kind)
}

const LATENCY_MS = 150
const SLOW_CLOSE_MS = 500
const BANDWIDTH = { bytes: 64, everyMs: 8 }
const SLICER = { bytes: 48, everyMs: 1 }
/** Of a ServerHello, what passes of it before a connection is cut. */
const LIMIT_BYTES = 60
const HEAD_END = '\r\n\r\n'
const LENGTH = /content-length: *(\d+)/i
const JSON_TYPE = 'Content-Type: application/json'
const BOMB_BYTES = 8 * 1_024 * 1_024
const OVERSIZED_BYTES = 300_000
const STOCK = http([JSON_TYPE], '{"Response":[],"code":{}}')
const BOMB = http([JSON_TYPE, 'Content-Encoding: gzip'], gzipSync(Buffer.alloc(BOMB_BYTES, 0x20)))

export class ToxicProxy {
  readonly #server: Server
  readonly #vendorPort: number
  /** Asked for each request, and at a new connection for what is done to that. */
  readonly #draw: () => Poison | undefined
  readonly #sockets = new Set<Socket>()
  /** The vendor's last whole reply, which a lie may give to somebody else. */
  #recorded = STOCK

  private constructor(vendorPort: number, draw: () => Poison | undefined) {
    this.#vendorPort = vendorPort
    this.#draw = draw
    this.#server = createServer({ allowHalfOpen: true }, (client) => this.#serve(client))
  }

  static async open(vendorPort: number, draw: () => Poison | undefined): Promise<ToxicProxy> {
    const proxy = new ToxicProxy(vendorPort, draw)
    await new Promise<void>((resolve) => proxy.#server.listen(0, '127.0.0.1', resolve))
    return proxy
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port
  }

  /** Ends what is open, so that the next request connects anew. */
  drop(): void {
    for (const socket of this.#sockets) socket.destroy()
  }

  /** Refuses all from now on. */
  close(): void {
    this.#server.close()
    this.drop()
  }

  #serve(client: Socket): void {
    this.#track(client)
    const poison = this.#draw()
    if (poison?.phase === 'tls') this.#poisonHandshake(client, poison.kind)
    else if (poison?.phase === 'connect' && !isGentle(poison.kind)) this.#harm(client, poison.kind)
    else this.#passRequests(client, poison?.phase === 'connect' ? poison : undefined)
  }

  #track(socket: Socket): Socket {
    this.#sockets.add(socket)
    socket.on('error', () => socket.destroy())
    socket.on('close', () => this.#sockets.delete(socket))
    return socket
  }

  #dial(): Socket {
    return this.#track(connect({ port: this.#vendorPort, host: '127.0.0.1', allowHalfOpen: true }))
  }

  /** One request after the other; `first` is what is done to the first of them. */
  #passRequests(client: Socket, first: Poison | undefined): void {
    let read = Buffer.alloc(0)
    let next = first
    client.on('end', () => client.end())
    client.on('data', (chunk: Buffer) => {
      read = Buffer.concat([read, chunk])
      const { headBytes, bytes } = measure(read)
      if (read.length < bytes) return
      const request = { whole: read, headBytes }
      read = Buffer.alloc(0)
      const poison = next ?? this.#draw()
      next = undefined
      void this.#passOne(client, request, poison)
    })
  }

  async #passOne(
    client: Socket,
    { whole, headBytes }: { readonly whole: Buffer; readonly headBytes: number },
    poison: Poison | undefined,
  ): Promise<void> {
    const { phase, kind } = poison ?? {}
    const harmed = kind !== undefined && !isGentle(kind)
    const cut = phase === 'headers' ? headBytes : headBytes + ((whole.length - headBytes) >> 1)
    const isCut = phase === 'headers' || phase === 'half'
    const vendor = this.#dial()
    if (isCut) {
      vendor.write(whole.subarray(0, cut))
      if (harmed) {
        this.#harm(client, kind)
        return
      }
      await trickle(vendor, whole.subarray(cut), kind)
    } else vendor.write(whole)
    const reply = await wholeReply(vendor)
    vendor.destroy()
    const passed = phase === 'reply' ? reply.length >> 1 : 0
    client.write(reply.subarray(0, passed))
    if (harmed) this.#harm(client, kind, reply, passed)
    else await trickle(client, reply.subarray(passed), kind)
    if (!harmed) this.#recorded = reply
    if (kind === 'slow_close') setTimeout(() => client.end(), SLOW_CLOSE_MS)
  }

  /** TLS is not looked into: what is poisoned is the handshake's way through. */
  #poisonHandshake(client: Socket, kind: string): void {
    if (!isGentle(kind) && kind !== 'limit') {
      client.once('data', () => this.#harm(client, kind))
      return
    }
    const vendor = this.#dial()
    client.on('end', () => vendor.end())
    vendor.on('end', () => client.end())
    if (kind === 'limit') {
      vendor.once('data', (chunk: Buffer) => client.end(chunk.subarray(0, LIMIT_BYTES)))
      client.on('data', (chunk: Buffer) => vendor.write(chunk))
      return
    }
    relay(client, vendor, kind)
    relay(vendor, client, kind)
  }

  /** Does what is not gentle, behind so many bytes of the reply that have passed. */
  #harm(client: Socket, kind: string, reply?: Buffer, passed = 0): void {
    if (kind === 'timeout') return
    if (kind === 'reset') client.resetAndDestroy()
    else if (kind === 'down') this.close()
    else if (kind === 'limit' || kind === 'half_close') client.end()
    else client.end(lieOf(kind, reply, this.#recorded).subarray(reply === undefined ? 0 : passed))
  }
}

/** The bytes that take the place of the reply; whatever passed of the true one goes before them. */
function lieOf(kind: string, reply: Buffer | undefined, recorded: Buffer): Buffer {
  const honest = reply ?? STOCK
  if (kind === 'trailing') return Buffer.concat([honest, Buffer.from('HTTP/1.1 200 OK\r\n')])
  if (kind === 'wrong_length') return honest.subarray(0, -7)
  if (kind === 'wrong_id') return recorded
  if (kind === 'html') return http(['Content-Type: text/html'], '<p>OK</p>'.repeat(200))
  if (kind === 'wrong_json') return http([JSON_TYPE], '{"Response":[],"code":{}}'.padEnd(2_000))
  if (kind === 'gzip_bomb') return BOMB
  if (kind === 'oversized') return http([JSON_TYPE], ' '.repeat(OVERSIZED_BYTES))
  return Buffer.from(`${'garbage\0'.repeat(200)}\r\n\r\n`)
}

function http(headers: readonly string[], body: string | Buffer): Buffer {
  const length = `Content-Length: ${Buffer.byteLength(body)}`
  const head = ['HTTP/1.1 200 OK', ...headers, length, '', ''].join('\r\n')
  return Buffer.concat([Buffer.from(head), Buffer.from(body)])
}

function measure(read: Buffer): { headBytes: number; bytes: number } {
  const at = read.indexOf(HEAD_END)
  if (at === -1) return { headBytes: Number.POSITIVE_INFINITY, bytes: Number.POSITIVE_INFINITY }
  const headBytes = at + HEAD_END.length
  const length = Number(LENGTH.exec(read.subarray(0, headBytes).toString('latin1'))?.[1] ?? 0)
  return { headBytes, bytes: headBytes + length }
}

async function wholeReply(vendor: Socket): Promise<Buffer> {
  let reply = Buffer.alloc(0)
  for await (const chunk of vendor) {
    reply = Buffer.concat([reply, chunk as Buffer])
    if (reply.length >= measure(reply).bytes) break
  }
  return reply
}

/** Writes bytes as a gentle toxic has it. */
async function trickle(to: Socket, bytes: Buffer, kind: string | undefined): Promise<void> {
  if (kind === 'latency') await sleep(LATENCY_MS)
  const slice = kind === 'bandwidth' ? BANDWIDTH : kind === 'slicer' ? SLICER : undefined
  if (slice === undefined) {
    to.write(bytes)
    return
  }
  for (let at = 0; at < bytes.length && !to.destroyed; at += slice.bytes) {
    to.write(bytes.subarray(at, at + slice.bytes))
    await sleep(slice.everyMs)
  }
}

/** One direction of a connection through a gentle toxic. */
function relay(from: Socket, to: Socket, kind: string): void {
  let passed: Promise<unknown> = Promise.resolve()
  from.on('data', (chunk: Buffer) => {
    passed = passed.then(() => trickle(to, chunk, kind))
  })
  from.on('close', () => {
    const closed = passed.then(() => sleep(kind === 'slow_close' ? SLOW_CLOSE_MS : 0))
    void closed.then(() => to.destroy())
  })
}
