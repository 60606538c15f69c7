import { describe, expect, onTestFinished, test, vi } from 'vitest'
import {
  deedAt,
  openSale,
  SALE_KEYRING,
  SALE_START_MS,
  SELLING,
  spendUnits,
} from '../../../test/support/sale.ts'
import { KeySealer } from '../../accounts/seal.ts'
import { Secret } from '../../domain/secret.ts'
import { judgeBody } from '../../domain/signed-body.ts'
import { Events } from '../../observe/events.ts'
import { createLog } from '../../observe/log.ts'
import { setWebhook } from '../../storage/sql/alert-settings.ts'
import { listAlerts } from '../../storage/sql/alerts.ts'
import type { SqlEngine } from '../../storage/sql/engine.ts'
import { payOrder, placeOrder } from '../../storage/sql/orders.ts'
import { deliverAlerts } from './alert-delivery.ts'
import type { Post, PostResult } from './http-sender.ts'
import { createSaleTurn, startSaleJobs } from './sale-jobs.ts'

const DEED = deedAt(SALE_START_MS)
const SEALER = new KeySealer(SALE_KEYRING, 'sale.seal')
const MINUTE_MS = 60_000

/** A node whose posts get these results, one after the other. */
function nodeOf(engine: SqlEngine, ...results: PostResult[]) {
  let nowMs = SALE_START_MS
  const posts: Post[] = []
  const failures: unknown[] = []
  const clock = { nowMs: () => nowMs, monotonicUs: () => nowMs * 1_000 }
  const post = async (message: Post) => {
    posts.push(message)
    return results.shift() ?? 200
  }
  const turn = createSaleTurn({
    engine,
    clock,
    deliver: () => deliverAlerts({ engine, sealer: SEALER, post, clock }),
    onFailure: (_job, error) => failures.push(error),
  })
  return {
    posts,
    failures,
    turnAfter: (ms: number) => {
      nowMs += ms
      return turn()
    },
  }
}

async function sellLow(engine: SqlEngine): Promise<Secret> {
  const webhook = { accountId: 'acc_1', url: 'https://hooks.example/in' }
  const secret = await setWebhook(engine, SEALER, webhook, DEED)
  const wish = { accountId: 'acc_1', plan: 'card4-1200', mode: 'live' } as const
  const order = await placeOrder(engine, wish, DEED)
  if (typeof order === 'string') throw new Error(order)
  const paid = await payOrder(engine, { orderId: order.id, paymentId: 'p' }, DEED)
  if (typeof paid === 'string') throw new Error(paid)
  await spendUnits(engine, paid.grantId!, 1_100)
  return new Secret(secret)
}

describe.each(SELLING)('%s', (_name, open) => {
  test('an alert is raised, signed and delivered once, though many nodes are at it', async () => {
    const engine = await openSale(open)
    const secret = await sellLow(engine)
    const nodes = [nodeOf(engine), nodeOf(engine), nodeOf(engine)]
    for (let turn = 0; turn < 3; turn++) {
      await Promise.all(nodes.map((node) => node.turnAfter(MINUTE_MS)))
    }
    const posts = nodes.flatMap((node) => node.posts)
    expect(posts).toHaveLength(1)
    const { url, headers, body } = posts[0]!
    expect(url).toBe('https://hooks.example/in')
    expect(JSON.parse(body)).toMatchObject({
      kind: 'units_low',
      accountId: 'acc_1',
      product: 'card4',
      threshold: 'percent:20',
      remaining: 100,
      capacity: 1_200,
    })
    const message = {
      timestamp: headers['x-kayan-timestamp']!,
      signature: headers['x-kayan-signature']!.replace('sha256=', ''),
      body,
    }
    expect(judgeBody(secret, message, SALE_START_MS + MINUTE_MS)).toBeUndefined()
    expect(nodes.flatMap((node) => node.failures)).toEqual([])
  })

  test('a server that is down is tried again until it is up', async () => {
    const engine = await openSale(open)
    await sellLow(engine)
    const node = nodeOf(engine, 'unreachable', 503, 302)
    for (const minutes of [1, 1, 3, 9]) await node.turnAfter(minutes * MINUTE_MS)
    expect(node.posts).toHaveLength(4)
    expect(new Set(node.posts.map(({ body }) => body)).size).toBe(1)
    await node.turnAfter(1_000 * MINUTE_MS)
    expect(node.posts).toHaveLength(4)
    expect(await listAlerts(engine.queries, { limit: 9 })).toMatchObject([
      { delivery: 'delivered', attempts: 4, lastResult: '200' },
    ])
  })

  test('a running service makes its turns by itself, and no more once it is closed', async () => {
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] })
    onTestFinished(() => {
      vi.useRealTimers()
    })
    const engine = await openSale(open)
    await sellLow(engine)
    const closing = new AsyncDisposableStack()
    const clock = { nowMs: () => SALE_START_MS, monotonicUs: () => 0 }
    const webhooks = { hosts: [], privateNetworks: [] }
    const events = new Events(createLog('silent'))
    startSaleJobs({ engine, keyring: SALE_KEYRING, webhooks, clock, events }, closing)
    vi.advanceTimersByTime(15_000)
    await closing.disposeAsync()
    vi.advanceTimersByTime(600_000)
    expect(await listAlerts(engine.queries, { limit: 9 })).toMatchObject([
      { delivery: 'pending', attempts: 1, lastResult: 'host_refused' },
    ])
  })

  test('one job that fails stops no other, and is told', async () => {
    const engine = await openSale(open)
    await sellLow(engine)
    await engine.queries.schema.dropTable('postpaid').execute()
    const node = nodeOf(engine)
    await node.turnAfter(MINUTE_MS)
    expect(node.failures).toHaveLength(1)
    expect(node.posts).toHaveLength(1)
  })
})
