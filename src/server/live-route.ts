/**
 * Where live calls are led: to the vendors that the operator has added, or while there are none to
 * the own registry. A change of routes or policies holds without a restart.
 */
import { setTimeout as sleep } from 'node:timers/promises'
import { KeySealer } from '../accounts/seal.ts'
import type { AskingBook } from '../billing/store.ts'
import type { GuardLimits, GuardRefusal } from '../domain/attempt.ts'
import { AttemptTokens, NO_DAY } from '../domain/attempt-token.ts'
import type { Clock } from '../domain/clock.ts'
import type { Keyring } from '../domain/keyring.ts'
import type { Outcome } from '../domain/outcome.ts'
import type { Events } from '../observe/events.ts'
import type { VendorEvents } from '../observe/vendor-events.ts'
import { Guard } from '../sources/guard.ts'
import { guarded } from '../sources/guarded.ts'
import { priceAfter } from '../sources/price-book.ts'
import { withRegistry } from '../sources/registry-route.ts'
import { Shadow } from '../sources/shadow.ts'
import type { Source } from '../sources/source.ts'
import type { AttemptStore } from '../sources/store.ts'
import type { BreakerState } from '../sources/upstream/breaker.ts'
import type { Upstreams } from '../sources/upstream/compose.ts'
import {
  ROUTER_POLICY,
  type RouterPolicy,
  UPSTREAM_LIMITS,
  type UpstreamSettings,
} from '../sources/upstream/settings.ts'
import { EVERY_ACCOUNT, policyOf, settingsOf, type VendorRoute } from '../sources/vendor-route.ts'
import { cached } from '../sources/verdict-cache.ts'
import { ATTEMPT_MS_MAX, giveUpAttempts, readUnknowns } from '../storage/sql/attempts.ts'
import type { SqlEngine } from '../storage/sql/engine.ts'
import { forgetGuardRows } from '../storage/sql/guard-rows.ts'
import { PaidCounts } from '../storage/sql/paid-counts.ts'
import { readVendorTrouble } from '../storage/sql/vendor-bills.ts'
import { readPassages } from '../storage/sql/vendor-passage.ts'
import {
  policiesRevision,
  readPolicies,
  readRoutes,
  routesRevision,
} from '../storage/sql/vendor-routes.ts'
import { askingStores } from './asking-store.ts'
import { RouteMemory, shadowStore } from './route-memory.ts'
import { shadowWatchOf, watchOf } from './vendor-watch.ts'

/** What is under way on routes that were replaced may end as it would have. */
const LINGER_MS = ROUTER_POLICY.totalTimeoutMs + UPSTREAM_LIMITS.lateReadMs
/** By then the call whose verdict is compared has been answered and counted. */
const SHADOW_PAUSE_MS = 500

export interface LiveRouteParts {
  readonly engine: SqlEngine
  /** For looking whether something has changed. */
  readonly watch: SqlEngine
  readonly book: AskingBook
  readonly keyring: Keyring
  readonly clock: Clock
  readonly registry: Source<Outcome>
  /** What it lets through of attempts on a card or a person. */
  readonly registryLimits: GuardLimits
  /** Bounds of how long a vendor is waited for. */
  readonly answerMsMin: number
  readonly answerMsMax: number
  readonly events: Events
  readonly vendors: VendorEvents
  readonly random: (bytes: number) => Buffer
  /** 0 to 1, exclusive. */
  readonly chance: () => number
}

/** One vendor as one node sees it. */
export interface RouteHealth {
  readonly route: string
  /** Of its breaker: open while it is left alone. */
  readonly state: BreakerState
  /** What its answers mostly take; 0 before the first. */
  readonly medianMs: number
  /** Requests on their way, and calls that wait for room. */
  readonly inFlight: number
  readonly waiting: number
}

