/** The first page of a buyer: what is left, what is burnt next, and how today and the last days went. */
import { z } from 'zod'
import { type CallCount, quantileUs, type SeriesStep, seriesOf } from '../../billing/call-series.ts'
import { burnsBefore, canSpend, type Holding } from '../../billing/grant.ts'
import { beijingDay, DAY_MS, dayStartMs } from '../../domain/beijing.ts'
import { isOutcome } from '../../domain/outcome.ts'
import { type CountFilter, SqlCallHours } from '../../storage/sql/call-hours.ts'
import { oneAccount, scopeOf } from './caller.ts'
import { concernOf } from './concern.ts'
import { GrantView, grantOf } from './grants.ts'
import { ACCOUNT_QUERY } from './paging.ts'
import { type AdminApp, serve } from './route.ts'
import type { AdminServices } from './services.ts'

const HOUR_MS = 3_600_000
const SERIES_HOURS = 24
const SERIES_DAYS = 30
const MODE = z.enum(['live', 'test']).optional()

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
        /** Class of an outcome, or whose business a refusal is: what to do next hangs on it. */
        concerns: z.string(),
        calls: z.number(),
        charged: z.number(),
      }),
    ),
    /** At most so long took half of them, and 99 of 100; absent before the first. */
    latencyUs: z.object({ p50: z.number(), p99: z.number(), calls: z.number() }).optional(),
  }),
})

const Series = z.object({
  items: z.array(
    z.object({
      /** Beginning of the hour, or of the day in Beijing. */
      atMs: z.number(),
      calls: z.number(),
      charged: z.number(),
      /** Refusals, and calls to which no source gave a verdict. */
      errors: z.number(),
      p50Us: z.number().optional(),
      p99Us: z.number().optional(),
    }),
  ),
})

/** Adds the routes. */
export function addOverview(app: AdminApp, { storage }: AdminServices): void {
  const { accounts } = storage
  const hours = new SqlCallHours(storage.engine, storage.reader)
  serve(
    app,
    'GET /api/admin/overview',
    {
      summary: 'Quota, burn order and today of one account',
      query: z.strictObject({ ...ACCOUNT_QUERY, mode: MODE }),
      reply: Overview,
    },
    async ({ caller, query, nowMs }) => {
      const accountId = await oneAccount(accounts, caller, query.accountId)
      const { id, name, state } = await storage.accounts.account(accountId)
      const { mode } = query
      const holdings = (await storage.grants(id))
        .filter(({ grant }) => mode === undefined || grant.mode === mode)
        .filter((holding) => isSpendable(holding, nowMs))
        .toSorted(burnsBefore)
      const filter: CountFilter = {
        accountId: id,
        sinceMs: dayStartMs(beijingDay(nowMs)),
        step: 'day',
        ...(mode !== undefined && { mode }),
      }
      return {
        ...{ accountId: id, name, state },
        quota: quotaOf(holdings),
        burnOrder: holdings.map(grantOf),
        today: todayOf(await hours.counts(filter)),
      }
    },
  )
  serve(
    app,
    'GET /api/admin/overview/series',
    {
      summary: `Calls, charges, errors and latency of ${SERIES_HOURS} hours or ${SERIES_DAYS} days`,
      query: z.strictObject({
        ...ACCOUNT_QUERY,
        mode: MODE,
        by: z.enum(['hour', 'day']).default('hour'),
      }),
      reply: Series,
    },
    async ({ caller, query: { accountId, mode, by }, nowMs }) => {
      const scope = scopeOf(caller, accountId)
      if (typeof scope === 'string') return scope
      const steps = stepsOf(by, nowMs)
      const filter = { ...scope, sinceMs: steps[0]!, step: by, ...(mode !== undefined && { mode }) }
      return { items: seriesOf(await hours.counts(filter), steps) }
    },
  )
}

/** Beginnings of the steps up to the present one. */
function stepsOf(by: SeriesStep, nowMs: number): number[] {
  const [count, stepMs] = by === 'hour' ? [SERIES_HOURS, HOUR_MS] : [SERIES_DAYS, DAY_MS]
  // Hours begin alike everywhere, days at midnight in Beijing.
  const lastMs = by === 'hour' ? nowMs - (nowMs % HOUR_MS) : dayStartMs(beijingDay(nowMs))
  return Array.from({ length: count }, (_, i) => lastMs - (count - 1 - i) * stepMs)
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

function todayOf(counts: readonly CallCount[]) {
  const alike = Map.groupBy(counts, ({ api, result }) => `${api} ${result}`)
  const results = [...alike.values()]
    .map((group) => {
      const { api, result } = group[0]!
      const of = (what: 'calls' | 'charged') => group.reduce((sum, count) => sum + count[what], 0)
      return {
        api,
        result,
        isOutcome: isOutcome(result),
        concerns: concernOf(result),
        calls: of('calls'),
        charged: of('charged'),
      }
    })
    .toSorted((one, other) => other.calls - one.calls)
  const calls = results.reduce((sum, row) => sum + row.calls, 0)
  const [p50, p99] = [quantileUs(counts, 0.5), quantileUs(counts, 0.99)]
  return {
    calls,
    charged: results.reduce((sum, row) => sum + row.charged, 0),
    results,
    ...(p50 !== undefined && p99 !== undefined && { latencyUs: { p50, p99, calls } }),
  }
}
