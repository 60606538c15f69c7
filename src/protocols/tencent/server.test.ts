/** The face from outside: which refusal, which envelope, and nothing of the caller's elements in either. */
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { FAULT_NAMES, type Fault, isFault } from '../../domain/fault.ts'
import { OUTCOME_NAMES } from '../../domain/outcome.ts'
import type { ProtocolCall, WireReply, WireRequest } from '../protocol.ts'
import { createTencent, type TencentOptions } from './index.ts'
import {
  CAPTURED_AT_MS,
  captured,
  EXAMPLE_KEY,
  headerOf,
  keyOf,
  locationOf,
  NAMES,
  sample,
  signedPost,
  signedV1Get,
  withHeader,
} from './test-captures.ts'
import { clearOf } from './test-vault.ts'

const face = createTencent()
const POST = signedPost(sample())

function refusal(
  request: WireRequest,
  options: TencentOptions = {},
  nowMs = CAPTURED_AT_MS,
): Fault | undefined {
  const call = createTencent(options).read(request)
  return isFault(call) ? call : call.authenticate(EXAMPLE_KEY, nowMs)
}

function repeatHeader(request: WireRequest, name: string, value: string): WireRequest {
  return { ...request, rawHeaders: [...request.rawHeaders, name, value] }
}

function errorOf(reply: WireReply): { Code: string; Message: string } {
  return JSON.parse(reply.body).Response.Error
}

test('the three documented paths belong to this face and no others', () => {
  expect(['/', '/tencent', '/tencent/'].every((path) => face.owns(path))).toBe(true)
  expect(['', '//', '/tencent/x', '/Tencent', '/console'].some((path) => face.owns(path))).toBe(
    false,
  )
})

test('the documented sample is a call of four elements with its credential and client', () => {
  const call = face.read(captured('node-TC3-HMAC-SHA256-POST.req'))
  expect(call).toMatchObject({
    product: 'card4',
    api: 'tencent.BankCard4EVerification',
    credential: { kind: 'tencent', value: EXAMPLE_KEY.label },
    client: 'SDK_NODEJS_4.1.220',
  })
})

test.each([
  ['65 characters', 'x'.repeat(65)],
  ['other than visible ASCII', 'caf\u00e9'],
])('a client name of %s is not kept', (_, name) => {
  expect(face.read(withHeader(POST, 'X-TC-RequestClient', name))).not.toHaveProperty('client')
})

