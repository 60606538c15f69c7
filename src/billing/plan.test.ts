import { expect, test } from 'vitest'
import { DEFAULT_PLANS, endOfValidity, nextVersion, type PlanDraft } from './plan.ts'

const beijing = (text: string) => Date.parse(`${text}+08:00`)

const DRAFT: PlanDraft = {
  name: 'card4-1200',
  kind: 'package',
  product: 'card4',
  units: 1_200,
  priceFen: 50_000,
  validity: { years: 2 },
}

test('each product is sold in the five tiers of the product page, and tried free', () => {
  const card4 = DEFAULT_PLANS.filter(({ product }) => product === 'card4')
  expect(card4.map(({ name, units, priceFen }) => [name, units, priceFen])).toEqual([
    ['card4-trial', 20, 0],
    ['card4-1200', 1_200, 50_000],
    ['card4-6000', 6_000, 200_000],
    ['card4-10000', 10_000, 300_000],
    ['card4-18000', 18_000, 500_000],
    ['card4-40000', 40_000, 1_000_000],
  ])
  expect(new Set(DEFAULT_PLANS.map(({ name }) => name)).size).toBe(DEFAULT_PLANS.length)
})

test('every default plan is one that an operator could add', () => {
  for (const draft of DEFAULT_PLANS)
    expect(nextVersion(draft, undefined)).toHaveProperty('version', 1)
})

test('a change is a new version, which keeps kind and product', () => {
  const first = { ...DRAFT, version: 1 }
  expect(nextVersion({ ...DRAFT, priceFen: 45_000 }, first)).toEqual({
    ...DRAFT,
    priceFen: 45_000,
    version: 2,
  })
  expect(nextVersion({ ...DRAFT, product: 'card3' }, first)).toBe('plan_differs_in_kind')
  const trial: PlanDraft = { ...DRAFT, kind: 'trial', priceFen: 0 }
  expect(nextVersion(trial, first)).toBe('plan_differs_in_kind')
})

test('a trial is free and a package is not', () => {
  expect(nextVersion({ ...DRAFT, priceFen: 0 }, undefined)).toBe('plan_price_invalid')
  expect(nextVersion({ ...DRAFT, kind: 'trial' }, undefined)).toBe('plan_price_invalid')
})

test('validity is counted from the payment, by the Beijing calendar', () => {
  const paid = beijing('2028-02-29T10:00:00')
  expect(endOfValidity({ years: 2 }, paid)).toBe(beijing('2030-02-28T10:00:00'))
  expect(endOfValidity({ days: 90 }, paid)).toBe(beijing('2028-05-29T10:00:00'))
})
