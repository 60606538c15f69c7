/** What a comparison asks, spends and leaves on a card, over a vendor and a guardian that keep accounts. */
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { OUTCOME_NAMES, type Outcome } from '../domain/outcome.ts'
import { Secret } from '../domain/secret.ts'
import type { Guard } from './guard.ts'
import { Shadow } from './shadow.ts'
import {
  type Comparison,
  disagrees,
  EMPTY_WINDOW,
  type ShadowPolicy,
  type ShadowWindow,
  windowAfter,
} from './shadow-policy.ts'
import type { Question } from './source.ts'
import type { OpenReport } from './upstream/report.ts'
import type { Upstream } from './upstream/upstream.ts'

const POLICY: ShadowPolicy = {
  second: 'second',
  perMille: 1_000,
  compares: 'matches',
  budgetCentifen: 5_000,
  windowCalls: 10,
  alarmPerMille: 200,
  stops: true,
}
const COST_CENTIFEN = 2_000
const QUESTION: Question = {
  product: 'card4',
  elements: { cardNumber: new Secret('6222021234567890128') },
  call: { serial: 1, requestId: 'r', accountId: 'acc_1', api: 'tencent.x', startedUs: 0 },
}
const PAID: OpenReport = {
  outcome: 'match',
  charge: 'paid',
  next: 'final',
  phase: 'replied',
  code: '0',
  reference: '',
  mark: 'documented',
}

/** What the world is, and what has been done to it. */
interface World {
  policy: ShadowPolicy | undefined
  report: OpenReport
  registry: Outcome
  left: number
  refusal: 'day' | undefined
  waiting: number
  drift: ShadowWindow | undefined
  chance: number
}

function arrange(wish: Partial<World> = {}) {
  const world: World = {
    policy: POLICY,
    report: PAID,
    registry: 'match',
    left: 2,
    refusal: undefined,
    waiting: 0,
    drift: undefined,
    chance: 0,
    ...wish,
  }
  const did = {
    spentCentifen: 0,
    asked: 0,
    endings: [] as string[],
    compared: [] as Comparison[],
    told: [] as boolean[],
  }
  const second = {
    settings: { name: 'second', profile: 'unionpay', costCentifen: COST_CENTIFEN },
    get waiting() {
      return world.waiting
    },
    isReady: () => true,
    sells: () => true,
    async compare() {
      did.asked++
      return world.report
    },
  } as unknown as Upstream
  const guard = {
    takeAside: async () => world.refusal ?? { left: world.left },
    end: async (_: unknown, ending: string) => void did.endings.push(ending),
  } as unknown as Guard
  const shadow = new Shadow({
    policy: () => world.policy,
    routes: () => [second],
    registry: { name: 'registry', charging: 'burn', verify: () => world.registry },
    guard,
    store: {
      async take(costCentifen, budgetCentifen) {
        if (did.spentCentifen + costCentifen > budgetCentifen) return false
        did.spentCentifen += costCentifen
        return true
      },
      async giveBack(costCentifen) {
        did.spentCentifen -= costCentifen
      },
      async record(comparison) {
        did.compared.push(comparison)
        return world.drift
      },
    },
    clock: { nowMs: () => 0 },
    chance: () => world.chance,
    pause: async () => {},
    watch: { compared: () => {}, drifted: (_, __, stopped) => void did.told.push(stopped) },
  })
  const consider = async (outcome: Outcome = 'match', route = 'first') => {
    shadow.consider(QUESTION, route, outcome)
    await shadow.idle()
    return did
  }
  return { world, did, consider }
}

test('a match is asked of the second source, paid from the budget and counted by bank', async () => {
  const { consider } = arrange({ report: { ...PAID, outcome: 'mismatch' } })
  expect(await consider()).toEqual({
    spentCentifen: COST_CENTIFEN,
    asked: 1,
    endings: ['failed'],
    compared: [
      {
        route: 'first',
        second: 'second',
        bank: expect.stringContaining('工商'),
        outcome: 'match',
        secondOutcome: 'mismatch',
      },
    ],
    told: [],
  })
})

test('nobody is asked without a policy, out of turn, of the source itself, or of what is no match', async () => {
  expect((await arrange({ policy: undefined }).consider()).asked).toBe(0)
  const rare = { ...POLICY, perMille: 100 }
  expect((await arrange({ policy: rare, chance: 0.1 }).consider()).asked).toBe(0)
  expect((await arrange({ policy: rare, chance: 0.099 }).consider()).asked).toBe(1)
  expect((await arrange().consider('match', 'second')).asked).toBe(0)
  for (const outcome of OUTCOME_NAMES) {
    expect((await arrange().consider(outcome)).asked, outcome).toBe(outcome === 'match' ? 1 : 0)
  }
})

