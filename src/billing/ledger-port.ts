/** The port of the ledger for those who grant, take back and correct: operators and the sale. */
import type { Entry } from './entry.ts'
import type { Grant } from './grant.ts'
import type { LedgerRefusal } from './ledger.ts'
import type { GrantOrder } from './operations.ts'

/** What an operator or the sale of a package does to the ledger. A refusal changes nothing. */
export interface LedgerOperations {
  /** Adds a grant; returns it with the number it was given. */
  addGrant(order: GrantOrder, nowMs: number): Promise<Grant | LedgerRefusal>
  /** Takes unused units of a grant back. */
  withdrawGrant(order: Withdrawal, nowMs: number): Promise<Entry | LedgerRefusal>
  /** Moves the expiry of a grant to a later moment; expired units come back. */
  extendGrant(order: NewExpiry, nowMs: number): Promise<Entry | LedgerRefusal>
  /** Moves the expiry of a grant to an earlier moment. */
  shortenGrant(order: NewExpiry, nowMs: number): Promise<Entry | LedgerRefusal>
  /** Undoes the charge of a call, once. */
  reverseCharge(order: Reversal, nowMs: number): Promise<Entry | LedgerRefusal | 'not_charged'>
  /** Expires what is left in grants that have ended; returns the entries it made. */
  expireGrants(nowMs: number): Promise<readonly Entry[]>
}

export interface Withdrawal {
  readonly grantId: number
  readonly units: number
  readonly reason: string
}

export interface NewExpiry {
  readonly grantId: number
  readonly expiresAtMs: number
  readonly reason: string
}

export interface Reversal {
  /** Of the call whose charge is undone. */
  readonly serial: number
  readonly reason: string
}
