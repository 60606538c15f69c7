/** The ports of the sources: the store of tokens, the cost rows of vendors, the guardian's counters. */
import type { OUTCOMES, Outcome } from '../domain/outcome.ts'
import type { Product } from '../domain/product.ts'
import type { GuardRows, GuardWrites } from './guardian.ts'

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

/** A call to a vendor that is about to be made, as its cost row begins. */
export interface PreparedAttempt {
  /** Our name of the call, with the number of the attempt behind it: unique for ever. */
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

/**
 * The cost rows of calls to vendors. Each attempt is one row: `prepared` is durable before the first
 * byte leaves, and a row without an end is an unknown after a crash.
 */
export interface AttemptStore {
  /** Resolves when the row is durable; then the request may leave. */
  prepare(attempt: PreparedAttempt): Promise<void>
  /** Ends a row; an unknown one may be ended once more, by a reply that came late. */
  close(id: string, end: AttemptEnd): Promise<void>
}

/** The counters of the guardian, under tokens with the day inside. */
export interface GuardStore {
  /**
   * Runs a step over the rows under these tokens, which nobody else changes meanwhile, and resolves
   * when what it writes is durable. A row that is not there is `EMPTY_ROW`.
   */
  change<T>(
    tokens: readonly string[],
    step: (rows: GuardRows) => { readonly result: T; readonly writes: GuardWrites },
  ): Promise<T>
}
