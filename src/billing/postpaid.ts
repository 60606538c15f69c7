/**
 * Paying afterwards: an account is given a month's units in advance, and at the month's end a bill
 * for those it has used. Metering knows nothing of it; the units are a grant like any other.
 */
import type { AccountState } from '../domain/key.ts'
import type { Product } from '../domain/product.ts'
import type { Balance } from './grant.ts'
import { shareFen } from './order.ts'
import { daysLater } from './validity.ts'

/** What an account may use in a month, and what it costs. */
export interface PostpaidTerms {
  readonly accountId: string
  readonly product: Product
  readonly unitsPerMonth: number
  /** A unit costs less than a fen can tell apart, so the price is of a thousand. */
  readonly priceFenPer1000Units: number
  /** Days from the bill to its due date. */
  readonly dueDays: number
}

/** What a bill says. */
export interface Bill {
  readonly units: number
  readonly amountFen: number
  readonly dueAtMs: number
}

/** Reserved units may still become used: only without them a month can be billed. */
export function isSettled({ reserved }: Balance): boolean {
  return reserved === 0
}

/** The bill for a month, or undefined when nothing was used. Parts of a fen are not charged. */
export function billOf(
  terms: Pick<PostpaidTerms, 'priceFenPer1000Units' | 'dueDays'>,
  used: number,
  billedAtMs: number,
): Bill | undefined {
  if (used === 0) return undefined
  return {
    units: used,
    amountFen: shareFen(terms.priceFenPer1000Units, used, 1_000),
    dueAtMs: daysLater(billedAtMs, terms.dueDays),
  }
}

/**
 * The state an account should have, given whether a bill of it is overdue; undefined to leave it. A
 * state that somebody set for another reason is not touched.
 */
export function stateAfterBills(present: AccountState, overdue: boolean): AccountState | undefined {
  if (present === 'active' && overdue) return 'arrears'
  if (present === 'arrears' && !overdue) return 'active'
  return undefined
}
