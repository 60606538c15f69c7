/** The route of abuse: who fails too often, who varies what about the same card, whom the guardian stops. */
import { z } from 'zod'
import {
  conductOf,
  FAILING_PERCENT_MAX,
  failsTooOften,
  VERDICTS_MIN,
} from '../../billing/conduct.ts'
import { beijingDay, DAY_MS, dayName } from '../../domain/beijing.ts'
import { OUTCOMES, type Outcome } from '../../domain/outcome.ts'
import {
  type ConductDay,
  readConductDays,
  readSpread,
  type Spread,
} from '../../storage/sql/conduct.ts'
import { type AdminApp, serve } from './route.ts'
import type { AdminServices } from './services.ts'

/** So many different values about one and the same are told of. */
const SPREAD_MIN = 5
/** The newest calls of a day that are read for what they vary. */
const SPREAD_CALLS_MAX = 50_000
const SPREADS_MAX = 100
const DAYS = 14

const Conduct = z.object({
  failingPercentMax: z.number(),
  verdictsMin: z.number(),
  spreadMin: z.number(),
  /** Of the last 24 hours, live calls alone; those with the most failures first. */
  accounts: z.array(
    z.object({
      accountId: z.string(),
      name: z.string(),
      state: z.string(),
      verdicts: z.number(),
      /** Verdicts that were no match. */
      failing: z.number(),
      malformed: z.number(),
      guarded: z.number(),
      isAlarming: z.boolean(),
    }),
  ),
  /** The widest variations of the last 24 hours. */
  spreads: z.array(
    z.object({
      accountId: z.string(),
      of: z.string(),
      varied: z.string(),
      values: z.number(),
      calls: z.number(),
    }),
  ),
  /** Refusals of the guardian by day and account, from the counts of whole hours. */
  guarded: z.array(z.object({ day: z.string(), accountId: z.string(), calls: z.number() })),
  /** Refusals of the guardian by counter, of this node since it started. */
  guardedBy: z.record(z.string(), z.number()),
})

/** Adds the route. */
export function addConduct(app: AdminApp, { storage, guardedBy }: AdminServices): void {
  const { reader, accounts, calls } = storage
  serve(
    app,
    'GET /api/admin/conduct',
    { summary: 'Accounts that fail too often, vary too much, or are stopped', reply: Conduct },
    async ({ nowMs }) => {
      const sinceMs = nowMs - DAY_MS
      const totals = await calls.totals({ mode: 'live', sinceMs })
      const known = new Map((await accounts.accounts()).map((account) => [account.id, account]))
      const spreads = await readSpread(reader, { sinceMs, callsMax: SPREAD_CALLS_MAX })
      const days = await readConductDays(reader.queries, (beijingDay(nowMs) - DAYS) * DAY_MS)
      return {
        failingPercentMax: FAILING_PERCENT_MAX,
        verdictsMin: VERDICTS_MIN,
        spreadMin: SPREAD_MIN,
        accounts: conductOf(totals).map((row) => {
          const { name = '', state = '' } = known.get(row.accountId) ?? {}
          return { ...row, name, state, isAlarming: failsTooOften(row) }
        }),
        spreads: spreads.filter(isWide).slice(0, SPREADS_MAX),
        guarded: guardedDays(days),
        guardedBy: Object.fromEntries(guardedBy()),
      }
    },
  )
}

function isWide({ values }: Spread): boolean {
  return values >= SPREAD_MIN
}

function guardedDays(days: readonly ConductDay[]) {
  return days
    .filter(({ result }) => OUTCOMES[result as Outcome] === 'guard')
    .map(({ day, accountId, calls }) => ({ day: dayName(day), accountId, calls }))
    .sort((one, other) => (one.day < other.day ? 1 : -1))
}
