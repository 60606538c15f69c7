import fc from 'fast-check'
import { expect, test } from 'vitest'
import { idCheckCharacter } from '../domain/id-number.ts'
import { creditCheckCharacter, foldTaxNumber, taxNumberForm } from './tax-number.ts'

const CHARACTERS = '0123456789ABCDEFGHJKLMNPQRTUWXY'
const bodies = fc
  .tuple(
    fc.constantFrom('91', '92', '11', '51', 'Y1'),
    fc.integer({ min: 110_000, max: 659_999 }),
    fc.string({ unit: fc.constantFrom(...CHARACTERS), minLength: 9, maxLength: 9 }),
  )
  .map(([office, region, organisation]) => `${office}${region}${organisation}`)

test('codes that are printed on public notices have their check character', () => {
  const codes = [
    '9144030071526726XG',
    '91330100716105852F',
    '914403001922038216',
    '91310000736239890T',
  ]
  for (const code of codes) expect(taxNumberForm(code)).toBe('credit_code')
})

test('one wrong character of a credit code is noticed, and two that changed places', () => {
  fc.assert(
    fc.property(bodies, fc.nat(16), fc.nat(30), (body, at, by) => {
      const code = body + creditCheckCharacter(body)
      expect(taxNumberForm(code)).toBe('credit_code')
      const wrong = CHARACTERS[(CHARACTERS.indexOf(code[at]!) + 1 + (by % 30)) % 31]!
      expect(taxNumberForm(code.slice(0, at) + wrong + code.slice(at + 1))).not.toBe('credit_code')
      const swapped = code.slice(0, at) + code[at + 1] + code[at] + code.slice(at + 2)
      if (swapped !== code) expect(taxNumberForm(swapped)).not.toBe('credit_code')
    }),
  )
})

test('the older forms are known, and anything else is none', () => {
  const person = `11010119900307123`
  const id = person + idCheckCharacter(person)
  expect(taxNumberForm(id)).toBe('personal')
  expect(taxNumberForm(`${id}01`)).toBe('personal')
  expect(taxNumberForm('440300715267260')).toBe('registration')
  for (const value of ['', '123', `${id}1`, '9144030071526726XO', '91-440300715267']) {
    expect(taxNumberForm(value)).toBeUndefined()
  }
})

test('what people type around a number does not matter', () => {
  expect(foldTaxNumber('　９１４４０３００ 71526726xg ')).toBe('9144030071526726XG')
})
