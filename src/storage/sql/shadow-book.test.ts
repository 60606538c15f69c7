/** What comparisons promise on every engine: counted once, within their budget, and drift told once. */
import { describe, expect, test } from 'vitest'
import { deedAt, SALE_KEYRING, SALE_START_MS } from '../../../test/support/sale.ts'
import { SQL_ENGINES } from '../../../test/support/sql-engines.ts'
import { KeySealer } from '../../accounts/seal.ts'
import { DAY_MS } from '../../domain/beijing.ts'
import { Secret } from '../../domain/secret.ts'
import type { Comparison, ShadowPolicy } from '../../sources/shadow-policy.ts'
import type { SqlEngine } from './engine.ts'
import {
  endShadow,
  forgetComparisons,
  readDisagreement,
  readShadow,
  recordComparison,
  releaseRoute,
  returnShadowBudget,
  setShadow,
  takeShadowBudget,
} from './shadow-book.ts'
import { addRoute, removeRoute } from './vendor-routes.ts'

const NOW_MS = SALE_START_MS
const DEED = deedAt(NOW_MS)
const EVER = { fromMs: 0, toMs: NOW_MS + 1_000 * DAY_MS }
const POLICY: ShadowPolicy = {
  second: 'registry',
  perMille: 10,
  compares: 'matches',
  budgetCentifen: 10_000,
  windowCalls: 20,
  alarmPerMille: 100,
  stops: true,
}
const AGREED: Comparison = {
  route: 'first',
  second: 'registry',
  bank: '工商银行',
  outcome: 'match',
  secondOutcome: 'match',
}
const DIFFERING: Comparison = { ...AGREED, secondOutcome: 'mismatch' }

function addFirst(engine: SqlEngine) {
  return addRoute(
    engine,
    new KeySealer(SALE_KEYRING, 'vendor.seal'),
    {
      name: 'first',
      vendor: 'tencent',
      credential: { kind: 'tencent', id: 'AKIDvendorEXAMPLE', secret: new Secret('secret') },
      profile: 'unionpay',
      prices: [{ fromCalls: 0, costCentifen: 2_500 }],
      tier: 0,
      weight: 1,
    },
    DEED,
  )
}

describe.each([...SQL_ENGINES])('%s', (_name, open) => {
  test('comparisons are counted by bank and outcomes, also when nodes count at once', async () => {
    const engine = await open()
    const same = Array.from({ length: 8 }, () => recordComparison(engine, AGREED, POLICY, NOW_MS))
    await Promise.all([...same, recordComparison(engine, DIFFERING, POLICY, NOW_MS + DAY_MS)])
    const { pairs, cells } = await readDisagreement(engine.queries, EVER)
    expect(pairs).toEqual([{ route: 'first', second: 'registry', compared: 9, disagreed: 1 }])
    expect(cells).toEqual([
      { ...AGREED, count: 8 },
      { ...DIFFERING, count: 1 },
    ])
    const today = await readDisagreement(engine.queries, { fromMs: NOW_MS, toMs: NOW_MS + 1 })
    expect(today.cells).toEqual([{ ...AGREED, count: 8 }])
    await forgetComparisons(engine.queries, NOW_MS + 500 * DAY_MS)
    expect((await readDisagreement(engine.queries, EVER)).cells).toEqual([])
  })

  test('the one disagreement too many is told once, and sets the route aside until it is released', async () => {
    const engine = await open()
    const told: (number | undefined)[] = []
    for (const comparison of [AGREED, DIFFERING, DIFFERING, DIFFERING, DIFFERING]) {
      const drift = await recordComparison(engine, comparison, POLICY, NOW_MS)
      told.push(drift?.disagreed)
    }
    expect(told).toEqual([undefined, undefined, undefined, 3, undefined])
    const { stops } = await readShadow(engine.queries, NOW_MS)
    expect(stops).toEqual([
      { route: 'first', second: 'registry', compared: 4, disagreed: 3, atMs: NOW_MS },
    ])
    expect(await releaseRoute(engine, 'first', DEED)).toBeNull()
    expect((await readShadow(engine.queries, NOW_MS)).stops).toEqual([])
    expect(await releaseRoute(engine, 'first', DEED)).toBe('route_not_stopped')
  })

  test('who only wants to be told has no route set aside', async () => {
    const engine = await open()
    const strict = { ...POLICY, alarmPerMille: 0, stops: false }
    expect(await recordComparison(engine, DIFFERING, strict, NOW_MS)).toMatchObject({ compared: 1 })
    expect((await readShadow(engine.queries, NOW_MS)).stops).toEqual([])
  })

  test('the budget of a month is never passed, whoever takes from it at once', async () => {
    const engine = await open()
    const wish = { costCentifen: 3_000, budgetCentifen: 10_000 }
    const taken = await Promise.all(
      Array.from({ length: 6 }, () => takeShadowBudget(engine, wish, NOW_MS)),
    )
    expect(taken.filter((took) => took)).toHaveLength(3)
    await returnShadowBudget(engine, 3_000, NOW_MS)
    expect((await readShadow(engine.queries, NOW_MS)).spentCentifen).toBe(6_000)
    expect(await takeShadowBudget(engine, wish, NOW_MS)).toBe(true)
    expect(await takeShadowBudget(engine, wish, NOW_MS)).toBe(false)
    expect(await takeShadowBudget(engine, wish, NOW_MS + 40 * DAY_MS)).toBe(true)
  })

  test('a policy names a source that is there, which stays there while it is named', async () => {
    const engine = await open()
    const named = { ...POLICY, second: 'first' }
    expect(await setShadow(engine, named, DEED)).toBe('route_unknown')
    expect(await addFirst(engine)).toMatchObject({ name: 'first' })
    expect(await setShadow(engine, named, DEED)).toEqual(named)
    expect((await readShadow(engine.queries, NOW_MS)).policy).toEqual(named)
    expect(await removeRoute(engine, 'first', DEED)).toBe('route_in_use')
    await endShadow(engine, DEED)
    expect((await readShadow(engine.queries, NOW_MS)).policy).toBeUndefined()
    expect(await removeRoute(engine, 'first', DEED)).toMatchObject({ name: 'first' })
  })
})
