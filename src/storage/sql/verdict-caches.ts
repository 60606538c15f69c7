/** Which accounts are given earlier verdicts again, and for how long. */
import type { Deed } from '../../accounts/store.ts'
import type { CacheTimes } from '../../sources/verdict-cache.ts'
import type { Queries, SqlEngine } from './engine.ts'
import { moveRevision } from './meta.ts'
import { mutate } from './mutation.ts'
import { ROUTING_REVISION } from './shadow-book.ts'

/** An account with a cache. */
export interface AccountCache extends CacheTimes {
  readonly accountId: string
}

/** Gives an account a cache, or changes its times. */
export async function setCache(
  engine: SqlEngine,
  { accountId, ...times }: AccountCache,
  deed: Deed,
): Promise<void> {
  const { matchMs, mismatchMs, cardStateMs } = times
  const detail = `match ${matchMs} ms, mismatch ${mismatchMs} ms, card state ${cardStateMs} ms`
  const mutation = { deed, action: 'vendor.cache', subject: accountId, detail }
  await mutate<null>(engine, mutation, async ({ queries }) => {
    await moveRevision(queries, ROUTING_REVISION)
    const cells = { match_ms: matchMs, mismatch_ms: mismatchMs, card_state_ms: cardStateMs }
    await queries
      .insertInto('verdict_cache')
      .values({ account_id: accountId, ...cells })
      .onConflict((conflict) => conflict.column('account_id').doUpdateSet(cells))
      .execute()
    return null
  })
}

/** Takes the cache of an account away; what it holds is given to nobody any more. */
export async function endCache(engine: SqlEngine, accountId: string, deed: Deed): Promise<void> {
  const mutation = { deed, action: 'vendor.cache', subject: accountId, detail: 'off' }
  await mutate<null>(engine, mutation, async ({ queries }) => {
    await moveRevision(queries, ROUTING_REVISION)
    await queries.deleteFrom('verdict_cache').where('account_id', '=', accountId).execute()
    return null
  })
}

/** All accounts with a cache. */
export async function readCaches(queries: Queries): Promise<AccountCache[]> {
  const rows = await queries.selectFrom('verdict_cache').selectAll().orderBy('account_id').execute()
  return rows.map((row) => ({
    accountId: row.account_id,
    matchMs: row.match_ms,
    mismatchMs: row.mismatch_ms,
    cardStateMs: row.card_state_ms,
  }))
}
