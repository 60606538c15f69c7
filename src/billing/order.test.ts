import fc from 'fast-check'
import { expect, test } from 'vitest'
import { cancel, type Order, pay, refund, shareFen } from './order.ts'

const PAYMENT = { channel: 'operator', paymentId: 'p1', atMs: 2_000 }

const PLACED: Order = {
  id: 'ord_1',
  accountId: 'acc_1',
  kind: 'package',
  state: 'placed',
  plan: { name: 'card4-1200', version: 1 },
  product: 'card4',
  mode: 'live',
  units: 1_200,
  amountFen: 50_000,
  placedAtMs: 1_000,
  refundedUnits: 0,
  refundedFen: 0,
}

function paid(order: Order = PLACED): Order {
  const result = pay(order, PAYMENT)
  if (typeof result === 'string') throw new Error(result)
  return result
}

function refunded(order: Order, unused: number, wanted?: number) {
  const result = refund(order, unused, wanted)
  if (typeof result === 'string') throw new Error(result)
  return result
}

test('an order is paid once, and never after it was cancelled', () => {
  expect(paid()).toMatchObject({ state: 'paid', paidAtMs: 2_000, channel: 'operator' })
  expect(pay(paid(), PAYMENT)).toBe('already_paid')
  const cancelled = cancel(PLACED, 3_000)
  expect(cancelled).toMatchObject({ state: 'cancelled', cancelledAtMs: 3_000 })
  expect(pay(cancelled as Order, PAYMENT)).toBe('already_cancelled')
})

test('a paid order cannot be cancelled, nor a bill at all', () => {
  expect(cancel(paid(), 3_000)).toBe('already_paid')
  expect(cancel({ ...PLACED, kind: 'bill' }, 3_000)).toBe('not_refundable')
  expect(cancel(cancel(PLACED, 3_000) as Order, 4_000)).toBe('already_cancelled')
})

test('all units give the whole amount back, the unused their share rounded down', () => {
  expect(refunded(paid(), 1_200)).toMatchObject({
    order: { state: 'refunded', refundedFen: 50_000 },
    refund: { units: 1_200, fen: 50_000 },
  })
  // 50,000 fen × 7 ÷ 1,200 = 291.67
  expect(refunded(paid(), 7)).toMatchObject({
    order: { state: 'partly_refunded', refundedUnits: 7, refundedFen: 291 },
    refund: { units: 7, fen: 291 },
  })
})

test('only unused units of a paid package are refunded', () => {
  expect(refund(PLACED, 10)).toBe('not_paid')
  expect(refund(paid(), 0)).toBe('nothing_unused')
  expect(refund(paid(), 10, 11)).toBe('units_short')
  expect(refund(paid({ ...PLACED, kind: 'trial', amountFen: 0 }), 10)).toBe('not_refundable')
  expect(refund(paid({ ...PLACED, kind: 'bill' }), 10)).toBe('not_refundable')
})

test('several refunds give what one would, and never more than was paid', () => {
  const scenario = fc.record({
    amountFen: fc.integer({ min: 1, max: 100_000_000_000 }),
    parts: fc.array(fc.integer({ min: 1, max: 1_000_000_000 }), { minLength: 1, maxLength: 6 }),
    used: fc.integer({ min: 0, max: 1_000_000_000 }),
  })
  fc.assert(
    fc.property(scenario, ({ amountFen, parts, used }) => {
      const total = parts.reduce((sum, part) => sum + part, 0)
      const order = paid({ ...PLACED, amountFen, units: total + used })
      const once = refunded(order, total)
      let [step, unused, fen] = [order, total, 0]
      for (const part of parts) {
        const next = refunded(step, unused, part)
        expect(next.refund.fen).toBeGreaterThanOrEqual(0)
        ;[step, unused, fen] = [next.order, unused - part, fen + next.refund.fen]
      }
      expect(step).toEqual(once.order)
      expect(fen).toBe(once.refund.fen)
      expect(fen).toBeLessThanOrEqual(amountFen)
      expect(step.state).toBe(used === 0 ? 'refunded' : 'partly_refunded')
    }),
  )
})

test('a share is exact where the product is beyond the safe integers', () => {
  expect(shareFen(9_007_199_254_740_991, 3, 3)).toBe(9_007_199_254_740_991)
})
