/** The port through which a protocol opens what callers encrypted; `accounts/vault.ts` is behind it. */
import type { DecryptAlgorithm, DecryptKey } from '../domain/decrypt-key.ts'
import type { Key } from '../domain/key.ts'

/**
 * - `open`: it may be tried.
 * - `foreign`: the wrapped key was last used by another account, and must fail whatever it holds.
 * - `closed`: the account has failed too often; nothing is tried.
 */
export type Admission = 'open' | 'foreign' | 'closed'

export interface Vault {
  /** The account's keys in use, newest first. */
  keys(accountId: string, algorithm: DecryptAlgorithm): readonly DecryptKey[]
  /**
   * Up to 32 bytes that nobody can foretell and that are the same for the same text: they stand in
   * for a data key that cannot be unwrapped, so that the work goes on as if it could.
   */
  decoy(text: string, bytes: number): Buffer
  /** What is to be done with a wrapped data key that came with a call of `key`. */
  admit(key: Key, wrapped: string, nowMs: number): Admission
  /** Remembers how an attempt ended. */
  note(key: Key, wrapped: string, nowMs: number, opened: boolean): void
}
