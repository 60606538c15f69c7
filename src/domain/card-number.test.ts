import fc from 'fast-check'
import { expect, test } from 'vitest'
import { foldCardNumber, isWellFormedCardNumber, luhnDigit } from './card-number.ts'

/** Any code point, half characters included. */
const ANY_CHARACTER = fc.nat(0x10ffff).map((c) => String.fromCodePoint(c))

const DIGITS = [...'0123456789']
const VALID = fc
  .string({ unit: fc.constantFrom(...DIGITS), minLength: 12, maxLength: 18 })
  .map((payload) => payload + luhnDigit(payload))

test('the documented sample cards pass under format and strict', () => {
  for (const sample of ['6225768888888888', '6226090210146748', '6217920181755914']) {
    expect(isWellFormedCardNumber(sample, 'format')).toBe(true)
    expect(isWellFormedCardNumber(sample, 'strict')).toBe(true)
  }
})

test('a number with its Luhn digit is strictly well-formed and no other digit will do', () => {
  fc.assert(
    fc.property(VALID, (number) => {
      const payload = number.slice(0, -1)
      const fitting = DIGITS.filter((d) => isWellFormedCardNumber(payload + d, 'strict'))
      expect(fitting).toEqual([number.at(-1)])
    }),
  )
})

test('the Luhn digit catches every change of one digit', () => {
  fc.assert(
    fc.property(VALID, (number) => {
      for (let at = 0; at < number.length; at++) {
        for (const digit of DIGITS.filter((d) => d !== number[at])) {
          const changed = number.slice(0, at) + digit + number.slice(at + 1)
          expect(isWellFormedCardNumber(changed, 'strict')).toBe(false)
          expect(isWellFormedCardNumber(changed, 'format')).toBe(true)
        }
      }
    }),
  )
})

test('folding is idempotent, and grouping and width make no difference', () => {
  const separator = fc.constantFrom('', ' ', '-', '\u3000', '\u00a0', '－', '\u2011', ' - ')
  fc.assert(fc.property(fc.string({ unit: ANY_CHARACTER }), stable))
  fc.assert(
    fc.property(VALID, fc.array(separator, { minLength: 20, maxLength: 20 }), (number, gaps) => {
      const grouped = [...number].map((digit, i) => gaps[i]! + fullWidth(digit, i)).join('')
      expect(foldCardNumber(`\t${grouped}${gaps[19]}\n`)).toBe(number)
      expect(stable(grouped)).toBe(true)
    }),
  )
})

test('format takes 12 to 19 digits and strict 13 to 19', () => {
  for (const length of [0, 11, 12, 13, 19, 20]) {
    const payload = '6'.repeat(Math.max(length - 1, 0))
    const number = length === 0 ? '' : payload + luhnDigit(payload)
    expect(isWellFormedCardNumber(number, 'format')).toBe(length >= 12 && length <= 19)
    expect(isWellFormedCardNumber(number, 'strict')).toBe(length >= 13 && length <= 19)
  }
})

test('what holds anything but digits is refused', () => {
  const bad = [
    '622576888888888X',
    '6225768888888888\u200b',
    '６22576888888888八',
    '62257688.88888888',
  ]
  bad.push('+6225768888888888', '62257688\n88888888', '6225768888888888\0', '٦٢٢٥٧٦٨٨٨٨٨٨٨٨٨٨')
  for (const value of bad) {
    expect(isWellFormedCardNumber(foldCardNumber(value), 'format')).toBe(false)
    expect(isWellFormedCardNumber(foldCardNumber(value), 'strict')).toBe(false)
  }
})

function fullWidth(digit: string, i: number): string {
  return i % 3 === 0 ? String.fromCharCode(digit.charCodeAt(0) + 0xfee0) : digit
}

function stable(raw: string): boolean {
  return foldCardNumber(foldCardNumber(raw)) === foldCardNumber(raw)
}
