/** The hostile forms of a message, over the wire: each gets its protocol's own refusal, and one reply. */
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Running } from '../src/main.ts'
import { judge } from './faults/fuzz-judge.ts'
import { RawClient } from './faults/raw-client.ts'
import { Place } from './support/service.ts'
import { type SignedRequest, type Signing, signedRequest } from './support/vendor-requests.ts'

const place = new Place()
let kayan: Running
let client: RawClient

beforeAll(async () => {
  kayan = await place.serve({ KAYAN_RATE_PER_SECOND: '10000' })
  client = new RawClient(Number(new URL(kayan.url).port))
})
afterAll(async () => {
  client.close()
  await kayan.stop('test')
  place.remove()
})

/** A right request with other lines among its headers, another start or another body. */
interface Form {
  readonly lines?: string
  readonly start?: (request: SignedRequest) => string
  readonly body?: string
}

/** The code of the one reply to a form. */
async function codeOf(signing: Signing, form: Form = {}): Promise<string> {
  const request = signedRequest(kayan.url, signing)
  const body = form.body ?? request.body
  const { host } = new URL(kayan.url)
  const given = { Host: host, ...request.headers }
  const headers = Object.entries(given).map(([name, value]) => `${name}: ${value}\r\n`)
  const start = form.start?.(request) ?? `${request.method} ${request.target}`
  const length = `Content-Length: ${Buffer.byteLength(body)}\r\n`
  const head = `${start} HTTP/1.1\r\n${headers.join('')}${form.lines ?? ''}${length}\r\n`
  const { replies, surplus } = await client.ask(Buffer.from(head + body), start.startsWith('HEAD'))
  expect(replies).toHaveLength(1)
  expect(surplus).toBe('')
  const { code, finding } = judge(replies[0]!)
  expect(finding).toBeUndefined()
  return code
}

const line = (text: string): Form => ({ lines: `${text}\r\n` })

test.for([
  ['tc3', 'Authorization', line('Authorization: x'), 'AuthFailure.InvalidAuthorization'],
  ['tc3', 'X-TC-Action', line('X-TC-Action: x'), 'InvalidParameter'],
  ['tc3', 'Host', line('Host: x'), '400'],
  ['appcode', 'Content-Type', line('Content-Type: application/json'), 'I400HD'],
  ['appkey', 'X-Ca-Key', line('X-Ca-Key: 1'), 'I400HD'],
  ['appcode', 'Host', line('Host: x'), '400'],
] as const)('W4: %s with %s twice is refused', async ([signing, , form, code]) => {
  expect(await codeOf(signing, form)).toBe(code)
})

test('W4: a header spelled with underscores is no header of the protocol', async () => {
  expect(await codeOf('tc3', line('X_TC_Action: x'))).toBe('Result 0')
})

test.for([
  // A body that is read at all no longer fits its signature, or its form.
  ['tc3', 'AuthFailure.SignatureFailure', 'RequestSizeLimitExceeded'],
  ['appcode', '10001', 'I413RL'],
] as const)('W8: %s takes a body of the limit and refuses a byte more', async (row) => {
  const [signing, within, beyond] = row
  expect(await codeOf(signing, { body: 'a'.repeat(65_536) })).toBe(within)
  expect(await codeOf(signing, { body: 'a'.repeat(65_537) })).toBe(beyond)
})

test('W9: a compressed body is never inflated', async () => {
  expect(await codeOf('appcode', line('Content-Encoding: gzip'))).toBe('I400HD')
  // This face reads the bytes as they stand, so that what is no JSON is refused as such.
  expect(await codeOf('tc3', line('Content-Encoding: gzip'))).toBe('Result 0')
})

test.for([
  ['tc3', 'DELETE', 'UnsupportedProtocol'],
  ['appcode', 'GET', 'I404NF'],
  ['appcode', 'PROPFIND', 'I405UM'],
] as const)('W14: %s by %s is refused in its own form', async ([signing, method, code]) => {
  const start = ({ target }: SignedRequest) => `${method} ${target}`
  expect(await codeOf(signing, { start })).toBe(code)
})

test('W14: leading slashes and an absolute target reach the path, whatever host they name', async () => {
  const slashes = ({ method, target }: SignedRequest) => `${method} /${target}`
  const absolute = ({ method, target }: SignedRequest) => `${method} http://elsewhere${target}`
  expect(await codeOf('appcode', { start: slashes })).toBe('10000')
  expect(await codeOf('appcode', { start: absolute })).toBe('10000')
})
