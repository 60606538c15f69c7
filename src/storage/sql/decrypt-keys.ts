/** Decryption keys; each change is one transaction with its audit line. */
import type { Selectable } from 'kysely'
import type {
  DecryptKeyMaterial,
  DecryptKeySource,
  DecryptKeyStore,
  DecryptKeySummary,
  UsableDecryptKey,
} from '../../accounts/decrypt-key.ts'
import type { KeySealer } from '../../accounts/seal.ts'
import { AccountError, type Deed } from '../../accounts/store.ts'
import type { DecryptAlgorithm } from '../../domain/decrypt-key.ts'
import type { Account } from '../../domain/key.ts'
import type { Queries, SqlEngine } from './engine.ts'
import { moveRevision, readRevision } from './meta.ts'
import { mutate } from './mutation.ts'
import type { Schema } from './schema.ts'

const REVISION = 'decrypt_keys_revision'

export class SqlDecryptKeys implements DecryptKeyStore, DecryptKeySource {
  readonly #engine: SqlEngine
  readonly #sealer: KeySealer

  /** `sealer` is made for the purpose `decrypt.seal`. */
  constructor(engine: SqlEngine, sealer: KeySealer) {
    this.#engine = engine
    this.#sealer = sealer
  }

  createDecryptKey(
    account: Account,
    material: DecryptKeyMaterial,
    deed: Deed,
  ): Promise<DecryptKeySummary> {
    const { id, algorithm } = material
    return this.#change(deed, 'decrypt_key.create', id, algorithm, (queries) =>
      this.#insert(queries, account, material, deed),
    )
  }

  rotateDecryptKey(
    account: Account,
    material: DecryptKeyMaterial,
    deed: Deed,
  ): Promise<DecryptKeySummary> {
    const { id, algorithm } = material
    return this.#change(deed, 'decrypt_key.rotate', id, algorithm, async (queries) => {
      const older = queries
        .updateTable('decrypt_key')
        .where('account_id', '=', account.id)
        .where('algorithm', '=', algorithm)
      await older
        .set({ state: 'retired', retired_at_ms: deed.atMs })
        .where('state', '=', 'retiring')
        .execute()
      await older.set({ state: 'retiring' }).where('state', '=', 'active').execute()
      await this.#insert(queries, account, material, deed)
    })
  }

  retireDecryptKey(keyId: string, deed: Deed): Promise<DecryptKeySummary> {
    return this.#change(deed, 'decrypt_key.retire', keyId, '', async (queries) => {
      if ((await keyNamed(queries, keyId)).state === 'retired') {
        throw new AccountError('key_already_revoked', keyId)
      }
      await queries
        .updateTable('decrypt_key')
        .set({ state: 'retired', retired_at_ms: deed.atMs })
        .where('id', '=', keyId)
        .execute()
    })
  }

  async decryptKeys(accountId?: string): Promise<DecryptKeySummary[]> {
    const all = this.#engine.queries
      .selectFrom('decrypt_key')
      .selectAll()
      .orderBy('created_at_ms')
      .orderBy('id')
    const chosen = accountId === undefined ? all : all.where('account_id', '=', accountId)
    return (await chosen.execute()).map(summaryOf)
  }

  decryptKeysRevision(): Promise<number> {
    return readRevision(this.#engine.queries, REVISION)
  }

  /** By state first: in a rotation of the same millisecond the active key still is the newest. */
  async usableDecryptKeys(): Promise<UsableDecryptKey[]> {
    const rows = await this.#engine.queries
      .selectFrom('decrypt_key')
      .selectAll()
      .where('state', '<>', 'retired')
      .orderBy('state')
      .orderBy('created_at_ms', 'desc')
      .execute()
    return rows.map((row) => {
      const { id, account_id: accountId } = row
      const algorithm = row.algorithm as DecryptAlgorithm
      const privateKey = this.#sealer.open(row.private_sealed, ownerOf(id, accountId))
      return { accountId, key: Object.freeze({ id, algorithm, privateKey }) }
    })
  }

  /** Refused by the index of active keys, one an account and algorithm. */
  async #insert(
    queries: Queries,
    account: Account,
    material: DecryptKeyMaterial,
    deed: Deed,
  ): Promise<void> {
    const { id, algorithm, publicKey, privateKey } = material
    const inserted = await queries
      .insertInto('decrypt_key')
      .values({
        id,
        account_id: account.id,
        algorithm,
        public_key: publicKey,
        private_sealed: this.#sealer.seal(privateKey, ownerOf(id, account.id)),
        state: 'active',
        created_at_ms: deed.atMs,
        retired_at_ms: null,
      })
      .onConflict((conflict) => conflict.doNothing())
      .executeTakeFirst()
    if (inserted.numInsertedOrUpdatedRows === 0n) {
      throw new AccountError('decrypt_key_exists', algorithm)
    }
  }

  /** A change, its audit line and the new revision, all or nothing. */
  #change(
    deed: Deed,
    action: string,
    keyId: string,
    detail: string,
    act: (queries: Queries) => Promise<void>,
  ): Promise<DecryptKeySummary> {
    return mutate(this.#engine, { deed, action, subject: keyId, detail }, async ({ queries }) => {
      // First, for its row is the lock under which changes on PostgreSQL come one after another.
      await moveRevision(queries, REVISION)
      await act(queries)
      return keyNamed(queries, keyId)
    })
  }
}

/** A sealed private key opens only in its own row. */
function ownerOf(keyId: string, accountId: string): string {
  return `${accountId}/${keyId}`
}

async function keyNamed(queries: Queries, keyId: string): Promise<DecryptKeySummary> {
  const row = await queries
    .selectFrom('decrypt_key')
    .selectAll()
    .where('id', '=', keyId)
    .executeTakeFirst()
  if (!row) throw new AccountError('key_unknown', keyId)
  return summaryOf(row)
}

function summaryOf(row: Selectable<Schema['decrypt_key']>): DecryptKeySummary {
  return {
    id: row.id,
    accountId: row.account_id,
    algorithm: row.algorithm as DecryptAlgorithm,
    publicKey: row.public_key,
    state: row.state as DecryptKeySummary['state'],
    createdAtMs: row.created_at_ms,
    ...(row.retired_at_ms !== null && { retiredAtMs: row.retired_at_ms }),
  }
}
