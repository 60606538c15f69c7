/**
 * Keyed tokens by which attempts on a card or a person are counted. The day is inside, so that the
 * counters of two days cannot be linked; the keys serve nothing else. It stands in front as well, in
 * clear: rows of one day lie together, and are forgotten together.
 *
 * Two passes of AES make all tokens of a question. The first, under a key that is the same for ever,
 * turns each element into sixteen bytes that are never stored. Each counter adds (XOR) a secret pad
 * of its own name, scope and day, and the second pass, under another key, hides the sum. What is
 * stored is an output of that pass, the day in place of its first two bytes: without its key it is a
 * random block, of which neither the sum nor the token of another scope or day can be told. For
 * several elements together their secret blocks are added, which no two tuples share but by the
 * chance of two random blocks.
 */
import { type Cipheriv, createCipheriv } from 'node:crypto'
import { BLOCK_BYTES, BLOCKS, ElementBlocks } from './element-blocks.ts'
import type { Elements } from './elements.ts'
import { HmacSha256Key } from './hmac.ts'
import type { Keyring } from './keyring.ts'
import { type ElementName, PRODUCTS, type Product } from './product.ts'

/** Bytes of a token. */
export const ATTEMPT_TOKEN_BYTES = 16

/** Of a token that is kept across days. */
export const NO_DAY = 0

/** The last day that two bytes can tell; it is in the year 2149. */
const DAY_MAX = 0xffff
const KEY_BYTES = 16
/** Plans that are kept for tuples, one an account and product. */
const TUPLES_MAX = 10_000
const WORD_BYTES = 4
const BLOCK_WORDS: number = BLOCK_BYTES / WORD_BYTES

/** The least token of a day: those of the days before it are less, its own and later ones are not. */
export function firstTokenOf(day: number): Buffer {
  const token = Buffer.alloc(ATTEMPT_TOKEN_BYTES)
  writeDay(token, day, 0)
  return token
}

/** A clock may say that it is 1970 and a little less: what cannot be told is the nearest that can. */
function writeDay(tokens: Buffer, day: number, at: number): void {
  tokens.writeUInt16BE(Math.min(Math.max(day, 0), DAY_MAX), at)
}

/** Twenty-four bits of a token, spread evenly over all tokens, of whatever day. */
export function spreadBits(token: string): number {
  return token.charCodeAt(2) | (token.charCodeAt(3) << 8) | (token.charCodeAt(4) << 16)
}

/** A counter that a token is wished for. */
export interface TokenWish {
  readonly counter: string
  /** An account, or all. */
  readonly scope: string
  /** As `beijingDay` numbers it, or `NO_DAY`. */
  readonly day: number
  /** The elements that are counted, together. */
  readonly of: readonly ElementName[]
}

/** Wishes made ready, for questions that have the same. */
export interface TokenPlan {
  readonly parts: readonly {
    readonly pad: Int32Array
    readonly blocks: readonly number[]
    readonly day: number
  }[]
  /** The sums on their way into the second pass. */
  readonly bytes: Buffer
  readonly words: Int32Array
}

/** Makes the tokens; latin1 text of 16 bytes each. */
export class AttemptTokens {
  readonly #pads: HmacSha256Key
  readonly #first: Cipheriv
  readonly #second: Cipheriv
  readonly #blocks = new ElementBlocks()
  /** What the first pass made of `#elements`. */
  readonly #secret = new Int32Array(BLOCKS.length * BLOCK_WORDS)
  readonly #secretBytes: Buffer = Buffer.from(this.#secret.buffer)
  #elements: Elements | undefined
  readonly #tuples = new Map<string, TokenPlan>()
  /** The last tuple: each layer of a source asks for that of the same question. */
  #tuple:
    | { readonly elements: Elements; readonly plan: TokenPlan; readonly token: string }
    | undefined

  constructor(keyring: Keyring) {
    const key = new HmacSha256Key(keyring.derive('attempt.count'))
    const derived = (use: string) => Buffer.from(key.digest(use, 'hex'), 'hex')
    this.#pads = new HmacSha256Key(derived('pads'))
    this.#first = blockCipher(derived('first'))
    this.#second = blockCipher(derived('second'))
  }

  /** Makes wishes ready; worth keeping, for it costs more than the tokens. */
  plan(wishes: readonly TokenWish[]): TokenPlan {
    const words = new Int32Array(wishes.length * BLOCK_WORDS)
    const parts = wishes.map(({ counter, scope, day, of }) => ({
      pad: this.#pad(`${counter}\n${scope}\n${day}`),
      blocks: of.map((name) => BLOCKS.indexOf(name)),
      day,
    }))
    return { parts, words, bytes: Buffer.from(words.buffer) }
  }

  /** One token a wish, in one text. */
  make({ parts, words, bytes }: TokenPlan, elements: Elements): string {
    this.#read(elements)
    for (let i = 0; i < parts.length; i++) {
      const { pad, blocks } = parts[i]!
      for (let word = 0; word < BLOCK_WORDS; word++) {
        let sum = pad[word]!
        for (const block of blocks) sum ^= this.#secret[block * BLOCK_WORDS + word]!
        words[i * BLOCK_WORDS + word] = sum
      }
    }
    const tokens = this.#second.update(bytes)
    for (let i = 0; i < parts.length; i++) {
      writeDay(tokens, parts[i]!.day, i * ATTEMPT_TOKEN_BYTES)
    }
    return tokens.toString('latin1')
  }

  /** Of all elements of a product together; it tells equal questions from different ones. */
  tuple(product: Product, elements: Elements, scope: string, day: number): string {
    const name = `${product}\n${scope}\n${day}`
    let plan = this.#tuples.get(name)
    if (plan === undefined) {
      if (this.#tuples.size >= TUPLES_MAX) this.#tuples.clear()
      plan = this.plan([tupleWish(product, scope, day)])
      this.#tuples.set(name, plan)
    }
    const last = this.#tuple
    if (last?.elements === elements && last.plan === plan) return last.token
    const token = this.make(plan, elements)
    this.#tuple = { elements, plan, token }
    return token
  }

  #read(elements: Elements): void {
    if (elements === this.#elements) return
    this.#blocks.write(elements)
    this.#secretBytes.write(this.#first.update(this.#blocks.bytes, undefined, 'latin1'), 'latin1')
    this.#elements = elements
  }

  #pad(label: string): Int32Array {
    const bytes = Buffer.from(this.#pads.digest(label, 'hex'), 'hex')
    const words = Array.from({ length: BLOCK_WORDS }, (_, i) => bytes.readInt32LE(i * WORD_BYTES))
    return Int32Array.from(words)
  }
}

/** All elements of a product together. */
export function tupleWish(product: Product, scope: string, day: number): TokenWish {
  return { counter: `tuple ${product}`, scope, day, of: PRODUCTS[product] }
}

/** Single blocks under a key of their own: no chaining that a mode would have to add. */
function blockCipher(key: Buffer): Cipheriv {
  return createCipheriv('aes-128-ecb', key.subarray(0, KEY_BYTES), null).setAutoPadding(false)
}
