import { describe, expect, test } from 'vitest'
import {
  deedAt,
  openSale,
  SALE_KEYRING,
  SALE_START_MS,
  SELLING,
} from '../../../test/support/sale.ts'
import { KeySealer } from '../../accounts/seal.ts'
import { Secret } from '../../domain/secret.ts'
import { signBody } from '../../domain/signed-body.ts'
import type { SqlEngine } from './engine.ts'
import { listGrants } from './grants.ts'
import { findOrder } from './order-rows.ts'
import { payOrder, placeOrder } from './orders.ts'
import {
  addProvider,
  listNotices,
  listProviders,
  receiveNotice,
  revokeProvider,
} from './payments.ts'

const DEED = deedAt(SALE_START_MS)
const NOW_MS = SALE_START_MS + 1_000
const SEALER = new KeySealer(SALE_KEYRING, 'sale.seal')
const RACERS = 8

async function openShop(open: () => Promise<SqlEngine>) {
  const engine = await openSale(open)
  const secret = new Secret(await addProvider(engine, SEALER, 'alipay', DEED))
  const order = await placeOrder(
    engine,
    { accountId: 'acc_1', plan: 'card4-1200', mode: 'live' },
    DEED,
  )
  if (typeof order === 'string') throw new Error(order)
  const notice = { orderId: order.id, paymentId: 'ali-1', amountFen: 50_000 }
  const send = (change: object = {}, provider = 'alipay', key = secret) => {
    const signed = signBody(key, JSON.stringify({ ...notice, ...change }), NOW_MS)
    return receiveNotice(engine, SEALER, { ...signed, provider }, NOW_MS)
  }
  return { engine, orderId: order.id, send, secret }
}

describe.each(SELLING)('%s', (_name, open) => {
  test('a notice pays its order once, however often and from however many sides it comes', async () => {
    const { engine, orderId, send } = await openShop(open)
    const results = await Promise.all(Array.from({ length: RACERS }, () => send()))
    expect(new Set(results)).toEqual(new Set(['paid']))
    expect(await findOrder(engine.queries, orderId)).toMatchObject({
      state: 'paid',
      channel: 'alipay',
      paymentId: 'ali-1',
    })
    expect(await listGrants(engine.queries)).toHaveLength(1)
    expect(await listNotices(engine.queries, orderId)).toHaveLength(1)
  })

  test('a second payment of an order is kept for the operator and grants nothing', async () => {
    const { engine, orderId, send } = await openShop(open)
    await payOrder(engine, { orderId, paymentId: 'bank-7' }, DEED)
    expect(await send()).toBe('already_paid')
    expect(await send()).toBe('already_paid')
    expect(await listNotices(engine.queries, orderId)).toMatchObject([{ result: 'already_paid' }])
    expect(await listGrants(engine.queries)).toHaveLength(1)
  })

  test('money that no order waits for is kept and pays nothing', async () => {
    const { engine, orderId, send } = await openShop(open)
    expect(await send({ amountFen: 49_999 })).toBe('amount_mismatch')
    expect(await send({ paymentId: 'ali-2', orderId: 'ord_none' })).toBe('order_unknown')
    expect(await listNotices(engine.queries, orderId)).toMatchObject([{ amountFen: 49_999 }])
    expect(await findOrder(engine.queries, orderId)).toMatchObject({ state: 'placed' })
    expect(await send({ paymentId: 'ali-3' })).toBe('paid')
  })

  test('another text under a payment’s number is refused', async () => {
    const { send } = await openShop(open)
    expect(await send()).toBe('paid')
    expect(await send({ amountFen: 1 })).toBe('notice_changed')
  })

  test('nothing is believed of strangers, forgers, and of who was revoked', async () => {
    const { engine, orderId, send } = await openShop(open)
    expect(await send({}, 'wechat')).toBe('provider_unknown')
    expect(await send({}, 'alipay', new Secret('nobody'))).toBe('signature_mismatch')
    expect(await send({}, 'wechat', new Secret('nobody'))).toBe('provider_unknown')
    expect(await send({ amountFen: '50000' })).toBe('notice_malformed')
    expect(await revokeProvider(engine, 'alipay', DEED)).toHaveProperty('revokedAtMs')
    expect(await revokeProvider(engine, 'alipay', DEED)).toBe('provider_unknown')
    expect(await send()).toBe('provider_unknown')
    expect(await listNotices(engine.queries, orderId)).toEqual([])
  })

  test('a notice of yesterday is not believed', async () => {
    const { engine, orderId, secret } = await openShop(open)
    const body = JSON.stringify({ orderId, paymentId: 'ali-1', amountFen: 50_000 })
    const message = { ...signBody(secret, body, NOW_MS), provider: 'alipay' }
    const late = NOW_MS + 86_400_000
    expect(await receiveNotice(engine, SEALER, message, late)).toBe('signature_expired')
  })

  test('a provider that is added again has a new secret, and the list tells none', async () => {
    const { engine, secret, send } = await openShop(open)
    const next = await addProvider(engine, SEALER, 'alipay', DEED)
    expect(await send({}, 'alipay', secret)).toBe('signature_mismatch')
    expect(await send({}, 'alipay', new Secret(next))).toBe('paid')
    expect(await listProviders(engine.queries)).toEqual([
      { name: 'alipay', createdAtMs: SALE_START_MS },
    ])
  })
})
