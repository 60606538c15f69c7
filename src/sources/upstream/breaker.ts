/**
 * Takes a vendor out when it fails and lets it back when it is well. The only file that knows the
 * circuit-breaker library, which keeps the states; when to leave them is said here, by our clock.
 */
import { CircuitState, circuitBreaker, handleWhenResult, type IBreaker } from 'cockatiel'
import type { Clock } from '../../domain/clock.ts'

/** What one call says of its vendor; `barred`: no call can succeed until somebody mends it. */
export type Health = 'well' | 'ill' | 'barred'

export type BreakerState = 'closed' | 'open' | 'half_open'

/** When a vendor is taken out and let back. */
export interface BreakerRules {
  /** Failures in a row. */
  readonly consecutiveMax: number
  /** Or this share of the calls of the window, when there were at least so many. */
  readonly failureShareMax: number
  readonly windowMs: number
  readonly windowCallsMin: number
  /** For the first time; the n-th time n times as long, up to the maximum. */
  readonly openMs: number
  readonly openMsMax: number
  /** Share by which a time is made longer or shorter, so that nodes do not come back at once. */
  readonly jitter: number
  /** Successes, one call at a time, that let a vendor back. */
  readonly trials: number
  /** Free probes in a row that let it back before its time. */
  readonly probes: number
}

export const BREAKER_RULES: BreakerRules = {
  consecutiveMax: 5,
  failureShareMax: 0.5,
  windowMs: 10_000,
  windowCallsMin: 20,
  openMs: 30_000,
  openMsMax: 300_000,
  jitter: 0.2,
  trials: 3,
  probes: 2,
}

const US_A_MS = 1_000
const MS_A_SECOND = 1_000

const STATES: { readonly [S in CircuitState]: BreakerState } = {
  [CircuitState.Closed]: 'closed',
  [CircuitState.Open]: 'open',
  [CircuitState.HalfOpen]: 'half_open',
  [CircuitState.Isolated]: 'open',
}

/** What a breaker is made of. */
export interface BreakerParts {
  readonly clock: Clock
  /** 0 to 1, exclusive. */
  readonly random: () => number
  /** Nobody can stand in for the vendor: it is tried again after the shortest time, always. */
  readonly sole: boolean
  readonly rules?: BreakerRules
  /** Told of each change. */
  readonly turned?: (state: BreakerState) => void
}

export class Breaker {
  readonly #clock: Clock
  readonly #random: () => number
  readonly #sole: boolean
  readonly #rules: BreakerRules
  readonly #outliers: OutlierRule
  readonly #policy
  #openUntilMs = 0
  #ejections = 0
  #closedAtMs: number
  #onTrial = false
  #probesWell = 0

