/**
 * Verdicts that came after their caller had been told "unknown": they serve the next who asks the same,
 * over restarts and nodes.
 *
 * A call asks the store only for a verdict that it is known to hold, so that the many for which nothing
 * is kept pay nothing; what other nodes keep is learnt at each look.
 */
import type { Outcome } from '../../domain/outcome.ts'

/** How long a late verdict is kept. */
export const LATE_KEPT_MS = 10 * 60_000
/** Verdicts that one node knows of at one time, the oldest forgotten first. */
const KNOWN_MAX = 10_000
/** Looks reach back so far before the last one: clocks differ, and commits take their time. */
const LOOK_BACK_MS = 10_000

/** Where late verdicts rest, each under the token (latin1) of its account and question. */
export interface LateVerdictStore {
  /** Resolves when it is durable; the younger of two under one token stays. */
  keep(token: string, outcome: Outcome, atMs: number): Promise<void>
  /** Takes what was kept after a moment: whoever asks at the same time, only one is given it. */
  take(token: string, afterMs: number): Promise<Outcome | undefined>
  /** The tokens of what was kept after a moment, the oldest first. */
  keptAfter(afterMs: number): Promise<readonly { readonly token: string; readonly atMs: number }[]>
  /** Forgets what was kept before a moment. */
  forget(beforeMs: number): Promise<void>
}

export class LateVerdicts {
  readonly #store: LateVerdictStore
  /** When each was kept, by its token. */
  readonly #known = new Map<string, number>()
  #lookedAtMs = 0

  constructor(store: LateVerdictStore) {
    this.#store = store
  }

  /** Learns what was kept since the last look, here or by another node. */
  async look(nowMs: number): Promise<void> {
    const afterMs = Math.max(nowMs - LATE_KEPT_MS, this.#lookedAtMs - LOOK_BACK_MS)
    for (const { token, atMs } of await this.#store.keptAfter(afterMs)) this.#know(token, atMs)
    this.#lookedAtMs = nowMs
  }

  /** Keeps a verdict under the token of account and question. */
  async keep(token: string, outcome: Outcome, nowMs: number): Promise<void> {
    await this.#store.keep(token, outcome, nowMs)
    this.#know(token, nowMs)
  }

  /** Whether there may be one to take. */
  has(token: string, nowMs: number): boolean {
    const atMs = this.#known.get(token)
    return atMs !== undefined && nowMs < atMs + LATE_KEPT_MS
  }

  /** Takes a verdict: it is given, and charged, once over all nodes. */
  take(token: string, nowMs: number): Promise<Outcome | undefined> {
    this.#known.delete(token)
    return this.#store.take(token, nowMs - LATE_KEPT_MS)
  }

  /** Forgets what nobody can be given any more. */
  async forget(nowMs: number): Promise<void> {
    await this.#store.forget(nowMs - LATE_KEPT_MS)
    for (const [token, atMs] of this.#known) {
      if (nowMs >= atMs + LATE_KEPT_MS) this.#known.delete(token)
    }
  }

  #know(token: string, atMs: number): void {
    this.#known.delete(token)
    if (this.#known.size >= KNOWN_MAX) this.#known.delete(this.#known.keys().next().value as string)
    this.#known.set(token, atMs)
  }
}
