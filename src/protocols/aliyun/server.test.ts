import { expect, test } from 'vitest'
import { isFault } from '../../domain/fault.ts'
import { createAliyun } from './index.ts'
import { APP_CODE, keyOf, mustRead, NAMES, PATH, type Wish, wireRequest } from './test-request.ts'

const protocol = createAliyun()

test('the face owns every path below /communication/, whatever the slashes in front', () => {
  expect(protocol.owns(PATH)).toBe(true)
  expect(protocol.owns(`//${PATH.slice(1)}`)).toBe(true)
  expect(protocol.owns('/communication/')).toBe(true)
  expect(protocol.owns('/communication')).toBe(false)
  expect(protocol.owns('/')).toBe(false)
  expect(protocol.owns('/x/communication/personal/1887')).toBe(false)
})

test('a call names its product, its API and its client', () => {
  const headers = ['User-Agent', 'Apache-HttpClient/4.2.1 (java 1.5)']
  const call = mustRead(protocol, wireRequest({ headers }))
  expect(call.product).toBe('card4')
  expect(call.api).toBe('aliyun.1887')
  expect(call.client).toBe('Apache-HttpClient/4.2.1')
  expect(call.credential).toEqual({ kind: 'appcode', value: APP_CODE })
  expect(call.repeatKey('key_1')).toBeUndefined()
})

test('the name of a client is cut, and absent when it says nothing', () => {
  const clientOf = (agent: string) =>
    mustRead(protocol, wireRequest({ headers: ['User-Agent', agent] })).client
  expect(clientOf('x'.repeat(300))).toHaveLength(64)
  expect(clientOf('\xe5\xbc\xa0')).toBeUndefined()
  expect(mustRead(protocol, wireRequest()).client).toBeUndefined()
})

const code = (authorization: string | undefined, wish: Wish = {}) => {
  const call = protocol.read(wireRequest({ authorization, ...wish }))
  return isFault(call) ? call.fault : call.credential.value
}

test.for([
  `APPCODE ${APP_CODE}`,
  `appcode ${APP_CODE}`,
  `AppCode  ${APP_CODE}`,
  ` APPCODE\t${APP_CODE} `,
])('the header "%s" carries the code', (authorization) => {
  expect(code(authorization)).toBe(APP_CODE)
})

test.for(['APPCODE', 'APPCODE ', `APPCODE${APP_CODE}`, 'Basic eDp5', 'APPCODE a b', ''])(
  'the header "%s" carries none',
  (authorization) => {
    expect(code(authorization)).toBe('credential_malformed')
  },
)

test.for(['AppCode', 'appcode', 'appCode', 'APPCODE', 'APPCode'])(
  'the query spelling %s carries the code',
  (name) => {
    expect(code(undefined, { query: `x=1&${name}=a%2Db` })).toBe('a-b')
    expect(code('APPCODE header', { query: `${name}=query` })).toBe('header')
  },
)

test('a spelling of the query that is none of the five carries no code', () => {
  expect(code(undefined, { query: 'APPcode=x' })).toBe('credential_missing')
  expect(code(undefined, { query: 'AppCode=' })).toBe('credential_missing')
})

test('the query carries no code where the API wants it in the header', () => {
  const strict = createAliyun({ appCodeIn: 'header' })
  const request = wireRequest({ authorization: undefined, query: 'AppCode=x' })
  expect(strict.read(request)).toEqual({ fault: 'credential_missing' })
})

test('the AppCode header wins over an AppKey, the AppKey over an AppCode in the query', () => {
  const headers = ['X-Ca-Key', '100000001']
  const kindOf = (wish: Wish) => mustRead(protocol, wireRequest({ headers, ...wish })).credential
  expect(kindOf({}).kind).toBe('appcode')
  expect(kindOf({ authorization: undefined, query: 'AppCode=x' }).kind).toBe('appkey')
})

const big = (bytes: number) => ['X-Filler', 'x'.repeat(bytes)]

