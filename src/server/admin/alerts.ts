/** Routes of alerts: what an account is told of and where to, and what is ordered by itself. */
import { z } from 'zod'
import { KeySealer } from '../../accounts/seal.ts'
import { ALERT_FORM, REORDER_FORM, WEBHOOK_FORM } from '../../billing/forms.ts'
import { PRODUCTS, type Product } from '../../domain/product.ts'
import {
  alertSettings,
  listReorders,
  removeReorder,
  removeWebhook,
  setReorder,
  setThresholds,
  setWebhook,
  tryWebhook,
} from '../../storage/sql/alert-settings.ts'
import { alertOf } from '../../storage/sql/alerts.ts'
import { readPage } from '../../storage/sql/pages.ts'
import { oneAccount, scopeOf } from './caller.ts'
import { ACCOUNT_QUERY, cursorOf, nextOf, PAGE_QUERY, pageOf } from './paging.ts'
import { type AdminApp, serve } from './route.ts'
import type { AdminServices } from './services.ts'

const ONE_ACCOUNT = z.strictObject(ACCOUNT_QUERY)
const PRODUCT = z.enum(Object.keys(PRODUCTS) as [Product, ...Product[]])
const MODE = z.enum(['live', 'test'])

const AlertView = z.object({
  id: z.string(),
  accountId: z.string(),
  kind: z.string(),
  /** JSON as it is delivered. */
  body: z.string(),
  raisedAtMs: z.number(),
  delivery: z.string(),
  attempts: z.number(),
  lastResult: z.string(),
})
const Thresholds = z.object({
  lowPercents: z.array(z.number()),
  lowUnits: z.array(z.number()),
  expiryDays: z.array(z.number()),
})
const Reorder = z.object({
  accountId: z.string(),
  product: z.string(),
  mode: MODE,
  plan: z.string(),
  belowUnits: z.number(),
})
const Settings = Thresholds.extend({
  webhookUrl: z.string().optional(),
  reorders: z.array(Reorder),
})

/** Adds the routes. */
export function addAlerts(app: AdminApp, services: AdminServices): void {
  const { accounts, engine, reader } = services.storage
  serve(
    app,
    'GET /api/admin/alerts',
    {
      summary: 'Alerts that were raised, the newest first',
      query: z.strictObject({ ...ACCOUNT_QUERY, ...PAGE_QUERY }),
      reply: pageOf(AlertView),
    },
    async ({ caller, query }) => {
      const scope = scopeOf(caller, query.accountId)
      const after = cursorOf(query.after)
      if (typeof scope === 'string') return scope
      if (typeof after === 'string') return after
      const where = { account_id: scope.accountId }
      const page = await readPage(reader.queries, 'alert', { limit: query.limit, after, where })
      return { items: page.rows.map(alertOf), ...nextOf(page.next) }
    },
  )
  serve(
    app,
    'GET /api/admin/alerts/settings',
    { summary: 'What an account is told of', query: ONE_ACCOUNT, reply: Settings },
    async ({ caller, query }) => {
      const accountId = await oneAccount(accounts, caller, query.accountId)
      const settings = await alertSettings(engine.queries, accountId)
      return { ...settings, reorders: await listReorders(engine.queries, accountId) }
    },
  )
  serve(
    app,
    'PUT /api/admin/alerts/settings',
    { summary: 'Sets the thresholds', query: ONE_ACCOUNT, body: ALERT_FORM, reply: Thresholds },
    async ({ caller, query, body, deed }) => {
      const accountId = await oneAccount(accounts, caller, query.accountId)
      return setThresholds(engine, accountId, body, deed)
    },
  )
  addWebhook(app, services)
  addReorder(app, services)
}

function addWebhook(app: AdminApp, { storage }: AdminServices): void {
  const { accounts, engine, keyring } = storage
  const saleSealer = new KeySealer(keyring, 'sale.seal')
  serve(
    app,
    'PUT /api/admin/alerts/webhook',
    {
      summary: 'Sets where alerts go; the secret of their signatures is in this reply alone',
      query: ONE_ACCOUNT,
      body: WEBHOOK_FORM,
      reply: z.object({ url: z.string(), secret: z.string() }),
    },
    async ({ caller, query, body, deed }) => {
      const accountId = await oneAccount(accounts, caller, query.accountId)
      // A secret cannot be told twice, so a repetition sets a new one.
      const { actor, atMs } = deed
      const secret = await setWebhook(engine, saleSealer, { accountId, ...body }, { actor, atMs })
      return { ...body, secret }
    },
  )
  serve(
    app,
    'DELETE /api/admin/alerts/webhook',
    { summary: 'Delivers no more', query: ONE_ACCOUNT, reply: z.object({ done: z.literal(true) }) },
    async ({ caller, query, deed }) => {
      const accountId = await oneAccount(accounts, caller, query.accountId)
      await removeWebhook(engine, accountId, deed)
      return { done: true as const }
    },
  )
  serve(
    app,
    'POST /api/admin/alerts/webhook/trial',
    {
      summary: 'Sends an alert that means nothing, to see whether it arrives',
      query: ONE_ACCOUNT,
      reply: z.object({ done: z.literal(true) }),
    },
    async ({ caller, query, deed }) =>
      tryWebhook(engine, await oneAccount(accounts, caller, query.accountId), deed),
  )
}

function addReorder(app: AdminApp, { storage }: AdminServices): void {
  const { accounts, engine } = storage
  serve(
    app,
    'PUT /api/admin/alerts/reorder',
    {
      summary: 'Orders a package by itself when units run low',
      query: ONE_ACCOUNT,
      body: REORDER_FORM,
      reply: Reorder,
    },
    async ({ caller, query, body, deed }) => {
      const accountId = await oneAccount(accounts, caller, query.accountId)
      return setReorder(engine, { accountId, ...body }, deed)
    },
  )
  serve(
    app,
    'DELETE /api/admin/alerts/reorder',
    {
      summary: 'Orders nothing by itself any more',
      query: z.strictObject({ ...ACCOUNT_QUERY, product: PRODUCT, mode: MODE }),
      reply: z.object({ done: z.literal(true) }),
    },
    async ({ caller, query, deed }) => {
      const accountId = await oneAccount(accounts, caller, query.accountId)
      const { product, mode } = query
      const removed = await removeReorder(engine, { accountId, product, mode }, deed)
      return typeof removed === 'string' ? removed : { done: true as const }
    },
  )
}
