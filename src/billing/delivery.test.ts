import fc from 'fast-check'
import { expect, test } from 'vitest'
import { Delivery } from './delivery.ts'

test('the watermark follows the oldest reply that was not handed over', () => {
  const delivery = new Delivery(10, [])
  for (const serial of [11, 13, 12]) expect(delivery.expect(serial)).toBe(false)
  expect(delivery.advance()).toBe(10)
  delivery.mark(11, true)
  expect(delivery.advance()).toBe(11)
  delivery.mark(13, true)
  expect(delivery.advance()).toBe(11)
  delivery.cancel(12)
  expect(delivery.advance()).toBe(13)
})

test('a call charged behind the watermark is named until its reply is handed over', () => {
  const delivery = new Delivery(10, [])
  expect(delivery.expect(5)).toBe(true)
  expect(delivery.mark(5, true)).toEqual({ operation: 'found', serial: 5 })
  expect(delivery.mark(5, true)).toBeUndefined()
})

test('replies nobody ever marks are named, so that the watermark moves', () => {
  const delivery = new Delivery(0, [])
  for (let serial = 1; serial <= 4_100; serial++) delivery.expect(serial)
  expect(delivery.overdue()).toEqual({ operation: 'lost', serial: 1 })
  expect(delivery.advance()).toBe(1)
})

test('what a store keeps by these rules never forgets a charged reply that was not handed over', () => {
  const event = fc.record({
    do: fc.constantFrom('charge' as const, 'deliver' as const, 'lose' as const, 'batch' as const),
    pick: fc.nat(20),
  })
  fc.assert(
    fc.property(fc.array(event, { maxLength: 80 }), (events) => {
      const delivery = new Delivery(0, [])
      const named = new Set<number>()
      const undelivered = new Set<number>()
      const unused = Array.from({ length: 100 }, (_, i) => i + 1)
      let watermark = 0
      for (const { do: what, pick } of events) {
        if (what === 'charge') {
          // Serial numbers are charged nearly, not exactly, in order.
          const [serial] = unused.splice(pick % 5, 1)
          if (delivery.expect(serial!)) named.add(serial!)
          undelivered.add(serial!)
        } else if (what === 'batch') watermark = delivery.advance()
        else {
          const serial = [...undelivered][pick % Math.max(1, undelivered.size)]
          if (serial === undefined) continue
          const naming = delivery.mark(serial, what === 'deliver')
          if (naming?.operation === 'lost') named.add(serial)
          if (naming?.operation === 'found') named.delete(serial)
          if (what === 'deliver') undelivered.delete(serial)
        }
        for (const serial of undelivered) expect(serial > watermark || named.has(serial)).toBe(true)
        for (const serial of named) expect(undelivered.has(serial)).toBe(true)
      }
    }),
    { numRuns: 300 },
  )
})

test('a free reply that is not handed over is nobody’s loss', () => {
  const delivery = new Delivery(10, [])
  expect(delivery.mark(11, false)).toBeUndefined()
  expect(delivery.mark(3, false)).toBeUndefined()
})
