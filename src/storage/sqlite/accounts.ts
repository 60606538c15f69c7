/** Accounts, keys and their audit lines in SQLite; each change is one transaction with its line. */
import { newId } from '../../accounts/key.ts'
import type { KeySealer } from '../../accounts/seal.ts'
import {
  AccountError,
  type AccountStore,
  type AccountSummary,
  type Deed,
  type KeyMaterial,
  type KeySource,
  type KeyState,
  type KeySummary,
  type UsableKey,
} from '../../accounts/store.ts'
import {
  type Account,
  type AccountState,
  isBearer,
  type Key,
  type KeyKind,
} from '../../domain/key.ts'
import type { Mode } from '../../domain/product.ts'
import { appendAudit } from './audit.ts'
import { type Database, transaction } from './database.ts'

const REVISION = 'keys_revision'

interface AccountRow {
  readonly id: string
  readonly name: string
  readonly state: AccountState
  readonly rate_per_second: number
  readonly created_at_ms: number
}

interface KeyRow {
  readonly id: string
  readonly account_id: string
  readonly kind: KeyKind
  readonly mode: Mode
  readonly label: string
  readonly state: KeyState
  readonly created_at_ms: number
  readonly expires_at_ms: number | null
  readonly revoked_at_ms: number | null
}

interface SealedRow {
  readonly rowid: number
  readonly id: string
  readonly account_id: string
  readonly secret_sealed: Uint8Array
  readonly cipher_sealed: Uint8Array | null
  readonly token_sealed: Uint8Array | null
  readonly expires_at_ms: number | null
}

/** What a sealed row holds, and the end, which never changes either. */
type Secrets = Pick<Key, 'secret' | 'cipherSecret' | 'token' | 'expiresAtMs'>

export class SqliteAccounts implements AccountStore, KeySource {
  readonly #database: Database
  readonly #sealer: KeySealer
  /** Secrets of usable keys by key id, up to the row that was opened last. */
  #opened = new Map<string, Secrets>()
  #openedRowid = 0

  constructor(database: Database, sealer: KeySealer) {
    this.#database = database
    this.#sealer = sealer
  }

