import { hash } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { Secret } from '../../../domain/secret.ts'
import { parseSuspect } from '../../doctor.ts'
import { diagnoseTc3 } from './index.ts'
import { BODY, type Client, callerAt, QUERY } from './test-client.ts'

const NOW_MS = Date.UTC(2026, 10, 21, 20, 0, 0)
const KEY = { credential: 'AKIDexample', secret: new Secret('secretexample') }
const requestOf = callerAt({
  host: '127.0.0.1:8080',
  secretId: 'AKIDexample',
  secret: 'secretexample',
  nowMs: NOW_MS,
})

const CASES: readonly (readonly [fault: string, client: Client])[] = [
  ['verifies', {}],
  ['secret_wrong', { secret: 'another' }],
  ['secret_blank', { secret: 'secretexample\n' }],
  ['host_form', { signedHost: '127.0.0.1' }],
  ['host_form', { signedHost: 'faceid.tencentcloudapi.com' }],
  ['body_reserialised', { signedBody: JSON.stringify(JSON.parse(BODY), null, 2) }],
  ['body_reserialised', { signedBody: '{"Name": "韦小宝", "BankCard": "6225768888888888"}' }],
  ['body_encoding', { signedBody: BODY.replace('韦小宝', '\\u97e6\\u5c0f\\u5b9d') }],
  ['body_newline', { signedBody: `${BODY}\n` }],
  ['payload_hash', { payloadHash: hash('sha256', '') }],
  ['clock_off', { timestamp: NOW_MS / 1000 - 3600 }],
  ['date_wrong', { date: '2026-11-22' }],
  ['service_other', { keyService: 'cvm' }],
  ['header_missing', { leftOut: 'X-TC-Action' }],
  ['authorization_missing', { leftOut: 'Authorization' }],
  ['query_sorted', { query: QUERY, signedQuery: QUERY.split('&').toSorted().join('&') }],
  ['query_encoding', { query: QUERY, signedQuery: decodeURIComponent(QUERY) }],
  ['lines', { newline: '\r\n' }],
  ['content_type_form', { signedType: 'application/json' }],
]

describe('the doctor names the one mistake of a request', () => {
  test.each(CASES)('%s %o', (fault, client) => {
    expect(diagnoseTc3(requestOf(client), KEY, NOW_MS).fault).toBe(fault)
  })
})

test('the first differing line is shown as signed and as expected', () => {
  const { difference } = diagnoseTc3(requestOf({ signedHost: '127.0.0.1' }), KEY, NOW_MS)
  expect(difference).toEqual({
    line: 5,
    signed: 'host:127.0.0.1',
    expected: 'host:127.0.0.1:8080',
  })
})

test('two mistakes in one request are both named', () => {
  const client = { signedHost: 'localhost:8080', signedBody: `${BODY}\n` }
  const { fault, also } = diagnoseTc3(requestOf(client), KEY, NOW_MS)
  expect(fault).toBe('body_newline')
  expect(also?.en).toContain('Host header')
})

test('a request pasted as text is read like one that was sent', () => {
  const { method, target, headers, body } = requestOf({})
  const head = [`${method} ${target} HTTP/1.1`, ...headers.map(([n, v]) => `${n}: ${v}`)]
  const pasted = parseSuspect(`${head.join('\r\n')}\r\n\r\n${body}`)!
  expect(diagnoseTc3(pasted, KEY, NOW_MS).fault).toBe('verifies')
  expect(parseSuspect('hello')).toBeUndefined()
})
