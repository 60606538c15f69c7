import fc from 'fast-check'
import { expect, test } from 'vitest'
import { isFault } from '../../domain/fault.ts'
import type { WireRequest } from '../protocol.ts'
import { GATEWAY, TEXTS } from './catalogue.ts'
import { createAliyun } from './index.ts'
import { APP_CODE, FORM, keyOf, NAMES, PATH, replyHeader, SAMPLE_FORM } from './test-request.ts'

const protocol = createAliyun()
const CODES = new Set([
  ...Object.keys(TEXTS),
  ...Object.values(GATEWAY).map(({ code }) => code as string),
])

const TYPES = [
  FORM,
  'application/x-www-form-urlencoded; charset=GBK',
  'application/json',
  'multipart/form-data; boundary=b',
  'multipart/form-data; boundary="',
  'text/plain',
]
const SEEDS = [
  SAMPLE_FORM,
  '{"acc_no":"6217920181755914","a":[{"b":"\\"}"}],"name":"\\u5f20","mobile":1,"idcard":null}',
  '--b\r\nContent-Disposition: form-data; name="name"\r\n\r\nx\r\n--b--',
]

const bytes = fc.oneof(
  fc.uint8Array({ maxLength: 200 }),
  fc
    .tuple(fc.constantFrom(...SEEDS), fc.nat(), fc.uint8Array({ maxLength: 3 }), fc.nat(6))
    .map(([seed, at, patch, cut]) => {
      const from = at % seed.length
      return Buffer.concat([
        Buffer.from(seed.slice(0, from)),
        patch,
        Buffer.from(seed.slice(from + cut)),
      ])
    }),
)
const latin1 = bytes.map((raw) => Buffer.from(raw).toString('latin1'))
const headers = fc.array(
  fc.tuple(
    fc.constantFrom(
      'Authorization',
      'X-Ca-Key',
      'x-ca-stage',
      'X-Ca-Signature',
      'X-Ca-Signature-Headers',
      'X-Ca-Timestamp',
      'X-Ca-Nonce',
      'Content-Encoding',
      'Content-MD5',
      'X-',
    ),
    fc.oneof(latin1, fc.constantFrom(`APPCODE ${APP_CODE}`, 'identity', 'RELEASE', '1', 'a:b,c')),
  ),
  { maxLength: 5 },
)

test('whatever is sent, the reply is one of the closed list and its headers are header text', () => {
  fc.assert(
    fc.property(
      fc.record({
        method: fc.constantFrom('POST', 'POST', 'POST', 'GET', 'TRACE'),
        path: fc.constantFrom(PATH, PATH, `/${PATH}`, '/communication/x'),
        query: fc.oneof(fc.constant(''), latin1),
        headers,
        type: fc.constantFrom(...TYPES),
        body: bytes,
        known: fc.boolean(),
      }),
      (sent) => {
        const request = {
          ...sent,
          target: sent.path,
          rawHeaders: [...sent.headers.flat(), 'Content-Type', sent.type],
          body: Buffer.from(sent.body),
          bodyTooLarge: false,
          remoteAddress: '127.0.0.1',
          secure: false,
        }
        const call = protocol.read(request)
        const fault = isFault(call)
          ? call
          : (call.authenticate(sent.known ? keyOf(APP_CODE) : undefined, NAMES.atMs) ??
            call.decode())
        const reply = isFault(fault)
          ? protocol.writeFault(request, fault, NAMES)
          : protocol.writeAnswer(request, '{"code":"10000"}', NAMES)
        const code = replyHeader(reply.headers, 'X-Ca-Error-Code') ?? JSON.parse(reply.body).code
        expect(CODES.has(code) || /^SYSTEM_\d{3}$/.test(code)).toBe(true)
        for (const text of reply.headers) expect(text).toMatch(/^[\x20-\x7e\x80-\xff]+$/)
      },
    ),
    { numRuns: 3000 },
  )
})

test('members named after the prototype change nothing and decode to nothing', () => {
  const body = '{"__proto__":{"name":"x"},"constructor":{"prototype":{"name":"x"}},"name":"y"}'
  const call = protocol.read({
    method: 'POST',
    target: PATH,
    path: PATH,
    query: '__proto__=x&constructor=y',
    rawHeaders: ['Authorization', `APPCODE ${APP_CODE}`],
    body: Buffer.from(body),
    bodyTooLarge: false,
    remoteAddress: '127.0.0.1',
    secure: false,
  })
  expect(isFault(call) ? call : call.decode()).toEqual({
    fault: 'parameter_missing',
    field: 'idcard',
  })
  expect(({} as { name?: string }).name).toBeUndefined()
})

/** Bytes of a hostile body at the limit, and of shorter ones as long together. */
const LONG = 64 * 1024
const SHORT = 1024
/** Times that the quicker of is taken, so that neither a cold start nor a collection counts. */
const ROUNDS = 9
/** How much dearer one long body may be than as much in short ones; sixty-four times if squared. */
const DEARER_MAX = 24

test.for([
  ['open brackets', (bytes: number) => `{"a":${'['.repeat(bytes)}`],
  ['nested brackets', (bytes: number) => `{"a":${'['.repeat(bytes / 2)}${']'.repeat(bytes / 2)}}`],
  ['backslashes', (bytes: number) => `{"a":"${'\\'.repeat(bytes)}"}`],
  ['quotes', (bytes: number) => `{"a":"${'\\"'.repeat(bytes / 2)}"}`],
  ['blanks', (bytes: number) => `{"a":${' '.repeat(bytes)}1}`],
  ['pairs', (bytes: number) => '&='.repeat(bytes / 2)],
  ['percents', (bytes: number) => '%'.repeat(bytes)],
  ['plus', (bytes: number) => '+'.repeat(bytes)],
  ['bytes beyond ASCII', (bytes: number) => '张'.repeat(bytes / 3)],
] as const)('judging %s costs time in proportion to their length', ([, bodyOf]) => {
  const [short, long] = [bodyOf(SHORT), bodyOf(LONG)].map(requestOf)
  let [leastShortMs, leastLongMs] = [Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY]
  for (let round = 0; round < ROUNDS; round++) {
    leastShortMs = Math.min(leastShortMs, refusingMs(short!, LONG / SHORT))
    leastLongMs = Math.min(leastLongMs, refusingMs(long!, 1))
  }
  expect(leastLongMs / leastShortMs).toBeLessThan(DEARER_MAX)
})

function requestOf(body: string): WireRequest {
  return {
    method: 'POST',
    target: PATH,
    path: PATH,
    query: '',
    rawHeaders: ['Authorization', `APPCODE ${APP_CODE}`],
    body: Buffer.from(body),
    bodyTooLarge: false,
    remoteAddress: '127.0.0.1',
    secure: false,
  }
}

/** How long it takes to refuse a request so many times. */
function refusingMs(request: WireRequest, times: number): number {
  let refused = 0
  const startedMs = performance.now()
  for (let i = 0; i < times; i++) {
    const call = protocol.read(request)
    if (isFault(isFault(call) ? call : call.decode())) refused++
  }
  const durationMs = performance.now() - startedMs
  expect(refused).toBe(times)
  return durationMs
}
