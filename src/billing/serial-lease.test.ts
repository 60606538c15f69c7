import { expect, test } from 'vitest'
import { SerialLease } from './serial-lease.ts'

test('numbers run on without a gap over blocks, and each block is leased ahead', async () => {
  let next = 1
  let leases = 0
  const lease = await SerialLease.start(async (count) => {
    leases += 1
    next += count
    return next - count
  }, 8)
  const numbers: number[] = []
  for (let i = 0; i < 100; i++) {
    numbers.push(lease.next())
    await Promise.resolve()
    await Promise.resolve()
  }
  expect(numbers).toEqual(Array.from({ length: 100 }, (_, i) => i + 1))
  expect(leases).toBeLessThanOrEqual(14)
})

test('a block that cannot be leased ends in an error, never in a number given twice', async () => {
  let refused = true
  const blocks = [1, 100]
  const lease = await SerialLease.start(async () => {
    if (blocks.length === 1 && refused) throw new Error('full')
    return blocks.shift()!
  }, 4)
  expect([lease.next(), lease.next(), lease.next(), lease.next()]).toEqual([1, 2, 3, 4])
  expect(() => lease.next()).toThrow(/no serial numbers/)
  refused = false
  await new Promise((resolve) => setImmediate(resolve))
  expect(() => lease.next()).toThrow(/no serial numbers/)
  await new Promise((resolve) => setImmediate(resolve))
  expect(lease.next()).toBe(100)
})
