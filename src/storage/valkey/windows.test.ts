import { setTimeout as sleep } from 'node:timers/promises'
import fc from 'fast-check'
import { Redis } from 'ioredis'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type RedisServer, redisProgram, startRedis } from '../../../test/support/redis.ts'
import { ModelWindows } from '../../accounts/test-windows.ts'
import type { Exchange, ExchangeReply, WindowStore } from '../../accounts/window-store.ts'
import { Secret } from '../../domain/secret.ts'
import { openWindows } from './windows.ts'

const program = redisProgram()

describe.skipIf(program === undefined)('the shared windows in Valkey or Redis', () => {
  let server: RedisServer
  let windows: WindowStore
  let admin: Redis

  beforeAll(async () => {
    server = await startRedis(program!)
    windows = await openWindows(new Secret(server.url))
    admin = new Redis(server.url)
    // Its connection breaks when a test stops the server.
    admin.on('error', () => {})
  })
  afterAll(async () => {
    admin.disconnect()
    await windows.leave('node_0')
    await server.remove()
  })

  /** Says the same to the store and to the model, at the store's time, and holds the replies together. */
  async function both(model: ModelWindows, message: Exchange): Promise<ExchangeReply> {
    const reply = await windows.exchange(message)
    expect(reply).toEqual(model.exchange(message, reply.nowUs))
    return reply
  }

  async function emptied(): Promise<ModelWindows> {
    await admin.flushall()
    return new ModelWindows()
  }

  const ask = fc.record({
    keyId: fc.constantFrom('key_1', 'key_2'),
    api: fc.constantFrom('v.a', 'v.b'),
    limit: fc.constantFrom(1, 5, 20),
    requests: fc.integer({ min: 1, max: 12 }),
  })
  const saying = fc.record({
    node: fc.constantFrom('node_0', 'node_1', 'node_2'),
    standing: fc.constantFrom('live' as const, 'live' as const, 'warm' as const, 'alone' as const),
    heardAgoUs: fc.constantFrom(0, 0, 400_000, 600_000),
    knowsEpoch: fc.constantFrom(true, true, true, false),
    nodes: fc.integer({ min: 1, max: 4 }),
    asks: fc.array(ask, { maxLength: 3 }),
    pauseMs: fc.constantFrom(0, 0, 0, 0, 0, 0, 120),
  })

  test('do as the model does, whatever nodes say and when', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(saying, { maxLength: 25 }), async (sayings) => {
        const model = await emptied()
        let last = await both(model, { ...NOTHING, standing: 'alone' })
        for (const { heardAgoUs, knowsEpoch, pauseMs, ...said } of sayings) {
          if (pauseMs > 0) await sleep(pauseMs)
          const heardAtUs = last.nowUs - heardAgoUs
          const epochUs = knowsEpoch ? last.epochUs : 17
          last = await both(model, { ...said, heardAtUs, epochUs })
        }
      }),
      { numRuns: 40 },
    )
  })

  test('forget a request after exactly one second', async () => {
    const model = await emptied()
    const first = await both(model, NOTHING)
    const asks = [{ keyId: 'key_1', api: 'v.a', limit: 2, requests: 5 }]
    const live = { ...NOTHING, standing: 'live' as const, epochUs: first.epochUs, asks }
    const full = await both(model, { ...live, heardAtUs: first.nowUs })
    expect(full.tallies).toEqual([{ before: 0, accepted: 2, freeInUs: 1_000_000 }])
    await sleep(1_010)
    const heard = await both(model, NOTHING)
    const again = await both(model, { ...live, heardAtUs: heard.nowUs })
    expect(again.tallies).toEqual([{ before: 0, accepted: 2, freeInUs: 1_000_000 }])
  })

  test('keep no key that outlives its second, except who is there', async () => {
    const model = await emptied()
    const asks = [{ keyId: 'key_1', api: 'v.a', limit: 2, requests: 5 }]
    await both(model, { ...NOTHING, standing: 'warm', asks })
    const kept: string[] = []
    for (const key of await admin.keys('*')) if ((await admin.pttl(key)) < 0) kept.push(key)
    expect(kept.toSorted()).toEqual(['{kayan-rate}:epoch', '{kayan-rate}:seen'])
  })

  test('refuse at once while the server is away, and answer when it is back', async () => {
    let lost = 0
    windows.onLost(() => lost++)
    await server.stop()
    await expect(windows.exchange(NOTHING)).rejects.toThrow()
    await expect.poll(() => lost).toBeGreaterThan(0)
    await server.start()
    await expect
      .poll(() => windows.exchange(NOTHING), { timeout: 5_000 })
      .toMatchObject({ nodes: 1 })
  })
})

const NOTHING: Exchange = {
  node: 'node_0',
  standing: 'alone',
  heardAtUs: 0,
  epochUs: 0,
  nodes: 1,
  asks: [],
}
