/** What alerts are judged by: what is left of each pool, what ends, and what was told before. */
import { setImmediate as nextTurn } from 'node:timers/promises'
import type { Pool } from '../../billing/alert.ts'
import { DAY_MS } from '../../domain/beijing.ts'
import type { Queries } from './engine.ts'

/** The longest warning an account can ask for. */
const EXPIRY_DAYS_MAX = 365
const SLICE_ACCOUNTS = 100

export type EndingGrant = Awaited<ReturnType<typeof endingGrants>>[number]

/** What names a pool. */
export type PoolName = Pick<Pool, 'accountId' | 'product' | 'mode'>

/** One text for it. */
export function poolName({ accountId, product, mode }: PoolName): string {
  return `${accountId} ${product} ${mode}`
}

/** The sums of the grants that can be spent now. */
export async function livePools(
  queries: Queries,
  accountIds: readonly string[],
  nowMs: number,
): Promise<Map<string, Pool>> {
  const rows = await queries
    .selectFrom('grant')
    .innerJoin('balance', 'balance.grant_id', 'grant.id')
    .select(['grant.account_id', 'grant.product', 'grant.mode'])
    .select(({ fn }) => [
      fn.sum<number>('balance.available').as('available'),
      fn.sum<number>('balance.reserved').as('reserved'),
      fn.sum<number>('grant.units').as('units'),
      fn.sum<number>('balance.withdrawn').as('withdrawn'),
    ])
    .where('grant.account_id', 'in', accountIds)
    .where('grant.starts_at_ms', '<=', nowMs)
    .where('balance.expires_at_ms', '>', nowMs)
    .groupBy(['grant.account_id', 'grant.product', 'grant.mode'])
    .execute()
  const pools = rows.map((row) => ({
    accountId: row.account_id,
    product: row.product as Pool['product'],
    mode: row.mode as Pool['mode'],
    remaining: Number(row.available) + Number(row.reserved),
    capacity: Number(row.units) - Number(row.withdrawn),
  }))
  return new Map(pools.map((pool) => [poolName(pool), pool]))
}

/** The thresholds each pool is below now, as far as was kept. */
export async function crossedThresholds(queries: Queries) {
  const rows = await queries
    .selectFrom('alert_watch')
    .select(['account_id', 'product', 'mode', 'threshold'])
    .where('crossed', '=', 1)
    .execute()
  const pools = new Map<string, PoolName & { readonly thresholds: Set<string> }>()
  for (const { account_id: accountId, product, mode, threshold } of rows) {
    const name = poolName({ accountId, product, mode })
    const pool = pools.get(name) ?? { accountId, product, mode, thresholds: new Set() }
    pools.set(name, pool)
    pool.thresholds.add(threshold)
  }
  return pools
}

/** Grants with units left that end within the longest warning. */
export async function endingGrants(queries: Queries, accountIds: readonly string[], nowMs: number) {
  const rows = await queries
    .selectFrom('grant')
    .innerJoin('balance', 'balance.grant_id', 'grant.id')
    .select(['grant.id', 'grant.account_id', 'grant.product', 'grant.mode'])
    .select(['grant.starts_at_ms', 'balance.available', 'balance.expires_at_ms'])
    .where('grant.account_id', 'in', accountIds)
    .where('balance.available', '>', 0)
    // A month of a postpaid account ends as agreed, and the next begins.
    .where(({ not, exists, selectFrom }) =>
      not(
        exists(
          selectFrom('postpaid_month')
            .select('month')
            .whereRef('postpaid_month.grant_id', '=', 'grant.id'),
        ),
      ),
    )
    .where('balance.expires_at_ms', '>', nowMs)
    .where('balance.expires_at_ms', '<=', nowMs + EXPIRY_DAYS_MAX * DAY_MS)
    .orderBy('grant.id')
    .execute()
  return rows.map((row) => ({
    id: row.id,
    accountId: row.account_id,
    product: row.product,
    mode: row.mode,
    balance: { available: row.available },
    startsAtMs: row.starts_at_ms,
    expiresAtMs: row.expires_at_ms,
  }))
}

/** The ends that accounts were told of. */
export async function raisedEnds(
  queries: Queries,
  accountIds: readonly string[],
): Promise<ReadonlySet<string>> {
  const rows = await queries
    .selectFrom('alert')
    .select('crossing')
    .where('account_id', 'in', accountIds)
    .where('kind', '=', 'expiry_near')
    .execute()
  return new Set(rows.map(({ crossing }) => crossing))
}

/** All accounts that are not closed, some at a time, with a breath between: on SQLite a query holds up the calls. */
export async function* accountSlices(queries: Queries): AsyncGenerator<readonly string[]> {
  for (let last = ''; ; ) {
    const rows = await queries
      .selectFrom('account')
      .select('id')
      .where('id', '>', last)
      .where('state', '!=', 'closed')
      .orderBy('id')
      .limit(SLICE_ACCOUNTS)
      .execute()
    const ids = rows.map(({ id }) => id)
    last = ids.at(-1) ?? ''
    if (last === '') return
    yield ids
    await nextTurn()
  }
}
