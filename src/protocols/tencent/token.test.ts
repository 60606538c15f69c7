/** Temporary keys: their token and end, in both signature families, judged after the signature. */
import { describe, expect, test } from 'vitest'
import { isFault } from '../../domain/fault.ts'
import { Secret } from '../../domain/secret.ts'
import type { ProtocolCall, WireRequest } from '../protocol.ts'
import { createTencent } from './index.ts'
import {
  CAPTURED_AT_MS,
  EXAMPLE_KEY,
  keyOf,
  locationOf,
  sample,
  signedPost,
  signedV1Get,
  withHeader,
} from './test-captures.ts'

describe.each<[string, (token?: string) => WireRequest, WireRequest]>([
  [
    'TC3',
    (token) => withHeader(signedPost(sample()), 'X-TC-Token', token),
    withHeader(signedPost(sample(), {}, keyOf(EXAMPLE_KEY.label, 'another')), 'X-TC-Token', 'no'),
  ],
  [
    'v1 with SHA-1',
    (token) => signedV1Get({ Token: token }),
    changedQuery(signedV1Get({ Token: 'no' })),
  ],
  [
    'v1 with SHA-256',
    (token) => signedV1Get({ Token: token }, 'HmacSHA256'),
    changedQuery(signedV1Get({ Token: 'no' }, 'HmacSHA256')),
  ],
])('a temporary key and %s', (_, signed, forged) => {
  const token = 'the session token'
  const key = { ...EXAMPLE_KEY, token: new Secret(token), expiresAtMs: CAPTURED_AT_MS }
  const judged = (request: WireRequest, { nowMs = CAPTURED_AT_MS - 1, strictTokens = false }) => {
    const call = createTencent({ strictTokens }).read(request)
    return isFault(call) ? call : call.authenticate(key, nowMs)
  }
  const refused = { fault: 'token_invalid' }

  test('with its token it is accepted until its end, and not from then on', () => {
    expect(judged(signed(token), {})).toBeUndefined()
    expect(judged(signed(token), { strictTokens: true })).toBeUndefined()
    expect(judged(signed(token), { nowMs: CAPTURED_AT_MS })).toEqual(refused)
    const endless = { ...EXAMPLE_KEY, token: key.token }
    const call = createTencent().read(signed(token)) as ProtocolCall
    expect(call.authenticate(endless, CAPTURED_AT_MS + 60_000)).toBeUndefined()
  })

  test.each([
    undefined,
    '',
    'THE SESSION TOKEN',
    'the session toke',
    'the session token.',
    'Ŵhe session token',
  ])('with the token %j it is refused', (wrong) =>
    expect(judged(signed(wrong), {})).toEqual(refused),
  )

  test('a wrong signature is told before a wrong token or the end', () => {
    const mismatch = { fault: 'signature_mismatch' }
    expect(judged(forged, {})).toEqual(mismatch)
    expect(judged(forged, { nowMs: CAPTURED_AT_MS })).toEqual(mismatch)
  })
})

/** A query changed after it was signed. */
function changedQuery(request: WireRequest): WireRequest {
  return { ...request, ...locationOf(request.target.replace('Nonce=11886', 'Nonce=11887')) }
}
