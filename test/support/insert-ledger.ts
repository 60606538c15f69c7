/** Writes a ledger that was lived in memory into the tables of either engine. */
import type { SqlEngine } from '../../src/storage/sql/engine.ts'
import type { RandomLedger } from './random-ledger.ts'

/** Adds its account, grants, balances and entries; the store is empty before. */
export async function insertLedger(engine: SqlEngine, ledger: RandomLedger): Promise<void> {
  // On PostgreSQL the account is in every row of the ledger, as what it may be distributed by.
  const owner = engine.name === 'postgres' ? { account_id: 'acc_1' } : {}
  await engine.transact(async ({ queries }) => {
    await queries
      .insertInto('account')
      .values({ id: 'acc_1', name: 'one', state: 'active', rate_per_second: 20, created_at_ms: 0 })
      .onConflict((conflict) => conflict.doNothing())
      .execute()
    for (const { grant, balance, expiresAtMs } of ledger.holdings) {
      await queries
        .insertInto('grant')
        .values({
          id: grant.id,
          account_id: grant.accountId,
          product: grant.product,
          mode: grant.mode,
          units: grant.units,
          priority: grant.priority,
          starts_at_ms: grant.startsAtMs,
          expires_at_ms: grant.expiresAtMs,
          created_at_ms: grant.createdAtMs,
          reason: grant.reason,
        })
        .execute()
      await queries
        .insertInto('balance')
        .values({ grant_id: grant.id, ...owner, ...balance, expires_at_ms: expiresAtMs })
        .execute()
    }
    for (const entry of ledger.entries) {
      await queries
        .insertInto('entry')
        .values({
          id: entry.id,
          ...owner,
          kind: entry.kind,
          grant_id: entry.grantId,
          units: entry.units,
          at_ms: entry.atMs,
          serial: entry.serial || null,
          rule_version: entry.ruleVersion || null,
          undoes: entry.undoes || null,
          expires_at_ms: entry.expiresAtMs || null,
          reason: entry.reason || null,
        })
        .execute()
    }
  })
}
