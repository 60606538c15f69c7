/**
 * Who issued a card, by the first digits of its number (ISO/IEC 7812-1). The table is of December
 * 2020: what it does not know may exist, so a miss is information and never a refusal.
 */
import { BINS } from './bins.generated.ts'
import type { Secret } from './secret.ts'

/** Kinds of card, by the letter of the table. */
const CARD_TYPES = { D: 'debit', C: 'credit', P: 'prepaid', S: 'quasi_credit' } as const

export type CardType = (typeof CARD_TYPES)[keyof typeof CARD_TYPES]

/** The issuer of a card. */
export interface Issuer {
  /** Name of the bank in Chinese. */
  readonly bank: string
  readonly type: CardType
}

/** Shortest and longest BIN of the table. */
const BIN_DIGITS_MIN = 3
const BIN_DIGITS_MAX = 10

const ISSUERS = readTable()

/** The issuer of a normalised card number: the longest BIN that goes with its length decides. */
export function issuerOf(cardNumber: Secret): Issuer | undefined {
  const digits = cardNumber.reveal()
  for (let length = BIN_DIGITS_MAX; length >= BIN_DIGITS_MIN; length--) {
    const issuer = ISSUERS.get(keyOf(digits.slice(0, length), digits.length))
    if (issuer !== undefined) return issuer
  }
  return undefined
}

/** The same first digits may be another bank's on a card of another length. */
function keyOf(bin: string, cardDigits: number): string {
  return `${cardDigits}:${bin}`
}

function readTable(): ReadonlyMap<string, Issuer> {
  const issuers = new Map<string, Issuer>()
  for (const [bank, groups] of BINS) {
    for (const group of groups.split(' ')) {
      const [head = '', bins = ''] = group.split(':')
      const issuer: Issuer = { bank, type: CARD_TYPES[head[0] as keyof typeof CARD_TYPES] }
      for (const bin of bins.split(',')) issuers.set(keyOf(bin, Number(head.slice(1))), issuer)
    }
  }
  return issuers
}
