import { createHash, createHmac } from 'node:crypto'
import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Fault } from '../../domain/fault.ts'
import type { Key } from '../../domain/key.ts'
import type { ProtocolCall, WireRequest } from '../protocol.ts'
import { createAliyun } from './index.ts'
import { proxyStringToSign, refusalOfProxySignature } from './proxy-signature.ts'
import { AppSecrets } from './signature.ts'
import {
  APP_CODE,
  clear,
  FORM,
  keyOf,
  mustRead,
  NAMES,
  PATH,
  replyHeader,
  SAMPLE,
  SAMPLE_FORM,
  wireRequest,
} from './test-request.ts'

const FILE = new URL('../../../test/vectors/aliyun/proxy-signature.json', import.meta.url)
const B1 = JSON.parse(readFileSync(FILE, 'utf8')).vectors[0]
const PUBLISHED: WireRequest = {
  ...wireRequest({ path: B1.request.path, query: 'QueryKey1=QueryValue1&QueryKey2=QueryValue2' }),
  rawHeaders: B1.request.headers.flat(),
  body: Buffer.from(B1.request.bodyBase64, 'base64'),
}

const SECRET = 'DemoSecret1'
const REFUSED: Fault = { fault: 'permission_denied' }
const GATEWAY_ID = '7AD052CB-EE8B-4DFD-BBAF-EFB340E0A5AF'
const OUR_ID = { ...NAMES, requestId: '00000000-0000-4000-8000-000000000000' }
const protocol = createAliyun({ proxySignature: 'required' })

function judge(request: WireRequest, key: Key | undefined = keyOf(SECRET, 'appkey')) {
  return refusalOfProxySignature(
    { request, headers: headersOf(request), key, nowMs: 0 },
    new AppSecrets(),
  )
}

function headersOf({ rawHeaders }: WireRequest): ReadonlyMap<string, string> {
  const headers = new Map<string, string>()
  for (let i = 0; i + 1 < rawHeaders.length; i += 2) {
    headers.set(rawHeaders[i]!.toLowerCase(), rawHeaders[i + 1]!)
  }
  return headers
}

/** The published request with one of its headers changed, or without it. */
function withHeader(name: string, value: string | undefined): WireRequest {
  const rest = B1.request.headers.filter(([other]: [string]) => other !== name)
  const rawHeaders = [...rest, ...(value === undefined ? [] : [[name, value]])].flat()
  return { ...PUBLISHED, rawHeaders }
}

/** A gateway of our own, for the requests of this face. */
function signed({
  body = SAMPLE_FORM,
  type = FORM,
  digest = '',
  parameters = '?acc_no=6217920181755914&idcard=32132419860817421X&mobile=13636643334&name=张三',
  secret = SECRET,
  headers = [] as readonly string[],
} = {}): WireRequest {
  const text = `POST\n${digest}\nx-ca-request-id:${GATEWAY_ID}\n${PATH}${parameters}`
  const signature = createHmac('sha256', secret).update(text).digest('base64')
  return wireRequest({
    authorization: undefined,
    type,
    body,
    headers: [
      'X-Ca-Request-Id',
      GATEWAY_ID,
      'X-Ca-Proxy-Signature',
      signature,
      'X-Ca-Proxy-Signature-Headers',
      'X-Ca-Request-Id',
      'X-Ca-Proxy-Signature-Secret-Key',
      'DemoKey1',
      ...headers,
    ],
  })
}

function authenticate(call: ProtocolCall, key = keyOf(SECRET, 'appkey', 'live')) {
  return call.authenticate(key, NAMES.atMs)
}

test('the published example gives the published string and verifies', () => {
  expect(proxyStringToSign(PUBLISHED)).toBe(B1.stringToSign)
  expect(judge(PUBLISHED)).toBeUndefined()
})

test.each([
  ['another method', { ...PUBLISHED, method: 'PUT' }],
  ['another path', { ...PUBLISHED, path: '/demo/uri2' }],
  ['another query value', { ...PUBLISHED, query: 'QueryKey1=x&QueryKey2=QueryValue2' }],
  ['one parameter more', { ...PUBLISHED, query: `${PUBLISHED.query}&extra=` }],
  ['another form value', { ...PUBLISHED, body: Buffer.from('FormKey1=x&FormKey2=FormValue2') }],
  ['another type, so that the body is no form', withHeader('Content-Type', 'text/plain')],
  ['another value of a signed header', withHeader('HeaderKey1', 'x')],
  ['a signed header less', withHeader('HeaderKey1', undefined)],
  ['a shorter list', withHeader('X-Ca-Proxy-Signature-Headers', 'HeaderKey1')],
  ['no list', withHeader('X-Ca-Proxy-Signature-Headers', undefined)],
  ['another signature', withHeader('X-Ca-Proxy-Signature', `D${B1.expectedSignature.slice(1)}`)],
  ['half a signature', withHeader('X-Ca-Proxy-Signature', B1.expectedSignature.slice(0, 20))],
  ['an empty signature', withHeader('X-Ca-Proxy-Signature', '')],
])('the published example with %s is refused', (_, request) => {
  expect(judge(request)).toEqual(REFUSED)
})

