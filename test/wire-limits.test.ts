/** Sizes and injections over the wire: what is too much costs nothing, what is smuggled in gets nowhere. */
import { once } from 'node:events'
import { connect } from 'node:net'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { gzipSync } from 'node:zlib'
import fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Running } from '../src/main.ts'
import { Place } from './support/service.ts'
import type { SignedRequest, Signing } from './support/vendor-requests.ts'
import { type Form, line, WireForms } from './support/wire-forms.ts'

const BODY_BYTES_MAX = 65_536
/** What a thousandfold body may hold at any time, of the server and of this test together. */
const GROWTH_BYTES_MAX = 16 * 2 ** 20

const place = new Place()
let kayan: Running
let forms: WireForms

beforeAll(async () => {
  kayan = await place.serve({ KAYAN_RATE_PER_SECOND: '10000' })
  forms = new WireForms(kayan.url)
})
afterAll(async () => {
  forms.close()
  await kayan.stop('test')
  place.remove()
})

const codeOf = (signing: Signing, form?: Form) => forms.codeOf(signing, form)

/** A POST whose body is sent piece by piece, as fast as it is taken. */
async function sendLong(head: string, bytes: number): Promise<{ reply: string; grownBy: number }> {
  const { port } = new URL(kayan.url)
  const socket = connect(Number(port), '127.0.0.1')
  const closed = once(socket, 'close')
  let reply = ''
  socket.setEncoding('latin1').on('data', (text) => {
    reply += text
  })
  socket.on('error', () => {})
  const piece = Buffer.alloc(BODY_BYTES_MAX, 'a')
  const before = heldBytes()
  let most = 0
  socket.write(`${head}Content-Length: ${bytes}\r\n\r\n`)
  for (let sent = 0; sent < bytes && !socket.destroyed; sent += piece.length) {
    if (!socket.write(piece)) await Promise.race([once(socket, 'drain'), closed])
    if (sent % (100 * piece.length) === 0) most = Math.max(most, heldBytes())
  }
  await expect.poll(() => reply).toContain('\r\n\r\n')
  socket.destroy()
  return { reply, grownBy: most - before }
}

setFlagsFromString('--expose-gc')
const collect: () => void = runInNewContext('gc')

/** What is reachable in this process, server and client. */
function heldBytes(): number {
  collect()
  const { heapUsed, external } = process.memoryUsage()
  return heapUsed + external
}

test.for([
  ['tc3', 'RequestSizeLimitExceeded', 'POST /', 'Authorization: TC3-HMAC-SHA256 x\r\n'],
  ['appcode', 'I413RL', 'POST /communication/personal/1887', ''],
] as const)(
  'W8: a body of a thousand times the limit is refused by %s and never held',
  async (row) => {
    const [, code, start, lines] = row
    const head = `${start} HTTP/1.1\r\nHost: x\r\n${lines}`
    const { reply, grownBy } = await sendLong(head, 1_000 * BODY_BYTES_MAX)
    expect(reply).toContain(code)
    expect(grownBy).toBeLessThan(GROWTH_BYTES_MAX)
  },
)

test('W8: 64 headers pass and one more is refused as bare framing', async () => {
  const names = (count: number) => {
    return Array.from({ length: count }, (_, i) => `X-Extra-${i}: 1\r\n`).join('')
  }
  const own = 8
  expect(await codeOf('tc3', { lines: names(64 - own) })).toBe('Result 0')
  expect(await codeOf('tc3', { lines: names(1_000) })).toBe('431')
})

test.for([
  ['tc3', 15_000, 'Result 0'],
  ['tc3', 16_385, 'RequestSizeLimitExceeded'],
  ['appcode', 7_000, '10000'],
  ['appcode', 8_193, 'I413UL'],
] as const)('W8: %s with a header of %i bytes says %s', async ([signing, bytes, code]) => {
  expect(await codeOf(signing, line(`X-Extra: ${'x'.repeat(bytes)}`))).toBe(code)
})

test('W8: a target of 32 KiB is read and a longer one refused', async () => {
  const padded = (bytes: number): Form => ({
    start: () => `GET /?${'x'.repeat(bytes - 2)}`,
    body: '',
  })
  expect(await codeOf('tc3', padded(32_768))).toBe('AuthFailure.SignatureFailure')
  expect(await codeOf('tc3', padded(32_769))).toBe('RequestSizeLimitExceeded')
})

