import { once } from 'node:events'
import { connect } from 'node:net'
import { afterEach, expect, test } from 'vitest'
import type { WireRequest } from '../protocols/protocol.ts'
import { type Handled, type HttpLimits, type HttpServer, listen } from './http.ts'

const LIMITS: HttpLimits = {
  bodyBytesMax: 1_000,
  headersTimeoutMs: 10_000,
  requestTimeoutMs: 15_000,
  keepAliveTimeoutMs: 65_000,
  connectionCheckMs: 1_000,
  socketsPerIpMax: 0,
}
let server: HttpServer | undefined
const seen: WireRequest[] = []

async function open(
  answer: (request: WireRequest) => Handled | Promise<Handled> = () => text('fine'),
  limits: Partial<HttpLimits> = {},
): Promise<number> {
  seen.length = 0
  const options = { host: '127.0.0.1', port: 0, limits: { ...LIMITS, ...limits } }
  server = await listen(options, async (request) => {
    seen.push(request)
    return answer(request)
  })
  return Number(new URL(server.url).port)
}

afterEach(async () => {
  await server?.drain(0)
  server = undefined
})

function text(body: string, headers: readonly string[] = []): Handled {
  return { reply: { status: 200, headers, body } }
}

/** Sends bytes and returns everything that comes back until the server closes or `until` is seen. */
async function exchange(port: number, bytes: string | Buffer, until?: string): Promise<string> {
  const socket = connect(port, '127.0.0.1')
  let received = ''
  socket.on('error', () => {})
  socket.on('data', (chunk) => {
    received += chunk.toString('latin1')
    if (until !== undefined && received.includes(until)) socket.destroy()
  })
  socket.write(bytes)
  await new Promise((resolve) => socket.on('close', resolve))
  return received
}

const CLOSE = 'Connection: close\r\n'

test('method, target, path, query, headers and body arrive byte for byte', async () => {
  const port = await open()
  await exchange(
    port,
    `POST /a%20b//c?x=%7e&y= HTTP/1.1\r\nHost: http://127.0.0.1:8080/tencent\r\nX-Odd-CASE: Aä\r\n${CLOSE}Content-Length: 3\r\n\r\nabc`,
  )
  expect(seen[0]).toMatchObject({
    method: 'POST',
    target: '/a%20b//c?x=%7e&y=',
    path: '/a%20b//c',
    query: 'x=%7e&y=',
    bodyTooLarge: false,
  })
  expect(seen[0]!.body.toString()).toBe('abc')
  expect(seen[0]!.rawHeaders.slice(0, 3)).toEqual([
    'Host',
    'http://127.0.0.1:8080/tencent',
    'X-Odd-CASE',
  ])
})

test('an absolute-form target is routed by its path, its authority is ignored', async () => {
  const port = await open()
  await exchange(port, `GET http://elsewhere:1/p?q=1 HTTP/1.1\r\nHost: x\r\n${CLOSE}\r\n`)
  await exchange(port, `GET http://elsewhere HTTP/1.1\r\nHost: x\r\n${CLOSE}\r\n`)
  expect(seen.map(({ path, query }) => [path, query])).toEqual([
    ['/p', 'q=1'],
    ['/', ''],
  ])
})

test('reply header names keep their case and the length is that of the UTF-8 bytes', async () => {
  const port = await open(() => text('成功', ['X-Ca-Error-Code', 'A']))
  const reply = await exchange(port, `GET / HTTP/1.1\r\nHost: x\r\n${CLOSE}\r\n`)
  expect(reply).toContain('\r\nX-Ca-Error-Code: A\r\n')
  expect(reply).toContain('\r\nContent-Length: 6\r\n')
})

test('what two parties could read differently gets a bare 400 and a close', async () => {
  const port = await open()
  const forms = [
    'POST / HTTP/1.1\r\nHost: a\r\nHost: b\r\nContent-Length: 0\r\n\r\n',
    'POST / HTTP/1.1\r\nHost:\r\nContent-Length: 0\r\n\r\n',
    'POST / HTTP/1.1\r\nContent-Length: 0\r\n\r\n',
    'POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nContent-Length: 1\r\n\r\nx',
    'POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n',
    'POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n',
    'POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: identity\r\n\r\n',
    'POST / HTTP/1.0\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n',
    'POST / HTTP/1.1\r\nHost: a\r\nContent-Length: +5\r\n\r\nabcde',
    'POST / HTTP/1.1\r\nHost: a\r\nContent-Length : 5\r\n\r\nabcde',
    'GET /\r\n\r\n',
    'GET / HTTP/1.1\nHost: a\n\n',
  ]
  for (const form of forms) {
    const reply = await exchange(port, form)
    expect(reply, form).toMatch(/^HTTP\/1\.1 400 /)
    expect(reply, form).not.toContain('fine')
  }
  expect(seen).toEqual([])
})

