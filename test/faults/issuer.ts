/**
 * An issuer behind UnionPay for tests, with the rules that resellers publish: who fails too often, or
 * asks too often, locks the card. All vendors ask the same one.
 */

const HOUR_MS = 3_600_000
const DAY_MS = 24 * HOUR_MS
const BEIJING_MS = 8 * HOUR_MS

export interface IssuerRules {
  /** Failures in a row that a card bears; the next request locks it. */
  readonly consecutiveMax: number
  /** Requests that a card bears in a Beijing day. */
  readonly dayMax: number
  /** Requests that a card bears in any 24 hours. */
  readonly rollingMax: number
  /** When it forgets failures and lets a card go. */
  readonly release: 'after_12_hours' | 'at_midnight'
}

interface Card {
  failures: number
  lastMs: number
  lockedUntilMs: number
  readonly requestsMs: number[]
}

export class Issuer {
  readonly #rules: IssuerRules
  readonly #cards = new Map<string, Card>()
  /** Cards that were locked, each time. */
  locks = 0
  /** What it was asked. */
  asked = 0

  constructor(rules: IssuerRules) {
    this.#rules = rules
  }

  /** Whether the card would be refused now, whatever is asked. */
  isLocked(card: string, nowMs: number): boolean {
    return (this.#cards.get(card)?.lockedUntilMs ?? 0) > nowMs
  }

  /** One request of a vendor. */
  ask(card: string, isRight: boolean, nowMs: number): 'match' | 'mismatch' | 'locked' {
    this.asked++
    const row = this.#row(card)
    this.#forget(row, nowMs)
    const wasLocked = row.lockedUntilMs > nowMs
    row.requestsMs.push(nowMs)
    if (wasLocked || this.#isTooMuch(row, nowMs)) {
      if (!wasLocked) this.locks++
      // Who asks again while it is locked prolongs it.
      row.lockedUntilMs = this.#releaseMs(nowMs)
      return 'locked'
    }
    row.lastMs = nowMs
    row.failures = isRight ? 0 : row.failures + 1
    return isRight ? 'match' : 'mismatch'
  }

  #row(card: string): Card {
    let row = this.#cards.get(card)
    if (row === undefined) {
      row = { failures: 0, lastMs: 0, lockedUntilMs: 0, requestsMs: [] }
      this.#cards.set(card, row)
    }
    return row
  }

  #forget(row: Card, nowMs: number): void {
    const isReleased = row.lockedUntilMs > 0 && row.lockedUntilMs <= nowMs
    if (isReleased || (row.failures > 0 && this.#releaseMs(row.lastMs) <= nowMs)) row.failures = 0
    if (isReleased) row.lockedUntilMs = 0
  }

  /** Judged before the request is counted, which `requestsMs` has already. */
  #isTooMuch({ failures, requestsMs }: Card, nowMs: number): boolean {
    const { consecutiveMax, dayMax, rollingMax } = this.#rules
    const today = requestsMs.filter((atMs) => dayOf(atMs) === dayOf(nowMs)).length
    const rolling = requestsMs.filter((atMs) => atMs > nowMs - DAY_MS).length
    return failures >= consecutiveMax || today > dayMax || rolling > rollingMax
  }

  #releaseMs(sinceMs: number): number {
    if (this.#rules.release === 'after_12_hours') return sinceMs + 12 * HOUR_MS
    return (dayOf(sinceMs) + 1) * DAY_MS - BEIJING_MS
  }
}

function dayOf(atMs: number): number {
  return Math.floor((atMs + BEIJING_MS) / DAY_MS)
}