test('who wants more than matches compared never compares what is no verdict', async () => {
  const policy: ShadowPolicy = { ...POLICY, compares: 'verdicts' }
  expect((await arrange({ policy }).consider('mismatch')).asked).toBe(1)
  expect((await arrange({ policy }).consider('card_lost')).asked).toBe(1)
  for (const outcome of ['no_record', 'source_unknown', 'attempts_exceeded'] as const) {
    expect((await arrange({ policy }).consider(outcome)).asked).toBe(0)
  }
})

test('no card is brought to its last attempt, and what was not asked costs nothing', async () => {
  const policy: ShadowPolicy = { ...POLICY, compares: 'verdicts' }
  const unasked = { asked: 0, spentCentifen: 0, compared: [] }
  expect(await arrange({ policy, left: 1 }).consider('match')).toMatchObject(unasked)
  expect(await arrange({ policy, left: 1 }).consider('mismatch')).toMatchObject({ asked: 1 })
  const last = await arrange({ policy, left: 0 }).consider('mismatch')
  expect(last).toMatchObject({ ...unasked, endings: ['unasked'] })
  expect(await arrange({ refusal: 'day' }).consider()).toMatchObject({ ...unasked, endings: [] })
  expect(await arrange({ waiting: 1 }).consider()).toMatchObject(unasked)
})

test('the budget ends comparing, and a free answer gives its cost back', async () => {
  const { did, consider, world } = arrange()
  world.report = { ...PAID, outcome: 'source_busy', charge: 'free' }
  for (let n = 0; n < 5; n++) await consider()
  expect(did).toMatchObject({ asked: 5, spentCentifen: 0, compared: [] })
  world.report = PAID
  for (let n = 0; n < 5; n++) await consider()
  expect(did).toMatchObject({ asked: 7, spentCentifen: 2 * COST_CENTIFEN })
})

test('an unknown is paid from the budget and contradicts nobody', async () => {
  const report: OpenReport = {
    ...PAID,
    outcome: 'source_unknown',
    charge: 'unknown',
    phase: 'sent',
  }
  const did = await arrange({ report }).consider()
  expect(did).toMatchObject({ spentCentifen: COST_CENTIFEN, compared: [], endings: ['failed'] })
})

test('the own registry is compared free of charge, unless it does not know the card', async () => {
  const policy = { ...POLICY, second: 'registry', budgetCentifen: 0 }
  const did = await arrange({ policy, registry: 'mismatch' }).consider()
  expect(did).toMatchObject({ asked: 0, compared: [{ second: 'registry' }] })
  expect((await arrange({ policy, registry: 'no_record' }).consider()).compared).toEqual([])
})

test('drift is told with what follows from it', async () => {
  const drift = { compared: 10, disagreed: 3 }
  expect((await arrange({ drift }).consider()).told).toEqual([true])
  const told = { ...POLICY, stops: false }
  expect((await arrange({ drift, policy: told }).consider()).told).toEqual([false])
})

describe('a window', () => {
  const share = { windowCalls: 20, alarmPerMille: 100 }

  test('drifts exactly when more of it differ than may, and then begins anew', () => {
    fc.assert(
      fc.property(fc.array(fc.boolean(), { maxLength: 200 }), (differing) => {
        let window = EMPTY_WINDOW
        let [compared, disagreed] = [0, 0]
        for (const differs of differing) {
          compared++
          if (differs) disagreed++
          const after = windowAfter(window, differs, share)
          expect(after.drift).toEqual(disagreed > 2 ? { compared, disagreed } : undefined)
          if (disagreed > 2 || compared === 20) [compared, disagreed] = [0, 0]
          expect(after.window).toEqual({ compared, disagreed })
          window = after.window
        }
      }),
    )
  })

  test('knows two names of one kind of finding as agreement', () => {
    const pair = { route: 'a', second: 'b', bank: '' }
    const differs = (outcome: Outcome, secondOutcome: Outcome) =>
      disagrees({ ...pair, outcome, secondOutcome })
    expect(differs('mismatch', 'holder_mismatch')).toBe(false)
    expect(differs('card_lost', 'card_abnormal')).toBe(false)
    expect(differs('match', 'mismatch')).toBe(true)
    expect(differs('match', 'card_lost')).toBe(true)
  })
})
