/**
 * Decryption keys in memory, and the memory that closes the oracles around them: who last used a
 * wrapped data key, and how often an account failed.
 *
 * A restart forgets both: then an account has its failures of the last hour free again, and a wrapped
 * key may be claimed anew by the first account whose own key opens it.
 */
import { hash } from 'node:crypto'
import type { Clock } from '../domain/clock.ts'
import type { DecryptAlgorithm, DecryptKey } from '../domain/decrypt-key.ts'
import { HmacSha256Key } from '../domain/hmac.ts'
import type { Key } from '../domain/key.ts'
import type { Keyring } from '../domain/keyring.ts'
import type { Admission, Vault } from '../protocols/vault.ts'
import type { DecryptKeySource } from './decrypt-key.ts'

const HOUR_MS = 3_600_000
const DAY_MS = 24 * HOUR_MS
const FAILURES_PER_HOUR_MAX = 20
/** Wrapped keys remembered at one time, about 200 bytes each; beyond, the oldest is forgotten. */
const WRAPPED_KEYS_MAX = 100_000
/** Refusals leave at the next multiple of this after the request came; trying takes less. */
const REFUSAL_STEP_US = 20_000

export interface VaultParts {
  readonly source: DecryptKeySource
  readonly keyring: Keyring
  readonly clock: Clock
  /** Settles this much later, to a fraction of a millisecond. */
  readonly pause: (durationUs: number) => Promise<void>
  readonly wrappedKeysMax?: number
}

interface Claim {
  readonly accountId: string
  readonly atMs: number
}

export class MemoryVault implements Vault {
  readonly #parts: VaultParts
  readonly #decoys: HmacSha256Key
  readonly #wrappedKeysMax: number
  #revision: number | undefined
  #refreshing: Promise<void> | undefined
  #keys = new Map<string, DecryptKey[]>()
  /** By digest of the wrapped key, oldest use first. */
  readonly #claims = new Map<string, Claim>()
  /** Times of the failures of the last hour, by account. */
  readonly #failuresMs = new Map<string, number[]>()

  /** Holds no keys until the first `refresh`. */
  constructor(parts: VaultParts) {
    this.#parts = parts
    this.#decoys = new HmacSha256Key(parts.keyring.derive('decrypt.decoy'))
    this.#wrappedKeysMax = parts.wrappedKeysMax ?? WRAPPED_KEYS_MAX
  }

  /** Loads the keys anew when they changed; meant to be called about once a second. */
  refresh(): Promise<void> {
    this.#refreshing ??= this.#refresh().finally(() => {
      this.#refreshing = undefined
    })
    return this.#refreshing
  }

  async #refresh(): Promise<void> {
    const revision = await this.#parts.source.decryptKeysRevision()
    if (revision === this.#revision) return
    const keys = new Map<string, DecryptKey[]>()
    for (const { accountId, key } of await this.#parts.source.usableDecryptKeys()) {
      const place = placeOf(accountId, key.algorithm)
      keys.set(place, [...(keys.get(place) ?? []), key])
    }
    this.#keys = keys
    this.#revision = revision
  }

  keys(accountId: string, algorithm: DecryptAlgorithm): readonly DecryptKey[] {
    return this.#keys.get(placeOf(accountId, algorithm)) ?? []
  }

  decoy(text: string, bytes: number): Buffer {
    return Buffer.from(this.#decoys.digest(text, 'latin1'), 'latin1').subarray(0, bytes)
  }

  /** Test keys fail as often as they like: their private keys are published. */
  admit({ account, mode }: Key, wrapped: string, nowMs: number): Admission {
    if (
      mode === 'live' &&
      this.#recentFailures(account.id, nowMs).length >= FAILURES_PER_HOUR_MAX
    ) {
      return 'closed'
    }
    const claim = this.#claims.get(digestOf(wrapped))
    const foreign = claim !== undefined && claim.accountId !== account.id
    return foreign && nowMs - claim.atMs < DAY_MS ? 'foreign' : 'open'
  }

  note({ account, mode }: Key, wrapped: string, nowMs: number, opened: boolean): void {
    if (opened) this.#claim(digestOf(wrapped), { accountId: account.id, atMs: nowMs })
    else if (mode === 'live') {
      this.#failuresMs.set(account.id, [...this.#recentFailures(account.id, nowMs), nowMs])
    }
  }

  /** Waits until the time that all refusals to decrypt take, whatever they found. */
  conceal(startedUs: number): Promise<void> {
    const spentUs = this.#parts.clock.monotonicUs() - startedUs
    return this.#parts.pause(REFUSAL_STEP_US - (spentUs % REFUSAL_STEP_US))
  }

  #recentFailures(accountId: string, nowMs: number): readonly number[] {
    const times = this.#failuresMs.get(accountId) ?? []
    return times.filter((atMs) => nowMs - atMs < HOUR_MS)
  }

  #claim(digest: string, claim: Claim): void {
    this.#claims.delete(digest)
    this.#claims.set(digest, claim)
    for (const [oldest, { atMs }] of this.#claims) {
      if (this.#claims.size <= this.#wrappedKeysMax && claim.atMs - atMs < DAY_MS) break
      this.#claims.delete(oldest)
    }
  }
}

function placeOf(accountId: string, algorithm: DecryptAlgorithm): string {
  return `${algorithm} ${accountId}`
}

function digestOf(wrapped: string): string {
  return hash('sha256', wrapped, 'latin1')
}
