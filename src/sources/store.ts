/** The port of the registry source: what it asks of the store of tokens. */
import type { OUTCOMES, Outcome } from '../domain/outcome.ts'

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
