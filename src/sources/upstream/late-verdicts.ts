/** Verdicts that came after their caller had been told "unknown": they serve the next who asks the same. */
import type { Outcome } from '../../domain/outcome.ts'

const KEPT_MS = 10 * 60_000
const KEPT_MAX = 10_000

interface Late {
  readonly outcome: Outcome
  readonly untilMs: number
}

export class LateVerdicts {
  readonly #kept = new Map<string, Late>()

  /** Keeps a verdict under the token of account and question. */
  keep(token: string, outcome: Outcome, nowMs: number): void {
    this.#kept.delete(token)
    if (this.#kept.size >= KEPT_MAX) this.#kept.delete(this.#kept.keys().next().value as string)
    this.#kept.set(token, { outcome, untilMs: nowMs + KEPT_MS })
  }

  /** Takes a verdict: it is given, and charged, once. */
  take(token: string, nowMs: number): Outcome | undefined {
    const late = this.#kept.get(token)
    if (late === undefined) return undefined
    this.#kept.delete(token)
    return nowMs < late.untilMs ? late.outcome : undefined
  }
}
