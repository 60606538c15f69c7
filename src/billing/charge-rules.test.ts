import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { OUTCOME_NAMES, OUTCOMES } from '../domain/outcome.ts'
import { createAliyun } from '../protocols/aliyun/index.ts'
import { createTencent } from '../protocols/tencent/index.ts'
import {
  type ChargeOrder,
  type ChargeRevision,
  ChargeRules,
  CurrentChargeRules,
} from './charge-rules.ts'

const TABLES = [createTencent(), createAliyun()].flatMap(({ charges }) => charges)
const API = 'aliyun.1887'
const FOUR = 'tencent.BankCard4EVerification'
const NOW_MS = 1_800_000_000_000

function order(more: Partial<ChargeOrder> = {}): ChargeOrder {
  return {
    api: API,
    charge: [],
    free: [],
    effectiveFromMs: NOW_MS,
    reason: 'contract of 2027',
    ...more,
  }
}

function revised(rules: ChargeRules, wish: ChargeOrder): ChargeRevision {
  const revision = rules.revise(wish, NOW_MS)
  if (typeof revision === 'string') throw new Error(revision)
  return revision
}

describe.each(TABLES.map((table) => [table.api, table] as const))('%s', (_api, table) => {
  test('charges for verdicts alone, and can never be made to charge for anything else', () => {
    const free = ['input', 'guard', 'unavailable']
    for (const outcome of OUTCOME_NAMES) {
      if (!free.includes(OUTCOMES[outcome])) continue
      expect(table.charged.has(outcome)).toBe(false)
      const wish = order({ api: table.api, charge: [outcome] })
      expect(new ChargeRules(TABLES, []).revise(wish, NOW_MS)).toBe('never_charged')
    }
    const chargeable = table.chargeable.flat()
    for (const outcome of table.charged) expect(chargeable).toContain(outcome)
  })
})

test('the version in force is the newest that has begun', () => {
  const rules = new ChargeRules(TABLES, [])
  const second = revised(rules, order({ charge: ['card_lost'], effectiveFromMs: NOW_MS + 10 }))
  const later = new ChargeRules(TABLES, [second])
  const third = revised(later, order({ free: ['mismatch'], effectiveFromMs: NOW_MS + 20 }))
  const all = new ChargeRules(TABLES, [third, second])
  const costing = (atMs: number) => {
    const { version, charged } = all.at(API, atMs)
    return [version, charged.has('card_lost'), charged.has('mismatch')]
  }
  expect(costing(NOW_MS + 9)).toEqual([1, false, true])
  expect(costing(NOW_MS + 10)).toEqual([2, true, true])
  expect(costing(NOW_MS + 20)).toEqual([3, true, false])
  expect(all.at('tencent.BankCard4EVerification', NOW_MS + 20).version).toBe(1)
  expect(all.at('tencent.GetDataKey', NOW_MS).charged.size).toBe(0)
})

test('what callers cannot tell apart is charged alike', () => {
  for (const { chargeable, charged } of TABLES) {
    for (const group of chargeable) {
      expect(new Set(group.map((outcome) => charged.has(outcome))).size).toBe(1)
    }
  }
  const { charged } = revised(new ChargeRules(TABLES, []), order({ free: ['mismatch'] }))
  expect(charged).toEqual(['match'])
  const both = order({ charge: ['card_lost'], free: ['card_expired'] })
  expect(new ChargeRules(TABLES, []).revise(both, NOW_MS)).toBe('contradiction')
})

test('a charge is judged by the version it names, whatever came later', () => {
  const second = revised(new ChargeRules(TABLES, []), order({ free: ['mismatch'] }))
  const rules = new ChargeRules(TABLES, [second])
  expect(rules.costs(API, 'mismatch', 1)).toBe(true)
  expect(rules.costs(API, 'mismatch', 2)).toBe(false)
  expect(rules.costs(API, 'match', 3)).toBe(false)
  expect(rules.costs(API, 'quota_exhausted', 1)).toBe(false)
  expect(rules.costs('retired.vendor', 'match', 1)).toBeUndefined()
})

test('an order that contradicts contract, time or itself makes no version', () => {
  const second = revised(
    new ChargeRules(TABLES, []),
    order({ free: ['mismatch'], effectiveFromMs: NOW_MS + 50 }),
  )
  const rules = new ChargeRules(TABLES, [second])
  const refusals: [Partial<ChargeOrder>, string][] = [
    [{ api: 'aliyun.9999', charge: ['match'] }, 'api_unknown'],
    [{ charge: ['card_lost'], free: ['card_lost'] }, 'contradiction'],
    [{ charge: ['match'] }, 'unchanged'],
    [{}, 'unchanged'],
    [{ charge: ['mismatch'], effectiveFromMs: NOW_MS - 1 }, 'in_the_past'],
    [{ charge: ['mismatch'], effectiveFromMs: NOW_MS + 49 }, 'before_newest'],
  ]
  for (const [wish, refusal] of refusals) {
    expect(rules.revise(order(wish), NOW_MS)).toBe(refusal)
  }
  expect(
    rules.revise(order({ charge: ['mismatch'], effectiveFromMs: NOW_MS + 50 }), NOW_MS),
  ).toMatchObject({ version: 3 })
})

test('every version adds and takes away exactly what its order says', () => {
  const { chargeable } = TABLES.find(({ api }) => api === FOUR)!
  const some = fc.subarray([...chargeable]).map((groups) => groups.flat())
  fc.assert(
    fc.property(fc.array(fc.tuple(some, some), { maxLength: 8 }), (wishes) => {
      const revisions: ChargeRevision[] = []
      for (const [charge, free] of wishes) {
        const before = new ChargeRules(TABLES, revisions)
        const revision = before.revise(order({ api: FOUR, charge, free }), NOW_MS)
        if (typeof revision === 'string') continue
        revisions.push(revision)
        const newest = new ChargeRules(TABLES, revisions).at(FOUR, NOW_MS)
        expect(newest.version).toBe(revisions.length + 1)
        const was = before.at(FOUR, NOW_MS).charged
        for (const outcome of OUTCOME_NAMES) {
          const wanted = charge.includes(outcome) || (was.has(outcome) && !free.includes(outcome))
          expect(newest.charged.has(outcome)).toBe(wanted)
        }
      }
    }),
  )
})

test('what another process adds is in force after the next refresh', async () => {
  const revisions: ChargeRevision[] = []
  const current = new CurrentChargeRules(TABLES, async () => revisions)
  await current.refresh()
  revisions.push(revised(new ChargeRules(TABLES, []), order({ charge: ['card_lost'] })))
  expect(current.at(API, NOW_MS).version).toBe(1)
  await current.refresh()
  expect(current.at(API, NOW_MS).version).toBe(2)
})
