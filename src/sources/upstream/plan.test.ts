/** In which order routes are asked, and what little parts of the road remember. */
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { RetryBudget } from './budgets.ts'
import { DoublePayBudget } from './double-pays.ts'
import { Gate } from './gate.ts'
import { LateVerdicts } from './late-verdicts.ts'
import { Latencies } from './latencies.ts'
import { type Candidate, planOf } from './plan.ts'
import { References } from './references.ts'
import { MemoryDoublePays, MemoryLateVerdicts } from './test-stores.ts'

interface Wish {
  readonly tier?: number
  readonly weight?: number
  readonly costCentifen?: number
  readonly medianMs?: number
  readonly ready?: boolean
  readonly sold?: boolean
}

function route(wish: Wish = {}): Candidate {
  const { tier = 0, weight = 1, costCentifen = 0, medianMs = 0, ready = true, sold = true } = wish
  return {
    settings: { tier, weight, costCentifen },
    medianMs,
    sells: () => sold,
    isReady: () => ready,
  }
}

const half = () => 0.5
const wishes = fc.array(
  fc.record({
    tier: fc.nat(2),
    weight: fc.nat(5),
    costCentifen: fc.nat(5_000),
    medianMs: fc.nat(500),
    ready: fc.boolean(),
    sold: fc.boolean(),
  }),
)

describe('the plan of a call', () => {
  test('has each route once that sells the product and is ready, lower tiers first', () => {
    fc.assert(
      fc.property(wishes, fc.constantFrom('weight', 'cost', 'latency'), (list, prefer) => {
        const routes = list.map(route)
        const plan = planOf(routes, 'card4', prefer, half)
        const usable = routes.filter((one) => one.isReady() && one.sells('card4'))
        expect(new Set(plan)).toEqual(new Set(usable))
        const tiers = plan.map(({ settings }) => settings.tier)
        expect(tiers).toEqual(tiers.toSorted((a, b) => a - b))
      }),
    )
  })

  test('inside a tier prefers the cheaper or the quicker where it is told to', () => {
    const [dear, cheap] = [
      route({ costCentifen: 9, medianMs: 1 }),
      route({ costCentifen: 3, medianMs: 7 }),
    ]
    expect(planOf([dear, cheap], 'card4', 'cost', half)[0]).toBe(cheap)
    expect(planOf([cheap, dear], 'card4', 'latency', half)[0]).toBe(dear)
  })

  test('shares calls out in proportion to weights, and leaves weight 0 for the last', () => {
    const [three, one, none] = [route({ weight: 3 }), route({ weight: 1 }), route({ weight: 0 })]
    let state = 1
    const chance = () => {
      state = (state * 48_271) % 2_147_483_647
      return state / 2_147_483_647
    }
    let firsts = 0
    for (let n = 0; n < 4_000; n++) {
      const plan = planOf([none, one, three], 'card4', 'weight', chance)
      if (plan[0] === three) firsts++
      expect(plan[2]).toBe(none)
    }
    expect(firsts / 4_000).toBeCloseTo(0.75, 1)
  })
})

test('retries are a tenth of the calls of ten seconds, and three at the least', () => {
  const budget = new RetryBudget()
  budget.called(0)
  expect([budget.take(), budget.take(), budget.take(), budget.take()]).toEqual([
    true,
    true,
    true,
    false,
  ])
  for (let n = 0; n < 99; n++) budget.called(1)
  let taken = 0
  while (budget.take()) taken++
  expect(taken).toBe(7)
  budget.called(10_000)
  expect(budget.take()).toBe(true)
})

test('double pay is never more than the share of an account’s day', async () => {
  const budget = new DoublePayBudget(new MemoryDoublePays())
  for (let n = 0; n < 250; n++) budget.called('acc_1', n)
  const takes = [1, 2, 3].map(() => budget.take('acc_1', 0.01, 0))
  expect(await Promise.all(takes)).toEqual([true, true, false])
  expect(await budget.take('acc_2', 0.01, 0)).toBe(false)
  expect(await budget.take('acc_1', 0.01, 86_400_000)).toBe(false)
})

