/**
 * Verdicts that are given again to an account that its operator has chosen, for as long as he says.
 *
 * They rest in memory alone, under keyed tokens: a verdict about a person that is on no disk cannot be
 * taken from one. A restart, and each node by itself, asks the vendor once more.
 */
import type { Clock } from '../domain/clock.ts'
import { OUTCOMES, type Outcome } from '../domain/outcome.ts'
import type { Attributed, Question, Source, Verdict } from './source.ts'

/** How the call row names who answered. */
export const CACHE_SOURCE = 'cache'

/** A verdict is never given again after so long: people change their numbers. */
export const CACHE_MS_MAX = 24 * 3_600_000
/** Verdicts kept at one time, the oldest forgotten first. */
const KEPT_MAX = 100_000
const US_A_MS = 1_000

/** How long a verdict is given again, by what it is; 0 for never. */
export interface CacheTimes {
  readonly matchMs: number
  readonly mismatchMs: number
  readonly cardStateMs: number
}

/** The times of one account's cache, as long as it lasts. */
export interface AccountCacheTimes extends CacheTimes {
  /** Another one when the cache was ended in between: what it held then is given to nobody. */
  readonly since: number
}

export interface CacheParts {
  /** No verdict grows younger by a clock that is set back. */
  readonly clock: Pick<Clock, 'monotonicUs'>
  /** Of account and question. */
  readonly tokenOf: (question: Question) => string
  /** Undefined for an account that is always answered anew. */
  readonly timesOf: (accountId: string) => AccountCacheTimes | undefined
}

interface Kept {
  readonly outcome: Outcome
  readonly atUs: number
  readonly since: number
}

/** A source that asks the one behind it only for what an account may not be told from memory. */
export function cached(source: Source, { clock, tokenOf, timesOf }: CacheParts): Source {
  const kept = new Map<string, Kept>()

  function keep(token: string, outcome: Outcome, since: number): void {
    kept.delete(token)
    if (kept.size >= KEPT_MAX) kept.delete(kept.keys().next().value as string)
    kept.set(token, { outcome, atUs: clock.monotonicUs(), since })
  }

  function isFresh({ outcome, atUs, since }: Kept, times: AccountCacheTimes): boolean {
    const ageMs = (clock.monotonicUs() - atUs) / US_A_MS
    return since === times.since && ageMs < timeOf(outcome, times)
  }

  return {
    ...source,
    begin(question) {
      const times = question.call && timesOf(question.call.accountId)
      return times === undefined ? source.begin?.(question) : undefined
    },
    verify(question): Verdict | Promise<Verdict> {
      const times = question.call && timesOf(question.call.accountId)
      if (times === undefined) return source.verify(question)
      const token = tokenOf(question)
      const known = kept.get(token)
      if (known !== undefined && isFresh(known, times)) {
        return { outcome: known.outcome, source: CACHE_SOURCE } satisfies Attributed
      }
      return Promise.resolve(source.verify(question)).then((verdict) => {
        // What the own registry says is at hand, and always of today.
        if (typeof verdict === 'string' && timeOf(verdict, times) > 0) {
          keep(token, verdict, times.since)
        }
        return verdict
      })
    },
  }
}

/** What is no verdict is never kept: nobody knows it, or it would be another tomorrow. */
function timeOf(outcome: Outcome, { matchMs, mismatchMs, cardStateMs }: CacheTimes): number {
  const kind = OUTCOMES[outcome]
  if (kind === 'match') return matchMs
  if (kind === 'mismatch') return mismatchMs
  return kind === 'card_state' ? cardStateMs : 0
}
