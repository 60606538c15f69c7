/** What an operator does to the ledger: each is one transaction of one process, beside any server. */
import type { Entry } from './entry.ts'
import type { Grant, Holding } from './grant.ts'
import type { Charge, LedgerRefusal } from './ledger.ts'
import type { Writer } from './writer.ts'

/** A grant as an operator asks for it. */
export type GrantOrder = Omit<Grant, 'id' | 'createdAtMs'>

/** Adds a grant; returns it with the number it was given. */
export function addGrant(writer: Writer, order: GrantOrder, nowMs: number): Grant | LedgerRefusal {
  return writer.change((ledger, disk) => {
    let lastId = 0
    for (const { grant } of ledger.holdings()) lastId = Math.max(lastId, grant.id)
    const grant: Grant = { ...order, id: lastId + 1, createdAtMs: nowMs }
    const entry = ledger.grant(grant, nowMs)
    if (typeof entry === 'string') return entry
    disk.insertGrant(holdingOf(ledger.holding(grant.id)))
    disk.insertEntry(entry)
    return grant
  })
}

/** Takes unused units of a grant back. */
export function withdrawGrant(
  writer: Writer,
  order: { readonly grantId: number; readonly units: number; readonly reason: string },
  nowMs: number,
): Entry | LedgerRefusal {
  return writer.change((ledger, disk) =>
    kept(ledger.withdraw(order.grantId, order.units, order.reason, nowMs), disk),
  )
}

/** Moves the expiry of a grant to a later moment. */
export function extendGrant(
  writer: Writer,
  order: { readonly grantId: number; readonly expiresAtMs: number; readonly reason: string },
  nowMs: number,
): Entry | LedgerRefusal {
  return writer.change((ledger, disk) =>
    kept(ledger.extend(order.grantId, order.expiresAtMs, order.reason, nowMs), disk),
  )
}

/** Moves the expiry of a grant to an earlier moment. */
export function shortenGrant(
  writer: Writer,
  order: { readonly grantId: number; readonly expiresAtMs: number; readonly reason: string },
  nowMs: number,
): Entry | LedgerRefusal {
  return writer.change((ledger, disk) =>
    kept(ledger.shorten(order.grantId, order.expiresAtMs, order.reason, nowMs), disk),
  )
}

/** Undoes the charge that `find` reads within the transaction; a call that was not charged has none. */
export function reverseCharge(
  writer: Writer,
  find: () => Charge | undefined,
  reason: string,
  nowMs: number,
): Entry | LedgerRefusal | 'not_charged' {
  return writer.change((ledger, disk) => {
    const charge = find()
    if (charge === undefined) return 'not_charged'
    return kept(ledger.reverse(charge, reason, nowMs), disk)
  })
}

/** Expires what is left in grants that have ended; returns the entries it made. */
export function expireGrants(writer: Writer, nowMs: number): Entry[] {
  return writer.change((ledger, disk) => {
    const entries = ledger.expire(nowMs)
    for (const entry of entries) disk.insertEntry(entry)
    return entries
  })
}

function kept(
  entry: Entry | LedgerRefusal,
  disk: { insertEntry(entry: Entry): void },
): Entry | LedgerRefusal {
  if (typeof entry !== 'string') disk.insertEntry(entry)
  return entry
}

function holdingOf(holding: Holding | undefined): Holding {
  if (holding === undefined) throw new Error('a grant vanished within its transaction')
  return holding
}
