/** What an operator does to the ledger: each is one transaction of one process, beside any server. */
import type { Entry } from './entry.ts'
import type { Grant, Holding } from './grant.ts'
import type { Charge, Ledger, LedgerRefusal } from './ledger.ts'

/** Where an operator's rows go. */
export interface OperatorRows {
  insertGrant(holding: Holding): void
  insertEntry(entry: Entry): void
  /** Number for a new grant, where the ledger at hand is not the whole. */
  newGrantId?(): number
}

/** Runs a change on the kernel and keeps what it moved, all in one transaction. */
export interface Changer {
  change<T>(action: (ledger: Ledger, rows: OperatorRows) => T): T
}

/** A grant as an operator asks for it. */
export type GrantOrder = Omit<Grant, 'id' | 'createdAtMs'>

/** Adds a grant; returns it with the number it was given. */
export function addGrant(
  changer: Changer,
  order: GrantOrder,
  nowMs: number,
): Grant | LedgerRefusal {
  return changer.change((ledger, rows) => {
    const id = rows.newGrantId?.() ?? highestGrantId(ledger) + 1
    const grant: Grant = { ...order, id, createdAtMs: nowMs }
    const entry = ledger.grant(grant, nowMs)
    if (typeof entry === 'string') return entry
    rows.insertGrant(holdingOf(ledger.holding(grant.id)))
    rows.insertEntry(entry)
    return grant
  })
}

/** Takes unused units of a grant back. */
export function withdrawGrant(
  changer: Changer,
  order: { readonly grantId: number; readonly units: number; readonly reason: string },
  nowMs: number,
): Entry | LedgerRefusal {
  return changer.change((ledger, rows) =>
    kept(ledger.withdraw(order.grantId, order.units, order.reason, nowMs), rows),
  )
}

/** Moves the expiry of a grant to a later moment. */
export function extendGrant(
  changer: Changer,
  order: { readonly grantId: number; readonly expiresAtMs: number; readonly reason: string },
  nowMs: number,
): Entry | LedgerRefusal {
  return changer.change((ledger, rows) =>
    kept(ledger.extend(order.grantId, order.expiresAtMs, order.reason, nowMs), rows),
  )
}

/** Moves the expiry of a grant to an earlier moment. */
export function shortenGrant(
  changer: Changer,
  order: { readonly grantId: number; readonly expiresAtMs: number; readonly reason: string },
  nowMs: number,
): Entry | LedgerRefusal {
  return changer.change((ledger, rows) =>
    kept(ledger.shorten(order.grantId, order.expiresAtMs, order.reason, nowMs), rows),
  )
}

/** Undoes the charge that `find` reads within the transaction; a call that was not charged has none. */
export function reverseCharge(
  changer: Changer,
  find: () => Charge | undefined,
  reason: string,
  nowMs: number,
): Entry | LedgerRefusal | 'not_charged' {
  return changer.change((ledger, rows) => {
    const charge = find()
    if (charge === undefined) return 'not_charged'
    return kept(ledger.reverse(charge, reason, nowMs), rows)
  })
}

/** Expires what is left in grants that have ended; returns the entries it made. */
export function expireGrants(changer: Changer, nowMs: number): Entry[] {
  return changer.change((ledger, rows) => {
    const entries = ledger.expire(nowMs)
    for (const entry of entries) rows.insertEntry(entry)
    return entries
  })
}

function kept(entry: Entry | LedgerRefusal, rows: OperatorRows): Entry | LedgerRefusal {
  if (typeof entry !== 'string') rows.insertEntry(entry)
  return entry
}

function holdingOf(holding: Holding | undefined): Holding {
  if (holding === undefined) throw new Error('a grant vanished within its transaction')
  return holding
}

function highestGrantId(ledger: Ledger): number {
  let highest = 0
  for (const { grant } of ledger.holdings()) highest = Math.max(highest, grant.id)
  return highest
}
