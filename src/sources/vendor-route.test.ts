/** What an operator's words about routes come to. */
import { expect, test } from 'vitest'
import { Secret } from '../domain/secret.ts'
import { UPSTREAM_LIMITS } from './upstream/settings.ts'
import { policyOf, settingsOf, type VendorRoute } from './vendor-route.ts'

const ROUTE: VendorRoute = {
  name: 'first',
  vendor: 'tencent',
  credential: { kind: 'tencent', id: 'AKIDvendorEXAMPLE', secret: new Secret('secretEXAMPLE') },
  profile: 'unionpay',
  prices: [{ fromCalls: 0, costCentifen: 2_500 }],
  tier: 0,
  weight: 1,
}
const CHOICE = { prefer: 'weight', totalTimeoutMs: 3_000, doublePayShare: 10 } as const

test('a paid call costs what it costs at that moment, not what it did when its route was opened', () => {
  let costCentifen = 2_500
  const settings = settingsOf(ROUTE, () => costCentifen)
  expect(settings).toMatchObject({ costCentifen: 2_500, limits: UPSTREAM_LIMITS })
  costCentifen = 2_000
  expect(settings?.costCentifen).toBe(2_000)
})

test('a vendor that this version does not know is no route', () => {
  expect(settingsOf({ ...ROUTE, vendor: 'nobody' }, () => 0)).toBeUndefined()
})

test.each([
  [undefined, 'none'],
  [['first'], 'none'],
  [['registry'], 'only'],
  [['registry', 'first'], 'first'],
  [['first', 'registry'], 'last'],
])('among the routes %s the registry is asked: %s', (routes, registry) => {
  expect(policyOf({ ...CHOICE, ...(routes && { routes }) }).registry).toBe(registry)
})

test('an attempt has no more time than its call, and a share is one of ten thousand', () => {
  const policy = policyOf(CHOICE)
  expect(policy).toMatchObject({ attemptTimeoutMs: 3_000, doublePayShareMax: 0.001 })
  expect(policyOf({ ...CHOICE, totalTimeoutMs: 9_000 }).attemptTimeoutMs).toBe(5_000)
})
