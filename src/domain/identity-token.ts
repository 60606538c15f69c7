/**
 * Keyed tokens of who an account really is: its tax number, its telephone number. They tell whether
 * somebody was here before, and nothing else.
 */
import { HmacSha256Key } from './hmac.ts'
import type { Keyring } from './keyring.ts'
import type { Secret } from './secret.ts'

export type IdentityKind = 'taxNumber' | 'phone'

export class IdentityTokens {
  readonly #key: HmacSha256Key

  constructor(keyring: Keyring) {
    this.#key = new HmacSha256Key(keyring.derive('account.identity'))
  }

  /** Token of a number in the one form in which such numbers are kept. */
  of(kind: IdentityKind, number: Secret): string {
    return `${kind}:${this.#key.digest(`${kind}\n${number.reveal()}`, 'hex')}`
  }
}
