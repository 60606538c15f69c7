/**
 * The closed vocabulary of answers: what a source, or our own format check, says about the elements.
 *
 * Wire codes, texts and whether an outcome is billable are rows of each vendor's catalogue,
 * typed `Record<Outcome, …>`, so that a new outcome does not compile until every vendor has a row.
 */
export type OutcomeClass = 'match' | 'mismatch' | 'card_state' | 'input' | 'guard' | 'unavailable'

/** Every outcome with its class. An unknown is never a mismatch, a missing answer never a match. */
export const OUTCOMES = {
  match: 'match',
  mismatch: 'mismatch',
  holder_mismatch: 'mismatch',
  no_record: 'mismatch',
  cnp_not_enabled: 'card_state',
  card_confiscated: 'card_state',
  card_invalid: 'card_state',
  issuer_unknown: 'card_state',
  card_dormant: 'card_state',
  card_retained: 'card_state',
  card_lost: 'card_state',
  card_expired: 'card_state',
  card_restricted: 'card_state',
  pin_tries_exceeded: 'card_state',
  issuer_unsupported: 'card_state',
  card_abnormal: 'card_state',
  name_malformed: 'input',
  id_malformed: 'input',
  card_malformed: 'input',
  mobile_malformed: 'input',
  id_type_unsupported: 'input',
  attempts_exceeded: 'guard',
  source_busy: 'unavailable',
  source_unknown: 'unavailable',
} as const satisfies Record<string, OutcomeClass>

export type Outcome = keyof typeof OUTCOMES

/** All outcome names, in table order. */
export const OUTCOME_NAMES: readonly Outcome[] = Object.keys(OUTCOMES) as Outcome[]

/** Whether a result is an outcome and not a fault. */
export function isOutcome(result: string): result is Outcome {
  return Object.hasOwn(OUTCOMES, result)
}
