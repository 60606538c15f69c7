/**
 * What CheckBankCardInformation answers beside its result: the issuer's name and the kind of card
 * (faceid 2018-03-01). The issuer is looked up here, since an outcome alone cannot name it.
 */

import type { Elements } from '../../domain/elements.ts'
import { normalise } from '../../domain/elements.ts'
import { type CardType, issuerOf } from '../../domain/issuer.ts'
import type { Outcome } from '../../domain/outcome.ts'

interface CardInformation {
  readonly AccountBank: string
  readonly AccountType: number
}

/** Numbers of the vendor. */
const ACCOUNT_TYPES = {
  debit: 1,
  credit: 2,
  prepaid: 3,
  quasi_credit: 4,
} as const satisfies Record<CardType, number>

const UNKNOWN: CardInformation = { AccountBank: '', AccountType: -1 }

/** The documented sample, which our table words without the kind of card. */
const SAMPLE_CARD = '6225768888888888'
const SAMPLE: CardInformation = { AccountBank: '招商银行信用卡', AccountType: 2 }
/** A card that exists in the sandbox only. */
const SANDBOX: CardInformation = { AccountBank: '沙箱银行', AccountType: 1 }

/** The members of an answer; `isTest` says that the sandbox gave the outcome. */
export function cardInformation(
  outcome: Outcome,
  submitted: Elements,
  isTest: boolean,
): CardInformation {
  const { cardNumber } = normalise(submitted, 'cardInfo')
  if (outcome !== 'match' || cardNumber === undefined) return UNKNOWN
  if (isTest && cardNumber.reveal() === SAMPLE_CARD) return SAMPLE
  const issuer = issuerOf(cardNumber)
  if (issuer === undefined) return isTest ? SANDBOX : UNKNOWN
  return { AccountBank: issuer.bank, AccountType: ACCOUNT_TYPES[issuer.type] }
}