describe('refusals before a key is looked for', () => {
  test.each<[string, WireRequest, Fault]>([
    ['another method', { ...POST, method: 'PUT' }, { fault: 'method_unknown' }],
    [
      'a target beyond 32 KiB',
      { ...POST, target: `/?${'x'.repeat(32767)}` },
      { fault: 'head_too_large' },
    ],
    ['a body beyond the limit', { ...POST, bodyTooLarge: true }, { fault: 'body_too_large' }],
    [
      'an unsigned body beyond 1 MB',
      {
        ...withHeader(withHeader(POST, 'Authorization', undefined), 'Content-Length', '1048577'),
        bodyTooLarge: true,
      },
      { fault: 'signature_mismatch', reason: 'size' },
    ],
    [
      'an unsigned body of 1 MB',
      {
        ...withHeader(withHeader(POST, 'Authorization', undefined), 'Content-Length', '1048576'),
        bodyTooLarge: true,
      },
      { fault: 'body_too_large' },
    ],
    [
      'no Authorization beside an action',
      withHeader(POST, 'Authorization', undefined),
      { fault: 'credential_missing' },
    ],
    [
      'an empty Authorization',
      withHeader(POST, 'Authorization', ''),
      { fault: 'credential_malformed' },
    ],
    [
      'another scheme',
      withHeader(POST, 'Authorization', 'Bearer x'),
      { fault: 'credential_malformed' },
    ],
    [
      'no action',
      withHeader(POST, 'X-TC-Action', undefined),
      { fault: 'header_missing', field: 'X-TC-Action' },
    ],
    [
      'no version',
      withHeader(POST, 'X-TC-Version', undefined),
      { fault: 'header_missing', field: 'X-TC-Version' },
    ],
    [
      'no timestamp',
      withHeader(POST, 'X-TC-Timestamp', ''),
      { fault: 'header_missing', field: 'X-TC-Timestamp' },
    ],
    [
      'no content type',
      withHeader(POST, 'Content-Type', undefined),
      { fault: 'header_missing', field: 'Content-Type' },
    ],
    [
      'a timestamp that is no number',
      withHeader(POST, 'X-TC-Timestamp', '1e9'),
      { fault: 'header_invalid', field: 'X-TC-Timestamp' },
    ],
    [
      'another language',
      withHeader(POST, 'X-TC-Language', 'fr-FR'),
      { fault: 'parameter_value_invalid', field: 'X-TC-Language' },
    ],
    [
      'another version',
      withHeader(POST, 'X-TC-Version', '2019-07-22'),
      { fault: 'version_unknown', field: 'X-TC-Version', reason: '2019-07-22' },
    ],
    [
      'an action in other case',
      withHeader(POST, 'X-TC-Action', 'bankCard4EVerification'),
      { fault: 'action_unknown', field: 'X-TC-Action', reason: 'bankCard4EVerification' },
    ],
    [
      'an action named as a member of every object',
      withHeader(POST, 'X-TC-Action', 'toString'),
      { fault: 'action_unknown', field: 'X-TC-Action', reason: 'toString' },
    ],
    [
      'nothing at all',
      { ...signedV1Get(), ...locationOf('/') },
      { fault: 'parameter_missing', field: 'Action' },
    ],
    [
      'v1 without nonce',
      signedV1Get({ Nonce: undefined }),
      { fault: 'parameter_missing', field: 'Nonce' },
    ],
    [
      'v1 without signature',
      { ...signedV1Get(), query: signedV1Get().query.replace(/&Signature=.*/, '') },
      { fault: 'signature_missing' },
    ],
    [
      'v1 with a nonce that is no number',
      signedV1Get({ Nonce: '-1' }),
      { fault: 'header_invalid', field: 'Nonce' },
    ],
    [
      'v1 with another signature method',
      signedV1Get({ SignatureMethod: 'HmacMD5' }),
      { fault: 'parameter_value_invalid', field: 'SignatureMethod' },
    ],
    [
      'v1 with another version',
      signedV1Get({ Version: '2017-03-12' }),
      { fault: 'version_unknown', field: 'Version', reason: '2017-03-12' },
    ],
    [
      'v1 with another language',
      signedV1Get({ Language: 'de' }),
      { fault: 'parameter_value_invalid', field: 'Language' },
    ],
  ])('%s', (_, request, fault) => {
    expect(face.read(request)).toEqual(fault)
  })

  test.each([
    ['Authorization', { fault: 'credential_malformed' }],
    ['authorization', { fault: 'credential_malformed' }],
    ['Content-Type', { fault: 'header_repeated', field: 'Content-Type' }],
    ['Host', { fault: 'header_repeated', field: 'Host' }],
    ['X-TC-Action', { fault: 'header_repeated', field: 'X-TC-Action' }],
    ['X-Tc-Version', { fault: 'header_repeated', field: 'X-TC-Version' }],
    ['x-tc-timestamp', { fault: 'header_repeated', field: 'X-TC-Timestamp' }],
  ])('W4: %s twice, even with one value', (name, fault) => {
    expect(face.read(repeatHeader(POST, name, headerOf(POST, name)))).toEqual(fault)
  })

  test('a target of 32 KiB is read', () => {
    expect(isFault(face.read({ ...POST, target: `/?${'x'.repeat(32766)}` }))).toBe(false)
  })

  test('W4: names with underscores are other names', () => {
    expect(refusal(repeatHeader(POST, 'X_TC_Action', 'Other'))).toBeUndefined()
  })
})

