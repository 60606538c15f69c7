import { expect, test } from 'vitest'
import { liveness, probeReply, readiness, type Vital } from './health.ts'

const HEALTHY: Vital = { draining: false, storeWritable: true, loopLagMs: 3 }

test('each cause flips exactly its probe', () => {
  const table: [Partial<Vital>, string, string][] = [
    [{}, 'ready', 'ready'],
    [{ draining: true }, 'draining', 'ready'],
    [{ storeWritable: false }, 'store_unavailable', 'ready'],
    [{ loopLagMs: 1_000 }, 'stalled', 'stalled'],
    [{ draining: true, storeWritable: false }, 'draining', 'ready'],
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
