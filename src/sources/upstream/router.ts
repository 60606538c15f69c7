/**
 * The source that asks vendors: one after the other, and a second one only when the first certainly
 * takes no money. The only place where anything is tried again.
 */
import type { AttemptTokens } from '../../domain/attempt-token.ts'
import type { Clock } from '../../domain/clock.ts'
import type { Outcome } from '../../domain/outcome.ts'
import type { Guard, GuardSlot } from '../guard.ts'
import { isVerdict } from '../shadow-policy.ts'
import type { Question, Source } from '../source.ts'
import { RetryBudget } from './budgets.ts'
import type { DoublePayBudget } from './double-pays.ts'
import type { LateVerdicts } from './late-verdicts.ts'
import { planOf } from './plan.ts'
import { guardEnding, type OpenReport } from './report.ts'
import type { RouterPolicy } from './settings.ts'
import type { PaidQuestion, Upstream } from './upstream.ts'
import type { RouteWatch } from './watch.ts'

export interface RouterParts {
  readonly routes: readonly Upstream[]
  readonly guard: Guard
  readonly tokens: AttemptTokens
  readonly clock: Clock
  /** 0 to 1, exclusive. */
  readonly chance: () => number
  /** How each account's calls are routed. */
  readonly policyOf: (accountId: string) => RouterPolicy
  readonly watch: RouteWatch
  readonly late: LateVerdicts
  readonly doublePays: DoublePayBudget
  /** Told of each verdict that a vendor gives in time. */
  readonly answered: (question: Question, route: string, outcome: Outcome) => void
}

const US_A_MS = 1_000
const ANY_DAY = 0

/** One call on its way through the routes. */
interface Asking {
  readonly question: PaidQuestion
  readonly policy: RouterPolicy
  /** Of account and question. */
  readonly token: string
}

export class Router implements Source {
  readonly name = 'upstream'
  readonly charging = 'reserve'
  readonly #parts: RouterParts
  readonly #retries = new RetryBudget()

  constructor(parts: RouterParts) {
    this.#parts = parts
  }

  async verify(question: Question): Promise<Outcome> {
    const { call } = question
    if (call === undefined) throw new Error('a vendor is asked only for a call that pays')
    return this.#verify({ ...question, call })
  }

  async #verify(question: PaidQuestion): Promise<Outcome> {
    const { clock, tokens, policyOf, late, doublePays } = this.#parts
    const { product, elements, call } = question
    const nowMs = clock.nowMs()
    const token = tokens.tuple(product, elements, call.accountId, ANY_DAY)
    const kept = late.has(token, nowMs) ? await late.take(token, nowMs) : undefined
    if (kept !== undefined) return kept
    this.#retries.called(nowMs)
    const policy = policyOf(call.accountId)
    if (policy.doublePayShareMax > 0) doublePays.called(call.accountId, nowMs)
    return this.#askInTurn({ question, policy, token })
  }

  /** Asks the routes of the plan until one has the last word. */
  async #askInTurn(asking: Asking): Promise<Outcome> {
    const { question, policy, token } = asking
    const { guard, chance, watch, answered } = this.#parts
    let last: Outcome | undefined
    let reached = 0
    let attempt = 0
    for (const route of planOf(this.#routesOf(policy), question.product, policy.prefer, chance)) {
      const timeoutMs = this.#timeoutMs(asking, route)
      if (timeoutMs === undefined) continue
      const slot = await guard.take(question, route.settings.profile, ++attempt)
      if (typeof slot === 'string') {
        watch.guarded(slot)
        return last ?? 'attempts_exceeded'
      }
      const report = await this.#askOne(question, route, { slot, attempt, timeoutMs })
      if (report.late !== undefined) this.#keepLate(report.late, slot, token)
      if (isVerdict(report.outcome)) answered(question, route.settings.name, report.outcome)
      last = worse(last, report.outcome)
      if (report.phase !== 'unreached') reached++
      if (reached >= policy.vendorsMax && report.phase !== 'unreached') return last
      if (!(await this.#mayAskNext(report, slot, asking))) return last
    }
    return last ?? 'source_busy'
  }

  #routesOf({ routes }: RouterPolicy): readonly Upstream[] {
    if (routes === undefined) return this.#parts.routes
    return this.#parts.routes.filter(({ settings }) => routes.includes(settings.name))
  }

  /**
   * One attempt with its slot, which ends while the answer is on its way; when the store fails, it
   * stays that of a failure.
   */
  async #askOne(
    question: PaidQuestion,
    route: Upstream,
    { slot, attempt, timeoutMs }: { slot: GuardSlot; attempt: number; timeoutMs: number },
  ): Promise<OpenReport> {
    const report = await route.ask(question, attempt, timeoutMs)
    this.#parts.guard.end(slot, guardEnding(report)).catch(() => undefined)
    return report
  }

  /** The law of paying once. */
  async #mayAskNext(
    report: OpenReport,
    slot: GuardSlot,
    { question, policy }: Asking,
  ): Promise<boolean> {
    if (report.phase === 'unreached') return true
    if (report.next !== 'final') return report.charge === 'free' && this.#retries.take()
    // Nobody pays twice for a card that could be locked by it.
    if (report.outcome !== 'source_unknown' || slot.left <= 1) return false
    const { doublePayShareMax } = policy
    if (doublePayShareMax === 0) return false
    const { clock, watch, doublePays } = this.#parts
    const { accountId } = question.call
    if (await doublePays.take(accountId, doublePayShareMax, clock.nowMs())) return true
    watch.doublePaySpent(accountId)
    return false
  }

  /** What an attempt may take of what is left of the call; undefined when it is too little. */
  #timeoutMs({ question, policy }: Asking, route: Upstream): number | undefined {
    const spentMs = (this.#parts.clock.monotonicUs() - question.call.startedUs) / US_A_MS
    const leftMs = Math.floor(policy.totalTimeoutMs - spentMs)
    if (leftMs < Math.max(policy.startMsMin, route.medianMs)) return undefined
    const usualMs = Math.ceil(route.slowMs ?? Number.POSITIVE_INFINITY)
    const wantedMs = Math.max(usualMs, policy.attemptTimeoutMsMin)
    return Math.min(leftMs, policy.attemptTimeoutMs, wantedMs)
  }

  /** A verdict that comes late is kept for who asks the same again, and ends the slot by what it says. */
  #keepLate(late: NonNullable<OpenReport['late']>, slot: GuardSlot, token: string): void {
    const { guard, clock, late: verdicts } = this.#parts
    late
      .then(async (report) => {
        if (report === undefined || report.fault !== undefined) return
        await verdicts.keep(token, report.outcome, clock.nowMs())
        await guard.end(slot, guardEnding(report))
      })
      // Whoever asks again asks the vendor again, and the slot stays that of a failure.
      .catch(() => undefined)
  }
}

/** What a call has come to: after an unknown nobody can say any more that it was free. */
function worse(earlier: Outcome | undefined, latest: Outcome): Outcome {
  return earlier === 'source_unknown' && latest === 'source_busy' ? earlier : latest
}
