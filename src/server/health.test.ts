import { expect, test } from 'vitest'
import { liveness, probeReply, readiness, type Vital } from './health.ts'

const HEALTHY: Vital = { draining: false, writable: true, lastCommitAgeMs: 40, loopLagMs: 3 }

test('each cause flips exactly its probe', () => {
  const table: [Partial<Vital>, string, string][] = [
    [{}, 'ready', 'ready'],
    [{ draining: true }, 'draining', 'ready'],
    [{ writable: false }, 'store_unavailable', 'ready'],
    [{ lastCommitAgeMs: 5_001 }, 'store_unavailable', 'ready'],
    [{ loopLagMs: 1_000 }, 'stalled', 'stalled'],
    [{ draining: true, writable: false }, 'draining', 'ready'],
  ]
  for (const [change, ready, live] of table) {
    expect(readiness({ ...HEALTHY, ...change })).toBe(ready)
    expect(liveness({ ...HEALTHY, ...change })).toBe(live)
  }
})

test('a probe answers one word and 503 when anything is wrong', () => {
  expect(probeReply('ready')).toMatchObject({ status: 200, body: 'ok\n' })
  expect(probeReply('draining')).toMatchObject({ status: 503, body: 'draining\n' })
})
