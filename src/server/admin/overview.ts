/** The first page of a buyer: what is left, what is burnt next, and how today went. */
import { z } from 'zod'
import type { CallFilter, LoggedCall } from '../../billing/call-log.ts'
import { burnsBefore, canSpend, type Holding } from '../../billing/grant.ts'
import { beijingDay, dayStartMs } from '../../domain/beijing.ts'
import { isOutcome } from '../../domain/outcome.ts'
import { accountOf } from './caller.ts'
import { GrantView, grantOf } from './grants.ts'
import { ACCOUNT_QUERY } from './paging.ts'
import { type AdminApp, serve } from './route.ts'
import type { AdminServices } from './services.ts'

/** Latencies are those of the newest calls, which tell how it goes now. */
const LATENCY_CALLS = 500

const Quota = z.object({ product: z.string(), mode: z.string(), available: z.number() })
const Overview = z.object({
  accountId: z.string(),
  name: z.string(),
  state: z.string(),
  quota: z.array(Quota),
  /** Grants that can be spent now, in the order in which they are burnt. */
  burnOrder: z.array(GrantView),
  today: z.object({
    calls: z.number(),
    charged: z.number(),
    results: z.array(
      z.object({
        api: z.string(),
        result: z.string(),
        /** Whether a source, or the check of the form, has answered. */
        isOutcome: z.boolean(),
        calls: z.number(),
        charged: z.number(),
      }),
    ),
    /** Of the newest calls; absent before the first. */
    latencyUs: z.object({ p50: z.number(), p99: z.number(), calls: z.number() }).optional(),
  }),
})

/** Adds the route. */
export function addOverview(app: AdminApp, { storage }: AdminServices): void {
  serve(
    app,
    'GET /api/admin/overview',
    {
      summary: 'Quota, burn order and today of one account',
      query: z.strictObject({ ...ACCOUNT_QUERY, mode: z.enum(['live', 'test']).optional() }),
      reply: Overview,
    },
    async ({ caller, query, nowMs }) => {
      const accountId = accountOf(caller, query.accountId)
      if (accountId === 'account_unknown') return accountId
      const { id, name, state } = await storage.accounts.account(accountId)
      const { mode } = query
      const holdings = (await storage.grants(id))
        .filter(({ grant }) => mode === undefined || grant.mode === mode)
        .filter((holding) => isSpendable(holding, nowMs))
        .toSorted(burnsBefore)
      const filter: CallFilter = {
        accountId: id,
        sinceMs: dayStartMs(beijingDay(nowMs)),
        ...(mode !== undefined && { mode }),
      }
      return {
        ...{ accountId: id, name, state },
        quota: quotaOf(holdings),
        burnOrder: holdings.map(grantOf),
        today: await todayOf(storage, filter),
      }
    },
  )
}

function isSpendable({ grant, balance, expiresAtMs }: Holding, nowMs: number): boolean {
  const { startsAtMs } = grant
  return canSpend({ startsAtMs, expiresAtMs, available: balance.available }, nowMs)
}

function quotaOf(holdings: readonly Holding[]): z.infer<typeof Quota>[] {
  const pools = Map.groupBy(holdings, ({ grant }) => `${grant.product} ${grant.mode}`)
  return [...pools.values()].map((pool) => {
    const { product, mode } = pool[0]!.grant
    return {
      product,
      mode,
      available: pool.reduce((sum, { balance }) => sum + balance.available, 0),
    }
  })
}

async function todayOf({ calls }: AdminServices['storage'], filter: CallFilter) {
  const totals = await calls.totals(filter)
  const newest = await calls.page(filter, LATENCY_CALLS)
  const results = totals
    .map(({ api, result, calls, charged }) => {
      return { api, result, isOutcome: isOutcome(result), calls, charged }
    })
    .toSorted((one, other) => other.calls - one.calls)
  return {
    calls: results.reduce((sum, row) => sum + row.calls, 0),
    charged: results.reduce((sum, row) => sum + row.charged, 0),
    results,
    ...(newest.calls.length > 0 && { latencyUs: latenciesOf(newest.calls) }),
  }
}

function latenciesOf(calls: readonly LoggedCall[]) {
  const sorted = calls.map(({ latencyUs }) => latencyUs).toSorted((one, other) => one - other)
  const at = (share: number) => sorted[Math.ceil(share * sorted.length) - 1] ?? 0
  return { p50: at(0.5), p99: at(0.99), calls: sorted.length }
}
