/**
 * Keyed tokens: all that the cardholder registry keeps of a card and a person.
 *
 * Every token is HMAC-SHA-256 under a key of its own purpose over length-prefixed fields, cut to 16
 * bytes (80 bits for tuples). Without the keys a token is random; with them it is only recomputed,
 * never reversed. Tokens are latin1 text, one character a byte.
 */
import { hash } from 'node:crypto'
import type { Elements } from './elements.ts'
import { HmacSha256Key } from './hmac.ts'
import type { Keyring } from './keyring.ts'
import type { ComparingProduct } from './product.ts'
import type { Secret } from './secret.ts'

/** Bytes of a card token, and of a person's token. */
export const TOKEN_BYTES = 16
/** Bytes of a tuple token. */
export const TUPLE_BYTES = 10
/** Bytes of the salt of a sealed card token. */
export const SALT_BYTES = 4
/** Version of the keys and of the folding under which tokens are made; kept in each record. */
export const TOKEN_KEY_VERSION = 1

const INCOMPLETE = 'a token needs every element of its product'

/** The derived keys; plain bytes, so that a worker thread can be given them. */
export interface TokenKeys {
  readonly card: Uint8Array
  readonly card2: Uint8Array
  readonly card3: Uint8Array
  readonly card4: Uint8Array
  readonly subject: Uint8Array
}

/** What a person's ID number becomes: a token to be found by, and a key that is never stored. */
export interface Subject {
  readonly token: string
  readonly key: string
}

/** A card as a person's entry holds it, and what the card's own record holds of the person. */
export interface SealedCard {
  readonly salt: string
  readonly sealed: string
  /** Tuple token of card and ID number: it also says whether a card is still this person's. */
  readonly cardId: string
}

/** Products whose tuple token is an HMAC; that of `cardId` comes from sealing the card. */
type HmacTuple = Exclude<ComparingProduct, 'cardId'>

/** Derives the token keys of an installation. */
export function deriveTokenKeys(keyring: Keyring): TokenKeys {
  return {
    card: keyring.derive('registry.card'),
    card2: keyring.derive('registry.card2'),
    card3: keyring.derive('registry.card3'),
    card4: keyring.derive('registry.card4'),
    subject: keyring.derive('registry.subject'),
  }
}

/** Makes tokens of normalised elements. */
export class Tokens {
  readonly #card: HmacSha256Key
  readonly #tuples: { readonly [P in HmacTuple]: HmacSha256Key }
  readonly #subject: HmacSha256Key

  constructor(keys: TokenKeys) {
    this.#card = new HmacSha256Key(keys.card)
    this.#tuples = {
      card2: new HmacSha256Key(keys.card2),
      card3: new HmacSha256Key(keys.card3),
      card4: new HmacSha256Key(keys.card4),
    }
    this.#subject = new HmacSha256Key(keys.subject)
  }

  /** Token of a card number alone: the key of its record. */
  card(cardNumber: Secret): string {
    return this.#card.digest(field(cardNumber), 'latin1').slice(0, TOKEN_BYTES)
  }

  /** Token of all elements of a product together; the card is always among them. */
  tuple(product: ComparingProduct, elements: Elements): string {
    if (product === 'cardId') return this.#cardId(elements)
    let message = field(elements.cardNumber) + field(elements.name)
    if (product !== 'card2') message += field(elements.idNumber)
    if (product === 'card4') message += field(elements.mobile)
    return this.#tuple(product, message)
  }

  /** The tokens of all products at once but `cardId`, which whoever seals the card has already. */
  tuples(elements: Elements): { readonly [P in HmacTuple]: string } {
    const card2 = field(elements.cardNumber) + field(elements.name)
    const card3 = card2 + field(elements.idNumber)
    const card4 = card3 + field(elements.mobile)
    return {
      card2: this.#tuple('card2', card2),
      card3: this.#tuple('card3', card3),
      card4: this.#tuple('card4', card4),
    }
  }

  /** Token and key of a person. */
  subject(idNumber: Secret): Subject {
    const digest = this.#subject.digest(field(idNumber), 'latin1')
    return { token: digest.slice(0, TOKEN_BYTES), key: digest.slice(TOKEN_BYTES) }
  }

  #cardId({ cardNumber, idNumber }: Elements): string {
    if (!cardNumber || !idNumber) throw new Error(INCOMPLETE)
    return sealCard(this.subject(idNumber), this.card(cardNumber)).cardId
  }

  #tuple(product: HmacTuple, message: string): string {
    return this.#tuples[product].digest(message, 'latin1').slice(0, TUPLE_BYTES)
  }
}

/**
 * Hides a card token in a person's entry. The salt depends on the card, so two entries of a person
 * never share a pad and do not XOR into their cards; without the subject key nothing of the entry
 * can be recomputed from the card's record, nor the record from the entry.
 */
export function sealCard(subject: Subject, cardToken: string): SealedCard {
  SEAL_MESSAGE.write(`s${subject.key}${cardToken}`, 'latin1')
  const digest = hash('sha256', SEAL_MESSAGE, 'latin1')
  const salt = digest.slice(0, SALT_BYTES)
  return {
    salt,
    sealed: mask(cardToken, pad(subject, salt)),
    cardId: digest.slice(SALT_BYTES, SALT_BYTES + TUPLE_BYTES),
  }
}

/** The card token of an entry of this person. */
export function unsealCard(subject: Subject, salt: string, sealed: string): string {
  return mask(sealed, pad(subject, salt))
}

/**
 * All messages of a label have one length, so a plain hash with the key in front is a PRF here.
 * The message goes through one buffer; its length says which view of it to hash.
 */
const SEAL_MESSAGE = Buffer.alloc(1 + TOKEN_BYTES + TOKEN_BYTES)
const PAD_MESSAGE = SEAL_MESSAGE.subarray(0, 1 + TOKEN_BYTES + SALT_BYTES)

function pad(subject: Subject, salt: string): string {
  PAD_MESSAGE.write(`p${subject.key}${salt}`, 'latin1')
  return hash('sha256', PAD_MESSAGE, 'latin1')
}

function mask(text: string, padding: string): string {
  let masked = ''
  for (let i = 0; i < text.length; i++) {
    masked += String.fromCharCode(text.charCodeAt(i) ^ padding.charCodeAt(i))
  }
  return masked
}

/** A field behind its length, so that no two lists of fields make one message. */
function field(element: Secret | undefined): string {
  if (element === undefined) throw new Error(INCOMPLETE)
  const value = element.reveal()
  return `${value.length}:${value}`
}
