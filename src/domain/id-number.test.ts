import fc from 'fast-check'
import { expect, test } from 'vitest'
import { checkIdNumber, foldIdNumber, idCheckCharacter } from './id-number.ts'
import { REGIONS } from './region.generated.ts'

/** Any code point, half characters included. */
const ANY_CHARACTER = fc.nat(0x10ffff).map((c) => String.fromCodePoint(c))

const CODES = [...REGIONS].flatMap(([prefix, list]) => list.split(' ').map((s) => prefix + s))
const DIGITS = [...'0123456789']

/** A number with the right check character from region, date of birth and serial. */
function numberOf(region: string, birth: string, serial = '123'): string {
  const digits = region + birth + serial
  return digits + idCheckCharacter(digits)
}

const VALID = fc
  .record({
    region: fc.constantFrom(...CODES),
    day: fc.date({
      min: new Date('1900-01-01T00:00:00Z'),
      max: new Date('2099-12-31T00:00:00Z'),
      noInvalidDate: true,
    }),
    serial: fc.integer({ min: 0, max: 999 }),
  })
  .map(({ region, day, serial }) =>
    numberOf(
      region,
      day.toISOString().slice(0, 10).replaceAll('-', ''),
      String(serial).padStart(3, '0'),
    ),
  )

test('the region table has 6,450 codes under 587 prefixes in 34 provinces', () => {
  expect(REGIONS.size).toBe(587)
  expect(CODES).toHaveLength(6450)
  expect(new Set(CODES).size).toBe(6450)
  expect(new Set(CODES.map((code) => code.slice(0, 2))).size).toBe(34)
  expect(CODES.every((code) => /^\d{6}$/.test(code))).toBe(true)
  expect(CODES).toContain('321324')
  expect(CODES).toContain('110103')
  expect(CODES).not.toContain('112044')
})

test('the documented samples pass under format though their check character is wrong', () => {
  for (const sample of ['11204416541220243X', ' 11204416541220243X', '32132419860817421X']) {
    expect(checkIdNumber(foldIdNumber(sample), 'format')).toBe('ok')
  }
  expect(checkIdNumber('11204416541220243X', 'strict')).toBe('malformed')
  expect(idCheckCharacter('11204416541220243')).toBe('4')
})

test('the example of the standard has the check character X', () => {
  expect(idCheckCharacter('11010519491231002')).toBe('X')
  expect(checkIdNumber('11010519491231002X', 'strict')).toBe('ok')
})

test('folding is idempotent and forgives outer white space, width and the case of x', () => {
  fc.assert(fc.property(fc.string({ unit: ANY_CHARACTER }), stable))
  fc.assert(fc.property(VALID, stable))
  expect(foldIdNumber('\u3000１１０１０５１９４９１２３１００２ｘ\u00a0')).toBe(
    '11010519491231002X',
  )
  expect(foldIdNumber('11010519491231002Ｘ\n')).toBe('11010519491231002X')
  expect(foldIdNumber('11010519491231002x')).toBe('11010519491231002X')
})

test('every number made of a region once in force, a day and its check character is strictly valid', () => {
  fc.assert(fc.property(VALID, (number) => checkIdNumber(number, 'strict') === 'ok'))
})

test('the check character catches every change of one character', () => {
  fc.assert(
    fc.property(VALID, (number) => {
      for (let at = 0; at < number.length; at++) {
        for (const character of [...DIGITS, 'X'].filter((c) => c !== number[at])) {
          const changed = number.slice(0, at) + character + number.slice(at + 1)
          expect(checkIdNumber(changed, 'strict')).toBe('malformed')
        }
      }
    }),
  )
})

test('the check character catches every swap of neighbours', () => {
  fc.assert(
    fc.property(VALID, fc.nat(15), (number, at) => {
      fc.pre(number[at] !== number[at + 1])
      const swapped = number.slice(0, at) + number[at + 1] + number[at] + number.slice(at + 2)
      return checkIdNumber(swapped, 'strict') === 'malformed'
    }),
  )
})

test('days that no calendar has and years before 1900 are refused under strict only', () => {
  const refused = ['18991231', '19000229', '20010229', '20230431', '20231301', '20230001']
  refused.push('20230100', '20230132', '00000000')
  for (const birth of refused) {
    expect(checkIdNumber(numberOf('110101', birth), 'strict')).toBe('malformed')
    expect(checkIdNumber(numberOf('110101', birth), 'format')).toBe('ok')
  }
  for (const birth of ['19000101', '20000229', '20240229', '19991231']) {
    expect(checkIdNumber(numberOf('110101', birth), 'strict')).toBe('ok')
  }
})

test('a region counts if it was ever in force, and 71, 81, 82 and 83 whatever follows', () => {
  for (const region of ['110103', '710000', '810000', '820000', '830000', '710101', '830001']) {
    expect(checkIdNumber(numberOf(region, '19900101'), 'strict')).toBe('ok')
  }
  for (const region of ['112044', '000000', '100000', '660000', '110199', '840000']) {
    expect(checkIdNumber(numberOf(region, '19900101'), 'strict')).toBe('malformed')
  }
})

test('other documents are told apart from typing errors', () => {
  const documents = ['110105491231002', '12345678', 'E12345678', 'ea1234567', 'A123456(7)']
  documents.push('H1234567890', 'm12345678', 'USA110059010101')
  for (const value of documents) {
    expect(checkIdNumber(foldIdNumber(value), 'format')).toBe('unsupported')
    expect(checkIdNumber(foldIdNumber(value), 'strict')).toBe('unsupported')
  }
  expect(checkIdNumber(numberOf('911840', '19900101'), 'strict')).toBe('unsupported')
})

test('what is no 17 digits and a digit or X is malformed', () => {
  const bad = [
    '',
    '1',
    '1101051949123100',
    '11010519491231002',
    '11010519491231002XX',
    'X'.repeat(18),
  ]
  bad.push('1101051949123100X2', '110105 19491231002X', '11010519491231002Y', '一'.repeat(18))
  bad.push('11010519491231002\u200bX', '11010519491231002X\0', '11010519491231002X\u200b')
  for (const value of bad) {
    expect(checkIdNumber(foldIdNumber(value), 'format')).toBe('malformed')
    expect(checkIdNumber(foldIdNumber(value), 'strict')).toBe('malformed')
  }
})

function stable(raw: string): boolean {
  return foldIdNumber(foldIdNumber(raw)) === foldIdNumber(raw)
}
