/** What a development start-up adds to a store: the sandbox account, its published keys, test grants. */
import { SANDBOX_ACCOUNT_ID, SANDBOX_KEYS } from '../../accounts/sandbox-keys.ts'
import type { Deed } from '../../accounts/store.ts'
import { yearsLater } from '../../billing/validity.ts'
import type { Account } from '../../domain/key.ts'
import { PRODUCTS, type Product } from '../../domain/product.ts'
import type { SqliteAccounts } from './accounts.ts'
import { LedgerAdmin, listGrants } from './admin.ts'
import type { Database } from './database.ts'

const UNITS = 1_000_000
const VALID_YEARS = 2
const REASON = 'sandbox'

export interface Seed {
  readonly ratePerSecond: number
  readonly nowMs: number
}

/**
 * Adds what is missing and touches nothing that is there: a revoked test key stays revoked, a spent
 * grant stays spent. Never called in production mode.
 */
export function seedSandbox(database: Database, accounts: SqliteAccounts, seed: Seed): void {
  const deed: Deed = { actor: 'seed', atMs: seed.nowMs }
  const account: Account = {
    id: SANDBOX_ACCOUNT_ID,
    name: 'sandbox',
    state: 'active',
    ratePerSecond: seed.ratePerSecond,
  }
  if (!accounts.accounts().some(({ id }) => id === account.id)) {
    accounts.createAccount(account, deed)
  }
  for (const key of Object.values(SANDBOX_KEYS)) {
    if (!accounts.credentialTaken(key.kind, key.credential)) {
      accounts.addKey(account, 'test', key, deed)
    }
  }
  seedGrants(database, seed.nowMs)
}

function seedGrants(database: Database, nowMs: number): void {
  const held = new Set(listGrants(database, SANDBOX_ACCOUNT_ID).map(({ grant }) => grant.product))
  const missing = (Object.keys(PRODUCTS) as Product[]).filter((product) => !held.has(product))
  if (missing.length === 0) return
  const ledger = new LedgerAdmin(database)
  for (const product of missing) {
    const added = ledger.addGrant(
      {
        accountId: SANDBOX_ACCOUNT_ID,
        product,
        mode: 'test',
        units: UNITS,
        priority: 0,
        startsAtMs: nowMs,
        expiresAtMs: yearsLater(nowMs, VALID_YEARS),
        reason: REASON,
      },
      nowMs,
    )
    if (typeof added === 'string') throw new Error(`the sandbox grant was refused: ${added}`)
  }
}
