/** An entry of the ledger: n units of one grant move from one account to another; never edited. */

/**
 * | kind | from → to |
 * |---|---|
 * | `grant` | issued → available, all |
 * | `reserve` | available → reserved, 1 |
 * | `settle` | reserved → used, 1 |
 * | `burn` | available → used, 1 |
 * | `release` | reserved → available, or → expired when the grant has ended, 1 |
 * | `expire` | available → expired, all |
 * | `withdraw` | available → withdrawn, n |
 * | `reverse` | used → available, or → expired when the grant has ended, 1; names the entry it undoes |
 * | `extend` | carries the new expiry; expired → available, all, when the grant had ended; none when the new one is earlier |
 */
export const ENTRY_KINDS = [
  'grant',
  'reserve',
  'settle',
  'burn',
  'release',
  'expire',
  'withdraw',
  'reverse',
  'extend',
] as const

export type EntryKind = (typeof ENTRY_KINDS)[number]

export interface Entry {
  /** Position in the ledger: entries of all processes are numbered in the order of their commits. */
  readonly id: number
  readonly kind: EntryKind
  readonly grantId: number
  readonly units: number
  /** Ledger time: never earlier than that of the entry before. */
  readonly atMs: number
  /** Serial of the call it belongs to; 0 for none. */
  readonly serial: number
  /** Version of the billable column it charged under; 0 for none. */
  readonly ruleVersion: number
  /** The charge a reversal undoes; 0 for none. */
  readonly undoes: number
  /** The expiry that a grant or extension sets; 0 for none. */
  readonly expiresAtMs: number
  /** Why an operator moved units; empty for calls. */
  readonly reason: string
}

/** Whether an entry of this kind costs the customer a unit. */
export function isCharge(kind: EntryKind): boolean {
  return kind === 'burn' || kind === 'settle'
}
