/**
 * The two kinds of fixed-width record, byte by byte. `docs` of each field: a card is
 * token 16 · card2 10 · card3 10 · card4 10 · cardId 10 · status 1 · key version 1 = 58 bytes; a
 * person's entry is token 16 · salt 4 · sealed card token 16 = 36 bytes.
 */
import {
  SALT_BYTES,
  type SealedCard,
  type Subject,
  TOKEN_BYTES,
  TOKEN_KEY_VERSION,
  TUPLE_BYTES,
} from '../../domain/token.ts'
import type { CardRecord, CardStatus } from '../../sources/store.ts'

/** What a segment file needs to know of its records. */
export interface RecordFormat {
  readonly name: 'cards' | 'subjects'
  /** As written in the header of a segment. */
  readonly kind: number
  readonly widthBytes: number
  /** Leading bytes by which records are told apart: of two equal ones the newer wins. */
  readonly keyBytes: number
}

const CARD2_AT = TOKEN_BYTES
const CARD3_AT = CARD2_AT + TUPLE_BYTES
const CARD4_AT = CARD3_AT + TUPLE_BYTES
const CARD_ID_AT = CARD4_AT + TUPLE_BYTES
const STATUS_AT = CARD_ID_AT + TUPLE_BYTES
const CARD_WIDTH_BYTES = STATUS_AT + 2

const SALT_AT = TOKEN_BYTES
const SEALED_AT = SALT_AT + SALT_BYTES
const SUBJECT_WIDTH_BYTES = SEALED_AT + TOKEN_BYTES

/** Kind 1 had tuples of twelve bytes and none of card and ID number; it is not given again. */
export const CARDS: RecordFormat = {
  name: 'cards',
  kind: 3,
  widthBytes: CARD_WIDTH_BYTES,
  keyBytes: TOKEN_BYTES,
}

/** A person's entries are a set, so the whole record is its key. */
export const SUBJECTS: RecordFormat = {
  name: 'subjects',
  kind: 2,
  widthBytes: SUBJECT_WIDTH_BYTES,
  keyBytes: SUBJECT_WIDTH_BYTES,
}

export const FORMATS = { cards: CARDS, subjects: SUBJECTS } as const

/** Bytes of a token that survive erasure: they say in which bucket the record lies, no more. */
const ROUTE_BYTES = 4

/** Status as written on disk. A number is never given a new meaning. */
const STATUS_BYTES = {
  normal: 1,
  cnp_not_enabled: 2,
  card_confiscated: 3,
  card_invalid: 4,
  issuer_unknown: 5,
  card_dormant: 6,
  card_retained: 7,
  card_lost: 8,
  card_expired: 9,
  card_restricted: 10,
  pin_tries_exceeded: 11,
  issuer_unsupported: 12,
  card_abnormal: 13,
} as const satisfies Record<CardStatus, number>

/** All statuses a card can be imported with. */
export const CARD_STATUSES = Object.keys(STATUS_BYTES) as CardStatus[]

const STATUS_OF = new Map<number, CardStatus>(
  CARD_STATUSES.map((status) => [STATUS_BYTES[status], status]),
)

/** A card's record as latin1 text. */
export function encodeCard(cardToken: string, record: CardRecord): string {
  const tail = String.fromCharCode(STATUS_BYTES[record.status], TOKEN_KEY_VERSION)
  return cardToken + record.card2 + record.card3 + record.card4 + record.cardId + tail
}

/** A person's entry as latin1 text. */
export function encodeSubject(subject: Subject, card: SealedCard): string {
  return subject.token + card.salt + card.sealed
}

/** The record of a card at an offset; undefined when its status byte is none of ours. */
export function decodeCard(page: Buffer, at: number): CardRecord | undefined {
  const status = statusAt(page, at)
  if (status === undefined) return undefined
  const text = page.toString('latin1', at, at + STATUS_AT)
  return {
    status,
    card2: text.slice(CARD2_AT, CARD3_AT),
    card3: text.slice(CARD3_AT, CARD4_AT),
    card4: text.slice(CARD4_AT, CARD_ID_AT),
    cardId: text.slice(CARD_ID_AT, STATUS_AT),
  }
}

/** Status of the card at an offset. */
export function statusAt(page: Buffer, at: number): CardStatus | undefined {
  return STATUS_OF.get(page[at + STATUS_AT] ?? 0)
}

/** The token of card and ID number at an offset: whether the card still belongs to a given person. */
export function cardIdAt(page: Buffer, at: number): string {
  return page.toString('latin1', at + CARD_ID_AT, at + STATUS_AT)
}

/** Salt and sealed card token of the entry at an offset. */
export function sealedAt(page: Buffer, at: number): Pick<SealedCard, 'salt' | 'sealed'> {
  return {
    salt: page.toString('latin1', at + SALT_AT, at + SEALED_AT),
    sealed: page.toString('latin1', at + SEALED_AT, at + SUBJECT_WIDTH_BYTES),
  }
}

/** Erases the record at an offset, of either kind. */
export function eraseAt(page: Buffer, at: number, format: RecordFormat): void {
  page.fill(0, at + ROUTE_BYTES, at + format.widthBytes)
}

/** Whether the record at an offset was erased: no token has twelve zero bytes. */
export function isErased(page: Buffer, at: number): boolean {
  const from = at + ROUTE_BYTES
  return (
    page.readUInt32BE(from) === 0 &&
    page.readUInt32BE(from + 4) === 0 &&
    page.readUInt32BE(from + 8) === 0
  )
}