const REFUSED: [string, Wish, object][] = [
  ['a GET of the path', { method: 'GET' }, { fault: 'route_unknown' }],
  ['an OPTIONS of the path', { method: 'OPTIONS' }, { fault: 'route_unknown' }],
  ['an unknown path', { path: '/communication/personal/1' }, { fault: 'route_unknown' }],
  ['a trailing slash', { path: `${PATH}/` }, { fault: 'route_unknown' }],
  ['another case', { path: PATH.toUpperCase() }, { fault: 'route_unknown' }],
  ['an encoded path', { path: PATH.replace('1887', '%31887') }, { fault: 'route_unknown' }],
  ['a doubled slash within', { path: PATH.replace('/1887', '//1887') }, { fault: 'route_unknown' }],
  ['no method that exists', { method: 'PROPFIND' }, { fault: 'method_unknown' }],
  ['a stage that is none', { headers: ['X-Ca-Stage', 'PROD'] }, { fault: 'stage_unknown' }],
  [
    'Authorization twice',
    { headers: ['authorization', 'APPCODE x'] },
    { fault: 'header_repeated', field: 'Authorization' },
  ],
  [
    'Content-Type twice',
    { headers: ['content-type', 'x'] },
    { fault: 'header_repeated', field: 'Content-Type' },
  ],
  [
    'X-Ca-Nonce twice',
    { headers: ['X-Ca-Nonce', '1', 'x-ca-nonce', '1'] },
    { fault: 'header_repeated', field: 'x-ca-nonce' },
  ],
  [
    'a compressed body',
    { headers: ['Content-Encoding', 'gzip'] },
    { fault: 'content_encoding_unsupported', reason: 'gzip' },
  ],
  [
    'an encoding hidden behind another',
    { headers: ['Content-Encoding', 'identity', 'Content-Encoding', 'br'] },
    { fault: 'content_encoding_unsupported', reason: 'identity, br' },
  ],
  [
    'an announced length over the limit',
    { headers: ['Content-Length', '70000'], bodyTooLarge: true },
    { fault: 'body_too_large' },
  ],
  ['a head over the limit', { headers: big(8192) }, { fault: 'head_too_large' }],
]

test.for(REFUSED)('%s is refused before any credential is read', ([, wish, fault]) => {
  expect(protocol.read(wireRequest({ ...wish }))).toEqual(fault)
  const anonymous = wireRequest({
    ...wish,
    authorization: wish.headers?.includes('authorization') ? 'x' : undefined,
  })
  expect(protocol.read(anonymous)).toEqual(fault)
})

test('identity is no encoding, and other headers may come twice', () => {
  const headers = ['Content-Encoding', 'Identity', 'Cookie', 'a', 'Cookie', 'b']
  mustRead(protocol, wireRequest({ headers }))
})

test('the head may have exactly as many bytes as the limit', () => {
  const { target, rawHeaders } = wireRequest({ headers: big(0) })
  const lines = Array.from({ length: rawHeaders.length / 2 }, (_, i) => {
    return `${rawHeaders[2 * i]}: ${rawHeaders[2 * i + 1]}\r\n`
  })
  const bytes = `POST ${target} HTTP/1.1\r\n${lines.join('')}\r\n`.length
  mustRead(protocol, wireRequest({ headers: big(8192 - bytes) }))
  const over = protocol.read(wireRequest({ headers: big(8192 - bytes + 1) }))
  expect(over).toEqual({ fault: 'head_too_large' })
})

test('leading slashes collapse', () => {
  mustRead(protocol, wireRequest({ path: `//${PATH.slice(1)}` }))
  mustRead(protocol, wireRequest({ path: `///${PATH.slice(1)}` }))
})

test('a known key opens the door, an unknown or differing one does not', () => {
  const call = mustRead(protocol, wireRequest())
  expect(call.authenticate(keyOf(APP_CODE), NAMES.atMs)).toBeUndefined()
  expect(call.authenticate(undefined, NAMES.atMs)).toEqual({ fault: 'key_unknown' })
  for (const other of [APP_CODE.toUpperCase(), APP_CODE.slice(1), `${APP_CODE}0`, '']) {
    expect(call.authenticate(keyOf(other), NAMES.atMs)).toEqual({ fault: 'key_unknown' })
  }
})

test('even the code that stands in for no key opens nothing', () => {
  const call = mustRead(protocol, wireRequest({ authorization: `APPCODE ${'0'.repeat(32)}` }))
  expect(call.authenticate(undefined, NAMES.atMs)).toEqual({ fault: 'key_unknown' })
})

test('stages before release are open to test keys only', () => {
  for (const stage of ['TEST', 'PRE', 'RELEASE']) {
    const call = mustRead(protocol, wireRequest({ headers: ['X-Ca-Stage', stage] }))
    const live = stage === 'RELEASE' ? undefined : { fault: 'route_unknown' }
    expect(call.authenticate(keyOf(APP_CODE, 'appcode', 'test'), NAMES.atMs)).toBeUndefined()
    expect(call.authenticate(keyOf(APP_CODE, 'appcode', 'live'), NAMES.atMs)).toEqual(live)
  }
})

test('a body that outgrew the limit without announcing it is refused after the credential', () => {
  const call = mustRead(protocol, wireRequest({ bodyTooLarge: true, body: '' }))
  expect(call.authenticate(undefined, NAMES.atMs)).toEqual({ fault: 'key_unknown' })
  expect(call.authenticate(keyOf(APP_CODE), NAMES.atMs)).toEqual({ fault: 'body_too_large' })
})
