/** Holds the calls a vendor bills against the cost rows: an unknown is closed by the bill, never by a guess. */
import type { AttemptState } from './store.ts'

/** An attempt of the route and time that a statement is about. */
export interface BilledAttempt {
  readonly id: string
  readonly requestId: string
  /** The vendor's own name of the call; empty where its reply was lost. */
  readonly reference: string
  readonly state: AttemptState
}

export interface Reconciliation {
  /** Unknowns that the vendor is paid for. */
  readonly settled: readonly string[]
  /** Unknowns that it is not paid for. */
  readonly free: readonly string[]
  /** Unknowns of which the statement still does not tell. */
  readonly open: readonly string[]
  /** Lines that match no row of ours. */
  readonly strangers: number
  /** Rows that we have as paid, and the statement does not list. */
  readonly unbilled: readonly string[]
  /** Rows that we have as free, and the statement charges. */
  readonly disputed: readonly string[]
}

/**
 * Matches the charged calls of a statement, each by the vendor's name or ours, with attempts. Unknowns
 * without a line are free when every line has found its row, and paid when as many lines are left as
 * there are of them; in between nobody can tell which is which, and they stay open.
 */
export function reconcile(
  attempts: readonly BilledAttempt[],
  references: readonly string[],
): Reconciliation {
  const byName = new Map<string, BilledAttempt>()
  for (const attempt of attempts) {
    byName.set(attempt.requestId, attempt)
    if (attempt.reference !== '') byName.set(attempt.reference, attempt)
  }
  const lines = new Set(references)
  const billed = new Set<BilledAttempt>()
  let strangers = 0
  for (const line of lines) {
    const attempt = byName.get(line)
    if (attempt === undefined) strangers++
    else billed.add(attempt)
  }
  const idsOf = (state: AttemptState, isBilled: boolean) =>
    attempts
      .filter((attempt) => attempt.state === state && billed.has(attempt) === isBilled)
      .map(({ id }) => id)
  const rest = idsOf('unknown', false)
  const allPaid = rest.length > 0 && strangers === rest.length
  return {
    settled: [...idsOf('unknown', true), ...(allPaid ? rest : [])],
    free: strangers === 0 ? rest : [],
    open: strangers === 0 || allPaid ? [] : rest,
    strangers: allPaid ? 0 : strangers,
    unbilled: idsOf('settled', false),
    disputed: idsOf('free', true),
  }
}
