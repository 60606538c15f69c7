import { describe, expect, test } from 'vitest'
import { deedAt, openSale, SALE_START_MS, SELLING, spendUnits } from '../../../test/support/sale.ts'
import type { Order } from '../../billing/order.ts'
import { yearsLater } from '../../billing/validity.ts'
import { setReorder } from './alert-settings.ts'
import { watchPools } from './alert-watch.ts'
import type { SqlEngine } from './engine.ts'
import { listGrants } from './grants.ts'
import { findOrder, listOrders, listRefunds } from './order-rows.ts'
import { cancelOrder, payOrder, placeOrder, refundOrder, voidOrder } from './orders.ts'
import { addPlan } from './plans.ts'
import { takeTrial } from './trials.ts'

const DEED = deedAt(SALE_START_MS)
const RACERS = 8

async function placed(engine: SqlEngine, plan = 'card4-1200'): Promise<Order> {
  const order = await placeOrder(engine, { accountId: 'acc_1', plan, mode: 'live' }, DEED)
  if (typeof order === 'string') throw new Error(order)
  return order
}

async function paid(engine: SqlEngine, plan?: string): Promise<Order> {
  const { id } = await placed(engine, plan)
  const order = await payOrder(engine, { orderId: id, paymentId: 'p1' }, DEED)
  if (typeof order === 'string') throw new Error(order)
  return order
}