test('another secret, and none, are refused alike', () => {
  expect(judge(PUBLISHED, keyOf('DemoSecret2', 'appkey'))).toEqual(REFUSED)
  const call = { request: PUBLISHED, headers: headersOf(PUBLISHED), key: undefined, nowMs: 0 }
  expect(refusalOfProxySignature(call, new AppSecrets())).toEqual(REFUSED)
})

test('the order and the case of the list do not matter', () => {
  const listed = 'headerkey2, HEADERKEY1,headerkey2,not-there'
  expect(judge(withHeader('X-Ca-Proxy-Signature-Headers', listed))).toBeUndefined()
})

test('no other byte of a signed form is accepted', () => {
  const places = fc.nat(PUBLISHED.body.length - 1)
  fc.assert(
    fc.property(places, fc.integer({ min: 1, max: 255 }), (at, change) => {
      const body = Buffer.from(PUBLISHED.body)
      body[at]! ^= change
      expect(judge({ ...PUBLISHED, body })).toEqual(REFUSED)
    }),
  )
})

test('a call through the gateway is read, whatever its body form', () => {
  const json = '{"acc_no":"6217920181755914","idcard":"32132419860817421X",'.concat(
    '"mobile":"13636643334","name":"张三"}',
  )
  const digest = createHash('md5').update(json).digest('base64')
  const forms = [signed(), signed({ body: json, type: 'application/json', digest, parameters: '' })]
  for (const request of forms) {
    const call = mustRead(protocol, request)
    expect(call.credential).toEqual({ kind: 'appkey', value: 'DemoKey1' })
    expect(authenticate(call)).toBeUndefined()
    expect(clear(call.decode())).toEqual(SAMPLE)
  }
})

test('an empty parameter keeps its sign of equality', () => {
  const request = signed({ body: 'b=&a=1', parameters: '?a=1&b=' })
  expect(authenticate(mustRead(protocol, request))).toBeUndefined()
})

test('equal calls are two calls, for the gateway signs no time', () => {
  const call = mustRead(protocol, signed())
  expect(authenticate(call)).toBeUndefined()
  expect(call.repeatKey('key_1')).toBeUndefined()
})

test('no other credential counts behind the gateway', () => {
  const others = [
    wireRequest(),
    wireRequest({ authorization: undefined, query: `AppCode=${APP_CODE}` }),
    wireRequest({ authorization: undefined, body: `key=${APP_CODE}&${SAMPLE_FORM}` }),
    wireRequest({ headers: ['X-Ca-Key', '1', 'X-Ca-Signature', 'x'] }),
    wireRequest({ headers: ['X-Ca-Proxy-Signature-Secret-Key', 'DemoKey1'] }),
    wireRequest({ headers: ['X-Ca-Proxy-Signature', 'x'] }),
  ]
  for (const request of others) {
    expect(protocol.read(request)).toEqual(REFUSED)
    const { status, body, headers } = protocol.writeFault(request, REFUSED, OUR_ID)
    expect({ status, body }).toEqual({ status: 403, body: '' })
    expect(replyHeader(headers, 'X-Ca-Error-Message')).toBe('Unauthorized')
  }
})

test('a body too large under an unknown secret is refused as the secret is', () => {
  const request = { ...signed(), body: Buffer.alloc(0), bodyTooLarge: true }
  expect(mustRead(protocol, request).authenticate(undefined, 0)).toEqual(REFUSED)
})

test('replies carry the id that the gateway gave the call', () => {
  const request = signed()
  const answer = protocol.writeAnswer(request, '{}', OUR_ID)
  const refusal = protocol.writeFault(request, { fault: 'quota_exhausted' }, OUR_ID)
  for (const { headers } of [answer, refusal]) {
    expect(replyHeader(headers, 'X-Ca-Request-Id')).toBe(GATEWAY_ID)
  }
})

test('an id of another shape, and any id without a gateway in front, is not repeated', () => {
  const own = OUR_ID.requestId
  const strange = wireRequest({ headers: ['X-Ca-Request-Id', 'one two'] })
  for (const reply of [
    protocol.writeAnswer(strange, '{}', OUR_ID),
    createAliyun().writeAnswer(signed(), '{}', OUR_ID),
  ]) {
    expect(replyHeader(reply.headers, 'X-Ca-Request-Id')).toBe(own)
  }
})

test('without the switch the gateway’s signature is no credential', () => {
  expect(createAliyun().read(signed())).toEqual({ fault: 'credential_missing' })
})
