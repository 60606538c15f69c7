/** The port behind which every verdict is found: own registry, upstream vendor or sandbox. */
import type { Asking, GuardRefusal } from '../domain/attempt.ts'
import type { Elements } from '../domain/elements.ts'
import type { Fault } from '../domain/fault.ts'
import type { Outcome } from '../domain/outcome.ts'
import type { Product } from '../domain/product.ts'
import type { SealedMessage } from '../protocols/protocol.ts'

/** The call for which a source is asked. */
export interface AskingCall {
  readonly serial: number
  readonly requestId: string
  readonly accountId: string
  /** `vendor.operation` of the face it came through. */
  readonly api: string
  /** When it was received, by the monotonic clock: deadlines begin here. */
  readonly startedUs: number
}

/** What a source is asked. Elements are normalised and passed the pre-check. */
export interface Question {
  readonly product: Product
  readonly elements: Elements
  /** Absent where nobody pays for the answer, and then no source that costs may be asked. */
  readonly call?: AskingCall
  /** Another source was asked for this call before, and its elements are counted. */
  readonly counted?: true
}

/** A question in a message that only a vendor can read. */
export interface SealedQuestion {
  readonly product: Product
  readonly sealed: SealedMessage
  readonly call: AskingCall
}

/**
 * The way of sealed messages to the vendor that can read them. Nothing that goes by elements is on it:
 * no counter of the guardian, no equal question in flight, no verdict kept.
 */
export interface Passage {
  /** Whether the operator lets an account's messages through, and one can be sent where it is read. */
  admits(accountId: string, product: Product, sealed: SealedMessage): boolean
  /** A fault is the vendor's refusal of the message itself. */
  pass(question: SealedQuestion): Promise<Outcome | Fault>
}

/** A source answers with an outcome; only the sandbox, which plays the platform too, with a fault. */
export type Finding = Outcome | Fault

/** A finding with whose it is, from a source that answers in the name of others. */
export interface Attributed {
  readonly outcome: Outcome
  /** As the call row names it. */
  readonly source: string
}

export type Verdict = Finding | Attributed

/** A question whose first attempt is known before it is made. */
export interface Begun {
  /** To be kept with the reservation. */
  readonly asking: Asking
  /** Asks; only when `asking` is durable. */
  verify(): Promise<Verdict>
  /** Nobody is asked, for `asking` was not kept. */
  abandon(): void
}

/**
 * A source of verdicts.
 *
 * `charging` says how a call on it is metered (`docs/architecture.md`, metering):
 * - `burn`: local and free to ask; one transaction after the verdict, which is dropped unseen when
 *   no unit is left.
 * - `reserve`: a unit is reserved durably before the source is asked, then settled or released.
 */
export interface Source<V extends Verdict = Verdict> {
  readonly name: string
  readonly charging: 'burn' | 'reserve'
  /** The source that answers an account, where accounts are led to different ones. */
  of?(accountId: string): Source
  /** Makes the first attempt ready; undefined where `verify` has to find out by itself what to do. */
  begin?(question: Question): Begun | undefined
  /** What an answer that is there already counts on card and person, with the call. */
  counts?(question: Question, outcome: Outcome): Asking | undefined
  /** A counter was full, and the call was told so. */
  limited?(by: GuardRefusal): void
  /** Absent where nothing can read a sealed message. */
  readonly passage?: Passage
  /** Never throws for a business answer; an exception is a bug and becomes `source_unknown`. */
  verify(question: Question): V | Promise<V>
}
