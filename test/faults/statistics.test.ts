import { expect, test } from 'vitest'
import { differenceOf } from './statistics.ts'

const RAMP = Array.from({ length: 1_000 }, (_, i) => i)

test('equal samples cannot be told apart, and a shift of all values always can', () => {
  expect(differenceOf(RAMP, RAMP).auc).toBeCloseTo(0.5)
  expect(differenceOf(RAMP, RAMP).t).toBeCloseTo(0)
  const shifted = RAMP.map((value) => value + 1_000)
  expect(differenceOf(RAMP, shifted).auc).toBe(1)
  expect(differenceOf(shifted, RAMP).auc).toBe(1)
  expect(Math.abs(differenceOf(RAMP, shifted).t)).toBeGreaterThan(50)
})

test('half a shift is seen half', () => {
  const half = RAMP.map((value) => value + 500)
  expect(differenceOf(RAMP, half).auc).toBeCloseTo(0.875, 2)
})
