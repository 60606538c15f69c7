/** A store with an account and plans, for the suites of what is sold. */
import type { Account } from '../../src/domain/key.ts'
import { Keyring } from '../../src/domain/keyring.ts'
import type { SqlEngine } from '../../src/storage/sql/engine.ts'
import { seedPlans } from '../../src/storage/sql/plans.ts'
import { SQL_ENGINES } from './sql-engines.ts'

export const SALE_START_MS = Date.parse('2026-11-22T10:00:00+08:00')

/** Opens a store in which `acc_1` and `acc_2` may buy the default plans. */
export async function openSale(open: () => Promise<SqlEngine>): Promise<SqlEngine> {
  const engine = await open()
  await seedPlans(engine, SALE_START_MS)
  for (const id of ['acc_1', 'acc_2']) await insertAccount(engine, id)
  return engine
}

/** Who does something in a test, and when. */
export function deedAt(atMs: number) {
  return { actor: 'test', atMs }
}

async function insertAccount(engine: SqlEngine, id: Account['id']): Promise<void> {
  const row = { id, name: `${id} shop`, state: 'active', rate_per_second: 20 } as const
  await engine.transact(({ queries }) =>
    queries
      .insertInto('account')
      .values({ ...row, created_at_ms: SALE_START_MS })
      .execute(),
  )
}

/** Spends units of a grant as calls would, without a gateway. */
export async function spendUnits(engine: SqlEngine, grantId: number, units: number): Promise<void> {
  await engine.transact(({ queries }) =>
    queries
      .updateTable('balance')
      .set((row) => ({
        available: row('available', '-', units),
        used: row('used', '+', units),
      }))
      .where('grant_id', '=', grantId)
      .execute(),
  )
}

/** A key file's worth of keys. */
export const SALE_KEYRING = new Keyring(Buffer.alloc(32, 7))

/** The engines on which units can be moved. */
export const SELLING = [...SQL_ENGINES]
