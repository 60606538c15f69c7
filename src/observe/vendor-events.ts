/**
 * What happens on the routes to vendors: counted for `/metrics`, told to the log, and raised as an
 * alarm where somebody has to look. Nothing here can hold an element.
 */
import type { Clock } from '../domain/clock.ts'
import type { Outcome } from '../domain/outcome.ts'
import { type AlarmName, Alarms } from './alarms.ts'
import { LATENCY_BOUNDS_US } from './events.ts'
import type { Log } from './log.ts'

/** What an attempt means for the bill. */
export type VendorCharge = 'paid' | 'free' | 'unknown'

/** One route's attempts since the start. */
export interface RouteCounts {
  /** By charge and outcome, as `paid match`. */
  readonly attempts: ReadonlyMap<string, number>
  /** Since when it is out; absent while it is asked. */
  readonly outSinceMs?: number
  /** Late replies by charge. */
  readonly late: ReadonlyMap<string, number>
  /** By the bounds of `LATENCY_BOUNDS_US`; what took longer is in `count` alone. */
  readonly latency: {
    readonly counts: readonly number[]
    readonly sumUs: number
    readonly count: number
  }
}

/** What no statement of a vendor has closed yet. */
export interface Unknowns {
  readonly count: number
  /** What they cost should they be paid, in hundredths of a fen. */
  readonly costCentifen: number
  /** When the oldest was asked; absent when there is none. */
  readonly oldestAtMs?: number
}

/** A vendor's bill that says something else than our rows. */
export interface UnexplainedBill {
  readonly route: string
  /** What was compared: the name of a statement. */
  readonly evidence: string
  /** Calls on which the two disagree. */
  readonly unexplained: number
}

const US_A_MS = 1_000
const HOUR_MS = 3_600_000
const DAY_MS = 24 * HOUR_MS
/** An unknown must be closed by a statement within a day. */
const UNKNOWN_AGE_MS_MAX = DAY_MS
/** Days before its end at which a certificate is spoken of. */
const CERTIFICATE_DAYS = [1, 7, 30] as const

class Route implements RouteCounts {
  readonly attempts = new Map<string, number>()
  readonly late = new Map<string, number>()
  readonly latency = { counts: LATENCY_BOUNDS_US.map(() => 0), sumUs: 0, count: 0 }
  state = 'closed'
  outSinceMs?: number
}

export class VendorEvents {
  readonly #log: Log
  readonly #clock: Clock
  readonly #alarms: Alarms
  readonly #routes = new Map<string, Route>()
  readonly #guarded = new Map<string, number>()
  readonly #compared = new Map<string, number>()
  #shared = 0
  #unknowns: Unknowns = { count: 0, costCentifen: 0 }
  #bills: readonly UnexplainedBill[] = []

  constructor(log: Log, clock: Clock) {
    this.#log = log
    this.#clock = clock
    this.#alarms = new Alarms(log, clock)
  }

  /** A vendor was asked, or should have been and was not reached. */
  attempted(route: string, charge: VendorCharge, outcome: Outcome, tookMs: number): void {
    const { attempts, latency } = this.#route(route)
    increment(attempts, `${charge} ${outcome}`)
    const tookUs = tookMs * US_A_MS
    latency.sumUs += tookUs
    latency.count++
    const bucket = LATENCY_BOUNDS_US.findIndex((bound) => tookUs <= bound)
    if (bucket >= 0) latency.counts[bucket]!++
  }

