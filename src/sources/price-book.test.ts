/** What a price book promises: every call has one price, and what was kept is read again. */
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { type PriceStep, parsePrices, priceAfter, pricesText } from './price-book.ts'

const STEPS = fc
  .uniqueArray(fc.nat({ max: 1_000_000 }), { minLength: 0, maxLength: 10 })
  .chain((starts) => {
    const ascending = [...new Set([0, ...starts])].sort((a, b) => a - b)
    const costs = fc.array(fc.nat({ max: 100_000 }), {
      minLength: ascending.length,
      maxLength: ascending.length,
    })
    return costs.map((list): PriceStep[] =>
      ascending.map((fromCalls, i) => ({ fromCalls, costCentifen: list[i]! })),
    )
  })

test('prices are read as they were written', () => {
  fc.assert(
    fc.property(STEPS, (steps) => {
      expect(parsePrices(pricesText(steps))).toEqual(steps)
    }),
  )
})

test('a call costs what the last step before it says', () => {
  const steps = parsePrices('0:2500,1000:2000')!
  expect([0, 999, 1_000, 5_000].map((calls) => priceAfter(steps, calls))).toEqual([
    2_500, 2_500, 2_000, 2_000,
  ])
})

test.each(['', '1:2500', '0:2500,0:2000', '0:2500,10:20,5:10', '0:-1', '0:2.5', 'x'])(
  'prices that no call could be told by are refused: %j',
  (text) => {
    expect(parsePrices(text)).toBeUndefined()
  },
)
