/**
 * The tokens by which a call is found again from one of its elements: eight bytes an element, keyed
 * for each account, so that equal elements show within an account and nowhere else.
 */
import { type Cipheriv, createCipheriv } from 'node:crypto'
import { BLOCK_BYTES, BLOCKS, ElementBlocks } from './element-blocks.ts'
import type { Elements } from './elements.ts'
import { HmacSha256Key } from './hmac.ts'
import type { Keyring } from './keyring.ts'
import type { ElementName } from './product.ts'

/** Bytes of one token; the four follow each other in the order of `INDEXED`. */
export const INDEX_TOKEN_BYTES = 8

/** The elements in the order of their tokens. */
export const INDEXED: readonly ElementName[] = BLOCKS

const KEY_BYTES = 16
const ACCOUNTS_MAX = 10_000
const ABSENT = '\0'.repeat(INDEX_TOKEN_BYTES)
const NO_ELEMENTS = ABSENT.repeat(INDEXED.length)

/** Makes the tokens of normalised elements. */
export class ElementIndex {
  readonly #key: HmacSha256Key
  readonly #ciphers = new Map<string, Cipheriv>()
  readonly #blocks = new ElementBlocks()

  constructor(keyring: Keyring) {
    this.#key = new HmacSha256Key(keyring.derive('call.index'))
  }

  /** Latin1 text of eight bytes an element, zeros for an absent one; empty when all are absent. */
  of(accountId: string, elements: Elements): string {
    this.#blocks.write(elements)
    const sealed = this.#cipher(accountId).update(this.#blocks.bytes, undefined, 'latin1')
    let tokens = ''
    for (let i = 0; i < INDEXED.length; i++) {
      const at = i * BLOCK_BYTES
      const present = elements[INDEXED[i]!] !== undefined
      tokens += present ? sealed.slice(at, at + INDEX_TOKEN_BYTES) : ABSENT
    }
    return tokens === NO_ELEMENTS ? '' : tokens
  }

  #cipher(accountId: string): Cipheriv {
    let cipher = this.#ciphers.get(accountId)
    if (cipher === undefined) {
      if (this.#ciphers.size >= ACCOUNTS_MAX) this.#ciphers.clear()
      const key = Buffer.from(this.#key.digest(accountId, 'hex'), 'hex').subarray(0, KEY_BYTES)
      // Single blocks under a key of their own: no chaining that a mode would have to add.
      cipher = createCipheriv('aes-128-ecb', key, null).setAutoPadding(false)
      this.#ciphers.set(accountId, cipher)
    }
    return cipher
  }
}
