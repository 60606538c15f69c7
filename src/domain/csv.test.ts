import fc from 'fast-check'
import { expect, test } from 'vitest'
import { csvLine } from './csv.ts'

/** Cells of one line as a spreadsheet reads them. */
function read(line: string): string[] {
  const cells: string[] = []
  const pattern = /(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r\n)/gy
  for (const [, quoted, plain] of line.matchAll(pattern)) {
    cells.push(quoted === undefined ? (plain ?? '') : quoted.replaceAll('""', '"'))
  }
  return cells
}

test('no text cell begins like a formula, and each is read back whole', () => {
  const texts = fc.string({ unit: fc.constantFrom(...'=+-@\t\r\n＝＋－＠",\'a1中') })
  fc.assert(
    fc.property(fc.array(texts, { minLength: 1 }), (cells) => {
      const back = read(csvLine(cells))
      for (const cell of back) expect(cell).not.toMatch(/^[=+\-@\t\r\n＝＋－＠]/)
      expect(back.map((cell, at) => (cells[at] === cell ? cell : cell.slice(1)))).toEqual(cells)
    }),
  )
})

test('numbers stay numbers, below zero too, and digits that are a name stay text', () => {
  expect(csvLine([-5, 12, { id: '0012345678901234567' }, { id: '=1' }, 'a,b'])).toBe(
    '-5,12,"\t0012345678901234567",\'=1,"a,b"\r\n',
  )
})
