/** The own register under the guardian: what its answers count goes with their charge. */
import type { GuardLimits, GuardRefusal } from '../domain/attempt.ts'
import type { Outcome } from '../domain/outcome.ts'
import type { Guard } from './guard.ts'
import { endingOf } from './guardian.ts'
import type { Source } from './source.ts'

export interface GuardedParts {
  readonly guard: Guard
  readonly limits: GuardLimits
  /** Told of each answer that a full counter kept back. */
  readonly limited: (by: GuardRefusal) => void
}

/** A local source whose failing answers are counted on card and person; as it was without limits. */
export function guarded(
  source: Source<Outcome>,
  { guard, limits, limited }: GuardedParts,
): Source<Outcome> {
  const { distinct, elementMax, repeatMax } = limits
  const isOff = [...Object.values(distinct), elementMax, repeatMax].every((limit) => limit === 0)
  if (isOff) return source
  return {
    ...source,
    counts: ({ call, ...question }, outcome) =>
      call && { slotEnd: guard.counted({ ...question, call }, limits, endingOf(outcome)) },
    limited,
  }
}
