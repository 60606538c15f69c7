/**
 * What asking a source about a card or a person leaves behind, as it travels to the store: the cost
 * row of a call to a vendor, and the slot that the guardian gives an attempt.
 */
import type { Product } from './product.ts'

/** Digits of a serial number in the name of an attempt; longer ones are only out of order. */
const SERIAL_DIGITS = 12

/**
 * The name of a call's n-th attempt, or of another of its own kind: unique for ever. It begins with the
 * serial number, so that rows which are made together lie together; a question that is no call has
 * none, and is named by itself.
 */
export function attemptId(
  { serial, requestId }: { readonly serial: number; readonly requestId: string },
  attempt: number | string,
): string {
  const call = serial === 0 ? requestId : String(serial).padStart(SERIAL_DIGITS, '0')
  return `${call}.${attempt}`
}

/** A call to a vendor that is about to be made, as its cost row begins. */
export interface PreparedAttempt {
  /** As `attemptId` names it. */
  readonly id: string
  readonly serial: number
  readonly requestId: string
  readonly accountId: string
  /** Name of the route. */
  readonly route: string
  readonly vendor: string
  readonly product: Product
  readonly atMs: number
  /** What it will cost if it is paid, in hundredths of a fen. */
  readonly costCentifen: number
}

/** How an attempt ended: paid, certainly free, or nobody can tell until the vendor's bill comes. */
export type AttemptState = 'settled' | 'free' | 'unknown'

export interface AttemptEnd {
  readonly state: AttemptState
  /** How far the request got. */
  readonly phase: string
  /** The vendor's code or what went wrong on the way; never an element. */
  readonly code: string
  /** The vendor's own name of the call; empty where it gave none. */
  readonly reference: string
  readonly atMs: number
}

/** Counters of distinct failing tuples a day, in the order in which they are kept and asked. */
export const DISTINCT_COUNTERS = ['accountCard', 'card', 'idNumber', 'mobile'] as const

export type DistinctCounter = (typeof DISTINCT_COUNTERS)[number]

/** Distinct failing tuples a day, by whom they are counted. */
export type DistinctLimits = { readonly [C in DistinctCounter]: number }

/** Attempts on one card over all vendors and accounts; the lock sits at the issuer. */
export interface LockLimits {
  /** Failures in a row. */
  readonly consecutiveMax: number
  /** Requests of any result. */
  readonly dayMax: number
  /** Requests of any result in any 24 hours. */
  readonly rollingMax: number
}

/** What one source lets through; 0 stands for no limit. */
export interface GuardLimits {
  readonly distinct: DistinctLimits
  /** Calls a day for each single element of one account. */
  readonly elementMax: number
  /** Calls a day for the same elements of one account, where the face has such a rule. */
  readonly repeatMax: number
  /** Absent where no issuer is asked. */
  readonly lock?: LockLimits
}

/** The keyed tokens of one question; empty where nothing is counted by them. */
export interface GuardTokens {
  /** In the order of `DISTINCT_COUNTERS`. */
  readonly distinct: readonly string[]
  /** Of account and each element. */
  readonly elements: readonly string[]
  /** Of the card today and on the days before it, the youngest first. */
  readonly lock: readonly string[]
  /** Of account, card and product, for a month. */
  readonly matched: string
  /** Of account and all elements. */
  readonly repeat: string
}

/** One attempt that is about to be made, or counted. */
export interface GuardAsk {
  readonly tokens: GuardTokens
  readonly limits: GuardLimits
  /** Names the attempt: unique for ever. */
  readonly slot: number
  readonly atMs: number
  readonly tuple: string
}

/**
 * How an attempt ended: `matched`, `failed` (a mismatch, a state of the card, or unknown), `unasked`
 * (nobody was asked), `locked` (the vendor says that the card has had too many).
 */
export type GuardEnding = 'matched' | 'failed' | 'unasked' | 'locked'

/** Which counter is full. */
export type GuardRefusal =
  | DistinctCounter
  | 'element'
  | 'repeat'
  | 'locked'
  | 'consecutive'
  | 'day'
  | 'rolling'

/** The end of a slot. */
export interface GuardEnd {
  readonly ask: GuardAsk
  readonly ending: GuardEnding
  readonly atMs: number
}

/**
 * What is kept with a movement of the ledger, in its transaction. A movement before a source is asked
 * takes the slot and begins the row; one that charges at once takes the slot and ends it.
 */
export interface Asking {
  readonly slot?: GuardAsk
  readonly slotEnd?: GuardEnd
  readonly row?: PreparedAttempt
  readonly rowEnd?: { readonly id: string; readonly end: AttemptEnd }
}