describe.each(SELLING)('%s', (_name, open) => {
  test('an order says what was ordered, and costs what the plan costs', async () => {
    const engine = await openSale(open)
    const order = await placed(engine)
    expect(order).toMatchObject({
      kind: 'package',
      state: 'placed',
      plan: { name: 'card4-1200', version: 1 },
      units: 1_200,
      amountFen: 50_000,
      placedAtMs: SALE_START_MS,
    })
    expect(await findOrder(engine.queries, order.id)).toEqual(order)
    expect(await listGrants(engine.queries)).toEqual([])
  })

  test('a payment grants the units for two years, by the Beijing calendar', async () => {
    const engine = await openSale(open)
    const order = await paid(engine)
    expect(order).toMatchObject({ state: 'paid', channel: 'operator', paymentId: 'p1' })
    expect(await findOrder(engine.queries, order.id)).toEqual(order)
    expect(await listGrants(engine.queries, 'acc_1')).toMatchObject([
      {
        grant: { id: order.grantId, units: 1_200, reason: `order ${order.id}` },
        expiresAtMs: yearsLater(SALE_START_MS, 2),
      },
    ])
  })

  test('of many who confirm a payment at once, one pays and grants', async () => {
    const engine = await openSale(open)
    const { id: orderId } = await placed(engine)
    const results = await Promise.all(
      Array.from({ length: RACERS }, (_, racer) =>
        payOrder(engine, { orderId, paymentId: `p${racer}` }, DEED),
      ),
    )
    expect(results.filter((result) => result === 'already_paid')).toHaveLength(RACERS - 1)
    expect(await listGrants(engine.queries)).toHaveLength(1)
  })

  test('an order is paid or cancelled, never both', async () => {
    const engine = await openSale(open)
    const { id: orderId } = await placed(engine)
    const results = await Promise.all([
      payOrder(engine, { orderId, paymentId: 'p1' }, DEED),
      cancelOrder(engine, { orderId, reason: 'not wanted' }, DEED),
    ])
    expect(results.filter((result) => typeof result === 'string')).toHaveLength(1)
    const order = await findOrder(engine.queries, orderId)
    expect((await listGrants(engine.queries)).length).toBe(order?.state === 'paid' ? 1 : 0)
  })

  test('another amount than the order’s does not pay it', async () => {
    const engine = await openSale(open)
    const { id: orderId } = await placed(engine)
    const short = { orderId, paymentId: 'p1', amountFen: 49_999 }
    expect(await payOrder(engine, short, DEED)).toBe('amount_mismatch')
    expect(await payOrder(engine, { ...short, amountFen: 50_000 }, DEED)).toHaveProperty('grantId')
    expect(await payOrder(engine, { ...short, orderId: 'ord_none' }, DEED)).toBe('order_unknown')
  })

  test('a repeated request with its key orders once', async () => {
    const engine = await openSale(open)
    const wish = { accountId: 'acc_1', plan: 'card4-1200', mode: 'live' } as const
    const deed = { ...DEED, idempotency: { key: 'k1', request: JSON.stringify(wish) } }
    const first = await placeOrder(engine, wish, deed)
    expect(await placeOrder(engine, wish, deed)).toEqual(first)
    expect(await listOrders(engine.queries, { limit: 10 })).toHaveLength(1)
  })

  test('units of test keys cost nothing and are there at once', async () => {
    const engine = await openSale(open)
    const wish = { accountId: 'acc_1', plan: 'card3-6000', mode: 'test' } as const
    expect(await placeOrder(engine, wish, DEED)).toMatchObject({
      state: 'paid',
      channel: 'sandbox',
    })
    expect(await listGrants(engine.queries)).toMatchObject([{ grant: { mode: 'test' } }])
  })

  test('a refund takes back the unused units and gives back their share of the money', async () => {
    const engine = await openSale(open)
    const order = await paid(engine)
    await spendUnits(engine, order.grantId!, 500)
    const wish = { orderId: order.id, reason: 'project ended' }
    expect(await refundOrder(engine, { ...wish, units: 701 }, DEED)).toBe('units_short')
    expect(await refundOrder(engine, { ...wish, units: 100 }, DEED)).toMatchObject({
      order: { state: 'partly_refunded', refundedUnits: 100, refundedFen: 4_166 },
    })
    const rest = await refundOrder(engine, wish, DEED)
    expect(rest).toMatchObject({
      order: { state: 'partly_refunded', refundedUnits: 700, refundedFen: 29_166 },
      refund: { units: 600, fen: 25_000 },
    })
    expect(await refundOrder(engine, wish, DEED)).toBe('nothing_unused')
    expect(await listGrants(engine.queries)).toMatchObject([
      { balance: { available: 0, used: 500, withdrawn: 700 } },
    ])
    expect(await listRefunds(engine.queries, order.id)).toMatchObject([
      { units: 100, fen: 4_166 },
      { units: 600, fen: 25_000, reason: 'project ended' },
    ])
  })

  test('what was never used is refunded whole, once, whoever asks at the same moment', async () => {
    const engine = await openSale(open)
    const order = await paid(engine)
    const wish = { orderId: order.id, reason: 'wrong product' }
    const results = await Promise.all(
      Array.from({ length: RACERS }, () => refundOrder(engine, wish, DEED)),
    )
    expect(results.filter((result) => result === 'nothing_unused')).toHaveLength(RACERS - 1)
    expect(await findOrder(engine.queries, order.id)).toMatchObject({
      state: 'refunded',
      refundedFen: 50_000,
    })
  })

  test('nothing is refunded of units that have ended', async () => {
    const engine = await openSale(open)
    const order = await paid(engine)
    const late = deedAt(yearsLater(SALE_START_MS, 2))
    const wish = { orderId: order.id, reason: 'late' }
    expect(await refundOrder(engine, wish, late)).toBe('nothing_unused')
  })

  test('a voided order loses its units and keeps its money', async () => {
    const engine = await openSale(open)
    const order = await paid(engine)
    const wish = { orderId: order.id, reason: 'fraud' }
    expect(await voidOrder(engine, wish, DEED)).toMatchObject({ refund: { units: 1_200, fen: 0 } })
    expect(await findOrder(engine.queries, order.id)).toMatchObject({ refundedFen: 0 })
    expect(await voidOrder(engine, wish, DEED)).toBe('nothing_unused')
    expect(await voidOrder(engine, { ...wish, orderId: 'ord_none' }, DEED)).toBe('order_unknown')
  })

  test('a plan raises the rate limit of who pays for it, and never lowers it', async () => {
    const engine = await openSale(open)
    const draft = {
      name: 'fast',
      kind: 'package',
      product: 'card4',
      units: 10,
      priceFen: 100,
      validity: { days: 30 },
    } as const
    const rate = async () =>
      (await engine.queries.selectFrom('account').selectAll().orderBy('id').execute())[0]
        ?.rate_per_second
    await addPlan(engine, { ...draft, ratePerSecond: 50 }, DEED)
    await paid(engine, 'fast')
    expect(await rate()).toBe(50)
    await addPlan(engine, { ...draft, ratePerSecond: 30 }, DEED)
    await paid(engine, 'fast')
    expect(await rate()).toBe(50)
  })

  test('a trial is free, and had once by each account and each real identity', async () => {
    const engine = await openSale(open)
    const trial = (accountId: string, ...identities: string[]) =>
      takeTrial(engine, { accountId, plan: 'card4-trial', identities }, DEED)
    expect(await trial('acc_1', 'taxNumber:a', 'phone:a')).toMatchObject({
      kind: 'trial',
      state: 'paid',
      units: 20,
      amountFen: 0,
    })
    expect(await trial('acc_1', 'phone:b')).toBe('trial_used')
    expect(await trial('acc_2', 'phone:c', 'taxNumber:a')).toBe('trial_used')
    expect(await trial('acc_2', 'phone:c')).toMatchObject({ state: 'paid' })
    expect(await listOrders(engine.queries, { limit: 10 })).toHaveLength(2)
    expect(
      await takeTrial(engine, { accountId: 'acc_1', plan: 'card4-1200', identities: [] }, DEED),
    ).toBe('plan_unknown')
  })

  test('of many trials asked for by one identity at once, one is given', async () => {
    const engine = await openSale(open)
    const results = await Promise.all(
      Array.from({ length: RACERS }, (_, racer) =>
        takeTrial(
          engine,
          { accountId: `acc_${1 + (racer % 2)}`, plan: 'card4-trial', identities: ['phone:a'] },
          DEED,
        ),
      ),
    )
    expect(results.filter((result) => result === 'trial_used')).toHaveLength(RACERS - 1)
    expect(await listGrants(engine.queries)).toHaveLength(1)
  })

  test('a closed account buys nothing, by itself neither', async () => {
    const engine = await openSale(open)
    const wish = { accountId: 'acc_1', plan: 'card4-1200', mode: 'test' } as const
    await setReorder(engine, { ...wish, belowUnits: 1 }, DEED)
    await engine.transact(({ queries }) =>
      queries.updateTable('account').set({ state: 'closed' }).where('id', '=', 'acc_1').execute(),
    )
    await expect(placeOrder(engine, wish, DEED)).rejects.toThrow('account_closed')
    const trial = { accountId: 'acc_1', plan: 'card4-trial', identities: [] }
    await expect(takeTrial(engine, trial, DEED)).rejects.toThrow('account_closed')
    await watchPools(engine, SALE_START_MS)
    expect(await listOrders(engine.queries, { limit: 9 })).toEqual([])
  })

  test('every change has its audit line, and a refused one has none', async () => {
    const engine = await openSale(open)
    const order = await paid(engine)
    await payOrder(engine, { orderId: order.id, paymentId: 'p2' }, DEED)
    await refundOrder(engine, { orderId: order.id, reason: 'project ended' }, DEED)
    const lines = await engine.queries.selectFrom('audit').selectAll().orderBy('id').execute()
    expect(lines).toMatchObject([
      { action: 'order.place', subject: order.id },
      { action: 'order.pay', subject: order.id, detail: 'operator p1' },
      { action: 'order.refund', subject: order.id, detail: 'project ended' },
    ])
  })
})
