/** The port of exact metering: what the gateway asks of the ledger, and what a store must promise. */
import type { Asking, GuardRefusal } from '../domain/attempt.ts'
import type { Fault, FaultName } from '../domain/fault.ts'
import type { Outcome } from '../domain/outcome.ts'
import type { Mode, Product } from '../domain/product.ts'

/** One call as it is kept: no element, no mask, no body of the request. */
export interface CallRow {
  readonly serial: number
  readonly atMs: number
  readonly accountId: string
  readonly keyId: string
  /** Units the key may take on a Beijing day; absent or 0 without a cap. */
  readonly dailyCap?: number | undefined
  /** `vendor.operation` */
  readonly api: string
  readonly product: Product
  readonly mode: Mode
  /** Name of the source asked; empty when none was. */
  readonly source: string
  readonly result: Outcome | FaultName
  /** Whether this result costs a unit under `ruleVersion`. */
  readonly billable: boolean
  readonly ruleVersion: number
  readonly latencyUs: number
  /** When each step was done, as `writeSteps` tells it. */
  readonly steps: string
  /** Body of the answer; empty for a fault. */
  readonly answer: string
  /** Latin1 text of 32 bytes, or empty: see `ProtocolCall.repeatKey`. */
  readonly repeatKey: string
  /** Latin1 text of 16 bytes, keyed token of account, product and elements (undelivered verdicts), or empty. */
  readonly elementToken: string
  /** Address of the caller with its end masked (`203.0.113.*`); empty when it is not known. */
  readonly client: string
  /** Latin1 text of the elements' own keyed tokens, eight bytes each in the order name, ID number, card number, mobile (an absent one is eight zero bytes), or empty: by them a call is searched. */
  readonly elementIndex: string
}

/**
 * A commit failed in a way that leaves open whether its rows survive. Nobody may be answered: the
 * process stops and the disk decides (reliability rule R3).
 */
export class CommitUnknown extends Error {
  override name = 'CommitUnknown'
}

/**
 * The call has an answer already: another node was first with the same signed bytes, or a verdict on
 * the same elements was lost on its way. The call costs nothing. Undefined while that answer is
 * still being made.
 */
export interface Earlier {
  readonly earlier: StoredAnswer | undefined
}

/** A counter of the guardian is full: nothing was written, and the verdict must be dropped unseen. */
export interface Limited {
  readonly full: GuardRefusal
}

/** A slot was taken for an attempt. */
export interface Taken {
  /** Attempts that the issuer would still bear after this one. */
  readonly left: number
}

/** What a node knows before a source is asked. */
export type Reserving = Pick<
  CallRow,
  | 'serial'
  | 'atMs'
  | 'accountId'
  | 'keyId'
  | 'dailyCap'
  | 'product'
  | 'mode'
  | 'repeatKey'
  | 'elementToken'
>

/** Whether an account can pay for a call: any usable grant, else why not. */
export type Availability = 'usable' | 'exhausted' | 'expired' | 'none'

/**
 * Exact metering. Every promise resolves only after the transaction is durable, or with a fault when
 * it certainly is not (`store_unavailable`, a full disk; `internal`, a row that cannot be stored);
 * then the verdict must be dropped and the fault answered. It rejects only when the outcome of a
 * commit is unknown, and then no reply may be sent (reliability rule R3).
 */
export interface Meter {
  /** Read-only view for the order of refusals; the decrement in `burn` and `reserve` is the real check. */
  availability(accountId: string, product: Product, mode: Mode): Availability
  /**
   * Charges one unit and stores the call, or finds no unit: then the verdict must be dropped unseen.
   * What is asked about card and person is counted in the same transaction.
   */
  burn(row: CallRow, asking?: Asking): Promise<Fault | Earlier | Limited | undefined>
  /**
   * Takes one unit out of `available`, pinned to the call's serial, before a source is asked; and, where
   * the attempt is known already, its slot and its cost row with it.
   */
  reserve(row: Reserving, asking?: Asking): Promise<Fault | Earlier | Limited | undefined>
  /** Ends the reservation of `row.serial` as used and stores the call. */
  settle(row: CallRow): Promise<Fault | undefined>
  /** Gives the reservation of `row.serial` back and stores the call. */
  release(row: CallRow): Promise<Fault | undefined>
  /** Stores a call that cost nothing and reserved nothing; counts as `burn` does. */
  record(row: CallRow, asking?: Asking): Promise<Fault | Earlier | Limited | undefined>
  /** Like `record`, but nobody waits: a refusal is written with the next batch, or never. */
  note(row: CallRow): void
  /** Marks replies as handed to the operating system, or not, so that a lost verdict can be had again free. */
  delivered(serial: number, delivered: boolean): void
  /** Stored answer of an earlier call, while it is kept; a store of several nodes is asked by `sight`. */
  answerOf(serial: number): StoredAnswer | undefined
  /**
   * What other nodes know of a signed request. Present where the store has several nodes; then the
   * memory of one is not the whole truth. Never rejects: what cannot be read is not known.
   */
  sight?(repeatKey: string): Promise<Sighting>
}

/**
 * Attempts beside the movements of units: second vendors, probes, and how all of them end. What is
 * told in the turn of a call's own movement becomes durable with it.
 */
export interface AskingBook {
  /** Takes a slot and begins a row; resolves when both are durable, or with why neither is. */
  begin(asking: Asking): Promise<Fault | Limited | Taken>
  /** Ends a slot and a row; resolves when that is durable, or with why it is not. */
  end(asking: Asking): Promise<Fault | undefined>
}

/** An answer, a call under way, or nothing. */
export type Sighting = StoredAnswer | 'under_way' | undefined

/** What is kept of an answered call for repeats. */
export interface StoredAnswer {
  readonly serial: number
  readonly atMs: number
  /** Empty where `isUntold`. */
  readonly answer: string
  readonly repeatKey: string
  readonly elementToken: string
}

/**
 * Whether a call's node died while a vendor was asked, which may have been paid: nobody knows what it
 * came to, and nobody may ask again.
 */
export function isUntold({ answer }: Pick<StoredAnswer, 'answer'>): boolean {
  return answer === ''
}
