/**
 * The lines of `kayan ledger export`, as far as the checker holds them against what the clients were
 * told. A line may say more.
 */

export interface GrantLine {
  readonly kind: 'grant'
  readonly id: number
  readonly account: string
  /** Of the keys that may spend it: `live` or `test`. */
  readonly mode: string
  readonly units: number
  readonly available: number
  readonly reserved: number
  readonly used: number
  readonly expired: number
  readonly withdrawn: number
  /** From then on a unit that is given back is expired. */
  readonly expiresAtMs: number
}

export interface EntryLine {
  readonly kind: 'entry'
  readonly id: number
  readonly entry: string
  readonly grant: number
  readonly units: number
  /** Of the call; null where there is none. */
  readonly serial: number | null
  /** The entry that is undone; null where there is none. */
  readonly undoes: number | null
  readonly atMs: number
}

export interface CallLine {
  readonly kind: 'call'
  readonly serial: number
  readonly requestId: string
  /** The first eight characters of a seqNo. */
  readonly sequenceCode: string
  /** Name of the account. */
  readonly account: string
  readonly source: string
  readonly result: string
  /** The entry that charged it; null for none. */
  readonly entry: number | null
  readonly answer: string
}

/** A unit that is still held, or a charged call whose reply may not have arrived. */
export interface MarkLine {
  readonly kind: 'reservation' | 'undelivered'
  readonly serial: number
}

/** Last line: without it the file was cut. */
export interface EndLine {
  readonly kind: 'end'
}

export type LedgerLine = GrantLine | EntryLine | CallLine | MarkLine | EndLine
