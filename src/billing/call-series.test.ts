import fc from 'fast-check'
import { expect, test } from 'vitest'
import { type CallCount, LATENCY_BOUNDS_US, quantileUs, seriesOf } from './call-series.ts'

const HOUR_MS = 3_600_000
const COUNT: CallCount = { atMs: 0, api: 'a', result: 'match', bucket: 0, calls: 1, charged: 1 }

test('a quantile is never below the latency it stands for, and tells it to within a third', () => {
  const latencies = fc.array(fc.integer({ min: 76, max: 80_000_000 }), { minLength: 1 })
  fc.assert(
    fc.property(latencies, fc.constantFrom(0.5, 0.99, 1), (measured, share) => {
      const counts = measured.map((us) => {
        return { ...COUNT, bucket: LATENCY_BOUNDS_US.findIndex((bound) => us <= bound) }
      })
      const exact = measured.toSorted((a, b) => a - b)[Math.ceil(share * measured.length) - 1]!
      const told = quantileUs(counts, share)!
      expect(told).toBeGreaterThanOrEqual(exact)
      expect(told).toBeLessThanOrEqual(Math.max(exact * 1.34, LATENCY_BOUNDS_US[0]!))
    }),
  )
})

test('a step without calls is a point without latency, and errors are what brought no verdict', () => {
  const counts: CallCount[] = [
    { ...COUNT, calls: 3 },
    { ...COUNT, result: 'source_unknown', charged: 0 },
    { ...COUNT, result: 'signature_mismatch', charged: 0, bucket: 3 },
  ]
  expect(seriesOf(counts, [0, HOUR_MS])).toEqual([
    { atMs: 0, calls: 5, charged: 1, errors: 2, p50Us: 100, p99Us: 200 },
    { atMs: HOUR_MS, calls: 0, charged: 0, errors: 0 },
  ])
})