  /** A vendor answered when its caller had been told that nobody knows. */
  late(route: string, charge: VendorCharge): void {
    increment(this.#route(route).late, charge)
  }

  /** A vendor refuses us, for as long as nobody mends it. */
  barred(route: string, reason: string, code: string): void {
    this.#alarms.raise('vendor_barred', `${route} ${reason}`, { route, reason, code })
  }

  /** A vendor says that a request of ours is wrong, which our own checks had passed. */
  requestRefused(route: string, code: string): void {
    this.#alarms.raise('vendor_request_refused', `${route} ${code}`, { route, code })
  }

  /** A vendor is asked more often than it lets us. */
  throttled(route: string, code: string): void {
    this.#alarms.raise('vendor_throttles', route, { route, code })
  }

  /** A vendor said what its table has no row for: nobody knows what it means, or costs. */
  codeUnlisted(route: string, code: string): void {
    this.#alarms.raise('vendor_code_unlisted', `${route} ${code}`, { route, code })
  }

  /** A route was taken out, is tried again, or was let back. */
  turned(route: string, state: 'closed' | 'open' | 'half_open'): void {
    const known = this.#route(route)
    if (known.state === state) return
    if (state === 'open') this.#alarms.raise('vendor_ejected', route, { route })
    if (state === 'open') known.outSinceMs ??= this.#clock.nowMs()
    if (state === 'closed') {
      delete known.outSinceMs
      this.#log.info({ route }, 'vendor is back')
    }
    known.state = state
  }

  /** A call was answered by an equal one that was under way. */
  shared(): void {
    this.#shared++
  }

  /** A counter of attempts was full, and nobody was asked. */
  guarded(by: string): void {
    increment(this.#guarded, by)
  }

  /** An account may pay twice for certainty, and has done so as often as it may today. */
  doublePaySpent(accountId: string): void {
    this.#alarms.raise('double_pay_spent', accountId, { accountId })
  }

  /** An account hears so many refusals in a day that it may be testing cards. */
  accountFails(accountId: string, verdicts: number, failing: number): void {
    this.#alarms.raise('account_fails', accountId, { accountId, verdicts, failing })
  }

  /** A route's verdict was held against that of another. */
  compared(route: string, second: string, agreed: boolean): void {
    increment(this.#compared, `${route} ${second} ${agreed ? 'agreed' : 'differed'}`)
  }

  /** Two sources differ more often than the operator bears; the route is set aside, or asked further. */
  drifted(
    { route, second }: { readonly route: string; readonly second: string },
    { compared, disagreed }: { readonly compared: number; readonly disagreed: number },
    setAside: boolean,
  ): void {
    const facts = { route, second, compared, disagreed, setAside: setAside ? 'yes' : 'no' }
    this.#alarms.raise('vendor_drift', `${route} ${second}`, facts)
  }

  /** What the store says, once a minute, of calls that may have to be paid. */
  unknowns(unknowns: Unknowns): void {
    this.#unknowns = unknowns
    const { count, costCentifen, oldestAtMs } = unknowns
    if (oldestAtMs === undefined) return
    const ageMs = this.#clock.nowMs() - oldestAtMs
    if (ageMs < UNKNOWN_AGE_MS_MAX) return
    const facts = { count, costCentifen, oldestHours: Math.floor(ageMs / HOUR_MS) }
    this.#alarms.raise('vendor_unknown_old', '', facts)
  }

  /** What the store says, once a minute, of bills that nobody has explained yet. */
  bills(bills: readonly UnexplainedBill[]): void {
    this.#bills = bills
    for (const { route, evidence, unexplained } of bills) {
      const facts = { route, evidence, unexplained }
      this.#alarms.raise('vendor_bill_unexplained', `${route} ${evidence}`, facts)
    }
  }

  /** A vendor showed a certificate that ends then. */
  certificateEnds(route: string, endsAtMs: number): void {
    const days = (endsAtMs - this.#clock.nowMs()) / DAY_MS
    const within = CERTIFICATE_DAYS.find((limit) => days <= limit)
    if (within === undefined) return
    const facts = { route, days: Math.floor(days) }
    this.#alarms.raise('vendor_certificate_ends', `${route} ${within}`, facts)
  }

  /** What `/metrics` shows. */
  counters(): {
    readonly routes: ReadonlyMap<string, RouteCounts>
    /** Refusals of the guardian by counter. */
    readonly guarded: ReadonlyMap<string, number>
    readonly shared: number
    /** Comparisons by route, the one held against it, and whether they agreed. */
    readonly compared: ReadonlyMap<string, number>
    readonly unknowns: Unknowns
    readonly bills: readonly UnexplainedBill[]
    readonly alarms: ReadonlyMap<AlarmName, number>
  } {
    return {
      routes: this.#routes,
      guarded: this.#guarded,
      shared: this.#shared,
      compared: this.#compared,
      unknowns: this.#unknowns,
      bills: this.#bills,
      alarms: this.#alarms.raised,
    }
  }

  #route(name: string): Route {
    let route = this.#routes.get(name)
    if (route === undefined) {
      route = new Route()
      this.#routes.set(name, route)
    }
    return route
  }
}

function increment(counts: Map<string, number>, name: string): void {
  counts.set(name, (counts.get(name) ?? 0) + 1)
}
