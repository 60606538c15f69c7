/**
 * Stands between us and a vendor and does to the bytes what networks and broken vendors do: at any
 * point of the request, of the way, or of the reply.
 */

import type { AddressInfo } from 'node:net'
import { connect, createServer, type Socket } from 'node:net'

/** How a connection ends: a reset, an orderly end, or nothing more ever comes. */
export type Cut = 'reset' | 'end' | 'hang'

export interface ProxyFault {
  /** Where the request is lost; the vendor sees nothing of it. Absent: it arrives whole. */
  readonly request?: 'connect' | 'headers' | 'half' | 'whole'
  /** How it is lost, and how a cut reply ends. */
  readonly how?: Cut
  /** The vendor's reply as it is passed on. */
  readonly reply?: (whole: Buffer) => Buffer
  /** Share of the reply that is passed on before `how`. */
  readonly replyShare?: number
  /** Before the reply is passed on. */
  readonly delayMs?: number
  /** Between single bytes of the reply. */
  readonly dripMs?: number
}

export interface FaultProxy {
  readonly port: number
  /** What is done to requests that begin from now on; absent: nothing. */
  fault: ProxyFault | undefined
  /** Refuses connections until `up`. */
  down(): Promise<void>
  up(): Promise<void>
  close(): void
}

const HEAD_END = '\r\n\r\n'
const LENGTH = /content-length: *(\d+)/i

/** Opens a proxy before a vendor's port. */
export async function openProxy(vendorPort: number): Promise<FaultProxy> {
  const sockets = new Set<Socket>()
  const track = (socket: Socket) => {
    sockets.add(socket)
    socket.on('error', () => socket.destroy())
    socket.on('close', () => sockets.delete(socket))
    return socket
  }
  const server = createServer((client) => {
    track(client)
    if (proxy.fault?.request === 'connect') {
      end(client, proxy.fault.how)
      return
    }
    passRequests(
      client,
      () => proxy.fault,
      () => track(connect(vendorPort, '127.0.0.1')),
    )
  })
  const listen = (port: number) => {
    return new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve))
  }
  await listen(0)
  const { port } = server.address() as AddressInfo
  const drop = () => {
    for (const socket of sockets) socket.destroy()
  }
  const proxy: FaultProxy = {
    port,
    fault: undefined,
    down() {
      return new Promise((resolve) => {
        server.close(() => resolve())
        drop()
      })
    },
    up: () => listen(port),
    close() {
      server.close()
      drop()
    },
  }
  return proxy
}

/** Reads one request after the other off a connection and does to each what its fault says. */
function passRequests(
  client: Socket,
  faultNow: () => ProxyFault | undefined,
  dial: () => Socket,
): void {
  let read = Buffer.alloc(0)
  let fault: ProxyFault | undefined
  client.on('data', (chunk: Buffer) => {
    if (read.length === 0) fault = faultNow()
    read = Buffer.concat([read, chunk])
    const { headBytes, bytes } = measure(read)
    if (lostAfter(fault?.request, headBytes, bytes) <= read.length) {
      client.pause()
      end(client, fault?.how)
      return
    }
    if (read.length < bytes) return
    const request = read.subarray(0, bytes)
    read = Buffer.alloc(0)
    passReply(client, request, fault, dial())
  })
}

function measure(read: Buffer): { headBytes: number; bytes: number } {
  const at = read.indexOf(HEAD_END)
  if (at === -1) return { headBytes: Number.POSITIVE_INFINITY, bytes: Number.POSITIVE_INFINITY }
  const headBytes = at + HEAD_END.length
  const length = Number(LENGTH.exec(read.subarray(0, headBytes).toString('latin1'))?.[1] ?? 0)
  return { headBytes, bytes: headBytes + length }
}

function lostAfter(where: ProxyFault['request'], headBytes: number, bytes: number): number {
  if (where === 'headers') return headBytes
  if (where === 'half') return headBytes + Math.floor((bytes - headBytes) / 2)
  return where === 'whole' ? bytes : Number.POSITIVE_INFINITY
}

function passReply(client: Socket, request: Buffer, fault: ProxyFault | undefined, vendor: Socket) {
  const chunks: Buffer[] = []
  vendor.write(request)
  vendor.on('data', (chunk: Buffer) => {
    chunks.push(chunk)
    const reply = Buffer.concat(chunks)
    if (reply.length < measure(reply).bytes) return
    vendor.destroy()
    const passed = fault?.reply?.(reply) ?? reply
    setTimeout(() => write(client, passed, fault), fault?.delayMs ?? 0)
  })
}

function write(client: Socket, reply: Buffer, fault: ProxyFault | undefined): void {
  const { replyShare, dripMs } = fault ?? {}
  const cut = replyShare === undefined ? reply : reply.subarray(0, reply.length * replyShare)
  if (dripMs !== undefined) {
    drip(client, cut, dripMs)
    return
  }
  client.write(cut, () => {
    if (replyShare !== undefined) end(client, fault?.how)
  })
}

function drip(client: Socket, bytes: Buffer, dripMs: number): void {
  let at = 0
  const timer = setInterval(() => {
    if (at >= bytes.length || client.destroyed) clearInterval(timer)
    else client.write(bytes.subarray(at, ++at))
  }, dripMs)
}

function end(socket: Socket, how: Cut = 'reset'): void {
  if (how === 'reset') socket.resetAndDestroy()
  if (how === 'end') socket.end()
}
