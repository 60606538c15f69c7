/** The store of orders against the rules of `billing/order.ts`, step by step, over random lives. */
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { deedAt, openSale, SALE_START_MS, SELLING, spendUnits } from '../../../test/support/sale.ts'
import { cancel, type Order, pay, refund } from '../../billing/order.ts'
import { endOfValidity } from '../../billing/plan.ts'
import type { SqlEngine } from './engine.ts'
import { listGrants } from './grants.ts'
import { findOrder } from './order-rows.ts'
import { cancelOrder, payOrder, placeOrder, refundOrder, voidOrder } from './orders.ts'

const LIVES = 25
const UNITS = 1_200
const REASON = 'test'
const VALIDITY = { years: 2 }

type Step =
  | { readonly do: 'pay' | 'cancel' | 'void' | 'outlive' }
  | { readonly do: 'spend'; readonly units: number }
  | { readonly do: 'refund'; readonly units: number | undefined }

/** What the rules say there should be. */
interface Model {
  order: Order
  nowMs: number
  /** When what was paid, or would be paid now, ends. */
  endMs: number
  available: number
  used: number
  withdrawn: number
}

const units = fc.integer({ min: 1, max: 700 })
const steps = fc.array(
  fc.oneof(
    fc.constantFrom<Step>({ do: 'pay' }, { do: 'pay' }, { do: 'cancel' }, { do: 'void' }),
    fc.constant<Step>({ do: 'outlive' }),
    fc.record({ do: fc.constant('spend' as const), units }),
    fc.record({ do: fc.constant('refund' as const), units: fc.option(units, { nil: undefined }) }),
  ),
  { maxLength: 12 },
)

/** Takes one step in the model; gives what the store should answer. */
function stepModel(model: Model, step: Step): unknown {
  const paid = model.order.state !== 'placed' && model.order.state !== 'cancelled'
  const unused = model.nowMs < model.endMs ? model.available : 0
  switch (step.do) {
    case 'outlive':
      model.nowMs = model.endMs
      return undefined
    case 'spend':
      if (step.units > unused) return undefined
      model.available -= step.units
      model.used += step.units
      return undefined
    case 'void':
      if (!paid) return 'not_paid'
      if (unused === 0) return 'nothing_unused'
      model.available = 0
      model.withdrawn += unused
      return { units: unused, fen: 0 }
    case 'refund': {
      const refunded = refund(model.order, unused, step.units)
      if (typeof refunded === 'string') return refunded
      model.order = refunded.order
      model.available -= refunded.refund.units
      model.withdrawn += refunded.refund.units
      return refunded.refund
    }
    default:
      return stepState(model, step.do)
  }
}

function stepState(model: Model, verb: 'pay' | 'cancel'): unknown {
  const payment = { channel: 'operator', paymentId: 'p', atMs: model.nowMs }
  const next = verb === 'pay' ? pay(model.order, payment) : cancel(model.order, model.nowMs)
  if (typeof next === 'string') return next
  model.order = next
  if (verb === 'pay') {
    model.available = UNITS
    model.endMs = endOfValidity(VALIDITY, model.nowMs)
  }
  return next.state
}

/** Takes the same step in the store. */
async function stepStore(engine: SqlEngine, model: Model, step: Step): Promise<unknown> {
  const orderId = model.order.id
  const deed = deedAt(model.nowMs)
  const told = <T extends object>(result: T | string, read: (result: T) => unknown) =>
    typeof result === 'string' ? result : read(result)
  switch (step.do) {
    case 'outlive':
      return undefined
    case 'spend': {
      const grantId = (await findOrder(engine.queries, orderId))?.grantId
      if (grantId === undefined || model.nowMs >= model.endMs || step.units > model.available)
        return
      return spendUnits(engine, grantId, step.units)
    }
    case 'pay':
      return told(await payOrder(engine, { orderId, paymentId: 'p' }, deed), ({ state }) => state)
    case 'cancel':
      return told(await cancelOrder(engine, { orderId, reason: REASON }, deed), (o) => o.state)
    case 'void':
      return told(await voidOrder(engine, { orderId, reason: REASON }, deed), (v) => v.refund)
    case 'refund': {
      const wish = { orderId, reason: REASON, ...(step.units && { units: step.units }) }
      return told(await refundOrder(engine, wish, deed), (refunded) => refunded.refund)
    }
  }
}

test.each(SELLING.slice(0, 1))('%s: an order lives as the rules say', async (_name, open) => {
  const engine = await openSale(open)
  const life = fc.asyncProperty(steps, async (taken) => {
    const wish = { accountId: 'acc_1', plan: 'card4-1200', mode: 'live' } as const
    const order = await placeOrder(engine, wish, deedAt(SALE_START_MS))
    if (typeof order === 'string') throw new Error(order)
    const none = { available: 0, used: 0, withdrawn: 0 }
    const nowMs = SALE_START_MS
    const model: Model = { order, nowMs, endMs: endOfValidity(VALIDITY, nowMs), ...none }
    for (const step of taken) {
      const stored = await stepStore(engine, { ...model }, step)
      expect(stored).toEqual(stepModel(model, step))
    }
    const { grantId, ...kept } = (await findOrder(engine.queries, order.id))!
    expect(kept).toEqual(model.order)
    const holding = (await listGrants(engine.queries)).find(({ grant }) => grant.id === grantId)
    const { available, used, withdrawn } = model
    if (holding !== undefined) expect(holding.balance).toMatchObject({ available, used, withdrawn })
    else expect(available + used + withdrawn).toBe(0)
  })
  await fc.assert(life, { numRuns: LIVES })
})
