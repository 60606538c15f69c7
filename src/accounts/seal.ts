/**
 * How keys rest in the store: the credential as a keyed digest it is found by, the secret sealed
 * with AES-256-GCM (NIST SP 800-38D), bound to the account so that no row can be moved to another.
 */
import { createCipheriv, createDecipheriv, createHmac, randomBytes } from 'node:crypto'
import { isBearer, type KeyKind } from '../domain/key.ts'
import type { Keyring } from '../domain/keyring.ts'
import { Secret } from '../domain/secret.ts'

const CIPHER = 'aes-256-gcm'
const VERSION = 1
const NONCE_BYTES = 12
const TAG_BYTES = 16
const HEAD_BYTES = 1 + NONCE_BYTES
const FINGERPRINT_CHARACTERS = 6

/** What is sealed, each under a key of its own. */
export type SealPurpose =
  | 'key.seal'
  | 'decrypt.seal'
  | 'sale.seal'
  | 'user.seal'
  | 'invoice.seal'
  | 'vendor.seal'

export class KeySealer {
  readonly #sealKey: Buffer
  readonly #digestKey: Buffer

  constructor(keyring: Keyring, purpose: SealPurpose = 'key.seal') {
    this.#sealKey = keyring.derive(purpose)
    this.#digestKey = keyring.derive('key.digest')
  }

  /** Version, nonce, ciphertext and tag of a secret. */
  seal(secret: string, accountId: string): Buffer {
    const nonce = randomBytes(NONCE_BYTES)
    const cipher = createCipheriv(CIPHER, this.#sealKey, nonce, { authTagLength: TAG_BYTES })
    cipher.setAAD(Buffer.from(accountId))
    const body = Buffer.concat([cipher.update(secret, 'utf8'), cipher.final()])
    return Buffer.concat([Buffer.of(VERSION), nonce, body, cipher.getAuthTag()])
  }

  /** The sealed secret; throws when the bytes are not what was sealed for this account. */
  open(sealed: Uint8Array, accountId: string): Secret {
    const bytes = Buffer.from(sealed.buffer, sealed.byteOffset, sealed.byteLength)
    if (bytes[0] !== VERSION || bytes.length < HEAD_BYTES + TAG_BYTES) {
      throw new Error('a sealed secret has an unknown form')
    }
    const nonce = bytes.subarray(1, HEAD_BYTES)
    const decipher = createDecipheriv(CIPHER, this.#sealKey, nonce, { authTagLength: TAG_BYTES })
    decipher.setAAD(Buffer.from(accountId))
    decipher.setAuthTag(bytes.subarray(-TAG_BYTES))
    const body = bytes.subarray(HEAD_BYTES, -TAG_BYTES)
    return new Secret(Buffer.concat([decipher.update(body), decipher.final()]).toString('utf8'))
  }

  /** 32 bytes that name a credential without telling it. */
  digest(kind: KeyKind, credential: string): Buffer {
    return createHmac('sha256', this.#digestKey).update(`${kind}\0${credential}`).digest()
  }

  /** How a key is shown: its public identifier, of a bearer the first four and a fingerprint. */
  label(kind: KeyKind, credential: string): string {
    if (!isBearer(kind)) return credential
    const fingerprint = this.digest(kind, credential).toString('hex')
    return `${credential.slice(0, 4)}…${fingerprint.slice(0, FINGERPRINT_CHARACTERS)}`
  }
}