  constructor({ clock, random, sole, turned, rules = BREAKER_RULES }: BreakerParts) {
    this.#clock = clock
    this.#random = random
    this.#sole = sole
    this.#rules = rules
    this.#closedAtMs = this.#nowMs()
    this.#outliers = new OutlierRule(rules, () => this.#nowMs())
    this.#policy = circuitBreaker(
      handleWhenResult((judged) => this.#outliers.note((judged as Judged).health)),
      {
        breaker: this.#outliers,
        // It opens at our word alone: `admits` keeps calls away until the time has come.
        halfOpenAfter: Number.NEGATIVE_INFINITY,
        halfOpenSampling: { calls: rules.trials, threshold: 0 },
      },
    )
    this.#policy.onBreak((reason) => {
      if (!('isolated' in reason)) this.#eject()
    })
    this.#policy.onReset(() => this.#readmit())
    if (turned !== undefined) this.#policy.onStateChange((state) => turned(STATES[state]))
  }

  get state(): BreakerState {
    return STATES[this.#policy.state]
  }

  /** Whether the vendor was taken out because it refuses us, which no connection can disprove. */
  get barred(): boolean {
    return this.state === 'open' && this.#outliers.barred
  }

  /** Whether a call may be made now; half-open admits one at a time. */
  admits(): boolean {
    if (this.state === 'closed') return true
    return this.#nowMs() >= this.#openUntilMs && !this.#onTrial
  }

  /** Makes a call that `admits` allowed, and learns from how it ended. */
  async run<T>(call: () => Promise<T>, healthOf: (result: T) => Health): Promise<T> {
    const trial = this.state !== 'closed'
    if (trial) this.#onTrial = true
    try {
      const judged = await this.#policy.execute(async () => {
        const result = await call()
        return { result, health: healthOf(result) } satisfies Judged
      })
      return judged.result
    } finally {
      if (trial) this.#onTrial = false
    }
  }

  /** Learns from a free probe of a vendor that is out. */
  probed(isWell: boolean): void {
    if (this.state === 'closed') return
    this.#probesWell = isWell ? this.#probesWell + 1 : 0
    if (this.#probesWell >= this.#rules.probes && !this.#onTrial) this.#policy.isolate().dispose()
  }

  #eject(): void {
    const { openMs, openMsMax, jitter } = this.#rules
    const wellMs = this.#nowMs() - this.#closedAtMs
    const forgiven =
      this.#ejections > 0 && this.#openUntilMs === 0 ? Math.floor(wellMs / openMs) : 0
    this.#ejections = this.#sole ? 1 : Math.max(0, this.#ejections - forgiven) + 1
    const scatter = 1 + jitter * (2 * this.#random() - 1)
    this.#openUntilMs = this.#nowMs() + Math.min(openMs * this.#ejections, openMsMax) * scatter
    this.#probesWell = 0
  }

  #readmit(): void {
    this.#openUntilMs = 0
    this.#closedAtMs = this.#nowMs()
    this.#probesWell = 0
  }

  #nowMs(): number {
    return this.#clock.monotonicUs() / US_A_MS
  }
}

interface Judged {
  readonly result: unknown
  readonly health: Health
}

interface Second {
  readonly second: number
  calls: number
  failures: number
}

/** When failures are too many: in a row, or as a share of the last seconds. */
class OutlierRule implements IBreaker {
  /** The library would keep it across restarts; we begin anew. */
  state: unknown = undefined
  barred = false
  readonly #rules: BreakerRules
  readonly #nowMs: () => number
  #consecutive = 0
  /** Of the window, by second. */
  #seconds: Second[] = []

  constructor(rules: BreakerRules, nowMs: () => number) {
    this.#rules = rules
    this.#nowMs = nowMs
  }

  /** Called with every result before `success` or `failure`; whether it counts as a failure. */
  note(health: Health): boolean {
    this.barred = health === 'barred'
    return health !== 'well'
  }

  success(): void {
    this.#consecutive = 0
    this.#keep(false)
  }

  failure(state: CircuitState): boolean {
    this.#consecutive++
    this.#keep(true)
    const out = this.barred || state === CircuitState.HalfOpen || this.#isOutlier()
    if (out) {
      this.#consecutive = 0
      this.#seconds = []
    }
    return out
  }

  #isOutlier(): boolean {
    const { consecutiveMax, failureShareMax, windowCallsMin } = this.#rules
    if (this.#consecutive >= consecutiveMax) return true
    let calls = 0
    let failures = 0
    for (const second of this.#seconds) {
      calls += second.calls
      failures += second.failures
    }
    return calls >= windowCallsMin && failures >= calls * failureShareMax
  }

  #keep(failed: boolean): void {
    const second = Math.floor(this.#nowMs() / MS_A_SECOND)
    const first = second - this.#rules.windowMs / MS_A_SECOND
    if (this.#seconds.at(-1)?.second !== second) {
      this.#seconds = this.#seconds.filter((old) => old.second > first)
      this.#seconds.push({ second, calls: 0, failures: 0 })
    }
    const current = this.#seconds.at(-1)!
    current.calls++
    if (failed) current.failures++
  }
}