test('W9: a body that would inflate a thousandfold stays as it is, and costs what it weighs', async () => {
  const bomb = gzipSync(Buffer.alloc(60 * 2 ** 20))
  expect(bomb.length).toBeLessThan(BODY_BYTES_MAX)
  const before = heldBytes()
  const coded = { ...line('Content-Encoding: gzip'), body: bomb }
  expect(await codeOf('appcode', coded)).toBe('I400HD')
  expect(await codeOf('tc3', coded)).toBe('AuthFailure.SignatureFailure')
  expect(heldBytes() - before).toBeLessThan(GROWTH_BYTES_MAX)
})

test.for(['__proto__', 'constructor', 'prototype', 'toString', 'hasOwnProperty'])(
  'W12: a parameter named %s changes no object and is no parameter',
  async (name) => {
    const before = Object.getOwnPropertyNames(Object.prototype)
    const polluting = `{"${name}":{"polluted":"yes"},"Name":"x"}`
    expect(await codeOf('tc3', { signed: { body: polluting } })).toBe('UnknownParameter')
    const form = `acc_no=6299990000000009&idcard=110101199003071022&mobile=13800138000&name=%E7%8E%8B&${name}=1`
    expect(await codeOf('appcode', { body: form })).toBe('10000')
    expect(Object.getOwnPropertyNames(Object.prototype)).toEqual(before)
    expect({}).not.toHaveProperty('polluted')
  },
)

test('W14: CONNECT is closed without a word and reaches nobody', async () => {
  const { port, host } = new URL(kayan.url)
  const socket = connect(Number(port), '127.0.0.1')
  let reply = ''
  socket.on('data', (piece) => {
    reply += piece
  })
  socket.on('error', () => {})
  socket.write(`CONNECT ${host} HTTP/1.1\r\nHost: ${host}\r\n\r\n`)
  await once(socket, 'close')
  expect(reply).not.toContain('200')
})

test('W14: an upgrade is passed over and the request answered', async () => {
  const lines = 'Connection: Upgrade\r\nUpgrade: websocket\r\n'
  expect(await codeOf('tc3', { lines })).toBe('Result 0')
  expect(await codeOf('appcode', { lines: 'Connection: Upgrade\r\nUpgrade: h2c\r\n' })).toBe(
    '10000',
  )
})

test.for(['/', '/?', '/tencent', '/tencent/'])(
  'W14: %s is the road of the Tencent face',
  async (path) => {
    const start = ({ method }: SignedRequest) => `${method} ${path}`
    expect(await codeOf('tc3', { start })).toBe('Result 0')
  },
)

/** What would begin a header or a line of its own, in clear and in the ways in which it is escaped. */
const BREAKS = ['\r\n', '\n', '\r', '%0d%0a', '%0A', '\u0085', '\u2028', '%E5%98%8A%E5%98%8D']

test('W15: no line break that is sent anywhere becomes a header of a reply', async () => {
  const injected = fc.record({
    brk: fc.constantFrom(...BREAKS),
    place: fc.constantFrom('query', 'body', 'header', 'path'),
    signing: fc.constantFrom<Signing>('tc3', 'appcode', 'appkey', 'direct'),
  })
  await fc.assert(
    fc.asyncProperty(injected, async ({ brk, place: where, signing }) => {
      const text = `a${brk}X-Injected: yes`
      const encoded = encodeURIComponent(text)
      const asked: Record<string, Form> = {
        query: { start: ({ method, target }) => `${method} ${target}?name=${encoded}` },
        path: { start: ({ method, target }) => `${method} ${target}/${encoded}` },
        body: { body: `name=${encoded}&acc_no=${encoded}` },
        // A raw break in a header ends it; what is left of it may be escaped only.
        header: line(`X-TC-TraceId: ${text.replace(/[\r\n]/g, '%0d')}`),
      }
      const { head } = await forms.replyTo(signing, asked[where])
      expect(
        head
          .toLowerCase()
          .split('\r\n')
          .filter((each) => each.startsWith('x-injected')),
      ).toEqual([])
      expect(head).not.toMatch(/[^\r]\n|\r[^\n]/)
    }),
    { numRuns: 150 },
  )
})