export class LiveRoute {
  readonly #parts: LiveRouteParts
  readonly #sealer: KeySealer
  readonly #attempts: AttemptStore
  readonly #tokens: AttemptTokens
  readonly #guard: Guard
  readonly #registry: Source
  readonly #paid = new PaidCounts()
  readonly #memory: RouteMemory
  readonly #lingering = new Map<Upstreams, NodeJS.Timeout>()
  readonly #shadow: Shadow
  #upstreams: Upstreams | undefined
  #source: Source
  #policies: ReadonlyMap<string, RouterPolicy> = new Map()
  #passages: ReadonlySet<string> = new Set()
  /** Of an account for which nothing is said. */
  readonly #usual: RouterPolicy
  #routesSeen = -1
  #policiesSeen = -1

  constructor(parts: LiveRouteParts) {
    const { book, keyring, clock, registryLimits: limits } = parts
    const { attempts, guard: store } = askingStores(book)
    this.#parts = parts
    this.#sealer = new KeySealer(keyring, 'vendor.seal')
    this.#usual = {
      ...ROUTER_POLICY,
      attemptTimeoutMs: parts.answerMsMax,
      attemptTimeoutMsMin: parts.answerMsMin,
    }
    this.#attempts = attempts
    this.#memory = new RouteMemory(parts)
    this.#tokens = new AttemptTokens(keyring)
    const guard = new Guard({ store, tokens: this.#tokens, clock, registry: limits })
    this.#guard = guard
    const limited = (by: GuardRefusal) => parts.vendors.guarded(by)
    this.#registry = guarded(parts.registry, { guard, limits, limited })
    this.#shadow = this.#comparing()
    this.#source = this.#registry
  }

  /** Begins: what a crash left open is unknown from now on, and the routes are read. */
  async start(): Promise<void> {
    const { engine, clock } = this.#parts
    const nowMs = clock.nowMs()
    // Nobody but this process works on an embedded store, so none of its rows is under way, not even
    // one of a clock that was ahead; a shared store may have other nodes at work.
    const beforeMs = engine.name === 'sqlite' ? Number.MAX_SAFE_INTEGER : nowMs - ATTEMPT_MS_MAX
    await giveUpAttempts(engine.queries, { beforeMs, nowMs })
    await this.refresh()
    await this.tidy()
  }

  get source(): Source {
    return this.#source
  }

  /** How the vendors are, as this node sees them. */
  get health(): readonly RouteHealth[] {
    return (this.#upstreams?.routes ?? []).map((route) => {
      const { settings, state, medianMs, inFlight, waiting } = route
      return { route: settings.name, state, medianMs, inFlight, waiting }
    })
  }

