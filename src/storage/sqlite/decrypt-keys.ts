/** Decryption keys in SQLite; each change is one transaction with its audit line. */
import type {
  DecryptKeyMaterial,
  DecryptKeySource,
  DecryptKeyState,
  DecryptKeyStore,
  DecryptKeySummary,
  UsableDecryptKey,
} from '../../accounts/decrypt-key.ts'
import type { KeySealer } from '../../accounts/seal.ts'
import { AccountError, type Deed } from '../../accounts/store.ts'
import type { DecryptAlgorithm } from '../../domain/decrypt-key.ts'
import type { Account } from '../../domain/key.ts'
import { appendAudit } from './audit.ts'
import { type Database, transaction } from './database.ts'

const REVISION = 'decrypt_keys_revision'

interface KeyRow {
  readonly id: string
  readonly account_id: string
  readonly algorithm: DecryptAlgorithm
  readonly public_key: string
  readonly private_sealed: Uint8Array
  readonly state: DecryptKeyState
  readonly created_at_ms: number
  readonly retired_at_ms: number | null
}

export class SqliteDecryptKeys implements DecryptKeyStore, DecryptKeySource {
  readonly #database: Database
  readonly #sealer: KeySealer

  /** `sealer` is made for the purpose `decrypt.seal`. */
  constructor(database: Database, sealer: KeySealer) {
    this.#database = database
    this.#sealer = sealer
  }

  createDecryptKey(account: Account, material: DecryptKeyMaterial, deed: Deed): DecryptKeySummary {
    return this.#change(deed, 'decrypt_key.create', material.id, material.algorithm, () => {
      const sql = `SELECT 1 FROM decrypt_key WHERE account_id = ? AND algorithm = ? AND state = 'active'`
      if (this.#rows(sql, account.id, material.algorithm).length > 0) {
        throw new AccountError('decrypt_key_exists', material.algorithm)
      }
      this.#insert(account, material, deed)
    })
  }

  rotateDecryptKey(account: Account, material: DecryptKeyMaterial, deed: Deed): DecryptKeySummary {
    const { id, algorithm } = material
    return this.#change(deed, 'decrypt_key.rotate', id, algorithm, () => {
      const older = `WHERE account_id = ? AND algorithm = ? AND state`
      this.#database
        .prepare(
          `UPDATE decrypt_key SET state = 'retired', retired_at_ms = ? ${older} = 'retiring'`,
        )
        .run(deed.atMs, account.id, algorithm)
      this.#database
        .prepare(`UPDATE decrypt_key SET state = 'retiring' ${older} = 'active'`)
        .run(account.id, algorithm)
      this.#insert(account, material, deed)
    })
  }

  retireDecryptKey(keyId: string, deed: Deed): DecryptKeySummary {
    return this.#change(deed, 'decrypt_key.retire', keyId, '', () => {
      if (this.#key(keyId).state === 'retired') throw new AccountError('key_already_revoked', keyId)
      this.#database
        .prepare(`UPDATE decrypt_key SET state = 'retired', retired_at_ms = ? WHERE id = ?`)
        .run(deed.atMs, keyId)
    })
  }

  decryptKeys(accountId?: string): DecryptKeySummary[] {
    const sql = 'SELECT * FROM decrypt_key WHERE ?1 IS NULL OR account_id = ?1 ORDER BY rowid'
    return this.#rows(sql, accountId ?? null).map(summaryOf)
  }

  decryptKeysRevision(): number {
    const row = this.#database.prepare('SELECT value FROM meta WHERE name = ?').get(REVISION)
    return Number(row?.value ?? 0)
  }

  usableDecryptKeys(): Iterable<UsableDecryptKey> {
    const sql = `SELECT * FROM decrypt_key WHERE state <> 'retired' ORDER BY rowid DESC`
    return this.#rows(sql).map((row) => {
      const { id, algorithm, account_id: accountId } = row
      const privateKey = this.#sealer.open(row.private_sealed, ownerOf(id, accountId))
      return { accountId, key: Object.freeze({ id, algorithm, privateKey }) }
    })
  }

  #insert(account: Account, material: DecryptKeyMaterial, deed: Deed): void {
    const { id, algorithm, publicKey, privateKey } = material
    const sealed = this.#sealer.seal(privateKey, ownerOf(id, account.id))
    this.#database
      .prepare(`INSERT INTO decrypt_key VALUES (?, ?, ?, ?, ?, 'active', ?, NULL)`)
      .run(id, account.id, algorithm, publicKey, sealed, deed.atMs)
  }

  #key(keyId: string): DecryptKeySummary {
    const row = this.#rows('SELECT * FROM decrypt_key WHERE id = ?', keyId)[0]
    if (!row) throw new AccountError('key_unknown', keyId)
    return summaryOf(row)
  }

  /** A change, its audit line and the new revision, all or nothing. */
  #change(
    deed: Deed,
    action: string,
    keyId: string,
    detail: string,
    act: () => void,
  ): DecryptKeySummary {
    transaction(this.#database, () => {
      act()
      appendAudit(this.#database, { ...deed, action, subject: keyId, detail })
      this.#database
        .prepare(
          'INSERT INTO meta VALUES (?, 1) ON CONFLICT (name) DO UPDATE SET value = value + 1',
        )
        .run(REVISION)
    })
    return this.#key(keyId)
  }

  #rows(sql: string, ...values: (string | null)[]): KeyRow[] {
    return this.#database.prepare(sql).all(...values) as unknown as KeyRow[]
  }
}

/** A sealed private key opens only in its own row. */
function ownerOf(keyId: string, accountId: string): string {
  return `${accountId}/${keyId}`
}

function summaryOf(row: KeyRow): DecryptKeySummary {
  return {
    id: row.id,
    accountId: row.account_id,
    algorithm: row.algorithm,
    publicKey: row.public_key,
    state: row.state,
    createdAtMs: row.created_at_ms,
    ...(row.retired_at_ms !== null && { retiredAtMs: row.retired_at_ms }),
  }
}
