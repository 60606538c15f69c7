/**
 * Balances from entries alone, by the rules of `entry.ts` and without the kernel: what the kernel
 * kept is checked against this.
 */
import type { Entry } from './entry.ts'
import type { Balance } from './grant.ts'

/** What the entries of one grant add up to. */
export interface Tally extends Balance {
  expiresAtMs: number
}

export function emptyTally(): Tally {
  return { available: 0, reserved: 0, used: 0, expired: 0, withdrawn: 0, expiresAtMs: 0 }
}

export type Movement = Pick<Entry, 'kind' | 'units' | 'atMs' | 'expiresAtMs'>

/** Applies one entry to the tally of its grant. */
export function applyEntry(tally: Tally, { kind, units, atMs, expiresAtMs }: Movement): void {
  const returnsTo = atMs >= tally.expiresAtMs ? 'expired' : 'available'
  switch (kind) {
    case 'grant':
      tally.available += units
      tally.expiresAtMs = expiresAtMs
      break
    case 'reserve':
      tally.available -= units
      tally.reserved += units
      break
    case 'settle':
      tally.reserved -= units
      tally.used += units
      break
    case 'burn':
      tally.available -= units
      tally.used += units
      break
    case 'release':
      tally.reserved -= units
      tally[returnsTo] += units
      break
    case 'expire':
      tally.available -= units
      tally.expired += units
      break
    case 'withdraw':
      tally.available -= units
      tally.withdrawn += units
      break
    case 'reverse':
      tally.used -= units
      tally[returnsTo] += units
      break
    case 'extend':
      tally.expired -= units
      tally.available += units
      tally.expiresAtMs = expiresAtMs
      break
  }
}
