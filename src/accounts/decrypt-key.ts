/** The ports of decryption keys: reading those in use, and administering them. */
import type { DecryptAlgorithm, DecryptKey } from '../domain/decrypt-key.ts'
import type { Account } from '../domain/key.ts'
import type { Deed } from './store.ts'

/** What a vault in memory is filled from. */
export interface DecryptKeySource {
  /** Moves with every change. Cheap: asked about once a second. */
  decryptKeysRevision(): Promise<number>
  /** Every key in use, newest first. */
  usableDecryptKeys(): Promise<readonly UsableDecryptKey[]>
}

export interface UsableDecryptKey {
  readonly accountId: string
  readonly key: DecryptKey
}

/** A key in clear, on the way from its generation to the store only. */
export interface DecryptKeyMaterial {
  readonly id: string
  readonly algorithm: DecryptAlgorithm
  /** As its holder is given it; of a master key its id. */
  readonly publicKey: string
  /** PKCS#8 PEM, of a master key base64. */
  readonly privateKey: string
}

/** `active`: clients encrypt for it; `retiring`: it still opens what they send; `retired`: nothing. */
export type DecryptKeyState = 'active' | 'retiring' | 'retired'

/** A key as administrators see it: no private part. */
export interface DecryptKeySummary {
  readonly id: string
  readonly accountId: string
  readonly algorithm: DecryptAlgorithm
  readonly publicKey: string
  readonly state: DecryptKeyState
  readonly createdAtMs: number
  readonly retiredAtMs?: number
}

/** Administration. A refusal is an `AccountError`, and nothing is written. */
export interface DecryptKeyStore {
  /** The first key of its algorithm; refused while one is active. */
  createDecryptKey(
    account: Account,
    material: DecryptKeyMaterial,
    deed: Deed,
  ): Promise<DecryptKeySummary>
  /** A new active key: the one before it is retiring, any older one retired. */
  rotateDecryptKey(
    account: Account,
    material: DecryptKeyMaterial,
    deed: Deed,
  ): Promise<DecryptKeySummary>
  /** Ends a key at once. */
  retireDecryptKey(keyId: string, deed: Deed): Promise<DecryptKeySummary>
  /** Of one account, or of all. */
  decryptKeys(accountId?: string): Promise<DecryptKeySummary[]>
}
