/** How long the router waits for a vendor, over one that notes what it is given. */
import { expect, test } from 'vitest'
import type { AttemptTokens } from '../../domain/attempt-token.ts'
import type { Guard } from '../guard.ts'
import type { Question } from '../source.ts'
import { DoublePayBudget } from './double-pays.ts'
import { LateVerdicts } from './late-verdicts.ts'
import type { OpenReport } from './report.ts'
import { Router, type RouterParts } from './router.ts'
import { ROUTER_POLICY } from './settings.ts'
import { MemoryDoublePays, MemoryLateVerdicts } from './test-stores.ts'
import type { Upstream } from './upstream.ts'

const PAID: OpenReport = {
  outcome: 'match',
  charge: 'paid',
  next: 'final',
  phase: 'replied',
  code: '0',
  reference: '',
  mark: 'documented',
}
const US_A_MS = 1_000

interface World {
  readonly slowMs?: number
  readonly expectedMs?: number
  /** Of the call, before it came here. */
  readonly spentMs?: number
}

/** What an attempt may take; undefined where none was begun. */
async function timeoutOf({ slowMs, expectedMs = 0, spentMs = 0 }: World) {
  let givenMs: number | undefined
  const route = {
    settings: { name: 'first', profile: 'unionpay', tier: 0, weight: 1, costCentifen: 1 },
    ...{ slowMs, expectedMs },
    isReady: () => true,
    sells: () => true,
    async ask(_: Question, __: number, timeoutMs: number) {
      givenMs = timeoutMs
      return PAID
    },
  } as unknown as Upstream
  const parts: Partial<RouterParts> = {
    routes: [route],
    guard: { take: async () => ({ left: 2 }), end: async () => {} } as unknown as Guard,
    tokens: { tuple: () => 'token' } as unknown as AttemptTokens,
    clock: { nowMs: () => 0, monotonicUs: () => spentMs * US_A_MS },
    chance: () => 0.5,
    policyOf: () => ROUTER_POLICY,
    late: new LateVerdicts(new MemoryLateVerdicts()),
    doublePays: new DoublePayBudget(new MemoryDoublePays()),
    answered: () => {},
  }
  const call = { serial: 1, requestId: 'r', accountId: 'a', api: 'tencent.x', startedUs: 0 }
  const outcome = await new Router(parts as RouterParts).verify({
    product: 'card4',
    elements: {},
    call,
  })
  expect(outcome).toBe(givenMs === undefined ? 'source_busy' : 'match')
  return givenMs
}

test('a vendor that is not known yet has five seconds', async () => {
  expect(await timeoutOf({})).toBe(5_000)
})

test('later it has what all but one in a thousand answers took, within bounds', async () => {
  expect(await timeoutOf({ slowMs: 2_345.6 })).toBe(2_346)
  expect(await timeoutOf({ slowMs: 12 })).toBe(1_000)
  expect(await timeoutOf({ slowMs: Number.POSITIVE_INFINITY })).toBe(5_000)
})

test('none has more than is left of the call, and none is begun with less than it mostly takes', async () => {
  expect(await timeoutOf({ spentMs: 5_500 })).toBe(2_500)
  expect(await timeoutOf({ spentMs: 7_500 })).toBe(500)
  expect(await timeoutOf({ spentMs: 7_501 })).toBeUndefined()
  expect(await timeoutOf({ spentMs: 7_000, expectedMs: 1_001 })).toBeUndefined()
})
