import fc from 'fast-check'
import { expect, test } from 'vitest'
import { burnOrders } from './burn-order.ts'
import type { Holding } from './grant.ts'
import { Ledger } from './ledger.ts'

const NOW_MS = 1_000

function holding(id: number, expiresAtMs: number, units: number): Holding {
  const grant = {
    id,
    accountId: 'acc_1',
    product: 'card4',
    mode: 'live',
    units,
    priority: 0,
    startsAtMs: 0,
    expiresAtMs,
    createdAtMs: 0,
    reason: `order ${id}`,
  } as const
  const balance = { available: units, reserved: 0, used: 0, expired: 0, withdrawn: 0 }
  return { grant, balance, expiresAtMs }
}

test('the kernel spends grants in the order in which they are shown', () => {
  const grants = fc.array(
    fc.record({
      endMs: fc.integer({ min: NOW_MS - 2, max: NOW_MS + 5 }),
      units: fc.integer({ min: 1, max: 3 }),
    }),
    { minLength: 1, maxLength: 5 },
  )
  fc.assert(
    fc.property(grants, (wanted) => {
      const holdings = wanted.map(({ endMs, units }, at) => holding(at + 1, endMs, units))
      const shown = burnOrders(holdings, NOW_MS)[0]
      const expected = (shown?.grants ?? []).flatMap(({ grantId, remaining }) =>
        new Array<number>(remaining).fill(grantId),
      )
      const ledger = new Ledger({ holdings, reservations: [], lastEntryId: 0, lastMs: 0 })
      const spent = expected.map((_, at) => ledger.burn('acc_1 card4 live', at + 1, 1, NOW_MS))
      expect(spent.map((entry) => typeof entry === 'object' && entry.grantId)).toEqual(expected)
      expect(ledger.burn('acc_1 card4 live', 99, 1, NOW_MS)).toBeTypeOf('string')
    }),
  )
})

test('remaining, used and capacity add up, without what was withdrawn', () => {
  const first = holding(1, NOW_MS + 1, 100)
  Object.assign(first.balance, { available: 60, reserved: 1, used: 9, withdrawn: 30 })
  expect(burnOrders([holding(2, NOW_MS + 9, 50), first], NOW_MS)).toMatchObject([
    {
      product: 'card4',
      mode: 'live',
      total: { remaining: 110, reserved: 1, used: 9, capacity: 120 },
      grants: [
        { grantId: 1, remaining: 60, used: 9, capacity: 70, reason: 'order 1' },
        { grantId: 2, remaining: 50, used: 0, capacity: 50 },
      ],
    },
  ])
})
