import { describe, expect, test } from 'vitest'
import {
  deedAt,
  openSale,
  SALE_KEYRING,
  SALE_START_MS,
  SELLING,
  spendUnits,
} from '../../../test/support/sale.ts'
import { KeySealer } from '../../accounts/seal.ts'
import { monthOf } from '../../billing/validity.ts'
import { DAY_MS } from '../../domain/beijing.ts'
import {
  alertSettings,
  listReorders,
  removeReorder,
  removeWebhook,
  setReorder,
  setThresholds,
  setWebhook,
  webhookOf,
} from './alert-settings.ts'
import { watchExpiry, watchPools } from './alert-watch.ts'
import { closeAttempt, listAlerts, takeDueAlerts } from './alerts.ts'
import type { SqlEngine } from './engine.ts'
import { listOrders } from './order-rows.ts'
import { payOrder, placeOrder } from './orders.ts'
import { setPostpaid } from './postpaid.ts'

const DEED = deedAt(SALE_START_MS)
const NOW_MS = SALE_START_MS + 1
const SEALER = new KeySealer(SALE_KEYRING, 'sale.seal')
const NODES = 4

async function buy(engine: SqlEngine, plan = 'card4-1200', atMs = SALE_START_MS): Promise<number> {
  const deed = deedAt(atMs)
  const order = await placeOrder(engine, { accountId: 'acc_1', plan, mode: 'live' }, deed)
  if (typeof order === 'string') throw new Error(order)
  const paid = await payOrder(engine, { orderId: order.id, paymentId: 'p' }, deed)
  if (typeof paid === 'string') throw new Error(paid)
  return paid.grantId!
}

async function told(engine: SqlEngine): Promise<string[]> {
  const alerts = await listAlerts(engine.queries, { limit: 100 })
  return alerts.map(({ kind, body }) => {
    const { threshold = '', days = '' } = JSON.parse(body)
    return `${kind} ${threshold}${days}`
  })
}

/** As many nodes look at the same moment. */
async function look(engine: SqlEngine, nowMs = NOW_MS): Promise<void> {
  await Promise.all(Array.from({ length: NODES }, () => watchPools(engine, nowMs)))
}