  /** Takes in what has changed of routes and policies. */
  async refresh(): Promise<void> {
    const { watch, clock } = this.#parts
    const { queries } = watch
    await this.#memory.look(clock.nowMs())
    const policies = await policiesRevision(queries)
    if (policies !== this.#policiesSeen) {
      const rows = await readPolicies(queries)
      this.#policies = new Map(
        rows.map(({ accountId, ...row }) => [accountId, policyOf(row, this.#usual)]),
      )
      this.#passages = await readPassages(queries)
      this.#policiesSeen = policies
    }
    const routes = await routesRevision(queries)
    if (routes === this.#routesSeen) return
    await this.#replace(await readRoutes(queries, this.#sealer))
    this.#routesSeen = routes
  }

  /** Housekeeping of cost rows and counters, and the volumes by which calls are priced. */
  async tidy(): Promise<void> {
    const { engine, clock, vendors } = this.#parts
    const { queries } = engine
    const nowMs = clock.nowMs()
    await giveUpAttempts(queries, { beforeMs: nowMs - ATTEMPT_MS_MAX, nowMs })
    await forgetGuardRows(queries, nowMs)
    await this.#memory.tidy(nowMs)
    await this.#paid.look(queries, nowMs)
    vendors.unknowns(await readUnknowns(queries))
    vendors.bills((await readVendorTrouble(queries, nowMs)).bills)
    for (const { settings, certificateEndsAtMs } of this.#upstreams?.routes ?? []) {
      if (certificateEndsAtMs !== undefined) {
        vendors.certificateEnds(settings.name, certificateEndsAtMs)
      }
    }
  }

  /** Ends the routes; what is under way on them ends as unknown. */
  async close(): Promise<void> {
    const open = [...this.#lingering.keys(), ...(this.#upstreams ? [this.#upstreams] : [])]
    for (const timer of this.#lingering.values()) clearTimeout(timer)
    this.#lingering.clear()
    await Promise.all(open.map((upstreams) => upstreams[Symbol.asyncDispose]()))
    await this.#shadow.idle()
    await this.#memory.close()
  }

  async #replace(routes: readonly VendorRoute[]): Promise<void> {
    const replaced = this.#upstreams
    const settings = routes.flatMap((route) => this.#settingsOf(route))
    // Routes of which none can be called are no reason to answer from the register: nobody is asked.
    this.#upstreams = routes.length === 0 ? undefined : await this.#open(settings)
    this.#source = this.#upstreams ? this.#lead(this.#upstreams.source) : this.#registry
    if (replaced === undefined) return
    const end = () => {
      this.#lingering.delete(replaced)
      void replaced[Symbol.asyncDispose]()
    }
    this.#lingering.set(replaced, setTimeout(end, LINGER_MS).unref())
  }

  /** What speaks to vendors is loaded for the first of them; most services have none. */
  async #open(settings: readonly UpstreamSettings[]): Promise<Upstreams> {
    const { openUpstreams } = await import('../sources/upstream/compose.ts')
    const { clock, random, chance } = this.#parts
    return openUpstreams({
      settings,
      attempts: this.#attempts,
      guard: this.#guard,
      tokens: this.#tokens,
      late: this.#memory.late,
      doublePays: this.#memory.doublePays,
      clock,
      random,
      chance,
      watch: watchOf(this.#parts.vendors, (route) => this.#paid.paid(route)),
      policyOf: (accountId) => this.#policyOf(accountId),
      isSetAside: (route) => this.#memory.isSetAside(route),
      answered: (...verdict) => this.#shadow.consider(...verdict),
      passes: (accountId) => this.#passages.has(accountId),
    })
  }

  /** The vendors with what may stand before them: the registry, and verdicts that are known. */
  #lead(vendors: Source): Source {
    const { registry, clock } = this.#parts
    const policyOf = (accountId: string) => this.#policyOf(accountId)
    const answered = this.#shadow.consider.bind(this.#shadow)
    const routed = withRegistry(vendors, { registry, guard: this.#guard, policyOf, answered })
    const led = cached(routed, {
      clock,
      tokenOf: ({ product, elements, call }) =>
        this.#tokens.tuple(product, elements, call?.accountId ?? '', NO_DAY),
      timesOf: (accountId) => this.#memory.cacheOf(accountId),
    })
    const sole = this.#registry
    return { ...led, of: (accountId) => (policyOf(accountId).registry === 'only' ? sole : led) }
  }

  #comparing(): Shadow {
    const { engine, registry, clock, chance, vendors } = this.#parts
    return new Shadow({
      policy: () => this.#memory.shadow,
      routes: () => this.#upstreams?.routes ?? [],
      registry,
      guard: this.#guard,
      store: shadowStore(engine),
      clock,
      chance,
      pause: () => sleep(SHADOW_PAUSE_MS),
      watch: shadowWatchOf(vendors),
    })
  }

  #policyOf(accountId: string): RouterPolicy {
    return this.#policies.get(accountId) ?? this.#policies.get(EVERY_ACCOUNT) ?? this.#usual
  }

  /** None of a vendor that this version does not know. */
  #settingsOf(route: VendorRoute): UpstreamSettings[] {
    const { name, prices, vendor } = route
    const limits = { ...UPSTREAM_LIMITS, firstByteTimeoutMs: this.#parts.answerMsMax }
    const paid = () => this.#paid.of(name, this.#parts.clock.nowMs())
    const costNow = () => priceAfter(prices, paid())
    const settings = settingsOf(route, costNow, limits)
    if (settings === undefined) this.#parts.events.vendorUnknown(name, vendor)
    return settings === undefined ? [] : [settings]
  }
}
