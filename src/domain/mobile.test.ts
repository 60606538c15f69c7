import fc from 'fast-check'
import { expect, test } from 'vitest'
import { foldMobile, isWellFormedMobile, MOBILE_RANGES_DATE, mobileRange } from './mobile.ts'

/** Any code point, half characters included. */
const ANY_CHARACTER = fc.nat(0x10ffff).map((c) => String.fromCodePoint(c))

const NUMBER = fc
  .tuple(fc.integer({ min: 13, max: 19 }), fc.integer({ min: 0, max: 999_999_999 }))
  .map(([head, tail]) => String(head) + String(tail).padStart(9, '0'))

test('the documented sample numbers pass under format; the unassigned one fails under strict', () => {
  expect(isWellFormedMobile('16137688175', 'format')).toBe(true)
  expect(isWellFormedMobile('16137688175', 'strict')).toBe(false)
  expect(isWellFormedMobile('13636643334', 'format')).toBe(true)
  expect(isWellFormedMobile('13636643334', 'strict')).toBe(true)
})

test('folding is idempotent whatever is typed', () => {
  const rough = fc.string({ unit: fc.constantFrom(...'0168+＋８６- \u3000'), maxLength: 20 })
  fc.assert(fc.property(fc.string({ unit: ANY_CHARACTER }), stable))
  fc.assert(fc.property(rough, stable))
})

test('grouping, width and the country code make no difference', () => {
  const codes = ['', '+86', '86', '0086', '+86 ', '86-', '＋８６', ' 0086\u3000']
  fc.assert(
    fc.property(NUMBER, fc.constantFrom(...codes), (number, code) => {
      const grouped = `${number.slice(0, 3)} ${number.slice(3, 7)}-${number.slice(7)}`
      expect(foldMobile(code + number)).toBe(number)
      expect(foldMobile(`${code}${grouped}\n`)).toBe(number)
    }),
  )
})

test('a country code stays unless exactly 11 digits follow', () => {
  for (const value of [
    '86138001380',
    '+861380013800',
    '+86138001380000',
    '+8521380013800',
    '+86',
  ]) {
    expect(foldMobile(value)).toBe(value)
    expect(isWellFormedMobile(value, 'format')).toBe(false)
  }
})

test('eleven digits from 13 to 19 are well-formed and nothing else', () => {
  fc.assert(fc.property(NUMBER, (number) => isWellFormedMobile(number, 'format')))
  const bad = ['', '1', '1380013800', '138001380000', '12800138000', '10800138000', '23800138000']
  bad.push('1380013800X', '138001380\u200b00', '138.0013.8000', '01380013800', '一三八零零一三八')
  for (const value of bad) {
    expect(isWellFormedMobile(foldMobile(value), 'format')).toBe(false)
    expect(isWellFormedMobile(foldMobile(value), 'strict')).toBe(false)
  }
})

test('the longest assigned prefix tells operator and use', () => {
  const ranges = [
    ['13400000000', 'china_mobile', 'subscriber'],
    ['13490000000', 'china_telecom', 'satellite'],
    ['17000000000', 'china_telecom', 'mvno'],
    ['17030000000', 'china_mobile', 'mvno'],
    ['17090000000', 'china_unicom', 'mvno'],
    ['17405000000', 'china_telecom', 'satellite'],
    ['19200000000', 'china_broadnet', 'subscriber'],
    ['14100000000', 'china_telecom', 'iot'],
  ] as const
  for (const [number, operator, use] of ranges) {
    expect(mobileRange(number)).toEqual({ operator, use })
  }
  for (const number of [
    '15400000000',
    '16100000000',
    '17406000000',
    '17900000000',
    '19400000000',
  ]) {
    expect(mobileRange(number)).toBeUndefined()
  }
})

test('the table of ranges covers 58 of the 70 three-digit heads and says its date', () => {
  const heads = Array.from({ length: 70 }, (_, i) => String(130 + i))
  const assigned = heads.filter((head) => {
    return Array.from({ length: 100 }, (_, i) => `${head}${String(i).padStart(2, '0')}000000`).some(
      (number) => isWellFormedMobile(number, 'strict'),
    )
  })
  expect(assigned).toHaveLength(58)
  expect(MOBILE_RANGES_DATE).toMatch(/^\d{4}-\d{2}$/)
})

function stable(raw: string): boolean {
  return foldMobile(foldMobile(raw)) === foldMobile(raw)
}
