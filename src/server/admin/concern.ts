/** Whose business what came of a call is: what to do next hangs on it. */
import { FAULTS, type FaultName, type FaultOwner } from '../../domain/fault.ts'
import { isOutcome, OUTCOMES, type Outcome, type OutcomeClass } from '../../domain/outcome.ts'

/** The class of an outcome, or who can mend the cause of a refusal. */
export function concernOf(result: Outcome | FaultName): OutcomeClass | FaultOwner {
  return isOutcome(result) ? OUTCOMES[result] : FAULTS[result]
}
