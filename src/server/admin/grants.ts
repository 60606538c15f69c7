/** Routes of grants: the units of an account, given, taken back and extended by operators. */
import { z } from 'zod'
import { BALANCE_ACCOUNTS, type Grant, type Holding } from '../../billing/grant.ts'
import { yearsLater } from '../../billing/validity.ts'
import { PRODUCTS, type Product } from '../../domain/product.ts'
import { readGrants } from '../../storage/sql/grants.ts'
import { mutate } from '../../storage/sql/mutation.ts'
import { oneAccount, scopeOf } from './caller.ts'
import { ACCOUNT_QUERY, pageOf } from './paging.ts'
import { invalid } from './problem.ts'
import { type AdminApp, Refusal, serve } from './route.ts'
import type { AdminServices } from './services.ts'

const UNITS_MAX = 1_000_000_000_000
const REASON_LENGTH_MAX = 200
const VALID_YEARS = 2
/** More than an account has; of all accounts there may be as many again, and again. */
const PAGE_GRANTS = 1_000
/** The last moment that a date can have. */
const TIME_MS_MAX = 8_640_000_000_000_000

const units = z.int().min(1).max(UNITS_MAX)
const expiresAtMs = z.int().min(1).max(TIME_MS_MAX)
const PLACE_QUERY = {
  limit: z.coerce.number().int().min(1).max(PAGE_GRANTS).default(PAGE_GRANTS),
  /** `next` of the page before. */
  after: z.coerce.number().int().min(0).optional(),
} as const
/** Every movement of units by hand is answered for. */
const reason = z
  .string()
  .trim()
  .min(1)
  .max(REASON_LENGTH_MAX)
  .regex(/^[^\p{Cc}]*$/u)

const GRANT_FORM = z.strictObject({
  product: z.enum(Object.keys(PRODUCTS) as [Product, ...Product[]]),
  mode: z.enum(['live', 'test']),
  units,
  /** Two years from now where it is absent. */
  expiresAtMs: expiresAtMs.exactOptional(),
  reason,
})

export const GrantView = z.object({
  id: z.number(),
  accountId: z.string(),
  product: z.string(),
  mode: z.string(),
  units: z.number(),
  startsAtMs: z.number(),
  /** As it stands after extensions. */
  expiresAtMs: z.number(),
  createdAtMs: z.number(),
  reason: z.string(),
  ...(Object.fromEntries(BALANCE_ACCOUNTS.map((name) => [name, z.number()])) as Record<
    (typeof BALANCE_ACCOUNTS)[number],
    z.ZodNumber
  >),
})

const Moved = z.object({ grantId: z.number(), units: z.number(), expiresAtMs: z.number() })

/** A grant with its balance, flat. */
export function grantOf({ grant, balance, expiresAtMs }: Holding): z.infer<typeof GrantView> {
  const { priority: _, ...terms } = grant
  return { ...terms, ...balance, expiresAtMs }
}

/** Adds the routes. */
export function addGrants(app: AdminApp, { storage }: AdminServices): void {
  const { accounts, engine, reader } = storage
  serve(
    app,
    'GET /api/admin/grants',
    {
      summary: 'Grants with their balances, in the order in which they were given',
      query: z.strictObject({ ...ACCOUNT_QUERY, ...PLACE_QUERY }),
      reply: pageOf(GrantView),
    },
    async ({ caller, query: { accountId, ...place } }) => {
      const scope = scopeOf(caller, accountId)
      if (typeof scope === 'string') return scope
      const items = (await readGrants(reader.queries, { ...scope, ...place })).map(grantOf)
      const isWhole = items.length < place.limit
      return { items, ...(!isWhole && { next: String(items.at(-1)!.id) }) }
    },
  )
  serve(
    app,
    'POST /api/admin/grants',
    {
      summary: 'Gives units for a reason',
      query: z.strictObject(ACCOUNT_QUERY),
      body: GRANT_FORM,
      reply: z.object({ id: z.number(), units: z.number(), expiresAtMs: z.number() }),
    },
    async ({ caller, query, body, deed }) => {
      const accountId = await oneAccount(accounts, caller, query.accountId)
      const { atMs } = deed
      const expires = body.expiresAtMs ?? yearsLater(atMs, VALID_YEARS)
      if (expires <= atMs) return new Refusal(invalid('expiresAtMs', 'out_of_range'))
      const order = { ...body, accountId, priority: 0, startsAtMs: atMs, expiresAtMs: expires }
      const subject = ({ id }: Grant) => `grant ${id}`
      const line = { deed, action: 'grant.add', subject, detail: `${body.units} ${body.reason}` }
      return mutate(engine, line, ({ ledger }) => ledger.addGrant(order, atMs))
    },
  )
  addMovements(app, storage)
}

function addMovements(app: AdminApp, { engine }: AdminServices['storage']): void {
  serve(
    app,
    'POST /api/admin/grants/{grantId}/withdrawal',
    {
      summary: 'Takes unused units back for a reason',
      body: z.strictObject({ units, reason }),
      reply: Moved,
    },
    ({ params, body, deed }) => {
      const grantId = Number(params.grantId)
      if (!Number.isSafeInteger(grantId)) return 'grant_unknown'
      const subject = `grant ${grantId}`
      const detail = `${body.units} ${body.reason}`
      const line = { deed, action: 'grant.withdraw', subject, detail }
      return mutate(engine, line, ({ ledger }) => {
        return ledger.withdrawGrant({ grantId, ...body }, deed.atMs)
      })
    },
  )
  serve(
    app,
    'POST /api/admin/grants/{grantId}/extension',
    {
      summary: 'Lets units be spent for longer, for a reason',
      body: z.strictObject({ expiresAtMs, reason }),
      reply: Moved,
    },
    ({ params, body, deed }) => {
      const grantId = Number(params.grantId)
      if (!Number.isSafeInteger(grantId)) return 'grant_unknown'
      const subject = `grant ${grantId}`
      const detail = `${body.expiresAtMs} ${body.reason}`
      const line = { deed, action: 'grant.extend', subject, detail }
      return mutate(engine, line, ({ ledger }) => {
        return ledger.extendGrant({ grantId, ...body }, deed.atMs)
      })
    },
  )
}