describe('authentication', () => {
  test('a signature of our own making verifies in both families', () => {
    expect(refusal(POST)).toBeUndefined()
    expect(refusal(signedV1Get())).toBeUndefined()
  })

  test.each([
    [300_000, undefined],
    [-300_000, undefined],
    [300_001, 'signature_expired'],
    [-300_001, 'signature_expired'],
  ])('a clock %i ms apart', (apartMs, fault) => {
    expect(refusal(POST, {}, CAPTURED_AT_MS + apartMs)?.fault).toBe(fault)
    expect(refusal(signedV1Get(), {}, CAPTURED_AT_MS + apartMs)?.fault).toBe(fault)
  })

  test('a scope of another day than the timestamp is refused', () => {
    const authorization = headerOf(POST, 'Authorization').replace('2026-11-21', '2026-11-22')
    expect(refusal(withHeader(POST, 'Authorization', authorization))?.fault).toBe(
      'signature_mismatch',
    )
  })

  test('an unknown key is told so whatever its signature', () => {
    for (const request of [POST, signedV1Get()]) {
      const call = face.read(request) as ProtocolCall
      expect(call.authenticate(undefined, CAPTURED_AT_MS)).toEqual({ fault: 'key_unknown' })
    }
  })

  test('a key whose secret was replaced no longer verifies what the old one signed', () => {
    const call = face.read(POST) as ProtocolCall
    expect(call.authenticate(EXAMPLE_KEY, CAPTURED_AT_MS)).toBeUndefined()
    const replaced = keyOf(EXAMPLE_KEY.label, 'another secret')
    expect(call.authenticate(replaced, CAPTURED_AT_MS)).toEqual({ fault: 'signature_mismatch' })
  })

  test('HTTP/2 has its host in :authority', () => {
    const request = withHeader(withHeader(POST, 'Host', undefined), ':authority', '127.0.0.1:8080')
    expect(refusal(request)).toBeUndefined()
  })

  test('a host that a proxy rewrote verifies by its public name or from a trusted proxy', () => {
    const request = withHeader(POST, 'Host', 'backend')
    expect(refusal(request)?.fault).toBe('signature_mismatch')
    expect(refusal(request, { publicHosts: ['127.0.0.1:8080'] })).toBeUndefined()
    const forwarded = withHeader(request, 'X-Forwarded-Host', '127.0.0.1:8080')
    expect(refusal(forwarded)?.fault).toBe('signature_mismatch')
    expect(refusal(forwarded, { trustedProxies: ['127.0.0.1'] })).toBeUndefined()
  })

  test('a header signed beyond the usual two must not come twice', () => {
    const authorization = headerOf(POST, 'Authorization').replace('host,', 'host;accept,')
    const request = withHeader(POST, 'Authorization', authorization)
    const repeated = repeatHeader(repeatHeader(request, 'Accept', 'a'), 'accept', 'b')
    expect(refusal(repeated)).toEqual({ fault: 'header_repeated', field: 'accept' })
  })

  test('a session token beside a permanent key is ignored, or refused by choice', () => {
    for (const request of [withHeader(POST, 'X-TC-Token', 'TOK'), signedV1Get({ Token: 'TOK' })]) {
      expect(refusal(request)).toBeUndefined()
      expect(refusal(request, { strictTokens: true })).toEqual({ fault: 'token_invalid' })
    }
    expect(refusal(withHeader(POST, 'X-TC-Token', ''), { strictTokens: true })).toBeUndefined()
  })
})

describe('a body outside the signature', () => {
  const request = captured('go-TC3-unsigned.req')
  const refused = { fault: 'body_digest_mismatch' }
  const far = { ...request, remoteAddress: '203.0.113.9' }
  const proxied = withHeader(far, 'X-Forwarded-Proto', 'https')

  test.each<[string, WireRequest, TencentOptions, Fault | undefined]>([
    ['from loopback', request, {}, undefined],
    ['from IPv6 loopback', { ...request, remoteAddress: '::ffff:127.0.0.1' }, {}, undefined],
    ['in clear from elsewhere', far, {}, refused as Fault],
    ['over TLS', { ...far, secure: true }, {}, undefined],
    ['from a proxy that says https', proxied, {}, refused as Fault],
    [
      'from a trusted proxy that says https',
      proxied,
      { trustedProxies: ['203.0.113.9'] },
      undefined,
    ],
    ['where always allowed', far, { unsignedPayload: 'always' }, undefined],
    [
      'where never allowed',
      { ...request, secure: true },
      { unsignedPayload: 'never' },
      refused as Fault,
    ],
  ])('%s', (_, sent, options, answer) => {
    expect(refusal(sent, options)).toEqual(answer)
  })

  test('is refused by an account that has its bodies signed, wherever it comes from', () => {
    const call = face.read({ ...request, secure: true }) as ProtocolCall
    const account = { ...EXAMPLE_KEY.account, unsignedPayload: 'refused' as const }
    expect(call.authenticate({ ...EXAMPLE_KEY, account }, CAPTURED_AT_MS)).toEqual(refused)
    const signed = face.read(POST) as ProtocolCall
    expect(signed.authenticate({ ...EXAMPLE_KEY, account }, CAPTURED_AT_MS)).toBeUndefined()
  })

  test('a declared digest must be that of the body', () => {
    const digest = 'e107ebf71f42045eea1cf75f3c9a0ebf25b7da67ec17ec85cdfec1a8113e0b58'
    const sent = captured('node-TC3-HMAC-SHA256-POST.req')
    expect(refusal(withHeader(sent, 'X-TC-Content-SHA256', digest))).toBeUndefined()
    expect(refusal(withHeader(sent, 'X-TC-Content-SHA256', digest.replace('e', 'f')))).toEqual(
      refused,
    )
  })

  test('two bodies under one signature are two calls', () => {
    const other = { ...request, body: Buffer.from(sample({ Name: '双儿' })) }
    const keys = [request, other].map((sent) => (face.read(sent) as ProtocolCall).repeatKey('k'))
    expect(keys[0]).not.toBe(keys[1])
  })
})

