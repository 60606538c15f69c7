import fc from 'fast-check'
import { expect, test } from 'vitest'
import { isFault } from '../../domain/fault.ts'
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

test.for([
  ['open brackets', `{"a":${'['.repeat(60_000)}`],
  ['nested brackets', `{"a":${'['.repeat(30_000)}${']'.repeat(30_000)}}`],
  ['backslashes', `{"a":"${'\\'.repeat(60_000)}"}`],
  ['quotes', `{"a":"${'\\"'.repeat(30_000)}"}`],
  ['blanks', `{"a":${' '.repeat(60_000)}1}`],
  ['pairs', '&='.repeat(30_000)],
  ['percents', '%'.repeat(60_000)],
  ['plus', '+'.repeat(60_000)],
  ['bytes beyond ASCII', '张'.repeat(20_000)],
] as const)('64 KiB of %s are judged within 50 ms', ([, body]) => {
  const request = {
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
  const call = protocol.read(request)
  const startedMs = performance.now()
  expect(isFault(isFault(call) ? call : call.decode())).toBe(true)
  expect(performance.now() - startedMs).toBeLessThan(50)
})
