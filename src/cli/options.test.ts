import { expect, test } from 'vitest'
import { beijingTime, moment, positiveInteger } from './options.ts'
import { displayWidth, tableLines } from './table.ts'

test('a day begins at midnight in Beijing', () => {
  expect(moment('2028-12-31')).toBe(Date.parse('2028-12-30T16:00:00Z'))
  expect(beijingTime(moment('2028-12-31'))).toBe('2028-12-31 00:00:00')
  expect(moment('2028-12-31T08:00:00Z')).toBe(Date.parse('2028-12-31T08:00:00Z'))
})

test.each(['', 'tomorrow', '2028-13-01', '20281231', '2028-12-31T08:00'])(
  '%j is no date',
  (text) => {
    expect(() => moment(text)).toThrow()
  },
)

test.each(['', '0', '-1', '1.5', '1e3', '01', ' 1', '1000000000000'])('%j is no count', (text) => {
  expect(() => positiveInteger(text)).toThrow()
})

test('columns line up although Chinese characters are two cells wide', () => {
  const lines = tableLines(
    ['名称', 'B'],
    [
      ['a', '1'],
      ['𠮷商店', '2'],
    ],
  )
  const at = lines.map((line) => displayWidth(line.slice(0, -1)))
  expect(new Set(at)).toEqual(new Set([8]))
})