test('an expectation that nobody knows changes nothing', async () => {
  const port = await open()
  const head = `POST / HTTP/1.1\r\nHost: x\r\n${CLOSE}Expect: miracles\r\nContent-Length: 3\r\n\r\n`
  expect(await exchange(port, `${head}abc`)).toMatch(/^HTTP\/1\.1 200 /)
  expect(seen[0]!.body.toString()).toBe('abc')
})

test('a body at the limit arrives, one byte more is told apart, however it is framed', async () => {
  const port = await open(({ bodyTooLarge }) => text(bodyTooLarge ? 'too large' : 'fits'))
  const whole = (bytes: number) =>
    `POST / HTTP/1.1\r\nHost: x\r\n${CLOSE}Content-Length: ${bytes}\r\n\r\n${'a'.repeat(bytes)}`
  const chunked = (bytes: number) =>
    `POST / HTTP/1.1\r\nHost: x\r\n${CLOSE}Transfer-Encoding: chunked\r\n\r\n${bytes.toString(16)}\r\n${'a'.repeat(bytes)}\r\n0\r\n\r\n`
  for (const framed of [whole, chunked]) {
    expect(await exchange(port, framed(1_000))).toContain('fits')
    expect(await exchange(port, framed(1_001))).toContain('too large')
  }
})

test('the refusal of a huge body reaches a sender that is still sending', async () => {
  const port = await open(({ bodyTooLarge }) => text(bodyTooLarge ? 'too large' : 'fits'))
  const bytes = 20_000_000
  const head = `POST / HTTP/1.1\r\nHost: x\r\nContent-Length: ${bytes}\r\n\r\n`
  const all = Buffer.concat([Buffer.from(head), Buffer.alloc(bytes, 97)])
  expect(await exchange(port, all, 'too large')).toContain('too large')
})

test('a legal GET of 20 KiB passes and a head over the limit is refused', async () => {
  const port = await open()
  const get = (bytes: number) => `GET /?${'a'.repeat(bytes)} HTTP/1.1\r\nHost: x\r\n${CLOSE}\r\n`
  expect(await exchange(port, get(20_480))).toContain('fine')
  expect(await exchange(port, get(60_000))).toMatch(/^HTTP\/1\.1 431 /)
})

test('a handler that rejects leaves its connection cut without any reply', async () => {
  const port = await open(() => Promise.reject(new Error('unknown outcome')))
  expect(await exchange(port, 'GET / HTTP/1.1\r\nHost: x\r\n\r\n')).toBe('')
})

test('a written reply is reported as delivered, a connection that left as not', async () => {
  const heard: boolean[] = []
  const { promise: asked, resolve: ask } = Promise.withResolvers<void>()
  const { promise: gone, resolve: leave } = Promise.withResolvers<void>()
  const { promise: told, resolve: tell } = Promise.withResolvers<void>()
  const written = (delivered: boolean) => {
    heard.push(delivered)
    if (heard.length === 2) tell()
  }
  const port = await open(async ({ path }) => {
    if (path === '/leave') {
      ask()
      await gone
    }
    return { ...text('fine'), written }
  })
  await exchange(port, `GET / HTTP/1.1\r\nHost: x\r\n${CLOSE}\r\n`)
  const socket = connect(port, '127.0.0.1')
  socket.write('GET /leave HTTP/1.1\r\nHost: x\r\n\r\n')
  await asked
  socket.resetAndDestroy()
  // The reset is seen before the handler goes on.
  await new Promise((resolve) => setTimeout(resolve, 20))
  leave()
  await told
  expect(heard).toEqual([true, false])
})

test('one address gets no more sockets than the limit', async () => {
  const port = await open(undefined, { socketsPerIpMax: 2 })
  const kept = [connect(port, '127.0.0.1'), connect(port, '127.0.0.1')]
  await Promise.all(kept.map((socket) => once(socket, 'connect')))
  expect(await exchange(port, 'GET / HTTP/1.1\r\nHost: x\r\n\r\n')).toBe('')
  for (const socket of kept) socket.destroy()
})

test('draining finishes what is under way, says close, and takes nothing new', async () => {
  const { promise: asked, resolve: ask } = Promise.withResolvers<void>()
  const { promise: ready, resolve: finish } = Promise.withResolvers<void>()
  const port = await open(async () => {
    ask()
    await ready
    return text('fine')
  })
  const reply = exchange(port, 'GET / HTTP/1.1\r\nHost: x\r\n\r\n')
  await asked
  const drained = server!.drain(5_000)
  finish()
  expect(await reply).toMatch(/Connection: close\r\n[\s\S]*fine/)
  await drained
  await expect(once(connect(port, '127.0.0.1'), 'connect')).rejects.toThrow('ECONNREFUSED')
})
