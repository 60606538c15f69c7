/**
 * How an account's calls end, as far as it tells of abuse: who tests stolen cards hears far more
 * refusals than who asks for his own customers. Counts alone, never an element.
 */
import { OUTCOMES, type OutcomeClass } from '../domain/outcome.ts'

/** An account that fails more often than so, of at least so many verdicts, is told of. */
export const FAILING_PERCENT_MAX = 60
export const VERDICTS_MIN = 200

const PERCENT = 100

/** Calls of one account and result. */
export interface ResultCount {
  readonly accountId: string
  readonly result: string
  readonly calls: number
}

/** What the calls of an account came to. */
export interface Conduct {
  readonly accountId: string
  readonly verdicts: number
  /** Verdicts that were no match. */
  readonly failing: number
  /** Refused for their form. */
  readonly malformed: number
  /** Refused by the guardian. */
  readonly guarded: number
}

/** Sums up by account; those with the most failures first. */
export function conductOf(counts: readonly ResultCount[]): Conduct[] {
  const byAccount = Map.groupBy(counts, ({ accountId }) => accountId)
  return [...byAccount]
    .map(([accountId, own]) => {
      const callsOf = (...classes: OutcomeClass[]) =>
        own.reduce((sum, { result, calls }) => sum + (isOf(result, classes) ? calls : 0), 0)
      const failing = callsOf('mismatch', 'card_state')
      const verdicts = failing + callsOf('match')
      return {
        ...{ accountId, verdicts, failing },
        malformed: callsOf('input'),
        guarded: callsOf('guard'),
      }
    })
    .sort((one, other) => other.failing - one.failing)
}

/** Whether an account's verdicts are so often refusals that somebody should look. */
export function failsTooOften({ verdicts, failing }: Conduct): boolean {
  return verdicts >= VERDICTS_MIN && failing * PERCENT > verdicts * FAILING_PERCENT_MAX
}

/** Refusals before anybody was asked are of no class. */
function isOf(result: string, classes: readonly OutcomeClass[]): boolean {
  const known: Readonly<Record<string, OutcomeClass>> = OUTCOMES
  const own = Object.hasOwn(known, result) ? known[result] : undefined
  return own !== undefined && classes.includes(own)
}
