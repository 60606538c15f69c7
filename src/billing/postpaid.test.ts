import fc from 'fast-check'
import { expect, test } from 'vitest'
import { billOf, isSettled, stateAfterBills } from './postpaid.ts'

const TERMS = { priceFenPer1000Units: 25_000, dueDays: 15 }
const DAY_MS = 86_400_000

test('a month is billed by its used units, parts of a fen in the buyer’s favour', () => {
  expect(billOf(TERMS, 1_234, 0)).toEqual({ units: 1_234, amountFen: 30_850, dueAtMs: 15 * DAY_MS })
  expect(billOf({ ...TERMS, priceFenPer1000Units: 333 }, 10, 0)?.amountFen).toBe(3)
  expect(billOf(TERMS, 0, 0)).toBeUndefined()
})

test('more use never costs less', () => {
  const units = fc.integer({ min: 1, max: 1_000_000_000 })
  fc.assert(
    fc.property(units, units, fc.nat(1_000_000), (a, b, priceFenPer1000Units) => {
      const fen = (used: number) =>
        billOf({ ...TERMS, priceFenPer1000Units }, used, 0)?.amountFen ?? 0
      expect(fen(a + b)).toBeGreaterThanOrEqual(fen(a) + fen(b))
      expect(fen(a + b)).toBeLessThanOrEqual(fen(a) + fen(b) + 1)
    }),
  )
})

test('a month with calls under way is not billed yet', () => {
  const balance = { available: 5, used: 3, expired: 0, withdrawn: 0 }
  expect(isSettled({ ...balance, reserved: 1 })).toBe(false)
  expect(isSettled({ ...balance, reserved: 0 })).toBe(true)
})

test('an overdue bill moves an active account into arrears and its payment back, and no other', () => {
  expect(stateAfterBills('active', true)).toBe('arrears')
  expect(stateAfterBills('arrears', false)).toBe('active')
  expect(stateAfterBills('active', false)).toBeUndefined()
  expect(stateAfterBills('arrears', true)).toBeUndefined()
  expect(stateAfterBills('closed', true)).toBeUndefined()
  expect(stateAfterBills('closed', false)).toBeUndefined()
})
