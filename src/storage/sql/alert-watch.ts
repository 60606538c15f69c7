/**
 * Looks at what is left of every account's units and raises what should be told. Looking is cheap and
 * outside any transaction; only what has changed is written, and each change decides for itself
 * whether another node was first.
 */
import {
  type Crossing,
  crossings,
  DEFAULT_ALERTS,
  expiryNear,
  type Pool,
  thresholdsOf,
} from '../../billing/alert.ts'
import {
  accountSlices,
  crossedThresholds,
  type EndingGrant,
  endingGrants,
  livePools,
  type PoolName,
  poolName,
  raisedEnds,
} from './alert-readings.ts'
import { allAlertSettings, listReorders, type Reorder } from './alert-settings.ts'
import { type NewAlert, raiseAlert } from './alerts.ts'
import { appendAudit } from './audit.ts'
import type { Queries, SqlEngine, SqlTransaction } from './engine.ts'
import { placeWithin } from './orders.ts'

const ACTOR = 'job:alerts'

/** Raises what each pool's thresholds ask for, and orders where that is switched on. */
export async function watchPools(engine: SqlEngine, nowMs: number): Promise<void> {
  const { queries } = engine
  const settings = await allAlertSettings(queries)
  const reorders = new Map((await listReorders(queries)).map((row) => [poolName(row), row]))
  const crossed = await crossedThresholds(queries)
  const known = Map.groupBy([...reorders.values(), ...crossed.values()], (row) => row.accountId)
  for await (const accountIds of accountSlices(queries)) {
    const pools = await livePools(queries, accountIds, nowMs)
    for (const named of accountIds.flatMap((id) => known.get(id) ?? [])) addEmpty(pools, named)
    for (const [name, pool] of pools) {
      const reorder = reorders.get(name)
      const wished = settings.get(pool.accountId) ?? DEFAULT_ALERTS
      const thresholds = thresholdsOf(wished, reorder?.belowUnits)
      const before = crossed.get(name)?.thresholds ?? new Set()
      for (const crossing of crossings(pool, thresholds, before)) {
        const found = { pool, crossing, reorder, nowMs }
        await engine.transact((transaction) => cross(transaction, found))
      }
    }
  }
}

/** Raises the coming end of grants with units left. */
export async function watchExpiry(engine: SqlEngine, nowMs: number): Promise<void> {
  const { queries } = engine
  const settings = await allAlertSettings(queries)
  for await (const accountIds of accountSlices(queries)) {
    const raised = await raisedEnds(queries, accountIds)
    for (const grant of await endingGrants(queries, accountIds, nowMs)) {
      const { expiryDays } = settings.get(grant.accountId) ?? DEFAULT_ALERTS
      const days = expiryNear(grant, expiryDays, nowMs)
      if (days === undefined) continue
      const alert = endAlert(grant, days, nowMs)
      if (raised.has(alert.crossing)) continue
      await engine.transact((transaction) => raiseAlert(transaction.queries, alert))
    }
  }
}

interface Crossed {
  readonly pool: Pool
  readonly crossing: Crossing
  readonly reorder: Reorder | undefined
  readonly nowMs: number
}

/** Keeps that a threshold was crossed and does what follows, unless another node has done so. */
async function cross(transaction: SqlTransaction, crossed: Crossed): Promise<void> {
  const { pool, crossing, reorder, nowMs } = crossed
  const { queries } = transaction
  const number = await keepCrossing(queries, pool, crossing)
  if (number === undefined || !crossing.below) return
  const { accountId, product, mode, remaining, capacity } = pool
  const { threshold } = crossing
  const name = `${accountId}:${product}:${mode}:${threshold}:${number}`
  const facts = { product, mode, threshold, remaining, capacity }
  if (!threshold.startsWith('reorder:')) {
    const crossing = `units_low:${name}`
    await raiseAlert(queries, { accountId, kind: 'units_low', crossing, facts, atMs: nowMs })
  } else if (reorder !== undefined) {
    const orderId = await orderAgain(transaction, reorder, nowMs)
    const told = { ...facts, plan: reorder.plan, orderId }
    const crossing = `order_placed:${name}`
    await raiseAlert(queries, {
      accountId,
      kind: 'order_placed',
      crossing,
      facts: told,
      atMs: nowMs,
    })
  }
}

/** Places the order; empty when its plan is no longer for sale, which the alert then tells. */
async function orderAgain(
  transaction: SqlTransaction,
  reorder: Reorder,
  atMs: number,
): Promise<string> {
  const order = await placeWithin(transaction, reorder, { actor: ACTOR, atMs })
  if (typeof order === 'string') return ''
  const { plan, mode, accountId } = reorder
  const detail = `${accountId} ${plan} ${mode}`
  const line = { actor: ACTOR, atMs, action: 'order.place', subject: order.id, detail }
  await appendAudit(transaction.queries, line)
  return order.id
}

/** The number of this crossing, or undefined when somebody else has kept it. */
async function keepCrossing(
  queries: Queries,
  { accountId, product, mode }: Pool,
  { threshold, below }: Crossing,
): Promise<number | undefined> {
  const key = { account_id: accountId, product, mode, threshold }
  await queries
    .insertInto('alert_watch')
    .values({ ...key, crossed: 0, crossings: 0 })
    .onConflict((conflict) => {
      return conflict.columns(['account_id', 'product', 'mode', 'threshold']).doNothing()
    })
    .execute()
  const row = await queries
    .updateTable('alert_watch')
    .set((columns) => ({
      crossed: below ? 1 : 0,
      crossings: columns('crossings', '+', below ? 1 : 0),
    }))
    .where('account_id', '=', accountId)
    .where('product', '=', product)
    .where('mode', '=', mode)
    .where('threshold', '=', threshold)
    .where('crossed', '=', below ? 0 : 1)
    .returning('crossings')
    .executeTakeFirst()
  return row?.crossings
}

/** A pool whose grants have all ended holds nothing. */
function addEmpty(pools: Map<string, Pool>, named: PoolName): void {
  const { accountId, product, mode } = named
  const name = poolName(named)
  if (!pools.has(name)) pools.set(name, { accountId, product, mode, remaining: 0, capacity: 0 })
}

/** An extended grant ends at another moment, of which is told anew. */
function endAlert(grant: EndingGrant, days: number, atMs: number): NewAlert {
  const { accountId, id: grantId, product, mode, expiresAtMs, balance } = grant
  const crossing = `expiry_near:${grantId}:${expiresAtMs}:${days}`
  const facts = { grantId, product, mode, expiresAtMs, days, remaining: balance.available }
  return { accountId, kind: 'expiry_near', crossing, facts, atMs }
}
