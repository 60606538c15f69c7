import fc from 'fast-check'
import { expect, test } from 'vitest'
import { DAY_MS } from '../domain/beijing.ts'
import {
  crossings,
  DEFAULT_ALERTS,
  expiryNear,
  isBelow,
  type Pool,
  retryAfterMs,
  thresholdsOf,
} from './alert.ts'

const NOW_MS = 1_800_000_000_000

function pool(remaining: number, capacity: number): Pool {
  return { accountId: 'acc_1', product: 'card4', mode: 'live', remaining, capacity }
}

test('a fifth left is low unless the account says otherwise', () => {
  expect(thresholdsOf(DEFAULT_ALERTS)).toEqual(['percent:20'])
  expect(isBelow(pool(241, 1_200), 'percent:20')).toBe(false)
  expect(isBelow(pool(240, 1_200), 'percent:20')).toBe(true)
  expect(isBelow(pool(50, 1_200), 'units:50')).toBe(true)
  expect(isBelow(pool(50, 1_200), 'reorder:50')).toBe(false)
  expect(isBelow(pool(0, 0), 'percent:20')).toBe(true)
})

test('a threshold is crossed as often as the pool comes from above it to below it', () => {
  const walk = fc.array(fc.integer({ min: 0, max: 100 }), { minLength: 1 })
  const thresholds = thresholdsOf({ ...DEFAULT_ALERTS, lowUnits: [5] }, 40)
  fc.assert(
    fc.property(walk, (remainders) => {
      const below = new Set<string>()
      const told = new Map<string, number>()
      for (const remaining of remainders) {
        for (const crossing of crossings(pool(remaining, 100), thresholds, below)) {
          if (crossing.below) {
            below.add(crossing.threshold)
            told.set(crossing.threshold, (told.get(crossing.threshold) ?? 0) + 1)
          } else below.delete(crossing.threshold)
        }
      }
      for (const threshold of thresholds) {
        const inside = remainders.map((remaining) => isBelow(pool(remaining, 100), threshold))
        const entries = inside.filter((now, at) => now && inside[at - 1] !== true).length
        expect(told.get(threshold) ?? 0).toBe(entries)
      }
    }),
  )
})

test('an end is told 30, 7 and 1 days before, and late lookers hear the last of them', () => {
  const near = (days: number, available = 1) =>
    expiryNear(
      { balance: { available }, startsAtMs: 0, expiresAtMs: NOW_MS + days * DAY_MS },
      DEFAULT_ALERTS.expiryDays,
      NOW_MS,
    )
  expect([31, 30, 8, 7, 2, 1, 0.1].map((days) => near(days))).toEqual([
    undefined,
    30,
    30,
    7,
    7,
    1,
    1,
  ])
  expect(near(0)).toBeUndefined()
  expect(near(5, 0)).toBeUndefined()
})

test('a warning longer than the grant lives is left out', () => {
  const grant = { balance: { available: 1 }, startsAtMs: NOW_MS, expiresAtMs: NOW_MS + 7 * DAY_MS }
  expect(expiryNear(grant, [30, 7, 1], NOW_MS)).toBeUndefined()
  expect(expiryNear(grant, [30, 7, 1], NOW_MS + 6 * DAY_MS)).toBe(1)
})

test('delivery is tried more and more seldom, and given up after about a day', () => {
  const waits: number[] = []
  for (let wait = retryAfterMs(1); wait !== undefined; wait = retryAfterMs(waits.length + 1)) {
    waits.push(wait)
  }
  expect(waits).toEqual([...waits].sort((a, b) => a - b))
  const hours = waits.reduce((sum, wait) => sum + wait, 0) / 3_600_000
  expect(hours).toBeGreaterThan(12)
  expect(hours).toBeLessThan(36)
})
