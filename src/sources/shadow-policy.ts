/** What an operator says of comparing two sources, and when they differ so often that he must be told. */
import { OUTCOMES, type Outcome } from '../domain/outcome.ts'

/** A second source is asked so, for comparison alone; nobody waits for it, and nobody is told. */
export interface ShadowPolicy {
  /** Name of the route that is asked for comparison, or `REGISTRY_ROUTE`. */
  readonly second: string
  /** Of a thousand verdicts of the kinds that are compared. */
  readonly perMille: number
  /** Matches alone; or mismatches and states of cards too, each of which brings a card nearer its lock. */
  readonly compares: 'matches' | 'verdicts'
  /** What the comparisons of a Beijing month may cost, in hundredths of a fen. */
  readonly budgetCentifen: number
  /** Of so many comparisons in a row, at most the share below may differ. */
  readonly windowCalls: number
  readonly alarmPerMille: number
  /** Whether a route whose verdicts differ more often is set aside until somebody releases it. */
  readonly stops: boolean
}

/** Two verdicts about the same elements. */
export interface Comparison {
  /** Whose verdict the customer was given. */
  readonly route: string
  readonly second: string
  /** Who issued the card; empty where that is not known. */
  readonly bank: string
  readonly outcome: Outcome
  readonly secondOutcome: Outcome
}

/** The comparisons by which drift is judged now. */
export interface ShadowWindow {
  readonly compared: number
  readonly disagreed: number
}

export const EMPTY_WINDOW: ShadowWindow = { compared: 0, disagreed: 0 }

const WHOLE = 1_000

/** Outcomes that a vendor's verdict can be; only two of these are compared. */
export function isVerdict(outcome: Outcome): boolean {
  const kind = OUTCOMES[outcome]
  return kind === 'match' || kind === 'mismatch' || kind === 'card_state'
}

/** Vendors name states of cards by tables of their own, so only the class is held against the other's. */
export function disagrees({ outcome, secondOutcome }: Comparison): boolean {
  return OUTCOMES[outcome] !== OUTCOMES[secondOutcome]
}

/**
 * The window with one comparison more. It begins anew when it is full, and at once when more of it
 * differ than may: what is still to come could not mend that.
 */
export function windowAfter(
  { compared, disagreed }: ShadowWindow,
  differs: boolean,
  { windowCalls, alarmPerMille }: Pick<ShadowPolicy, 'windowCalls' | 'alarmPerMille'>,
): { readonly window: ShadowWindow; readonly drift?: ShadowWindow } {
  const window = { compared: compared + 1, disagreed: disagreed + (differs ? 1 : 0) }
  if (window.disagreed * WHOLE > windowCalls * alarmPerMille) {
    return { window: EMPTY_WINDOW, drift: window }
  }
  return { window: window.compared >= windowCalls ? EMPTY_WINDOW : window }
}
