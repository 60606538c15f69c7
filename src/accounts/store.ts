/** The ports of accounts: finding a key on the hot path, and administering accounts and keys. */
import type { Key, KeyKind } from '../domain/key.ts'

/** Finds a usable (not revoked) key by the credential a request carries. Synchronous: from memory. */
export interface KeyDirectory {
  find(kind: KeyKind, credential: string): Key | undefined
}
