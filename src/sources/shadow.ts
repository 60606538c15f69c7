/**
 * Asks a second source about a share of the verdicts, for comparison alone: nobody waits for it, no
 * customer is answered or charged by it, and no card is brought to its last attempt by it.
 */
import type { Clock } from '../domain/clock.ts'
import { issuerOf } from '../domain/issuer.ts'
import type { Outcome } from '../domain/outcome.ts'
import type { Guard, GuardSlot } from './guard.ts'
import {
  type Comparison,
  isVerdict,
  type ShadowPolicy,
  type ShadowWindow,
} from './shadow-policy.ts'
import type { AskingCall, Question, Source } from './source.ts'
import { guardEnding, type OpenReport } from './upstream/report.ts'
import type { Upstream } from './upstream/upstream.ts'
import { REGISTRY_ROUTE } from './vendor-route.ts'

/** Comparisons under way at one time; what comes meanwhile is not compared. */
const UNDER_WAY_MAX = 16
const WHOLE = 1_000
/** As long as a customer would wait for a vendor that is not known yet. */
const TIMEOUT_MS = 5_000
/** Attempts that a card must still bear after a comparison, by the verdict that is compared. */
const LEFT_AFTER_MATCH = 2
const LEFT_AFTER_OTHER = 1

/** What comparisons may cost, and what they found; durable. */
export interface ShadowStore {
  /** Takes a cost out of this month's budget, when it bears it. */
  take(costCentifen: number, budgetCentifen: number, atMs: number): Promise<boolean>
  /** Gives back what was not spent after all. */
  giveBack(costCentifen: number, takenAtMs: number): Promise<void>
  /** Counts a comparison; gives the window in which too many differed, when this was one too many. */
  record(
    comparison: Comparison,
    policy: ShadowPolicy,
    atMs: number,
  ): Promise<ShadowWindow | undefined>
}

export interface ShadowParts {
  /** Undefined while nothing is compared. */
  readonly policy: () => ShadowPolicy | undefined
  readonly routes: () => readonly Upstream[]
  readonly registry: Source<Outcome>
  readonly guard: Guard
  readonly store: ShadowStore
  readonly clock: Pick<Clock, 'nowMs'>
  /** 0 to 1, exclusive. */
  readonly chance: () => number
  /** Waits until the customer's call is surely answered, counted and off the card. */
  readonly pause: () => Promise<void>
  readonly watch: ShadowWatch
}

/** What is told of comparisons. */
export interface ShadowWatch {
  compared(comparison: Comparison): void
  /** Too many of a window differed; the route is set aside when `stopped`. */
  drifted(comparison: Comparison, window: ShadowWindow, stopped: boolean): void
}

type PaidQuestion = Question & { readonly call: AskingCall }

export class Shadow {
  readonly #parts: ShadowParts
  readonly #underWay = new Set<Promise<void>>()

  constructor(parts: ShadowParts) {
    this.#parts = parts
  }

  /** Compares a verdict that a route gave, if it is one of those to be compared. Returns at once. */
  consider(question: Question, route: string, outcome: Outcome): void {
    const policy = this.#parts.policy()
    if (policy === undefined || question.call === undefined) return
    const { second, compares, perMille } = policy
    const compared = outcome === 'match' || (compares === 'verdicts' && saysSomething(outcome))
    if (!compared || second === route || this.#underWay.size >= UNDER_WAY_MAX) return
    if (this.#parts.chance() * WHOLE >= perMille) return
    const asked = { ...question, call: question.call }
    const work = this.#compare(asked, route, outcome, policy)
      // A comparison that fails is one that was not made.
      .catch(() => undefined)
      .finally(() => this.#underWay.delete(work))
    this.#underWay.add(work)
  }

  /** Settles when no comparison is under way. */
  async idle(): Promise<void> {
    await Promise.all(this.#underWay)
  }

  async #compare(
    question: PaidQuestion,
    route: string,
    outcome: Outcome,
    policy: ShadowPolicy,
  ): Promise<void> {
    await this.#parts.pause()
    const { second } = policy
    const secondOutcome =
      second === REGISTRY_ROUTE
        ? await this.#parts.registry.verify(question)
        : await this.#askVendor(question, outcome, policy)
    if (secondOutcome === undefined || !saysSomething(secondOutcome)) return
    const { cardNumber } = question.elements
    const bank = (cardNumber && issuerOf(cardNumber)?.bank) ?? ''
    const comparison = { route, second, bank, outcome, secondOutcome }
    const { store, clock, watch } = this.#parts
    const drift = await store.record(comparison, policy, clock.nowMs())
    watch.compared(comparison)
    if (drift !== undefined) {
      watch.drifted(comparison, drift, policy.stops && route !== REGISTRY_ROUTE)
    }
  }

  /** What a vendor says, within budget and guardian; undefined when it was not asked or said nothing. */
  async #askVendor(
    question: PaidQuestion,
    outcome: Outcome,
    { second, budgetCentifen }: ShadowPolicy,
  ): Promise<Outcome | undefined> {
    const { routes, store, clock } = this.#parts
    const route = routes().find(({ settings }) => settings.name === second)
    if (route === undefined || !isIdle(route) || !route.sells(question.product)) return undefined
    const { costCentifen } = route.settings
    const takenAtMs = clock.nowMs()
    if (!(await store.take(costCentifen, budgetCentifen, takenAtMs))) return undefined
    const report = await this.#askWithin(question, outcome, route)
    if (report === undefined || report.charge === 'free') {
      await store.giveBack(costCentifen, takenAtMs)
    }
    return report?.outcome
  }

  /** One attempt with a slot of the guardian, unless the card has too few left. */
  async #askWithin(
    question: PaidQuestion,
    outcome: Outcome,
    route: Upstream,
  ): Promise<OpenReport | undefined> {
    const { guard } = this.#parts
    const slot = await guard.takeAside(question, route.settings.profile)
    if (typeof slot === 'string') return undefined
    const leftMin = outcome === 'match' ? LEFT_AFTER_MATCH : LEFT_AFTER_OTHER
    if (slot.left < leftMin) {
      await guard.end(slot, 'unasked')
      return undefined
    }
    const report = await route.compare(question, TIMEOUT_MS)
    await guard.end(slot, guardEnding(report))
    if (report.late !== undefined) this.#endLate(report.late, slot)
    return report
  }

  #endLate(late: NonNullable<OpenReport['late']>, slot: GuardSlot): void {
    late
      .then(async (report) => report && this.#parts.guard.end(slot, guardEnding(report)))
      // The slot stays that of a failure.
      .catch(() => undefined)
  }
}

/** Who has no record of a card contradicts nobody. */
function saysSomething(outcome: Outcome): boolean {
  return isVerdict(outcome) && outcome !== 'no_record'
}

/** Whether a question for comparison would keep no customer's call waiting. */
function isIdle(route: Upstream): boolean {
  return route.isReady() && route.waiting === 0
}
