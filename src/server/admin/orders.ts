/** Routes of orders: placed and cancelled by buyers, paid and refunded by operators. */
import { z } from 'zod'
import { CANCEL_FORM, PAY_FORM, PLACE_FORM, REFUND_FORM } from '../../billing/forms.ts'
import { ORDER_STATES, type Order } from '../../billing/order.ts'
import { findOrder, listRefunds, orderOf } from '../../storage/sql/order-rows.ts'
import {
  cancelOrder,
  payOrder,
  placeOrder,
  refundOrder,
  voidOrder,
} from '../../storage/sql/orders.ts'
import { readPage } from '../../storage/sql/pages.ts'
import { listNotices } from '../../storage/sql/payments.ts'
import { type Caller, isStaff, maySee, oneAccount, scopeOf } from './caller.ts'
import { ACCOUNT_QUERY, cursorOf, nextOf, PAGE_QUERY, pageOf } from './paging.ts'
import { type AdminApp, serve } from './route.ts'
import type { AdminServices } from './services.ts'

const State = z.enum(ORDER_STATES)

export const OrderView = z.object({
  id: z.string(),
  accountId: z.string(),
  kind: z.enum(['package', 'trial', 'bill']),
  state: State,
  plan: z.object({ name: z.string(), version: z.number() }).optional(),
  product: z.string(),
  mode: z.enum(['live', 'test']),
  units: z.number(),
  amountFen: z.number(),
  /** Of a bill. */
  month: z.string().optional(),
  dueAtMs: z.number().optional(),
  placedAtMs: z.number(),
  paidAtMs: z.number().optional(),
  cancelledAtMs: z.number().optional(),
  channel: z.string().optional(),
  paymentId: z.string().optional(),
  grantId: z.number().optional(),
  refundedUnits: z.number(),
  refundedFen: z.number(),
})

const Refund = z.object({ units: z.number(), fen: z.number() })
const OrderStory = OrderView.extend({
  refunds: z.array(Refund.extend({ atMs: z.number(), reason: z.string() })),
  /** Notices of payment providers; for staff. */
  notices: z.array(
    z.object({
      provider: z.string(),
      paymentId: z.string(),
      amountFen: z.number(),
      atMs: z.number(),
      result: z.string(),
    }),
  ),
})
const Refunded = z.object({ order: OrderView, refund: Refund })

/** Adds the routes. */
export function addOrders(app: AdminApp, services: AdminServices): void {
  const { accounts, engine, reader } = services.storage
  serve(
    app,
    'GET /api/admin/orders',
    {
      summary: 'Orders, the newest first',
      query: z.strictObject({ ...ACCOUNT_QUERY, ...PAGE_QUERY, state: State.optional() }),
      reply: pageOf(OrderView),
    },
    async ({ caller, query }) => {
      const scope = scopeOf(caller, query.accountId)
      const after = cursorOf(query.after)
      if (typeof scope === 'string') return scope
      if (typeof after === 'string') return after
      const where = { account_id: scope.accountId, state: query.state }
      const page = await readPage(reader.queries, 'order', { limit: query.limit, after, where })
      return { items: page.rows.map(orderOf), ...nextOf(page.next) }
    },
  )
  serve(
    app,
    'POST /api/admin/orders',
    {
      summary: 'Orders a package',
      query: z.strictObject(ACCOUNT_QUERY),
      body: PLACE_FORM,
      reply: OrderView,
    },
    async ({ caller, query, body, deed }) => {
      const accountId = await oneAccount(accounts, caller, query.accountId)
      return placeOrder(engine, { accountId, ...body }, deed)
    },
  )
  serve(
    app,
    'GET /api/admin/orders/{orderId}',
    { summary: 'One order with its refunds', reply: OrderStory },
    async ({ caller, params }) => {
      const order = await seenOrder(services, caller, params.orderId)
      if (typeof order === 'string') return order
      const refunds = await listRefunds(engine.queries, order.id)
      const notices = isStaff(caller) ? await listNotices(engine.queries, order.id) : []
      return { ...order, refunds, notices }
    },
  )
  serve(
    app,
    'POST /api/admin/orders/{orderId}/cancellation',
    {
      summary: 'Cancels an order that is not paid',
      body: CANCEL_FORM.omit({ orderId: true }),
      reply: OrderView,
    },
    async ({ caller, params, body, deed }) => {
      const order = await seenOrder(services, caller, params.orderId)
      if (typeof order === 'string') return order
      return cancelOrder(engine, { orderId: order.id, ...body }, deed)
    },
  )
  addOperatorChanges(app, services)
}

function addOperatorChanges(app: AdminApp, { storage }: AdminServices): void {
  const { engine } = storage
  serve(
    app,
    'POST /api/admin/orders/{orderId}/payment',
    {
      summary: 'Confirms that an order was paid; its units are granted',
      body: PAY_FORM.omit({ orderId: true }),
      reply: OrderView,
    },
    ({ params, body, deed }) => payOrder(engine, { orderId: params.orderId ?? '', ...body }, deed),
  )
  serve(
    app,
    'POST /api/admin/orders/{orderId}/refund',
    {
      summary: 'Takes unused units back and says what money is to be returned',
      body: REFUND_FORM.omit({ orderId: true }),
      reply: Refunded,
    },
    ({ params, body, deed }) => {
      return refundOrder(engine, { orderId: params.orderId ?? '', ...body }, deed)
    },
  )
  serve(
    app,
    'POST /api/admin/orders/{orderId}/void',
    {
      summary: 'Takes all unused units back without money',
      body: CANCEL_FORM.omit({ orderId: true }),
      reply: Refunded,
    },
    ({ params, body, deed }) => voidOrder(engine, { orderId: params.orderId ?? '', ...body }, deed),
  )
}

async function seenOrder(
  { storage }: AdminServices,
  caller: Caller,
  orderId = '',
): Promise<Order | 'order_unknown'> {
  const order = await findOrder(storage.engine.queries, orderId)
  return order !== undefined && maySee(caller, order.accountId) ? order : 'order_unknown'
}
