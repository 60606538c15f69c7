import { createHash, createHmac } from 'node:crypto'
import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Fault } from '../../domain/fault.ts'
import type { WireRequest } from '../protocol.ts'
import { createAliyun } from './index.ts'
import { createNonceMemory } from './nonces.ts'
import { AppSecrets, refusalOfSignature } from './signature.ts'
import { stringsToSign } from './string-to-sign.ts'
import { gbkBytes } from './test-gb18030.ts'
import {
  clear,
  FORM,
  keyOf,
  mustRead,
  NAMES,
  PATH,
  replyHeader,
  SAMPLE,
  SAMPLE_FORM,
} from './test-request.ts'

interface Vector {
  readonly id: string
  readonly appSecret: string
  readonly serverClockMs: number
  readonly request: {
    readonly method: string
    readonly target: string
    readonly path: string
    readonly headers: readonly (readonly [name: string, value: string])[]
    readonly bodyBase64: string
  }
  readonly stringToSignUtf8Hex: string
}

const FILE = new URL('../../../test/vectors/aliyun/signatures.json', import.meta.url)
const VECTORS: readonly Vector[] = JSON.parse(readFileSync(FILE, 'utf8')).vectors
const OURS = VECTORS.filter(({ request }) => request.path === PATH)

const NOW_MS = 1_525_872_629_832
const SECRET = 'MySecretKey'
const WINDOW_MS = 15 * 60_000

function requestOf({ request }: Vector): WireRequest {
  return {
    method: request.method,
    target: request.target,
    path: request.path,
    query: request.target.split('?')[1] ?? '',
    rawHeaders: request.headers.flat(),
    body: Buffer.from(request.bodyBase64 ?? '', 'base64'),
    bodyTooLarge: false,
    remoteAddress: '127.0.0.1',
    secure: false,
  }
}

function judge(
  request: WireRequest,
  nowMs: number = NOW_MS,
  { secret = SECRET, nonces = createNonceMemory(100), known = true } = {},
): Fault | undefined {
  const pairs = request.rawHeaders.map((name, i) => [name.toLowerCase(), request.rawHeaders[i + 1]])
  const headers = new Map(pairs.filter((_, i) => i % 2 === 0) as [string, string][])
  const key = known ? keyOf(secret, 'appkey') : undefined
  return refusalOfSignature({ request, headers, key, nowMs }, { nonces, secrets: new AppSecrets() })
}

/** A minimal signer of our own, for what the vectors leave out. */
interface Signed {
  readonly listed?: readonly string[]
  readonly headers?: Readonly<Record<string, string>>
  readonly path?: string
  readonly query?: string
  readonly body?: string | Buffer
  /** `?` and the parameters as the client believes them. */
  readonly parameters?: string
  readonly order?: 'sorted' | 'as listed'
  readonly separator?: string
  readonly algorithm?: 'sha256' | 'sha1'
}

const DECODED = '?acc_no=6217920181755914&idcard=32132419860817421X&mobile=13636643334&name=张三'

function sign(wish: Signed = {}): WireRequest {
  const { path = PATH, query = '', body = SAMPLE_FORM, parameters = DECODED } = wish
  const headers: Record<string, string> = {
    Accept: 'application/json',
    'Content-Type': FORM,
    'X-Ca-Key': '203753385',
    'X-Ca-Timestamp': String(NOW_MS),
    ...wish.headers,
  }
  const listed = wish.listed ?? ['X-Ca-Key', 'X-Ca-Timestamp']
  const order = wish.order === 'as listed' ? listed : listed.toSorted()
  const middle = ['Accept', 'Content-MD5', 'Content-Type', 'Date'].map(
    (name) => headers[name] ?? '',
  )
  const blocks = order.map((name) => `${name}:${headers[name] ?? ''}\n`)
  const text = `POST\n${middle.join('\n')}\n${blocks.join('')}${path}${parameters}`
  const signature = createHmac(wish.algorithm ?? 'sha256', SECRET)
    .update(text)
    .digest('base64')
  const rawHeaders = [...Object.entries(headers).flat(), 'X-Ca-Signature', signature]
  if (listed.length > 0) {
    rawHeaders.push('X-Ca-Signature-Headers', listed.join(wish.separator ?? ','))
  }
  return {
    method: 'POST',
    target: path,
    path,
    query,
    rawHeaders: rawHeaders.map((text) => Buffer.from(text, 'utf8').toString('latin1')),
    body: Buffer.from(body as string),
    bodyTooLarge: false,
    remoteAddress: '127.0.0.1',
    secure: false,
  }
}

