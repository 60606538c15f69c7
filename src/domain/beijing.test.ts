import fc from 'fast-check'
import { expect, test } from 'vitest'
import {
  beijingDay,
  dayName,
  dayStartMs,
  monthName,
  monthStartDay,
  nextMonthStartDay,
} from './beijing.ts'

/** From 1970 to 2200. */
const moments = fc.integer({ min: 0, max: 7_258_118_400_000 })

test('a day begins at midnight in Beijing', () => {
  const midnight = Date.parse('2026-11-22T00:00:00+08:00')
  expect(dayName(beijingDay(midnight))).toBe('2026-11-22')
  expect(dayName(beijingDay(midnight - 1))).toBe('2026-11-21')
  expect(dayStartMs(beijingDay(midnight))).toBe(midnight)
})

test('every moment lies in its day, and every day in its month', () => {
  fc.assert(
    fc.property(moments, (atMs) => {
      const day = beijingDay(atMs)
      expect(dayStartMs(day)).toBeLessThanOrEqual(atMs)
      expect(atMs).toBeLessThan(dayStartMs(day + 1))
      expect(dayName(monthStartDay(day))).toBe(`${monthName(day)}-01`)
      const next = nextMonthStartDay(day)
      expect(monthName(next - 1)).toBe(monthName(day))
      expect(monthName(next)).not.toBe(monthName(day))
    }),
  )
})
