/** A short fuzz, the same in every run of the tests; the long one is `npm run test:faults`. */
import { expect, test } from 'vitest'
import { fuzz } from './fuzz.ts'

const REQUESTS = 3_000
const SEED = 20_261_121

test(`whatever ${REQUESTS} fuzzed requests (seed ${SEED}) hold, every reply is in its protocol's closed list`, async () => {
  const { findings, codes } = await fuzz({ seed: SEED, requests: REQUESTS })
  expect(findings).toEqual([])
  // So many codes that the requests cannot all have failed at the first check.
  expect(codes.size).toBeGreaterThan(30)
}, 60_000)
