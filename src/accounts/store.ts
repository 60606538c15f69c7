/** The ports of accounts: finding a key on the hot path, and administering accounts and keys. */
import type { Account, AccountState, Key, KeyKind } from '../domain/key.ts'
import type { Mode } from '../domain/product.ts'

/** Finds a usable (not revoked) key by the credential a request carries. Synchronous: from memory. */
export interface KeyDirectory {
  find(kind: KeyKind, credential: string): Key | undefined
}

/** What a directory in memory is filled from. */
export interface KeySource {
  /** Moves with every change of an account or key. Cheap: asked about once a second. */
  keysRevision(): number
  /** Every key that is not revoked, with the credential it is found by. */
  usableKeys(): Iterable<UsableKey>
}

export interface UsableKey {
  readonly credential: string
  readonly key: Key
}

/** Credential and secret of a key in clear: on the way from generation or import to the store only. */
export interface KeyMaterial {
  readonly kind: KeyKind
  /** SecretId, AppCode, AppKey or direct key. */
  readonly credential: string
  /** SecretKey or AppSecret; an AppCode or direct key is its own secret. */
  readonly secret: string
  /** Sixteen characters under which the callers of a direct key encrypt; absent of a plain one. */
  readonly cipherSecret?: string
  /** Session token that the calls of a temporary Tencent key carry; absent of a permanent key. */
  readonly token?: string
  /** End of a temporary key; only beside a token. */
  readonly expiresAtMs?: number
}

export type KeyState = 'active' | 'revoked'

/** A key as administrators see it: no secret. */
export interface KeySummary {
  readonly id: string
  readonly accountId: string
  readonly kind: KeyKind
  readonly mode: Mode
  readonly label: string
  readonly state: KeyState
  readonly createdAtMs: number
  /** Only of a temporary key. */
  readonly expiresAtMs?: number
  readonly revokedAtMs?: number
}

export interface AccountSummary extends Account {
  readonly createdAtMs: number
  /** Keys that are not revoked. */
  readonly usableKeys: number
}

/** Who did it, and when: part of the audit line each change leaves. */
export interface Deed {
  readonly actor: string
  readonly atMs: number
}

/**
 * - `account_unknown`, `key_unknown`: nothing goes by that id (or account name).
 * - `account_name_taken`: names are unique, so that commands may use them.
 * - `credential_taken`: some key, revoked or not, of any account; whose is not told.
 * - `key_already_revoked`: it was revoked before.
 * - `decrypt_key_exists`: a key of that algorithm is active; it can be rotated.
 */
export type AccountErrorCode =
  | 'account_unknown'
  | 'account_name_taken'
  | 'credential_taken'
  | 'key_unknown'
  | 'key_already_revoked'
  | 'decrypt_key_exists'

export class AccountError extends Error {
  readonly code: AccountErrorCode
  /** The id or name that was asked for; empty for a credential. */
  readonly subject: string

  constructor(code: AccountErrorCode, subject = '') {
    super(subject ? `${code}: ${subject}` : code)
    this.name = 'AccountError'
    this.code = code
    this.subject = subject
  }
}

/** Administration of accounts and keys. A refusal is an `AccountError`, and nothing is written. */
export interface AccountStore {
  createAccount(account: Account, deed: Deed): void
  /** By id or name. */
  account(idOrName: string): Account
  accounts(): AccountSummary[]
  setAccountState(accountId: string, state: AccountState, deed: Deed): void
  addKey(account: Account, mode: Mode, material: KeyMaterial, deed: Deed): KeySummary
  revokeKey(keyId: string, deed: Deed): KeySummary
  /** Of one account, or of all. */
  keys(accountId?: string): KeySummary[]
  /** Whether any key, revoked or not, has this credential. */
  credentialTaken(kind: KeyKind, credential: string): boolean
}
