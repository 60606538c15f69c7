/** Routes of comparing vendors: how it is set, and what two of them said of the same cards. */
import { z } from 'zod'
import { beijingDay, dayStartMs, monthStartDay } from '../../domain/beijing.ts'
import {
  endShadow,
  readDisagreement,
  readShadow,
  releaseRoute,
  setShadow,
} from '../../storage/sql/shadow-book.ts'
import { type AdminApp, serve } from './route.ts'
import type { AdminServices } from './services.ts'

const CELLS_MAX = 500
const PER_MILLE = 1_000
const BUDGET_CENTIFEN_MAX = 100_000_000_000
const WINDOW_CALLS_MAX = 1_000_000

const SHADOW_FORM = z.strictObject({
  /** Name of the route that is asked for comparison. */
  second: z.string().regex(/^[a-z0-9][a-z0-9-]{0,31}$/),
  perMille: z.int().min(1).max(PER_MILLE),
  compares: z.enum(['matches', 'verdicts']),
  budgetCentifen: z.int().min(0).max(BUDGET_CENTIFEN_MAX),
  windowCalls: z.int().min(1).max(WINDOW_CALLS_MAX),
  alarmPerMille: z.int().min(0).max(PER_MILLE),
  stops: z.boolean(),
})

const moment = z.coerce.number().int().min(0)
const PERIOD = z.strictObject({ sinceMs: moment.optional(), untilMs: moment.optional() })

const Pair = z.object({
  route: z.string(),
  second: z.string(),
  compared: z.number(),
  disagreed: z.number(),
})

const Comparison = z.object({
  sinceMs: z.number(),
  untilMs: z.number(),
  /** Absent while nothing is compared. */
  policy: SHADOW_FORM.optional(),
  spentCentifen: z.number(),
  /** Routes that nobody is sent to, until they are released. */
  stops: z.array(Pair.extend({ atMs: z.number() })),
  pairs: z.array(Pair),
  /** Most frequent first. */
  cells: z.array(
    z.object({
      route: z.string(),
      second: z.string(),
      bank: z.string(),
      outcome: z.string(),
      secondOutcome: z.string(),
      count: z.number(),
    }),
  ),
})

/** Adds the routes. */
export function addVendorComparison(app: AdminApp, { storage }: AdminServices): void {
  const { engine, reader } = storage
  serve(
    app,
    'GET /api/admin/vendors/comparison',
    {
      summary: 'How sources are compared and where they disagree; by default this month',
      query: PERIOD,
      reply: Comparison,
    },
    ({ query, nowMs }) => {
      const sinceMs = query.sinceMs ?? dayStartMs(monthStartDay(beijingDay(nowMs)))
      const untilMs = query.untilMs ?? nowMs
      return reader.snapshot(async (queries) => {
        const found = await readDisagreement(queries, { fromMs: sinceMs, toMs: untilMs })
        const cells = found.cells.slice(0, CELLS_MAX)
        return { sinceMs, untilMs, ...(await readShadow(queries, nowMs)), ...found, cells }
      })
    },
  )
  serve(
    app,
    'PUT /api/admin/vendors/comparison',
    { summary: 'Begins comparing, or changes how', body: SHADOW_FORM, reply: SHADOW_FORM },
    ({ body, deed }) => setShadow(engine, body, deed),
  )
  serve(
    app,
    'DELETE /api/admin/vendors/comparison',
    { summary: 'Ends comparing; what was found stays', reply: z.object({ ended: z.boolean() }) },
    async ({ deed }) => {
      await endShadow(engine, deed)
      return { ended: true }
    },
  )
  serve(
    app,
    'POST /api/admin/vendors/routes/{route}/release',
    {
      summary: 'Sends calls again to a route that was set aside',
      reply: z.object({ route: z.string() }),
    },
    async ({ params: { route = '' }, deed }) => {
      const refusal = await releaseRoute(engine, route, deed)
      return refusal ?? { route }
    },
  )
}
