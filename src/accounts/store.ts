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
  keysRevision(): Promise<number>
  /** Every key that is not revoked, with the credential it is found by. */
  usableKeys(): Promise<readonly UsableKey[]>
}

export interface UsableKey {
  readonly credential: string
  readonly key: Key
  /** From when the key that replaces it is alone; absent of one that nothing replaces. */
  readonly retiresAtMs?: number
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
  /** End of the overlap with the key that replaces it. */
  readonly retiresAtMs?: number
  /** Networks it may be called from; absent of one for any. */
  readonly addresses?: readonly string[]
  /** Charged calls a day; absent without a cap. */
  readonly dailyCap?: number
  /** Its callers encrypt the elements. */
  readonly encrypted?: true
  /** Its calls carry a session token. */
  readonly temporary?: true
}

/** What may be changed of a key; `undefined` takes a limit away, an absent field leaves it. */
export interface KeyLimits {
  readonly addresses?: readonly string[] | undefined
  readonly dailyCap?: number | undefined
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
  /** Makes a repetition of the same request harmless for a day; by the actor's own choice. */
  readonly idempotency?: Idempotency
}

export interface Idempotency {
  readonly key: string
  /** All of what was asked, in a form that is equal for equal requests; only its digest is kept. */
  readonly request: string
}

/**
 * - `account_unknown`, `key_unknown`: nothing goes by that id (or account name).
 * - `account_name_taken`: names are unique, so that commands may use them.
 * - `credential_taken`: some key, revoked or not, of any account; whose is not told.
 * - `key_already_revoked`: it was revoked before.
 * - `decrypt_key_exists`: a key of that algorithm is active; it can be rotated.
 * - `account_closed`: a closed account stays closed, and gets no keys.
 * - `key_temporary`: a temporary key is not rotated, for another can be made any time.
 * - `key_not_revealable`: only an AppCode can be shown again.
 * - `idempotency_conflict`: the key was used with another request within the last day.
 */
export type AccountErrorCode =
  | 'account_unknown'
  | 'account_name_taken'
  | 'credential_taken'
  | 'key_unknown'
  | 'key_already_revoked'
  | 'decrypt_key_exists'
  | 'account_closed'
  | 'key_temporary'
  | 'key_not_revealable'
  | 'idempotency_conflict'

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
  /** The account as it was created: of a repeated idempotency key the first one. */
  createAccount(account: Account, deed: Deed): Promise<Account>
  /** By id or name. */
  account(idOrName: string): Promise<Account>
  accounts(): Promise<AccountSummary[]>
  setAccountState(accountId: string, state: AccountState, deed: Deed): Promise<void>
  /** Whether bodies may stay unsigned: as the service allows, or never. */
  setUnsignedPayload(accountId: string, rule: 'policy' | 'refused', deed: Deed): Promise<void>
  addKey(account: Account, mode: Mode, material: KeyMaterial, deed: Deed): Promise<KeySummary>
  /**
   * Adds a key like another, of the same account, kind, mode and limits; the other works until
   * `retiresAtMs` and no longer.
   */
  rotateKey(
    keyId: string,
    material: KeyMaterial,
    retiresAtMs: number,
    deed: Deed,
  ): Promise<KeySummary>
  revokeKey(keyId: string, deed: Deed): Promise<KeySummary>
  limitKey(keyId: string, limits: KeyLimits, deed: Deed): Promise<KeySummary>
  /**
   * What a key is made of: for whoever repeats its creation under his idempotency key, whose first
   * answer may have been lost; for the calls that the console signs in the account's name, and the
   * doctor that judges them; and for nothing else.
   */
  material(keyId: string): Promise<KeyMaterial>
  /** Shows an AppCode again, which leaves its own line in the audit. */
  revealAppCode(keyId: string, deed: Deed): Promise<string>
  key(keyId: string): Promise<KeySummary>
  /** Of one account, or of all. */
  keys(accountId?: string): Promise<KeySummary[]>
  /** Whether any key, revoked or not, has this credential. */
  credentialTaken(kind: KeyKind, credential: string): Promise<boolean>
}
