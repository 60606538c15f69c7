/**
 * The keyed token under which an answered call is found again when its reply was lost: account,
 * API and elements together. Its key serves nothing else, so it cannot be matched against the
 * registry.
 */
import type { Elements } from './elements.ts'
import { HmacSha256Key } from './hmac.ts'
import type { Keyring } from './keyring.ts'
import { PRODUCTS, type Product } from './product.ts'

/** Bytes kept of the digest. */
export const ELEMENT_TOKEN_BYTES = 16

/** What must be the same for a stored answer to be given again. */
export interface Recalled {
  readonly accountId: string
  /** The answer is stored in the words of one API of one vendor. */
  readonly api: string
  readonly product: Product
  readonly elements: Elements
}

/** Makes the tokens; latin1 text of 16 bytes. */
export class ElementTokens {
  readonly #key: HmacSha256Key

  constructor(keyring: Keyring) {
    this.#key = new HmacSha256Key(keyring.derive('call.element'))
  }

  of({ accountId, api, product, elements }: Recalled): string {
    let message = `${accountId}\n${api}\n`
    for (const name of PRODUCTS[product]) {
      const value = elements[name]?.reveal() ?? ''
      message += `${value.length}:${value}`
    }
    return this.#key.digest(message, 'latin1').slice(0, ELEMENT_TOKEN_BYTES)
  }
}
