/** The hostile forms of a message, over the wire: each gets its protocol's own refusal, and one reply. */
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Running } from '../src/main.ts'
import { Place } from './support/service.ts'
import type { SignedRequest, Signing } from './support/vendor-requests.ts'
import { type Form, line, WireForms } from './support/wire-forms.ts'

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
  // Signed anew: as a repeat of an earlier call it would be given that one's answer.
  const coded = { ...line('Content-Encoding: gzip'), signed: { body: '{"Name":"x"}' } }
  expect(await codeOf('tc3', coded)).toBe('InvalidParameter')
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