describe.each(SELLING)('%s', (_name, open) => {
  test('a fifth left is told once, and again only after more was bought and used', async () => {
    const engine = await openSale(open)
    const first = await buy(engine)
    await spendUnits(engine, first, 959)
    await look(engine)
    expect(await told(engine)).toEqual([])
    await spendUnits(engine, first, 1)
    await look(engine)
    await look(engine)
    expect(await told(engine)).toEqual(['units_low percent:20'])
    const second = await buy(engine, 'card4-6000')
    await look(engine)
    await spendUnits(engine, second, 5_900)
    await look(engine)
    expect(await told(engine)).toEqual(['units_low percent:20', 'units_low percent:20'])
  })

  test('an account sets its own thresholds, in per cent and in units', async () => {
    const engine = await openSale(open)
    await setThresholds(
      engine,
      'acc_1',
      { lowPercents: [50], lowUnits: [100], expiryDays: [] },
      DEED,
    )
    expect(await alertSettings(engine.queries, 'acc_1')).toMatchObject({ lowPercents: [50] })
    const grant = await buy(engine)
    await spendUnits(engine, grant, 600)
    await look(engine)
    await spendUnits(engine, grant, 500)
    await look(engine)
    expect((await told(engine)).sort()).toEqual(['units_low percent:50', 'units_low units:100'])
  })

  test('the end of units is told 30, 7 and 1 days before, once each', async () => {
    const engine = await openSale(open)
    await buy(engine, 'card4-1200')
    const [grant] = await engine.queries.selectFrom('balance').selectAll().execute()
    for (const days of [40, 30, 29, 7, 7, 3, 1, 0.5, 0]) {
      const nowMs = grant!.expires_at_ms - days * DAY_MS
      await Promise.all(Array.from({ length: NODES }, () => watchExpiry(engine, nowMs)))
    }
    expect((await told(engine)).sort()).toEqual([
      'expiry_near 1',
      'expiry_near 30',
      'expiry_near 7',
    ])
  })

  test('no end is told of a postpaid month, which another follows', async () => {
    const engine = await openSale(open)
    const terms = { accountId: 'acc_1', product: 'card4', unitsPerMonth: 9 } as const
    await setPostpaid(engine, { ...terms, priceFenPer1000Units: 1, dueDays: 1 }, DEED)
    const { endMs } = monthOf(SALE_START_MS)
    await watchExpiry(engine, endMs - DAY_MS)
    expect(await told(engine)).toEqual([])
  })

  test('no end is told of a grant of which nothing is left', async () => {
    const engine = await openSale(open)
    const grant = await buy(engine)
    await spendUnits(engine, grant, 1_200)
    const [{ expires_at_ms: endMs } = { expires_at_ms: 0 }] = await engine.queries
      .selectFrom('balance')
      .selectAll()
      .execute()
    await watchExpiry(engine, endMs - DAY_MS)
    expect(await told(engine)).toEqual([])
  })

  test('an automatic order is placed once a crossing, whoever looks', async () => {
    const engine = await openSale(open)
    const grant = await buy(engine)
    const wish = { accountId: 'acc_1', plan: 'card4-6000', mode: 'live', belowUnits: 500 } as const
    expect(await setReorder(engine, { ...wish, plan: 'card4-trial' }, DEED)).toBe('plan_unknown')
    expect(await setReorder(engine, wish, DEED)).toEqual({ ...wish, product: 'card4' })
    await spendUnits(engine, grant, 701)
    await look(engine)
    await look(engine)
    const placed = await listOrders(engine.queries, { state: 'placed', limit: 10 })
    expect(placed).toMatchObject([{ plan: { name: 'card4-6000' }, amountFen: 200_000 }])
    expect(await told(engine)).toEqual(['order_placed reorder:500'])
    const paid = await payOrder(engine, { orderId: placed[0]!.id, paymentId: 'p' }, DEED)
    if (typeof paid === 'string') throw new Error(paid)
    await look(engine)
    await spendUnits(engine, paid.grantId!, 6_000)
    await look(engine)
    expect(await listOrders(engine.queries, { state: 'placed', limit: 10 })).toHaveLength(1)
    const named = { accountId: 'acc_1', product: 'card4', mode: 'live' } as const
    expect(await removeReorder(engine, named, DEED)).toEqual(named)
    expect(await removeReorder(engine, named, DEED)).toBe('reorder_unknown')
    expect(await listReorders(engine.queries)).toEqual([])
  })

  test('an automatic order of test units is there at once', async () => {
    const engine = await openSale(open)
    const wish = { accountId: 'acc_1', plan: 'card4-1200', mode: 'test', belowUnits: 1 } as const
    await setReorder(engine, wish, DEED)
    await look(engine)
    await look(engine)
    expect(await listOrders(engine.queries, { limit: 10 })).toMatchObject([{ state: 'paid' }])
  })

  test('an alert is sent only where somebody asked for it, and its secret stays sealed', async () => {
    const engine = await openSale(open)
    const grant = await buy(engine)
    const wish = { accountId: 'acc_1', url: 'https://shop.example/hook?k=1' }
    const secret = await setWebhook(engine, SEALER, wish, DEED)
    const webhook = await webhookOf(engine.queries, SEALER, 'acc_1')
    expect(webhook?.secret.reveal()).toBe(secret)
    expect(await webhookOf(engine.queries, SEALER, 'acc_2')).toBeUndefined()
    const rows = await engine.queries.selectFrom('audit').selectAll().execute()
    expect(JSON.stringify(rows)).not.toMatch(new RegExp(`${secret}|k=1`))
    await spendUnits(engine, grant, 1_000)
    await look(engine)
    expect(await listAlerts(engine.queries, { limit: 9 })).toMatchObject([{ delivery: 'pending' }])
    await removeWebhook(engine, 'acc_1', DEED)
    expect(await alertSettings(engine.queries, 'acc_1')).not.toHaveProperty('webhookUrl')
  })

  test('a due alert is taken by one node, tried again with longer waits, and closed', async () => {
    const engine = await openSale(open)
    const grant = await buy(engine)
    await setWebhook(engine, SEALER, { accountId: 'acc_1', url: 'https://shop.example' }, DEED)
    await spendUnits(engine, grant, 1_000)
    await look(engine)
    const take = async (nowMs: number) => {
      const nodes = Array.from({ length: NODES }, () => takeDueAlerts(engine, { nowMs, limit: 5 }))
      return (await Promise.all(nodes)).flat()
    }
    const [alert, ...others] = await take(NOW_MS)
    expect(others).toEqual([])
    expect(alert).toMatchObject({ kind: 'units_low', attempts: 1 })
    await closeAttempt(engine, alert!, { result: '503', delivered: false, atMs: NOW_MS })
    expect(await take(NOW_MS + 59_999)).toEqual([])
    const [again] = await take(NOW_MS + 60_000)
    await closeAttempt(engine, again!, { result: '200', delivered: true, atMs: NOW_MS })
    expect(await take(NOW_MS + DAY_MS)).toEqual([])
    expect(await listAlerts(engine.queries, { accountId: 'acc_1', limit: 9 })).toMatchObject([
      { delivery: 'delivered', attempts: 2, lastResult: '200' },
    ])
  })
})
