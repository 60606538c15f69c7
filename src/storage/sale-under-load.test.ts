/** Orders are paid and refunded while calls spend their units, on every engine and with its own meter. */
import { describe, expect, test } from 'vitest'
import { callOf } from '../../test/support/ledger-store.ts'
import {
  balancesAt,
  brokenAt,
  METER_PLACES,
  type MeterPlace,
} from '../../test/support/meter-places.ts'
import { shareFen } from '../billing/order.ts'
import { payOrder, placeOrder, type RefundedOrder, refundOrder } from './sql/orders.ts'
import { seedPlans } from './sql/plans.ts'
import type { MeterHandle } from './sqlite/meter-handle.ts'

const CALLS = 300
const REFUNDS = 5
const WISH = { accountId: 'acc_1', plan: 'card4-1200', mode: 'live' } as const

function deed(place: MeterPlace) {
  return { actor: 'test', atMs: place.clock.nowMs() }
}

async function placed(place: MeterPlace): Promise<string> {
  await seedPlans(place.engine, place.clock.nowMs())
  const order = await placeOrder(place.engine, WISH, deed(place))
  if (typeof order === 'string') throw new Error(order)
  return order.id
}

function burn(place: MeterPlace, meter: MeterHandle) {
  return meter.burn(callOf(meter.serials.next(), place.clock.nowMs()))
}

describe.each([...METER_PLACES])('%s', (_name, openPlace) => {
  test('what is paid can be spent at once by a server that is running', async () => {
    const place = await openPlace()
    const orderId = await placed(place)
    const meter = await place.open()
    expect(await burn(place, meter)).toEqual({ fault: 'not_subscribed' })
    await payOrder(place.engine, { orderId, paymentId: 'p1' }, deed(place))
    expect(await burn(place, meter)).toBeUndefined()
  })

  test('a refund takes exactly what calls have left, whoever is faster', async () => {
    const place = await openPlace()
    const orderId = await placed(place)
    await payOrder(place.engine, { orderId, paymentId: 'p1' }, deed(place))
    const meter = await place.open()
    const calls = Array.from({ length: CALLS }, () => burn(place, meter))
    const wish = { orderId, units: 100, reason: 'test' }
    const parts = Array.from({ length: REFUNDS }, () =>
      refundOrder(place.engine, wish, deed(place)),
    )
    const rest = refundOrder(place.engine, { orderId, reason: 'test' }, deed(place))
    const charged = (await Promise.all(calls)).filter((fault) => fault === undefined).length
    const refunds = (await Promise.all([...parts, rest])).filter(
      (refunded): refunded is RefundedOrder => typeof refunded !== 'string',
    )
    const units = refunds.reduce((sum, { refund }) => sum + refund.units, 0)
    const fen = refunds.reduce((sum, { refund }) => sum + refund.fen, 0)
    expect(fen).toBe(shareFen(50_000, units, 1_200))
    expect(await balancesAt(place)).toMatchObject([
      { used: charged, withdrawn: units, available: 1_200 - charged - units, reserved: 0 },
    ])
    expect(await brokenAt(place)).toEqual([])
  })
})