function withHeader(request: WireRequest, name: string, value: string | undefined): WireRequest {
  const pairs = request.rawHeaders.flatMap((key, i) => {
    return i % 2 === 0 ? [[key, request.rawHeaders[i + 1]!] as const] : []
  })
  const others = pairs.filter(([key]) => key.toLowerCase() !== name.toLowerCase())
  const rawHeaders = [...others, ...(value === undefined ? [] : [[name, value]])].flat() as string[]
  return { ...request, rawHeaders }
}

test.for(VECTORS)('vector $id: the string to sign is that of the client', (vector) => {
  const expected = Buffer.from(vector.stringToSignUtf8Hex, 'hex').toString('latin1')
  expect([...stringsToSign(requestOf(vector))]).toContain(expected)
})

test.for(VECTORS)('vector $id verifies with the clock at capture time', (vector) => {
  const secret = vector.appSecret
  expect(judge(requestOf(vector), vector.serverClockMs, { secret })).toBeUndefined()
})

test.for(OURS)('vector $id: any flipped byte of the body is refused', (vector) => {
  const request = requestOf(vector)
  fc.assert(
    fc.property(fc.nat(request.body.length - 1), fc.integer({ min: 0, max: 7 }), (at, bit) => {
      const body = Buffer.from(request.body)
      body[at]! ^= 1 << bit
      const fault = judge({ ...request, body }, vector.serverClockMs, { secret: vector.appSecret })
      // The decoded text is what is signed, so an escape may be written in either case.
      if (unescaped(body) === unescaped(request.body)) return
      expect(fault?.fault).toMatch(/^(signature_mismatch|body_digest_mismatch)$/)
    }),
  )
})

function unescaped(body: Buffer): string {
  return body.toString('latin1').replace(/%[0-9a-f]{2}/gi, (digits) => digits.toUpperCase())
}

test.for(OURS)(
  'vector $id: a change of method, path, Accept, type or Date is refused',
  (vector) => {
    const request = requestOf(vector)
    const changed = [
      { ...request, method: 'PUT' },
      { ...request, path: `${request.path}/` },
      { ...request, query: 'x=1' },
      withHeader(request, 'accept', '*/*'),
      withHeader(request, 'content-type', 'application/x-www-form-urlencoded; charset=utf-8'),
      withHeader(request, 'date', 'Wed, 09 May 2018 13:30:29 GMT'),
      withHeader(request, 'x-ca-nonce', 'another'),
    ]
    for (const other of changed) {
      const fault = judge(other, vector.serverClockMs, { secret: vector.appSecret })
      expect(fault).toEqual({ fault: 'signature_mismatch' })
    }
  },
)

test.for(OURS)(
  'vector $id: twice is one nonce too many, and a bad signature burns none',
  (vector) => {
    const shared = { secret: vector.appSecret, nonces: createNonceMemory(100) }
    const request = requestOf(vector)
    const forged = withHeader(request, 'x-ca-signature', 'AAAA')
    const fault = (wire: WireRequest) => judge(wire, vector.serverClockMs, shared)?.fault
    expect(fault(forged)).toBe('signature_mismatch')
    expect(fault(request)).toBeUndefined()
    expect(fault(request)).toBe('nonce_replayed')
  },
)

