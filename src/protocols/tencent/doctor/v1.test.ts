import { createHmac } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { Secret } from '../../../domain/secret.ts'
import type { SuspectRequest } from '../../doctor.ts'
import { TENCENT_SURGERY } from './index.ts'

const NOW_MS = Date.UTC(2026, 10, 21, 20, 0, 0)
const HOST = '127.0.0.1:8080'
const KEY = { credential: 'AKIDexample', secret: new Secret('secretexample') }
const PAIRS: Readonly<Record<string, string>> = {
  Version: '2018-03-01',
  Action: 'BankCard4EVerification',
  Timestamp: String(NOW_MS / 1000),
  Nonce: '8',
  SecretId: 'AKIDexample',
  SignatureMethod: 'HmacSHA256',
  Name: '韦小宝',
}
const SORTED = Object.entries(PAIRS).toSorted(([a], [b]) => (a < b ? -1 : 1))
const join = (pairs: readonly [string, string][]) => pairs.map((pair) => pair.join('=')).join('&')
const RIGHT = `GET${HOST}/?${join(SORTED)}`

/** A client of its own; what it signs is given. */
function called(
  signed: string,
  { secret = 'secretexample', digest = 'sha256', pairs = PAIRS } = {},
): SuspectRequest {
  const signature = createHmac(digest, secret).update(signed).digest('base64')
  const query = new URLSearchParams({ ...pairs, Signature: signature })
  return { method: 'GET', target: `/?${query}`, headers: [['Host', HOST]], body: '' }
}

function faultOf(request: SuspectRequest): string {
  expect(TENCENT_SURGERY.keyKind(request)).toBe('tencent')
  return TENCENT_SURGERY.diagnose(request, KEY, NOW_MS).fault
}

/** A nonce whose signature has a plus in it. */
function withPlus(): SuspectRequest {
  for (let nonce = 1; ; nonce++) {
    const pairs = { ...PAIRS, Nonce: String(nonce) }
    const sorted = Object.entries(pairs).toSorted(([a], [b]) => (a < b ? -1 : 1))
    const request = called(`GET${HOST}/?${join(sorted)}`, { pairs })
    const plain = request.target.replaceAll('%2B', '+')
    if (plain !== request.target) return { ...request, target: plain }
  }
}

const OLD = { ...PAIRS, Timestamp: '1' }

describe('the doctor names the one mistake of a request signed the older way', () => {
  test.each<readonly [string, SuspectRequest]>([
    ['verifies', called(RIGHT)],
    ['secret_wrong', called(RIGHT, { secret: 'another' })],
    ['secret_blank', called(RIGHT, { secret: 'secretexample\n' })],
    ['v1_order', called(`GET${HOST}/?${join(Object.entries(PAIRS))}`)],
    ['v1_encoding', called(RIGHT.replace('韦小宝', encodeURIComponent('韦小宝')))],
    ['v1_method', called(RIGHT.replace('GET', 'POST'))],
    ['host_form', called(RIGHT.replace(HOST, '127.0.0.1'))],
    ['v1_digest', called(RIGHT, { digest: 'sha1' })],
    ['v1_plus', withPlus()],
    ['v1_clock', called(RIGHT.replace(/Timestamp=\d+/, 'Timestamp=1'), { pairs: OLD })],
  ])('%s', (fault, request) => {
    expect(faultOf(request)).toBe(fault)
  })

  test('parameter_missing', () => {
    const { Nonce: _, ...pairs } = PAIRS
    expect(faultOf(called(RIGHT, { pairs }))).toBe('parameter_missing')
  })
})
