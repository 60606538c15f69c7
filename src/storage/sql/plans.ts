/** Plans: versions of what is for sale. */
import type { Selectable } from 'kysely'
import type { Deed } from '../../accounts/store.ts'
import {
  DEFAULT_PLANS,
  nextVersion,
  type Plan,
  type PlanDraft,
  type PlanRefusal,
  type Validity,
} from '../../billing/plan.ts'
import type { Queries, SqlEngine } from './engine.ts'
import { moveRevision } from './meta.ts'
import { mutate } from './mutation.ts'
import type { Schema } from './schema.ts'

/** A version with its dates. */
export interface PlanRecord extends Plan {
  readonly createdAtMs: number
  readonly retiredAtMs?: number
}

/** Its row in `meta` is the lock under which plans change one after another. */
const PLANS_REVISION = 'plans_revision'

/** Offers the default plans where no plan was ever offered. */
export async function seedPlans(engine: SqlEngine, nowMs: number): Promise<void> {
  if (await hasPlans(engine.queries)) return
  await engine.transact(async ({ queries }) => {
    await moveRevision(queries, PLANS_REVISION)
    // Another node may have started at the same moment.
    if (await hasPlans(queries)) return
    await insertPlans(
      queries,
      DEFAULT_PLANS.map((draft) => ({ ...draft, version: 1 })),
      nowMs,
    )
  })
}

/** Offers a plan, as the next version where its name is known. */
export function addPlan(
  engine: SqlEngine,
  draft: PlanDraft,
  deed: Deed,
): Promise<Plan | PlanRefusal> {
  const subject = ({ name, version }: Plan) => `${name}@${version}`
  const detail = `${draft.units} units, ${draft.priceFen} fen`
  return mutate<Plan | PlanRefusal>(
    engine,
    { deed, action: 'plan.add', subject, detail },
    async ({ queries }) => {
      await moveRevision(queries, PLANS_REVISION)
      const plan = nextVersion(draft, await newestVersion(queries, draft.name))
      if (typeof plan !== 'string') await insertPlans(queries, [plan], deed.atMs)
      return plan
    },
  )
}

/** Takes a plan off sale; what was ordered of it is not touched. */
export function retirePlan(
  engine: SqlEngine,
  name: string,
  deed: Deed,
): Promise<PlanRecord | PlanRefusal> {
  return mutate<PlanRecord | PlanRefusal>(
    engine,
    { deed, action: 'plan.retire', subject: name },
    async ({ queries }) => {
      await moveRevision(queries, PLANS_REVISION)
      const plan = await planForSale(queries, name)
      if (plan === undefined) return 'plan_unknown'
      await queries
        .updateTable('plan')
        .set({ retired_at_ms: deed.atMs })
        .where('name', '=', name)
        .where('retired_at_ms', 'is', null)
        .execute()
      return { ...plan, retiredAtMs: deed.atMs }
    },
  )
}

/** What is for sale; with `all` also older and retired versions. */
export async function listPlans(queries: Queries, all = false): Promise<PlanRecord[]> {
  const rows = await queries
    .selectFrom('plan')
    .selectAll()
    .orderBy('product')
    .orderBy('price_fen')
    .orderBy('name')
    .orderBy('version')
    .execute()
  const plans = rows.map(planOf)
  if (all) return plans
  const newest = new Map(rows.map(({ name }) => [name, 0]))
  for (const { name, version } of plans) newest.set(name, Math.max(version, newest.get(name)!))
  return plans.filter((plan) => {
    return plan.retiredAtMs === undefined && plan.version === newest.get(plan.name)
  })
}

/** The version that is for sale under a name. */
export async function planForSale(queries: Queries, name: string): Promise<PlanRecord | undefined> {
  const plan = await newestVersion(queries, name)
  return plan?.retiredAtMs === undefined ? plan : undefined
}

/** The version that was ordered. */
export async function planOrdered(
  queries: Queries,
  { name, version }: Pick<Plan, 'name' | 'version'>,
): Promise<Plan> {
  const row = await queries
    .selectFrom('plan')
    .selectAll()
    .where('name', '=', name)
    .where('version', '=', version)
    .executeTakeFirstOrThrow()
  return planOf(row)
}

async function newestVersion(queries: Queries, name: string): Promise<PlanRecord | undefined> {
  const row = await queries
    .selectFrom('plan')
    .selectAll()
    .where('name', '=', name)
    .orderBy('version', 'desc')
    .limit(1)
    .executeTakeFirst()
  return row && planOf(row)
}

async function hasPlans(queries: Queries): Promise<boolean> {
  return (await queries.selectFrom('plan').select('name').limit(1).execute()).length > 0
}

async function insertPlans(queries: Queries, plans: readonly Plan[], nowMs: number): Promise<void> {
  const rows = plans.map(({ validity, ...plan }) => ({
    name: plan.name,
    version: plan.version,
    kind: plan.kind,
    product: plan.product,
    units: plan.units,
    price_fen: plan.priceFen,
    valid_years: 'years' in validity ? validity.years : 0,
    valid_days: 'days' in validity ? validity.days : 0,
    rate_per_second: plan.ratePerSecond ?? null,
    created_at_ms: nowMs,
    retired_at_ms: null,
  }))
  await queries.insertInto('plan').values(rows).execute()
}

function planOf(row: Selectable<Schema['plan']>): PlanRecord {
  const validity: Validity =
    row.valid_years > 0 ? { years: row.valid_years } : { days: row.valid_days }
  return {
    name: row.name,
    version: row.version,
    kind: row.kind,
    product: row.product,
    units: row.units,
    priceFen: row.price_fen,
    validity,
    ...(row.rate_per_second !== null && { ratePerSecond: row.rate_per_second }),
    createdAtMs: row.created_at_ms,
    ...(row.retired_at_ms !== null && { retiredAtMs: row.retired_at_ms }),
  }
}
