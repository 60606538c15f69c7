import { expect, test } from 'vitest'
import { newTotpSeed, totpCode, totpStep, totpUri } from './totp.ts'

/** `12345678901234567890` of RFC 6238, Appendix B, in base32. */
const SEED = 'GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ'

test.each([
  [59, '287082'],
  [1_111_111_109, '081804'],
  [1_111_111_111, '050471'],
  [1_234_567_890, '005924'],
  [2_000_000_000, '279037'],
  [20_000_000_000, '353130'],
])('at %i seconds the code is that of RFC 6238', (seconds, code) => {
  expect(totpCode(SEED, Math.floor(seconds / 30))).toBe(code)
})

test('a code is taken half a minute early or late, and no further', () => {
  const step = 50_000_000
  const code = totpCode(SEED, step)
  const at = (steps: number) => totpStep(SEED, code, (step + steps) * 30_000)
  expect([-2, -1, 0, 1, 2].map(at)).toEqual([undefined, step, step, step, undefined])
  expect(totpStep(SEED, '1', step * 30_000)).toBeUndefined()
})

test('a seed is twenty bytes, never the same, and fits into a URI', () => {
  const seed = newTotpSeed()
  expect(seed).toMatch(/^[A-Z2-7]{32}$/)
  expect(newTotpSeed()).not.toBe(seed)
  expect(totpUri('a@b', seed)).toBe(`otpauth://totp/Kayan:a%40b?secret=${seed}&issuer=Kayan`)
})
