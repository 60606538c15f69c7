/**
 * Purpose keys derived from the one root key of an installation (HKDF-SHA-256, RFC 5869), so that a
 * token of one purpose says nothing about another.
 */
import { hkdfSync } from 'node:crypto'

/** Every purpose a key is derived for; the name is the HKDF info. */
export type KeyPurpose =
  | 'registry.card'
  | 'registry.card2'
  | 'registry.card3'
  | 'registry.card4'
  | 'registry.subject'
  | 'call.names'
  | 'call.element'
  | 'call.index'
  | 'attempt.count'
  | 'key.digest'
  | 'key.seal'
  | 'decrypt.seal'
  | 'decrypt.decoy'
  | 'account.identity'
  | 'request.digest'
  | 'sale.seal'
  | 'user.seal'
  | 'vendor.seal'
  | 'ledger.seal'
  | 'invoice.seal'
  | 'fingerprint'

export class Keyring {
  readonly #root: Buffer

  /** `root` is 32 bytes from the key file. */
  constructor(root: Buffer) {
    if (root.length !== 32) throw new Error('a root key has 32 bytes')
    this.#root = root
  }

  /** The 32-byte key of a purpose. */
  derive(purpose: KeyPurpose): Buffer {
    return Buffer.from(hkdfSync('sha256', this.#root, '', `kayan/1/${purpose}`, 32))
  }

  /** Names the root key without telling it; kept in each store that depends on it. */
  fingerprint(): string {
    return this.derive('fingerprint').toString('hex').slice(0, 16)
  }
}