  createAccount(account: Account, deed: Deed): void {
    this.#change(deed, 'account.create', account.id, account.name, () => {
      if (
        this.#rows('SELECT 1 FROM account WHERE name = ? OR id = ?', account.name, account.name)
          .length > 0
      ) {
        throw new AccountError('account_name_taken', account.name)
      }
      this.#database
        .prepare('INSERT INTO account VALUES (?, ?, ?, ?, ?)')
        .run(account.id, account.name, account.state, account.ratePerSecond, deed.atMs)
    })
  }

  account(idOrName: string): Account {
    const row = this.#rows<AccountRow>(
      'SELECT * FROM account WHERE id = ?1 OR name = ?1',
      idOrName,
    )[0]
    if (!row) throw new AccountError('account_unknown', idOrName)
    return accountOf(row)
  }

  accounts(): AccountSummary[] {
    const sql = `
      SELECT account.*, (
        SELECT count(*) FROM key WHERE account_id = account.id AND key.state = 'active'
      ) AS usable_keys
      FROM account ORDER BY account.rowid`
    return this.#rows<AccountRow & { usable_keys: number }>(sql).map((row) => ({
      ...accountOf(row),
      createdAtMs: row.created_at_ms,
      usableKeys: row.usable_keys,
    }))
  }

  setAccountState(accountId: string, state: AccountState, deed: Deed): void {
    this.#change(deed, 'account.state', accountId, state, () => {
      const update = this.#database.prepare('UPDATE account SET state = ? WHERE id = ?')
      if (update.run(state, accountId).changes === 0) {
        throw new AccountError('account_unknown', accountId)
      }
    })
  }

  addKey(account: Account, mode: Mode, material: KeyMaterial, deed: Deed): KeySummary {
    const { kind, credential } = material
    const id = newId('key')
    const label = this.#sealer.label(kind, credential)
    const row = { id, account: account.id, kind, mode, label, ...this.#sealed(material, account) }
    this.#change(deed, 'key.add', id, `${kind} ${mode} ${label}`, () => {
      if (this.credentialTaken(kind, credential)) throw new AccountError('credential_taken')
      this.#database
        .prepare(`
          INSERT INTO key VALUES (
            :id, :account, :kind, :mode, :label, :digest,
            :secret, :cipher, :token, :expiresAtMs, 'active', :atMs, NULL
          )`)
        .run({ ...row, atMs: deed.atMs })
    })
    return this.#key(id)
  }

  revokeKey(keyId: string, deed: Deed): KeySummary {
    this.#change(deed, 'key.revoke', keyId, '', () => {
      if (this.#key(keyId).state === 'revoked') throw new AccountError('key_already_revoked', keyId)
      this.#database
        .prepare(`UPDATE key SET state = 'revoked', revoked_at_ms = ? WHERE id = ?`)
        .run(deed.atMs, keyId)
    })
    return this.#key(keyId)
  }

  keys(accountId?: string): KeySummary[] {
    const sql = `SELECT * FROM key WHERE ?1 IS NULL OR account_id = ?1 ORDER BY rowid`
    return this.#rows<KeyRow>(sql, accountId ?? null).map(summaryOf)
  }

  credentialTaken(kind: KeyKind, credential: string): boolean {
    const digest = this.#sealer.digest(kind, credential)
    return this.#rows('SELECT 1 FROM key WHERE credential_digest = ?', digest).length > 0
  }

  keysRevision(): number {
    const row = this.#database.prepare('SELECT value FROM meta WHERE name = ?').get(REVISION)
    return Number(row?.value ?? 0)
  }

  /** One snapshot: a key that another process adds meanwhile is there whole or not at all. */
  usableKeys(): Iterable<UsableKey> {
    this.#database.exec('BEGIN')
    try {
      return this.#readUsableKeys()
    } finally {
      this.#database.exec('COMMIT')
    }
  }

  #readUsableKeys(): UsableKey[] {
    this.#openNewSecrets()
    const accounts = new Map(this.accounts().map((account) => [account.id, frozenAccount(account)]))
    const opened = new Map<string, Secrets>()
    const sql = `SELECT id, account_id, kind, mode, label FROM key WHERE state = 'active'`
    const usable = this.#rows<KeyRow>(sql).map((row) => {
      const { id, kind, mode, label } = row
      const secrets = this.#opened.get(id)!
      opened.set(id, secrets)
      const account = accounts.get(row.account_id)!
      const key: Key = Object.freeze({ id, account, kind, mode, label, ...secrets })
      return { credential: isBearer(kind) ? secrets.secret.reveal() : label, key }
    })
    this.#opened = opened
    return usable
  }

  /** Rows are only ever added and their secrets never change, so each is opened once. */
  #openNewSecrets(): void {
    const sql = `
      SELECT rowid, id, account_id, secret_sealed, cipher_sealed, token_sealed, expires_at_ms
      FROM key
      WHERE rowid > ? AND state = 'active' ORDER BY rowid`
    for (const row of this.#rows<SealedRow>(sql, this.#openedRowid)) {
      this.#opened.set(row.id, this.#secretsOf(row))
      this.#openedRowid = row.rowid
    }
  }

  #secretsOf(row: SealedRow): Secrets {
    const open = (sealed: Uint8Array) => this.#sealer.open(sealed, row.account_id)
    return {
      secret: open(row.secret_sealed),
      ...(row.cipher_sealed !== null && { cipherSecret: open(row.cipher_sealed) }),
      ...(row.token_sealed !== null && { token: open(row.token_sealed) }),
      ...(row.expires_at_ms !== null && { expiresAtMs: row.expires_at_ms }),
    }
  }

  /** What rests of a key's material, in the names of the insertion. */
  #sealed(material: KeyMaterial, { id }: Account) {
    const { kind, credential, secret, cipherSecret, token, expiresAtMs = null } = material
    const seal = (text: string | undefined) =>
      text === undefined ? null : this.#sealer.seal(text, id)
    return {
      digest: this.#sealer.digest(kind, credential),
      secret: seal(secret),
      cipher: seal(cipherSecret),
      token: seal(token),
      expiresAtMs,
    }
  }

  #key(keyId: string): KeySummary {
    const row = this.#rows<KeyRow>('SELECT * FROM key WHERE id = ?', keyId)[0]
    if (!row) throw new AccountError('key_unknown', keyId)
    return summaryOf(row)
  }

  /** A change, its audit line and the new revision, all or nothing. */
  #change(deed: Deed, action: string, subject: string, detail: string, act: () => void): void {
    transaction(this.#database, () => {
      act()
      appendAudit(this.#database, { ...deed, action, subject, detail })
      this.#database
        .prepare(
          'INSERT INTO meta VALUES (?, 1) ON CONFLICT (name) DO UPDATE SET value = value + 1',
        )
        .run(REVISION)
    })
  }

  #rows<Row>(sql: string, ...values: (string | number | Uint8Array | null)[]): Row[] {
    return this.#database.prepare(sql).all(...values) as Row[]
  }
}

function accountOf(row: AccountRow): Account {
  return { id: row.id, name: row.name, state: row.state, ratePerSecond: row.rate_per_second }
}

function frozenAccount({ id, name, state, ratePerSecond }: AccountSummary): Account {
  return Object.freeze({ id, name, state, ratePerSecond })
}

function summaryOf(row: KeyRow): KeySummary {
  return {
    id: row.id,
    accountId: row.account_id,
    kind: row.kind,
    mode: row.mode,
    label: row.label,
    state: row.state,
    createdAtMs: row.created_at_ms,
    ...(row.expires_at_ms !== null && { expiresAtMs: row.expires_at_ms }),
    ...(row.revoked_at_ms !== null && { revokedAtMs: row.revoked_at_ms }),
  }
}
