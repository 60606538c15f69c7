import { expect, test } from 'vitest'
import { BINS } from './bins.generated.ts'
import { issuerOf } from './issuer.ts'
import { Secret } from './secret.ts'

/** Every row of the table, taken apart. */
const ROWS = BINS.flatMap(([bank, groups]) =>
  groups.split(' ').flatMap((group) => {
    const [head = '', bins = ''] = group.split(':')
    return bins.split(',').map((bin) => ({ bank, bin, type: head[0], digits: +head.slice(1) }))
  }),
)

const issuer = (digits: string) => issuerOf(new Secret(digits))

test('the table has the counts of its source', () => {
  expect(BINS).toHaveLength(255)
  expect(ROWS).toHaveLength(1709)
  const ofType = (letter: string) => ROWS.filter(({ type }) => type === letter).length
  expect({ D: ofType('D'), C: ofType('C'), S: ofType('S'), P: ofType('P') }).toEqual({
    D: 1056,
    C: 633,
    S: 14,
    P: 6,
  })
  expect(new Set(ROWS.map(({ bin, digits }) => `${bin}/${digits}`)).size).toBe(ROWS.length)
})

test('a number of the right length that begins with a BIN is a card of some issuer', () => {
  for (const { bin, digits } of ROWS) {
    expect(issuer(bin.padEnd(digits, '0')), bin).toBeDefined()
  }
})

test('a longer BIN decides against a shorter one that it begins with', () => {
  const nested = ROWS.flatMap((long) =>
    ROWS.filter(({ bin, digits }) => {
      return digits === long.digits && bin !== long.bin && long.bin.startsWith(bin)
    }).map((short) => ({ long, short })),
  )
  expect(nested.length).toBeGreaterThan(0)
  for (const { long } of nested) {
    expect(issuer(long.bin.padEnd(long.digits, '0'))?.bank).toBe(long.bank)
  }
})

test('the same first digits are of another bank on a card of another length', () => {
  expect(issuer('6221620000000000')).toEqual({ bank: '中国光大银行', type: 'credit' })
  expect(issuer('6221620000000000000')).toEqual({ bank: '九江银行', type: 'debit' })
  expect(issuer('62216200000000000')).toBeUndefined()
})

test('the documented sample cards are of China Merchants Bank', () => {
  expect(issuer('6225768888888888')).toEqual({ bank: '招商银行', type: 'credit' })
  expect(issuer('6226090210146748')).toEqual({ bank: '招商银行', type: 'debit' })
})

test('the cards of the sandbox have no issuer, nor has what is no card number', () => {
  expect(issuer('6299990000000009')).toBeUndefined()
  expect(issuer('')).toBeUndefined()
  expect(issuer('韦小宝')).toBeUndefined()
})
