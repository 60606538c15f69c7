/**
 * Keyed tokens by which attempts on a card or a person are counted. The day is inside, so that the
 * counters of two days cannot be linked; the key serves nothing else.
 */
import type { Elements } from './elements.ts'
import { HmacSha256Key } from './hmac.ts'
import type { Keyring } from './keyring.ts'
import { type ElementName, PRODUCTS, type Product } from './product.ts'

const TOKEN_BYTES = 16
const DAY_MS = 86_400_000
/** Days are those of Beijing, which has no summer time. */
const BEIJING_MS = 8 * 3_600_000

/** The number of the Beijing day that a moment lies in. */
export function beijingDay(atMs: number): number {
  return Math.floor((atMs + BEIJING_MS) / DAY_MS)
}

/** The moment at which a Beijing day begins. */
export function beijingDayStartMs(day: number): number {
  return day * DAY_MS - BEIJING_MS
}

/** Makes the tokens; latin1 text of 16 bytes. */
export class AttemptTokens {
  readonly #key: HmacSha256Key

  constructor(keyring: Keyring) {
    this.#key = new HmacSha256Key(keyring.derive('attempt.count'))
  }

  /** Of one element under a name of its counter, in a scope (an account, or all) and a day. */
  element(counter: string, scope: string, day: number, elements: Elements, name: ElementName) {
    return this.#token(`${counter}\n${scope}\n${day}\n${field(elements, name)}`)
  }

  /** Of all elements of a product together; it tells equal questions from different ones. */
  tuple(product: Product, elements: Elements, scope: string, day: number): string {
    const fields = PRODUCTS[product].map((name) => field(elements, name))
    return this.#token(`tuple\n${scope}\n${day}\n${product}\n${fields.join('')}`)
  }

  #token(message: string): string {
    return this.#key.digest(message, 'latin1').slice(0, TOKEN_BYTES)
  }
}

function field(elements: Elements, name: ElementName): string {
  const value = elements[name]?.reveal() ?? ''
  return `${value.length}:${value}`
}
