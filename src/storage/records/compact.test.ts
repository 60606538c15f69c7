import fc from 'fast-check'
import { expect, test } from 'vitest'
import { SEGMENTS_MAX, segmentsToMerge } from './compact.ts'

test('however imports come, few segments are live and each record is rewritten a few times only', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 1, max: 1000 }), { maxLength: 300 }), (imports) => {
      let sizes: number[] = []
      let written = 0
      for (const size of imports) {
        sizes.push(size)
        written += size
        const merged = segmentsToMerge(sizes)
        const sum = sizes.slice(-merged).reduce((a, b) => a + b)
        if (merged > 1) {
          sizes = [...sizes.slice(0, -merged), sum]
          written += sum
        }
        expect(sizes.length).toBeLessThanOrEqual(SEGMENTS_MAX)
      }
      const total = imports.reduce((a, b) => a + b, 0)
      expect(written).toBeLessThanOrEqual(total * 20)
    }),
  )
})

test('a small import beside a large registry does not rewrite it', () => {
  expect(segmentsToMerge([1_000_000, 10])).toBe(1)
  expect(segmentsToMerge([1_000_000, 10, 10])).toBe(2)
  expect(segmentsToMerge([10, 1_000_000])).toBe(2)
  expect(segmentsToMerge([])).toBe(0)
})
