import fc from 'fast-check'
import { expect, test } from 'vitest'
import { Secret } from './secret.ts'
import { judgeBody, signBody } from './signed-body.ts'

const SECRET = new Secret('0123456789abcdef')
const NOW_MS = Date.parse('2026-11-22T00:00:00Z')

test('what was signed is believed for five minutes either way', () => {
  const signed = signBody(SECRET, '{"paymentId":"p1"}', NOW_MS)
  for (const awayMs of [-300_000, 0, 300_000]) {
    expect(judgeBody(SECRET, signed, NOW_MS + awayMs)).toBeUndefined()
  }
  for (const awayMs of [-301_000, 301_000]) {
    expect(judgeBody(SECRET, signed, NOW_MS + awayMs)).toBe('signature_expired')
  }
})

test('a changed body, time, signature or secret is refused', () => {
  fc.assert(
    fc.property(fc.string(), fc.string(), (body, other) => {
      fc.pre(body !== other)
      const signed = signBody(SECRET, body, NOW_MS)
      const forged = [
        { ...signed, body: other },
        { ...signed, timestamp: String(Number(signed.timestamp) + 1) },
        { ...signed, signature: '' },
        { ...signed, signature: `${signed.signature.slice(1)}g` },
      ]
      for (const message of forged) {
        expect(judgeBody(SECRET, message, NOW_MS)).toBe('signature_mismatch')
      }
      expect(judgeBody(new Secret('another'), signed, NOW_MS)).toBe('signature_mismatch')
    }),
  )
})

test('the signature is the documented one', () => {
  expect(signBody(new Secret('k'), '{}', 1_000)).toMatchObject({
    timestamp: '1',
    // printf '1.{}' | openssl dgst -sha256 -hmac k
    signature: '3dd49b2593d0f9a349e9e71c4bde3e2b862c2be4003fe9b4ba81332029310158',
  })
})
