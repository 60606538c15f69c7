/** The ports of the sources: the store of tokens, the cost rows of vendors, the guardian's counters. */
import type {
  AttemptEnd,
  AttemptState,
  GuardAsk,
  GuardEnd,
  GuardRefusal,
  PreparedAttempt,
} from '../domain/attempt.ts'
import type { OUTCOMES, Outcome } from '../domain/outcome.ts'

export type { AttemptEnd, AttemptState, PreparedAttempt }

/** Outcomes that a card can have by its own state. */
export type CardState = {
  [O in Outcome]: (typeof OUTCOMES)[O] extends 'card_state' ? O : never
}[Outcome]

/** What the register says of a card. */
export type CardStatus = 'normal' | CardState

/** One card: its status and the tuple token of each product, as latin1 text. */
export interface CardRecord {
  readonly status: CardStatus
  readonly card2: string
  readonly card3: string
  readonly card4: string
  readonly cardId: string
}

/** A store of card records by card token. Synchronous: the call behind it is one local read. */
export interface RegistryStore {
  /** The newest record under a token (latin1 text of 16 bytes), unless it was erased. */
  get(cardToken: string): CardRecord | undefined
}

/**
 * The cost rows of calls to vendors. Each attempt is one row: `prepared` is durable before the first
 * byte leaves, and a row without an end is an unknown after a crash.
 */
export interface AttemptStore {
  /** Resolves when the row is durable; then the request may leave. */
  prepare(attempt: PreparedAttempt): Promise<void>
  /**
   * Ends a row; an unknown one may be ended once more, by a reply that came late. One that has its end
   * keeps it.
   */
  close(id: string, end: AttemptEnd): Promise<void>
}

/** The counters of the guardian, under tokens with the day inside. */
export interface GuardStore {
  /** Takes a slot, durably, or tells which counter is full; nobody else changes its rows meanwhile. */
  take(ask: GuardAsk): Promise<GuardTaken | GuardRefusal>
  /** Ends a slot; resolves when that is durable. */
  end(end: GuardEnd): Promise<void>
}

export interface GuardTaken {
  /** Attempts that the issuer would still bear after this one. */
  readonly left: number
}