const ACCEPTED: Record<string, WireRequest> = {
  'a list sent unsorted and signed sorted': sign({ listed: ['X-Ca-Timestamp', 'X-Ca-Key'] }),
  'a list signed as sent': sign({ listed: ['X-Ca-Timestamp', 'X-Ca-Key'], order: 'as listed' }),
  'a list with blanks': sign({ separator: ' , ' }),
  'a list separated by colons': sign({ separator: ':' }),
  'a list with headers that never take part': withHeader(
    sign(),
    'X-Ca-Signature-Headers',
    'Accept,X-Ca-Key,X-Ca-Signature,X-Ca-Timestamp,Date',
  ),
  'no list and no header': sign({ listed: [] }),
  'a listed header that is absent': sign({ listed: ['X-Ca-Key', 'X-Ca-Stage', 'X-Ca-Timestamp'] }),
  HmacSHA1: sign({ algorithm: 'sha1', headers: { 'X-Ca-Signature-Method': 'HmacSHA1' } }),
  'HmacSHA256 by name': sign({ headers: { 'X-Ca-Signature-Method': 'HmacSHA256' } }),
  'a timestamp in seconds': sign({ headers: { 'X-Ca-Timestamp': '1525872629' } }),
  'a raw path with two slashes': sign({ path: `//${PATH.slice(1)}` }),
  'two slashes sent, one signed': { ...sign(), path: `//${PATH.slice(1)}` },
  'a signed header in Chinese': sign({
    listed: ['X-Ca-Key', 'X-Note'],
    headers: { 'X-Note': '张三' },
  }),
  'form and query merged, form first, first of repeated': sign({
    query: 'zz=2&mobile=13636643334&a=&b',
    body: `${SAMPLE_FORM}&zz=1&zz=3`,
    parameters:
      '?a&acc_no=6217920181755914&b&idcard=32132419860817421X&mobile=13636643334&name=张三&zz=1',
  }),
  'an empty value written with its sign': sign({
    body: `${SAMPLE_FORM}&z=`,
    parameters: `${DECODED}&z`,
  }),
  'a form type in another case': sign({
    headers: { 'Content-Type': 'Application/X-WWW-Form-Urlencoded' },
  }),
  'a GBK form, signed over its text': sign({
    body: gbkBytes(decodeURIComponent(SAMPLE_FORM)),
    headers: { 'Content-Type': 'application/x-www-form-urlencoded; charset=GBK' },
  }),
  'a form with a Content-MD5 (Go)': sign({ headers: { 'Content-MD5': md5(SAMPLE_FORM) } }),
}

function md5(body: string): string {
  return createHash('md5').update(body).digest('base64')
}

test.for(Object.entries(ACCEPTED))('%s verifies', ([, request]) => {
  expect(judge(request)).toBeUndefined()
})

const REFUSED: [string, WireRequest, Fault][] = [
  ['no signature', withHeader(sign(), 'X-Ca-Signature', undefined), { fault: 'signature_missing' }],
  ['an empty signature', withHeader(sign(), 'X-Ca-Signature', ''), { fault: 'signature_missing' }],
  [
    'another digest',
    sign({ headers: { 'X-Ca-Signature-Method': 'HmacMD5' } }),
    {
      fault: 'header_invalid',
      field: 'X-Ca-Signature-Method',
      reason: 'is neither HmacSHA256 nor HmacSHA1',
    },
  ],
  [
    'a method of every object',
    sign({ headers: { 'X-Ca-Signature-Method': 'toString' } }),
    {
      fault: 'header_invalid',
      field: 'X-Ca-Signature-Method',
      reason: 'is neither HmacSHA256 nor HmacSHA1',
    },
  ],
  [
    'a timestamp in words',
    sign({ headers: { 'X-Ca-Timestamp': 'now' } }),
    { fault: 'header_invalid', field: 'X-Ca-Timestamp', reason: 'is not a number of milliseconds' },
  ],
  [
    'a timestamp of the past',
    sign({ headers: { 'X-Ca-Timestamp': String(NOW_MS - WINDOW_MS - 1) } }),
    { fault: 'signature_expired' },
  ],
  [
    'a timestamp of the future',
    sign({ headers: { 'X-Ca-Timestamp': String(NOW_MS + WINDOW_MS + 1) } }),
    { fault: 'signature_expired' },
  ],
  [
    'a digest of another body',
    sign({ headers: { 'Content-MD5': md5('x') } }),
    { fault: 'body_digest_mismatch', reason: 'does not match the body' },
  ],
  [
    'a digest of nothing',
    sign({ body: '', parameters: '', headers: { 'Content-MD5': md5('') } }),
    { fault: 'body_digest_mismatch', reason: 'does not match the body' },
  ],
  [
    'a signature of a part',
    withHeader(sign(), 'X-Ca-Signature', 'AAAA'),
    { fault: 'signature_mismatch' },
  ],
  ['SHA-1 where SHA-256 is named', sign({ algorithm: 'sha1' }), { fault: 'signature_mismatch' }],
  [
    'Accept signed empty, sent as */*',
    withHeader(sign(), 'Accept', '*/*'),
    { fault: 'signature_mismatch' },
  ],
]

