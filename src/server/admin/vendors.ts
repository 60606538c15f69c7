/** The route of vendors: where live calls may be led, by which policies, and what that cost. */
import { z } from 'zod'
import { beijingDay, dayStartMs, monthStartDay } from '../../domain/beijing.ts'
import { readUnknowns } from '../../storage/sql/attempts.ts'
import { readRouteCosts } from '../../storage/sql/vendor-costs.ts'
import { listRoutes, readPolicies } from '../../storage/sql/vendor-routes.ts'
import { type AdminApp, serve } from './route.ts'
import type { AdminServices } from './services.ts'

const moment = z.coerce.number().int().min(0)

const Route = z.object({
  name: z.string(),
  vendor: z.string(),
  credentialKind: z.string(),
  /** SecretId or AppKey; empty where the secret is all there is. */
  credentialId: z.string(),
  endpoint: z.string().optional(),
  profile: z.string(),
  tier: z.number(),
  weight: z.number(),
  createdAtMs: z.number(),
})

const Policy = z.object({
  /** Empty for all accounts that have none of their own. */
  accountId: z.string(),
  routes: z.array(z.string()).optional(),
  prefer: z.string().optional(),
  totalTimeoutMs: z.number().optional(),
  /** Of ten thousand calls of a day, how many may be paid twice after an unknown. */
  doublePayShare: z.number(),
})

const Vendors = z.object({
  routes: z.array(Route),
  policies: z.array(Policy),
  /** Attempts by how they ended; costs in hundredths of a fen. */
  costs: z.array(
    z.object({
      route: z.string(),
      settled: z.number(),
      free: z.number(),
      unknown: z.number(),
      costCentifen: z.number(),
      unknownCentifen: z.number(),
    }),
  ),
  /** Attempts of any time that may have been paid, until a bill says so. */
  open: z.object({
    count: z.number(),
    costCentifen: z.number(),
    oldestAtMs: z.number().optional(),
  }),
})

/** Adds the route. */
export function addVendors(app: AdminApp, { storage }: AdminServices): void {
  serve(
    app,
    'GET /api/admin/vendors',
    {
      summary: 'Vendors with what they cost; by default this month',
      query: z.strictObject({ sinceMs: moment.optional(), untilMs: moment.optional() }),
      reply: Vendors,
    },
    ({ query, nowMs }) => {
      const { sinceMs = dayStartMs(monthStartDay(beijingDay(nowMs))), untilMs = nowMs } = query
      return storage.engine.snapshot(async (queries) => ({
        routes: (await listRoutes(queries)).map(({ ca: _, prices: __, ...route }) => route),
        policies: await readPolicies(queries),
        costs: await readRouteCosts(queries, { fromMs: sinceMs, toMs: untilMs }),
        open: await readUnknowns(queries),
      }))
    },
  )
}
