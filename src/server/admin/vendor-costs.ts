/** Routes of what vendors cost: by route, what was saved here, and calls nobody can say are paid. */
import { z } from 'zod'
import { beijingDay, DAY_MS, dayStartMs, monthStartDay } from '../../domain/beijing.ts'
import { OUTCOMES, type Outcome } from '../../domain/outcome.ts'
import { CACHE_SOURCE } from '../../sources/verdict-cache.ts'
import { readUnknowns } from '../../storage/sql/attempts.ts'
import { readRouteCosts, savingsOf } from '../../storage/sql/vendor-costs.ts'
import { invalid } from './problem.ts'
import { type AdminApp, Refusal, serve } from './route.ts'
import type { AdminServices } from './services.ts'

/** The log of calls is read for the savings: a quarter of a year at most. */
const SAVINGS_DAYS_MAX = 93

const moment = z.coerce.number().int().min(0)
const Period = z.strictObject({ sinceMs: moment.optional(), untilMs: moment.optional() })

/** Costs in hundredths of a fen. */
const Costs = z.object({
  sinceMs: z.number(),
  untilMs: z.number(),
  /** Attempts by how they ended. */
  routes: z.array(
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

const Savings = z.object({
  sinceMs: z.number(),
  untilMs: z.number(),
  /** Calls that vendors answered and that accounts paid for. */
  charged: z.number(),
  /** Answered as unknown, and so free. */
  unknown: z.number(),
  /** Refused for their form, before anybody was asked. */
  malformed: z.number(),
  /** Refused by the guardian. */
  guarded: z.number(),
  /** Charged calls for which no vendor was asked again: equal calls, late verdicts. */
  shared: z.number(),
  /** Charged calls that were answered from what their account had been told before. */
  cached: z.number(),
  /** All of these at what a paid call cost on average, in hundredths of a fen. */
  worthCentifen: z.number(),
  /** Paid attempts for comparison alone, and what they cost. */
  compared: z.number(),
  comparedCentifen: z.number(),
})

/** Adds the routes. */
export function addVendorCosts(app: AdminApp, { storage }: AdminServices): void {
  const { reader, calls } = storage
  serve(
    app,
    'GET /api/admin/vendors/costs',
    { summary: 'What vendors cost; by default this month', query: Period, reply: Costs },
    ({ query, nowMs }) => {
      const period = periodOf(query, nowMs)
      const { sinceMs: fromMs, untilMs: toMs } = period
      return reader.snapshot(async (queries) => ({
        ...period,
        routes: await readRouteCosts(queries, { fromMs, toMs }),
        open: await readUnknowns(queries),
      }))
    },
  )
  serve(
    app,
    'GET /api/admin/vendors/savings',
    {
      summary: 'Calls that no vendor had to be asked for; reads the log of calls',
      query: Period,
      reply: Savings,
    },
    async ({ query, nowMs }) => {
      const period = periodOf(query, nowMs)
      const { sinceMs, untilMs } = period
      if (untilMs - sinceMs > SAVINGS_DAYS_MAX * DAY_MS) {
        return new Refusal(invalid('sinceMs', 'out_of_range'))
      }
      const asked = await calls.totals({ mode: 'live', source: 'upstream', ...period })
      const unasked = await calls.totals({ mode: 'live', source: '', ...period })
      const costs = await readRouteCosts(reader.queries, { fromMs: sinceMs, toMs: untilMs })
      const known = await calls.totals({ mode: 'live', source: CACHE_SOURCE, ...period })
      const charged = sum(asked, (total) => total.charged)
      const malformed = sum(unasked, (total) => (isInput(total.result) ? total.calls : 0))
      const guarded = sum(asked, callsWith('attempts_exceeded'))
      const cached = sum(known, (total) => total.charged)
      const counted = { charged, malformed, guarded, cached }
      return {
        ...period,
        ...counted,
        unknown: sum(asked, callsWith('source_unknown')),
        ...savingsOf(costs, counted),
      }
    },
  )
}

/** This month where nothing is said. */
function periodOf({ sinceMs, untilMs }: z.infer<typeof Period>, nowMs: number) {
  return {
    sinceMs: sinceMs ?? dayStartMs(monthStartDay(beijingDay(nowMs))),
    untilMs: untilMs ?? nowMs,
  }
}

function sum<T>(items: readonly T[], of: (item: T) => number): number {
  return items.reduce((total, item) => total + of(item), 0)
}

function callsWith(result: Outcome) {
  return (total: { readonly result: string; readonly calls: number }) =>
    total.result === result ? total.calls : 0
}

function isInput(result: string): boolean {
  return OUTCOMES[result as Outcome] === 'input'
}