describe('what makes a repeat', () => {
  const repeatOf = (request: WireRequest) => (face.read(request) as ProtocolCall).repeatKey('key_1')

  test('action, body and signature do; trace id, path and header order do not', () => {
    const key = repeatOf(POST)
    expect(repeatOf(withHeader(POST, 'X-TC-TraceId', 'another'))).toBe(key)
    expect(repeatOf({ ...POST, ...locationOf('/tencent') })).toBe(key)
    expect(repeatOf(withHeader(POST, 'X-TC-Action', 'BankCardVerification'))).not.toBe(key)
    expect(repeatOf({ ...POST, body: Buffer.from('{}') })).not.toBe(key)
    const authorization = headerOf(POST, 'Authorization')
    const upper = authorization.slice(0, -64) + authorization.slice(-64).toUpperCase()
    expect(repeatOf(withHeader(POST, 'Authorization', upper))).toBe(key)
  })

  test('a body beside a GET, which is never read, does not make another call of it', () => {
    const request = captured('go-TC3-HMAC-SHA256-GET.req')
    expect(repeatOf({ ...request, body: Buffer.from('x') })).toBe(repeatOf(request))
  })

  test('signed pairs in another order or spelling are the same call', () => {
    const request = signedV1Get()
    const moved = request.query.split('&').reverse().join('&').replaceAll('+', '%20')
    const other = { ...request, ...locationOf(`/?${moved}`) }
    expect(refusal(other)).toBeUndefined()
    expect(repeatOf(other)).toBe(repeatOf(request))
    expect(repeatOf(signedV1Get({ Nonce: '1' }))).not.toBe(repeatOf(request))
  })
})

