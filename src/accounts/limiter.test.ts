import fc from 'fast-check'
import { expect, test } from 'vitest'
import { Limiter } from './limiter.ts'

const SECOND_US = 1_000_000

test('in no second are more than the limit accepted, and none is refused while there is room', () => {
  const gapsUs = fc.array(fc.nat(200_000), { minLength: 1, maxLength: 200 })
  fc.assert(
    fc.property(gapsUs, fc.integer({ min: 1, max: 25 }), (gaps, limit) => {
      const limiter = new Limiter()
      const accepted: number[] = []
      let nowUs = 0
      for (const gap of gaps) {
        nowUs += gap
        const recent = accepted.filter((atUs) => nowUs - atUs < SECOND_US).length
        const count = limiter.take('key_1', 'v.api', limit, nowUs)
        expect(count <= limit).toBe(recent < limit)
        if (count > limit) continue
        expect(count).toBe(recent + 1)
        accepted.push(nowUs)
      }
    }),
  )
})

test('the 21st request of a second is told 21 and 20, the next one 22', () => {
  const limiter = new Limiter()
  const counts = Array.from({ length: 22 }, (_, i) => limiter.take('key_1', 'v.api', 20, i))
  expect(counts.slice(-3)).toEqual([20, 21, 22])
  expect(limiter.take('key_1', 'v.api', 20, SECOND_US)).toBe(20)
})

test('keys and APIs do not share a window', () => {
  const limiter = new Limiter()
  expect(limiter.take('key_1', 'v.a', 1, 0)).toBe(1)
  expect(limiter.take('key_1', 'v.b', 1, 0)).toBe(1)
  expect(limiter.take('key_2', 'v.a', 1, 0)).toBe(1)
  expect(limiter.take('key_1', 'v.a', 1, 0)).toBe(2)
})

test('a changed limit holds at once and forgets nothing that was accepted', () => {
  const limiter = new Limiter()
  for (let i = 0; i < 3; i++) limiter.take('key_1', 'v.api', 3, i)
  expect(limiter.take('key_1', 'v.api', 2, 10)).toBeGreaterThan(2)
  expect(limiter.take('key_1', 'v.api', 5, SECOND_US)).toBe(3)
})

test('however many keys call, no window is forgotten while it still counts', () => {
  const limiter = new Limiter(10)
  expect(limiter.take('key_first', 'v.api', 1, 0)).toBe(1)
  for (let i = 0; i < 50; i++) limiter.take(`key_${i}`, 'v.api', 1, i)
  expect(limiter.take('key_first', 'v.api', 1, 100)).toBeGreaterThan(1)
  expect(limiter.take('key_late', 'v.api', 1, 2 * SECOND_US)).toBe(1)
})
