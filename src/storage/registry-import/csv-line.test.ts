import fc from 'fast-check'
import { expect, test } from 'vitest'
import { splitLine } from './csv-line.ts'

const cell = fc.string({ unit: fc.constantFrom('a', '王', '"', ',', ' '), maxLength: 6 })
const quoted = (text: string) => `"${text.replaceAll('"', '""')}"`

test('cells that were quoted come back as they were', () => {
  fc.assert(
    fc.property(fc.array(cell, { minLength: 1, maxLength: 5 }), (cells) => {
      expect(splitLine(cells.map(quoted).join(','))).toEqual(cells)
    }),
  )
})

test('quoted and plain cells mix, and empty ones count', () => {
  expect(splitLine('a,"b,c",,"",d')).toEqual(['a', 'b,c', '', '', 'd'])
  expect(splitLine('"a",')).toEqual(['a', ''])
  expect(splitLine('')).toEqual([''])
})

test('a line whose quotation marks do not pair is no row', () => {
  for (const line of ['"a', 'a"b', 'a,"b"c', '"a"b,c', '"a""', '"']) {
    expect(splitLine(line)).toBeUndefined()
  }
})
