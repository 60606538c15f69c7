import fc from 'fast-check'
import { expect, test } from 'vitest'
import { luhnDigit } from './card-number.ts'
import { maskCardNumber, maskIdNumber, maskMobile, maskName } from './mask.ts'

/** Any code point, half characters included. */
const ANY_CHARACTER = fc.nat(0x10ffff).map((c) => String.fromCodePoint(c))

const TABLE = [
  { mask: maskName, shown: 1 },
  { mask: maskIdNumber, shown: 2 },
  { mask: maskCardNumber, shown: 4 },
  { mask: maskMobile, shown: 7 },
]
const DIGIT = fc.constantFrom(...'0123456789')
const ROUGH = fc.oneof(
  fc.string({ unit: ANY_CHARACTER }),
  fc.string({ unit: DIGIT, maxLength: 24 }),
  fc.string({ unit: fc.constantFrom(...'韦小宝𠮷·* X'), maxLength: 80 }),
)

test('the masks are those of the table', () => {
  expect(maskName('张三')).toBe('*三')
  expect(maskName('韦小宝')).toBe('**宝')
  expect(maskIdNumber(' 11204416541220243x')).toBe('1****************X')
  expect(maskCardNumber('6225 7688 8888 8888')).toBe('************8888')
  expect(maskMobile('+8616137688175')).toBe('161****8175')
})

test('no mask shows more characters than the table, whatever is typed', () => {
  for (const { mask, shown } of TABLE) {
    fc.assert(
      fc.property(ROUGH, (raw) => {
        const clear = [...mask(raw)].filter((character) => character !== '*')
        expect(clear.length).toBeLessThanOrEqual(shown)
      }),
    )
  }
})

test('a value of any other shape shows nothing', () => {
  for (const value of ['', '1', '1234', 'secret words', '1101051949123100', 'A123456(7)']) {
    expect(maskIdNumber(value)).toMatch(/^\*{18}$/)
    expect(maskCardNumber(value.slice(0, 11))).toMatch(/^\*{16}$/)
    expect(maskMobile(value)).toMatch(/^\*{11}$/)
  }
  expect(maskName('三')).toBe('*')
  expect(maskName('')).toBe('*')
})

test('the length of a mask tells nothing about a longer value', () => {
  for (let length = 11; length < 19; length++) {
    const payload = '6'.repeat(length)
    expect(maskCardNumber(payload + luhnDigit(payload))).toHaveLength(16)
  }
  expect(maskName('欧阳娜娜')).toBe('**娜')
  expect(maskName('阿卜杜·外力')).toBe('**力')
})

test('a character outside the basic plane is never cut in half', () => {
  expect(maskName('王𠮷')).toBe('*𠮷')
  expect(maskName('𠮷')).toBe('*')
})