test.for(REFUSED)('%s is refused', ([, request, fault]) => {
  expect(judge(request)).toEqual(fault)
})

test('the window is open at its edges', () => {
  for (const offset of [-WINDOW_MS, WINDOW_MS]) {
    const headers = { 'X-Ca-Timestamp': String(NOW_MS + offset) }
    expect(judge(sign({ headers }))).toBeUndefined()
  }
})

test('an unknown key is refused for itself, whatever the signature', () => {
  expect(judge(sign(), NOW_MS, { known: false })).toEqual({ fault: 'key_unknown' })
  expect(judge(sign(), NOW_MS, { secret: 'other' })).toEqual({ fault: 'signature_mismatch' })
})

test('a signed call goes through the face, and its elements are those that were signed', () => {
  const call = mustRead(createAliyun(), sign())
  expect(call.credential).toEqual({ kind: 'appkey', value: '203753385' })
  expect(call.authenticate(keyOf(SECRET, 'appkey'), NOW_MS)).toBeUndefined()
  expect(clear(call.decode())).toEqual(SAMPLE)
})

test('a byte-identical call without nonce is a repeat; one differing in anything is not', () => {
  const aliyun = createAliyun()
  const repeatOf = (request: WireRequest, keyId = 'key_1') => {
    return mustRead(aliyun, request).repeatKey(keyId)
  }
  const repeat = repeatOf(sign())
  expect(repeat).toHaveLength(32)
  expect(repeatOf(sign())).toBe(repeat)
  const others = [
    repeatOf(sign(), 'key_2'),
    repeatOf(sign({ headers: { 'X-Ca-Timestamp': String(NOW_MS + 1) } })),
    repeatOf({ ...sign(), query: 'x=1' }),
    repeatOf({ ...sign(), body: Buffer.from('x') }),
  ]
  expect(new Set([repeat, ...others]).size).toBe(5)
  expect(repeatOf(sign({ headers: { 'X-Ca-Nonce': '1' } }))).toBeUndefined()
})

test('the echo of a wrong signature shows the masked string by default', () => {
  const texts = (['off', 'masked', 'full'] as const).map((signatureEcho) => {
    const request = sign({ body: `${SAMPLE_FORM}&cardNo=6217920181755914` })
    const { headers } = createAliyun({ signatureEcho }).writeFault(
      request,
      { fault: 'signature_mismatch' },
      NAMES,
    )
    return Buffer.from(replyHeader(headers, 'X-Ca-Error-Message')!, 'latin1').toString()
  })
  const head = `POST#application/json##${FORM}##X-Ca-Key:203753385#X-Ca-Timestamp:${NOW_MS}#${PATH}`
  const before = 'Invalid Signature, Server StringToSign:`'
  expect(texts).toEqual([
    `${before}\``,
    `${before}${head}?acc_no=************5914&cardNo=***&idcard=3****************X&mobile=136****3334&name=*三\``,
    `${before}${head}${DECODED.replace('&idcard', '&cardNo=6217920181755914&idcard')}\``,
  ])
})

test('the echo hides a JSON body under a form type and headers that are not the gateway’s', () => {
  const body = '{"acc_no":"6217920181755914","name":"张三"}'
  const request = sign({
    body,
    listed: ['X-Ca-Key', 'X-Note'],
    headers: { 'X-Note': '13636643334' },
  })
  const { headers } = createAliyun().writeFault(request, { fault: 'signature_mismatch' }, NAMES)
  const text = replyHeader(headers, 'X-Ca-Error-Message')!
  expect(text).not.toMatch(/6217|1363/)
  expect(text).toContain(`X-Note:***#${PATH}?***`)
})