test('a gate lets so many in, makes some wait a little, and turns the rest away', async () => {
  const gate = new Gate(2, 20)
  expect([gate.enter(), gate.enter()]).toEqual([true, true])
  const waiting = [gate.enter(), gate.enter()]
  expect(gate.enter()).toBe(false)
  gate.leave()
  expect(await waiting[0]).toBe(true)
  expect(await waiting[1]).toBe(false)
  gate.leave()
  gate.leave()
  expect(gate.enter()).toBe(true)
})

test('the usual time is the median of the last answers', () => {
  const latencies = new Latencies()
  expect(latencies.medianMs).toBe(0)
  for (let n = 0; n < 64; n++) latencies.add(1_000, 0)
  for (let n = 0; n < 40; n++) latencies.add(10, 0)
  expect(latencies.medianMs).toBe(10)
})

test('what a vendor took long ago keeps nobody from asking it, nor weighs on what it takes now', () => {
  const latencies = new Latencies()
  for (let n = 0; n < 64; n++) latencies.add(3_000, 0)
  expect([latencies.expectedMs(30_000_000), latencies.expectedMs(30_000_001)]).toEqual([3_000, 0])
  expect(latencies.medianMs).toBe(3_000)
  latencies.add(20, 31_000_000)
  expect([latencies.expectedMs(31_000_000), latencies.medianMs]).toEqual([20, 20])
})

test('the slowest that counts is what one in a thousand exceeds, once a thousand are known', () => {
  const latencies = new Latencies()
  for (let n = 0; n < 999; n++) latencies.add(100, 0)
  expect(latencies.slowMs).toBeUndefined()
  for (let n = 0; n < 1_049; n++) latencies.add(200, 0)
  expect(latencies.slowMs).toBe(200)
  for (let n = 0; n < 2; n++) latencies.addLate(Number.POSITIVE_INFINITY)
  for (let n = 0; n < 2_046; n++) latencies.add(50, 0)
  expect([latencies.slowMs, latencies.medianMs]).toEqual([50, 50])
  for (let n = 0; n < 3; n++) latencies.addLate(9_000)
  for (let n = 0; n < 61; n++) latencies.add(50, 0)
  expect(latencies.slowMs).toBe(9_000)
})

test('a name of a call belongs to the question that had it first', () => {
  const references = new References()
  expect(references.isForeign('r1', 'a')).toBe(false)
  expect(references.isForeign('r1', 'a')).toBe(false)
  expect(references.isForeign('r1', 'b')).toBe(true)
  expect(references.isForeign('', 'a') || references.isForeign('', 'b')).toBe(false)
  for (let n = 0; n < 5_000; n++) references.isForeign(`n${n}`, 'a')
  expect(references.isForeign('r1', 'b')).toBe(false)
})

test('a late verdict is given once, for ten minutes', async () => {
  const late = new LateVerdicts(new MemoryLateVerdicts())
  await late.keep('t', 'match', 0)
  expect(late.has('t', 599_999)).toBe(true)
  expect(await late.take('t', 599_999)).toBe('match')
  expect(late.has('t', 599_999)).toBe(false)
  expect(await late.take('t', 599_999)).toBeUndefined()
  await late.keep('t', 'match', 0)
  expect(late.has('t', 600_000)).toBe(false)
  expect(await late.take('t', 600_000)).toBeUndefined()
})

test('a look learns what another node has kept, also by a clock that is a little behind', async () => {
  const store = new MemoryLateVerdicts()
  const [here, there] = [new LateVerdicts(store), new LateVerdicts(store)]
  await here.look(100_000)
  await there.keep('t', 'mismatch', 98_000)
  expect(here.has('t', 100_400)).toBe(false)
  await here.look(100_500)
  expect(here.has('t', 100_600)).toBe(true)
  const taken = await Promise.all([here.take('t', 100_600), there.take('t', 100_600)])
  expect(taken.filter((verdict) => verdict !== undefined)).toEqual(['mismatch'])
})
