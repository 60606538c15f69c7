/** What a development start-up adds to a store: the sandbox account, its published keys, test grants. */
import { SANDBOX_DECRYPT_KEYS } from '../../accounts/sandbox-decrypt-keys.ts'
import {
  SANDBOX_ACCOUNT_ID,
  SANDBOX_ENCRYPTED_KEY,
  SANDBOX_KEYS,
  SANDBOX_TEMPORARY_KEY,
} from '../../accounts/sandbox-keys.ts'
import type { Deed } from '../../accounts/store.ts'
import type { Account } from '../../domain/key.ts'
import type { SqliteAccounts } from './accounts.ts'
import type { Database } from './database.ts'
import type { SqliteDecryptKeys } from './decrypt-keys.ts'
import { seedTestGrants } from './sandbox-grants.ts'

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
  const published = [...Object.values(SANDBOX_KEYS), SANDBOX_TEMPORARY_KEY, SANDBOX_ENCRYPTED_KEY]
  for (const key of published) {
    if (!accounts.credentialTaken(key.kind, key.credential)) {
      accounts.addKey(account, 'test', key, deed)
    }
  }
  seedTestGrants(database, seed.nowMs)
}

/** Adds the published decryption keys to the sandbox account, one for each algorithm it never had. */
export function seedDecryptKeys(
  accounts: SqliteAccounts,
  decryptKeys: SqliteDecryptKeys,
  nowMs: number,
): void {
  const account = accounts.account(SANDBOX_ACCOUNT_ID)
  const present = decryptKeys.decryptKeys(account.id).map(({ algorithm }) => algorithm)
  for (const key of SANDBOX_DECRYPT_KEYS) {
    if (present.includes(key.algorithm)) continue
    decryptKeys.createDecryptKey(account, key, { actor: 'seed', atMs: nowMs })
  }
}
