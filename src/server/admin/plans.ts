/** Routes of what is for sale: plans, and the free trial. */
import { z } from 'zod'
import { PLAN_FORM, TRIAL_FORM } from '../../billing/forms.ts'
import { IdentityTokens } from '../../domain/identity-token.ts'
import { addPlan, listPlans, retirePlan } from '../../storage/sql/plans.ts'
import { takeTrial } from '../../storage/sql/trials.ts'
import { isStaff, oneAccount } from './caller.ts'
import { OrderView } from './orders.ts'
import { ACCOUNT_QUERY } from './paging.ts'
import { type AdminApp, serve } from './route.ts'
import type { AdminServices } from './services.ts'

const PlanView = z.object({
  name: z.string(),
  version: z.number(),
  kind: z.enum(['package', 'trial']),
  product: z.string(),
  units: z.number(),
  priceFen: z.number(),
  validity: z.union([z.object({ years: z.number() }), z.object({ days: z.number() })]),
  ratePerSecond: z.number().optional(),
  createdAtMs: z.number().optional(),
  retiredAtMs: z.number().optional(),
})

/** Adds the routes. */
export function addPlans(app: AdminApp, { storage }: AdminServices): void {
  const { accounts, engine, keyring } = storage
  const tokens = new IdentityTokens(keyring)
  serve(
    app,
    'GET /api/admin/plans',
    {
      summary: 'What is for sale; staff may see all versions',
      query: z.strictObject({ all: z.enum(['true', 'false']).default('false') }),
      reply: z.object({ items: z.array(PlanView) }),
    },
    async ({ caller, query }) => {
      return { items: await listPlans(engine.queries, query.all === 'true' && isStaff(caller)) }
    },
  )
  serve(
    app,
    'POST /api/admin/plans',
    { summary: 'Offers a plan, or the next version of one', body: PLAN_FORM, reply: PlanView },
    ({ body, deed }) => addPlan(engine, body, deed),
  )
  serve(
    app,
    'POST /api/admin/plans/{name}/retirement',
    { summary: 'Takes a plan off sale', reply: PlanView },
    ({ params, deed }) => retirePlan(engine, params.name ?? '', deed),
  )
  serve(
    app,
    'POST /api/admin/trial',
    {
      summary: 'Takes the free trial, once for each account and each real identity',
      query: z.strictObject(ACCOUNT_QUERY),
      body: TRIAL_FORM,
      reply: OrderView,
    },
    async ({ caller, query, body, deed }) => {
      const accountId = await oneAccount(accounts, caller, query.accountId)
      const identities = (['taxNumber', 'phone'] as const).flatMap((kind) => {
        const number = body[kind]
        return number === undefined ? [] : [tokens.of(kind, number)]
      })
      return takeTrial(engine, { accountId, plan: body.plan, identities }, deed)
    },
  )
}
