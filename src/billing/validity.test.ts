import fc from 'fast-check'
import { expect, test } from 'vitest'
import { monthOf, yearsLater } from './validity.ts'

const beijing = (text: string) => Date.parse(`${text}+08:00`)

test('two years end at the same Beijing date and time', () => {
  expect(yearsLater(beijing('2026-08-01T10:30:00'), 2)).toBe(beijing('2028-08-01T10:30:00'))
  expect(yearsLater(beijing('2026-12-31T23:59:59'), 2)).toBe(beijing('2028-12-31T23:59:59'))
  expect(yearsLater(beijing('2026-01-01T00:00:00'), 2)).toBe(beijing('2028-01-01T00:00:00'))
})

test('of 29 February, 28 February where there is no other', () => {
  expect(yearsLater(beijing('2028-02-29T07:00:00'), 2)).toBe(beijing('2030-02-28T07:00:00'))
  expect(yearsLater(beijing('2028-02-29T07:00:00'), 4)).toBe(beijing('2032-02-29T07:00:00'))
})

test('a month reaches from its first midnight in Beijing to that of the next month', () => {
  expect(monthOf(beijing('2026-12-31T23:59:59'))).toEqual({
    name: '2026-12',
    startMs: beijing('2026-12-01T00:00:00'),
    endMs: beijing('2027-01-01T00:00:00'),
  })
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 7_258_118_400_000 }), (atMs) => {
      const month = monthOf(atMs)
      expect(month.startMs <= atMs && atMs < month.endMs).toBe(true)
      expect(monthOf(month.endMs).startMs).toBe(month.endMs)
    }),
  )
})
