/** Routes of accounts that pay at the month's end: their terms, and their bills. */
import { z } from 'zod'
import { POSTPAID_FORM } from '../../billing/forms.ts'
import { PRODUCTS, type Product } from '../../domain/product.ts'
import { orderOf } from '../../storage/sql/order-rows.ts'
import { readPage } from '../../storage/sql/pages.ts'
import { endPostpaid, listPostpaid, setPostpaid } from '../../storage/sql/postpaid.ts'
import { oneAccount, scopeOf } from './caller.ts'
import { OrderView } from './orders.ts'
import { ACCOUNT_QUERY, cursorOf, nextOf, PAGE_QUERY, pageOf } from './paging.ts'
import { type AdminApp, serve } from './route.ts'
import type { AdminServices } from './services.ts'

const Terms = z.object({
  accountId: z.string(),
  product: z.string(),
  unitsPerMonth: z.number(),
  priceFenPer1000Units: z.number(),
  /** Days that a bill may wait. */
  dueDays: z.number(),
  /** Of an agreement that was ended: the present month is still billed. */
  endedAtMs: z.number().optional(),
})

const product = z.enum(Object.keys(PRODUCTS) as [Product, ...Product[]])

/** Adds the routes. */
export function addPostpaid(app: AdminApp, { storage }: AdminServices): void {
  const { accounts, engine, reader } = storage
  serve(
    app,
    'GET /api/admin/postpaid',
    {
      summary: 'Terms of postpaid accounts',
      query: z.strictObject(ACCOUNT_QUERY),
      reply: z.object({ items: z.array(Terms) }),
    },
    async ({ caller, query }) => {
      const scope = scopeOf(caller, query.accountId)
      if (typeof scope === 'string') return scope
      return { items: await listPostpaid(engine.queries, scope.accountId) }
    },
  )
  serve(
    app,
    'GET /api/admin/postpaid/bills',
    {
      summary: 'Bills of postpaid accounts, the newest first',
      query: z.strictObject({ ...ACCOUNT_QUERY, ...PAGE_QUERY }),
      reply: pageOf(OrderView),
    },
    async ({ caller, query }) => {
      const scope = scopeOf(caller, query.accountId)
      const after = cursorOf(query.after)
      if (typeof scope === 'string') return scope
      if (typeof after === 'string') return after
      const where = { account_id: scope.accountId, kind: 'bill' }
      const page = await readPage(reader.queries, 'order', { limit: query.limit, after, where })
      return { items: page.rows.map(orderOf), ...nextOf(page.next) }
    },
  )
  serve(
    app,
    'PUT /api/admin/postpaid',
    {
      summary: 'Agrees on terms with an account, from this month on',
      query: z.strictObject(ACCOUNT_QUERY),
      body: POSTPAID_FORM,
      reply: Terms,
    },
    async ({ caller, query, body, deed }) => {
      const accountId = await oneAccount(accounts, caller, query.accountId)
      await setPostpaid(engine, { accountId, ...body }, deed)
      return { accountId, ...body }
    },
  )
  serve(
    app,
    'DELETE /api/admin/postpaid',
    {
      summary: 'Ends an agreement: the present month is still billed',
      query: z.strictObject({ ...ACCOUNT_QUERY, product }),
      reply: z.object({ accountId: z.string(), product: z.string() }),
    },
    async ({ caller, query, deed }) => {
      const accountId = await oneAccount(accounts, caller, query.accountId)
      const named = { accountId, product: query.product }
      const ended = await endPostpaid(engine, named, deed)
      return typeof ended === 'string' ? ended : named
    },
  )
}
