/** Which accounts' sealed messages are passed on to the vendor that can read them. */
import type { Deed } from '../../accounts/store.ts'
import type { Queries, SqlEngine } from './engine.ts'
import { moveRevision } from './meta.ts'
import { mutate } from './mutation.ts'
import { POLICIES_REVISION } from './vendor-routes.ts'

/** Lets an account's sealed messages through, or no longer. */
export async function setPassage(
  engine: SqlEngine,
  accountId: string,
  open: boolean,
  deed: Deed,
): Promise<void> {
  const detail = open ? 'on' : 'off'
  const mutation = { deed, action: 'vendor.passage', subject: accountId, detail }
  await mutate(engine, mutation, async ({ queries }) => {
    await moveRevision(queries, POLICIES_REVISION)
    if (open) {
      await queries
        .insertInto('vendor_passage')
        .values({ account_id: accountId })
        .onConflict((conflict) => conflict.column('account_id').doNothing())
        .execute()
    } else {
      await queries.deleteFrom('vendor_passage').where('account_id', '=', accountId).execute()
    }
    return { open }
  })
}

/** The accounts whose sealed messages are let through. */
export async function readPassages(queries: Queries): Promise<ReadonlySet<string>> {
  const rows = await queries.selectFrom('vendor_passage').select('account_id').execute()
  return new Set(rows.map(({ account_id: accountId }) => accountId))
}