describe('replies', () => {
  const call = face.read(POST) as ProtocolCall

  test('an answer is one line in the documented order of members', () => {
    expect(face.answer(call, 'match', NAMES)).toBe(
      `{"Response":{"Result":"0","Description":"认证通过","RequestId":"${NAMES.requestId}"}}`,
    )
  })

  test('the content type stands alone and a fit trace id is echoed', () => {
    const traced = withHeader(POST, 'x-tc-traceid', '0311073d-233e')
    expect(face.writeAnswer(traced, '{}', NAMES)).toEqual({
      status: 200,
      headers: ['Content-Type', 'application/json', 'X-TC-TraceId', '0311073d-233e'],
      body: '{}',
    })
    for (const unfit of [undefined, '', 'a b', 'x'.repeat(129), 'caf\u00e9']) {
      const reply = face.writeAnswer(withHeader(POST, 'X-TC-TraceId', unfit), '{}', NAMES)
      expect(reply.headers).toEqual(['Content-Type', 'application/json'])
    }
  })

  test.each(['BankCard4EVerification', 'BankCardVerification', 'BankCard2EVerification'])(
    'every outcome of %s is an answer that its product bills alike',
    (action) => {
      const sent = face.read(withHeader(POST, 'X-TC-Action', action)) as ProtocolCall
      for (const outcome of OUTCOME_NAMES) {
        const { Response } = JSON.parse(face.answer(sent, outcome, NAMES))
        expect(Object.keys(Response)).toEqual(['Result', 'Description', 'RequestId'])
        expect(Response.Result).toMatch(/^(0|-\d{1,2})$/)
        const free = /^(source_|attempts_|id_type_)|_malformed$/.test(outcome)
        const table = face.charges.find(({ api }) => api === sent.api)
        expect(table?.charged.has(outcome)).toBe(!free)
      }
    },
  )

  test('the edition of June 2025 is spoken where it is chosen', () => {
    const newer = createTencent({ resultEdition: '2025-06' })
    expect(newer.answer(call, 'card_abnormal', NAMES)).toContain('"-21"')
    expect(face.answer(call, 'card_abnormal', NAMES)).toContain('"-9"')
  })

  test('the language of an error follows the header or the parameter, and its code does not', () => {
    const fault: Fault = { fault: 'parameter_missing', field: 'Phone' }
    const said = (request: WireRequest) => errorOf(face.writeFault(request, fault, NAMES))
    const chinese = { Code: 'MissingParameter', Message: '请求缺少必传参数 `Phone`。' }
    const english = {
      Code: 'MissingParameter',
      Message: 'The request is missing a required parameter `Phone`.',
    }
    expect(said(POST)).toEqual(english)
    expect(said(withHeader(POST, 'X-TC-Language', 'en-US'))).toEqual(english)
    expect(said(withHeader(POST, 'X-TC-Language', 'zh-CN'))).toEqual(chinese)
    expect(said(signedV1Get())).toEqual(english)
    expect(said(signedV1Get({ Language: 'zh-CN' }))).toEqual(chinese)
    expect(said(captured('go-HmacSHA1-POST.req'))).toEqual(chinese)
  })

  test.each(FAULT_NAMES)('%s is an error in the envelope, with status 200', (name) => {
    const reply = face.writeFault(POST, { fault: name, field: 'X', count: 21, limit: 20 }, NAMES)
    expect(reply.status).toBe(200)
    expect(Object.keys(JSON.parse(reply.body).Response)).toEqual(['Error', 'RequestId'])
    expect(Object.keys(errorOf(reply))).toEqual(['Code', 'Message'])
    expect(reply.body).not.toMatch(/undefined|\[object/)
  })
})

describe('scrub: no element in a refusal', () => {
  const ELEMENTS = ['韦小宝', '6225768888888888', '16137688175', '11204416541220243X']

  test.each(ELEMENTS)('%s in the wrong place is not repeated', async (element) => {
    const requests = [
      signedPost(sample({ [element]: '1' })),
      signedPost(`${sample().slice(0, -1)},"${element}":1,"${element}":1}`),
      signedPost(element),
      signedPost(`${sample().slice(0, -1)},"CertType":"${element}"}`),
      signedPost(sample({ Encryption: { [element]: 1 } })),
      signedPost(sample({ Encryption: { EncryptList: [element], CiphertextBlob: '', Iv: '' } })),
      { ...POST, ...locationOf(`/?${element}=1`) },
      signedV1Get({ [element]: '1' }),
      signedV1Get({ Action: element }),
      signedV1Get({ Version: element }),
      signedV1Get({ Timestamp: element }),
      withHeader(POST, 'X-TC-Action', element),
      withHeader(POST, 'X-TC-Version', element),
      withHeader(POST, 'X-TC-Language', element),
      withHeader(POST, 'X-TC-Content-SHA256', element),
      signedPost(sample(), { 'Content-Type': element }),
      withHeader(POST, 'Authorization', element),
    ]
    for (const request of requests) {
      const call = face.read(request)
      const faults = isFault(call)
        ? [call]
        : [call.authenticate(EXAMPLE_KEY, CAPTURED_AT_MS), await clearOf(call)].filter(isFault)
      expect(faults.length).toBeGreaterThan(0)
      for (const fault of faults) {
        expect(JSON.stringify(fault)).not.toContain(element)
        expect(face.writeFault(request, fault, NAMES).body).not.toContain(element)
      }
    }
  })
})

test('W16: no bytes make the face throw, and every refusal has a row', () => {
  const header = fc.constantFrom(
    'Host',
    'Authorization',
    'Content-Type',
    'X-TC-Action',
    'X-TC-Language',
    'X-TC-Timestamp',
    'X-TC-Content-SHA256',
    'Content-Encoding',
  )
  const changes = fc.record({
    name: header,
    value: fc.string({ unit: 'binary-ascii' }),
    body: fc.uint8Array({ maxLength: 64 }),
    query: fc.string({ unit: 'grapheme-ascii' }),
    method: fc.constantFrom('GET', 'POST'),
    base: fc.constantFrom(POST, signedV1Get(), captured('python-v1-POST-enc.req')),
  })
  fc.assert(
    fc.property(changes, ({ name, value, body, query, method, base }) => {
      const changed = withHeader({ ...base, method, ...locationOf(`/?${query}`) }, name, value)
      for (const request of [changed, { ...changed, body: Buffer.from(body) }]) {
        const call = face.read(request)
        const fault = isFault(call) ? call : call.authenticate(EXAMPLE_KEY, CAPTURED_AT_MS)
        if (!isFault(call)) call.decode()
        if (fault !== undefined) expect(face.writeFault(request, fault, NAMES).status).toBe(200)
      }
    }),
    { numRuns: 1000 },
  )
})
