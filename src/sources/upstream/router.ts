/**
 * The source that asks vendors: one after the other, and a second one only when the first certainly
 * takes no money. The only place where anything is tried again.
 */
import type { GuardRefusal, PreparedAttempt } from '../../domain/attempt.ts'
import { type AttemptTokens, NO_DAY } from '../../domain/attempt-token.ts'
import type { Clock } from '../../domain/clock.ts'
import type { Outcome } from '../../domain/outcome.ts'
import type { Guard, GuardSlot } from '../guard.ts'
import { GUARD_PROFILES } from '../guardian.ts'
import { isVerdict } from '../shadow-policy.ts'
import type { Begun, Question, Source } from '../source.ts'
import { RetryBudget } from './budgets.ts'
import type { DoublePayBudget } from './double-pays.ts'
import type { LateVerdicts } from './late-verdicts.ts'
import { leftMsOf, planOf } from './plan.ts'
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

/** One call on its way through the routes. */
interface Asking {
  readonly question: PaidQuestion
  readonly policy: RouterPolicy
  /** Of account and question. */
  readonly token: string
  /** Whom to ask, in this order. */
  readonly plan: readonly Upstream[]
  /** The first attempt, where its slot and row are durable already. */
  readonly first?: { readonly row: PreparedAttempt; readonly slot: GuardSlot }
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
    const asking = this.#asking(question)
    const { clock, late } = this.#parts
    const nowMs = clock.nowMs()
    const { token } = asking
    const kept = late.has(token, nowMs) ? await late.take(token, nowMs) : undefined
    return kept ?? this.#askInTurn(asking)
  }

  /**
   * The first attempt, where the way to it is clear. An account that may pay twice has to know what its
   * card still bears, which is told only to who takes a slot by itself.
   */
  begin(question: Question): Begun | undefined {
    const asking = this.#asking(question)
    const { guard, clock, late } = this.#parts
    if (asking.policy.doublePayShareMax > 0 || late.has(asking.token, clock.nowMs())) {
      return undefined
    }
    const at = asking.plan.findIndex((route) => this.#timeoutMs(asking, route) !== undefined)
    const route = asking.plan[at]
    const row = route?.begin(asking.question)
    if (route === undefined || row === undefined) return undefined
    const ask = guard.ask(asking.question, GUARD_PROFILES[route.settings.profile], 1)
    const first = { row, slot: { ask, left: Number.POSITIVE_INFINITY } }
    return {
      asking: { slot: ask, row },
      verify: () => this.#askInTurn({ ...asking, plan: asking.plan.slice(at), first }),
      abandon: () => route.drop(),
    }
  }

  limited(by: GuardRefusal): void {
    this.#parts.watch.guarded(by)
  }

  #asking({ call, ...question }: Question): Asking {
    if (call === undefined) throw new Error('a vendor is asked only for a call that pays')
    const { tokens, policyOf, chance } = this.#parts
    const { product, elements } = question
    const policy = policyOf(call.accountId)
    const token = tokens.tuple(product, elements, call.accountId, NO_DAY)
    const plan = planOf(this.#routesOf(policy), product, policy.prefer, chance)
    return { question: { ...question, call }, policy, token, plan }
  }

  /** Asks the routes of the plan until one has the last word. */
  async #askInTurn(asking: Asking): Promise<Outcome> {
    const { question, policy, token } = asking
    const { answered } = this.#parts
    this.#counted(asking)
    let last: Outcome | undefined
    let reached = 0
    let attempt = 0
    for (const route of asking.plan) {
      const first = attempt++ === 0 ? asking.first : undefined
      if (first === undefined && this.#timeoutMs(asking, route) === undefined) continue
      const slot = first?.slot ?? (await this.#take(question, route, attempt))
      if (typeof slot === 'string') return last ?? 'attempts_exceeded'
      // Only now, for the store takes its time as well.
      const timeoutMs = this.#timeoutMs(asking, route)
      if (timeoutMs === undefined) {
        this.#drop(slot)
        if (first !== undefined) route.drop(first.row)
        continue
      }
      const asked =
        first === undefined
          ? route.ask(question, attempt, timeoutMs)
          : route.askBegun(question, first.row, timeoutMs)
      const report = await this.#askOne(slot, asked)
      if (report.late !== undefined) this.#keepLate(report.late, slot, token)
      if (isVerdict(report.outcome)) answered(question, route.settings.name, report.outcome)
      last = worse(last, report.outcome)
      if (report.phase !== 'unreached') reached++
      if (reached >= policy.vendorsMax && report.phase !== 'unreached') return last
      if (!(await this.#mayAskNext(report, slot, asking))) return last
    }
    return last ?? 'source_busy'
  }

  #counted({ question, policy }: Asking): void {
    const { clock, doublePays } = this.#parts
    const nowMs = clock.nowMs()
    this.#retries.called(nowMs)
    if (policy.doublePayShareMax > 0) doublePays.called(question.call.accountId, nowMs)
  }

  async #take(
    question: PaidQuestion,
    route: Upstream,
    attempt: number,
  ): Promise<GuardSlot | GuardRefusal> {
    const slot = await this.#parts.guard.take(question, route.settings.profile, attempt)
    if (typeof slot === 'string') this.limited(slot)
    return slot
  }

  #routesOf({ routes }: RouterPolicy): readonly Upstream[] {
    if (routes === undefined) return this.#parts.routes
    return this.#parts.routes.filter(({ settings }) => routes.includes(settings.name))
  }

  /**
   * One attempt with its slot, which ends while the answer is on its way; when the store fails, it
   * stays that of a failure.
   */
  async #askOne(slot: GuardSlot, ask: Promise<OpenReport>): Promise<OpenReport> {
    const report = await ask
    this.#parts.guard.end(slot, guardEnding(report)).catch(() => undefined)
    return report
  }

  /** Gives back the slot of an attempt for which there is no time left. */
  #drop(slot: GuardSlot): void {
    this.#parts.guard.end(slot, 'unasked').catch(() => undefined)
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
    const leftMs = leftMsOf(question.call, policy, this.#parts.clock)
    if (leftMs < Math.max(policy.startMsMin, route.expectedMs)) return undefined
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
