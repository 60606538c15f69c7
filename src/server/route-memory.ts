/** What of the routes outlasts a call, a restart and a node: this node's view of it, kept up to date. */
import { beijingDay } from '../domain/beijing.ts'
import type { ShadowStore } from '../sources/shadow.ts'
import type { ShadowPolicy } from '../sources/shadow-policy.ts'
import { DoublePayBudget } from '../sources/upstream/double-pays.ts'
import { LateVerdicts } from '../sources/upstream/late-verdicts.ts'
import type { AccountCacheTimes } from '../sources/verdict-cache.ts'
import { forgetDoublePays, SqlDoublePays } from '../storage/sql/double-pays.ts'
import type { SqlEngine } from '../storage/sql/engine.ts'
import { SqlLateVerdicts } from '../storage/sql/late-verdicts.ts'
import { readRevision } from '../storage/sql/meta.ts'
import {
  forgetComparisons,
  ROUTING_REVISION,
  readShadow,
  recordComparison,
  returnShadowBudget,
  takeShadowBudget,
} from '../storage/sql/shadow-book.ts'
import { readCaches } from '../storage/sql/verdict-caches.ts'

/** Days of double pay that are kept for who wants to know. */
const DOUBLE_PAY_DAYS = 31

/** Where comparisons are counted and paid from. */
export function shadowStore(engine: SqlEngine): ShadowStore {
  return {
    take: (costCentifen, budgetCentifen, atMs) =>
      takeShadowBudget(engine, { costCentifen, budgetCentifen }, atMs),
    giveBack: (costCentifen, takenAtMs) => returnShadowBudget(engine, costCentifen, takenAtMs),
    record: (comparison, policy, atMs) => recordComparison(engine, comparison, policy, atMs),
  }
}

export class RouteMemory {
  readonly late: LateVerdicts
  readonly doublePays: DoublePayBudget
  readonly #engine: SqlEngine
  readonly #watch: SqlEngine
  #seen = -1
  #shadow: ShadowPolicy | undefined
  #setAside: ReadonlySet<string> = new Set()
  #caches: ReadonlyMap<string, AccountCacheTimes> = new Map()

  /** `watch` is for looking whether something has changed. */
  constructor({ engine, watch }: { readonly engine: SqlEngine; readonly watch: SqlEngine }) {
    this.#engine = engine
    this.#watch = watch
    this.late = new LateVerdicts(new SqlLateVerdicts(engine.queries, watch.queries))
    this.doublePays = new DoublePayBudget(new SqlDoublePays(engine))
  }

  /** How verdicts are compared; undefined while they are not. */
  get shadow(): ShadowPolicy | undefined {
    return this.#shadow
  }

  /** Whether nobody is sent to a route until the operator releases it. */
  isSetAside(route: string): boolean {
    return this.#setAside.has(route)
  }

  /** How long an account is given its verdicts again; undefined where it is not. */
  cacheOf(accountId: string): AccountCacheTimes | undefined {
    return this.#caches.get(accountId)
  }

  /** Takes in what other nodes have kept, and what was changed of comparing, caches and stops. */
  async look(nowMs: number): Promise<void> {
    const { queries } = this.#watch
    await this.late.look(nowMs)
    const revision = await readRevision(queries, ROUTING_REVISION)
    if (revision === this.#seen) return
    const { policy, stops } = await readShadow(queries, nowMs)
    this.#shadow = policy
    this.#setAside = new Set(stops.map(({ route }) => route))
    const before = this.#caches
    this.#caches = new Map(
      (await readCaches(queries)).map(({ accountId, ...times }) => {
        return [accountId, { ...times, since: before.get(accountId)?.since ?? revision }]
      }),
    )
    this.#seen = revision
  }

  /** Tells the store what it does not know yet, and forgets what nobody needs any more. */
  async tidy(nowMs: number): Promise<void> {
    await this.doublePays.flush()
    await forgetDoublePays(this.#engine.queries, beijingDay(nowMs) - DOUBLE_PAY_DAYS)
    await this.late.forget(nowMs)
    await forgetComparisons(this.#engine.queries, nowMs)
  }

  /** Tells the store the last of it. */
  close(): Promise<void> {
    return this.doublePays.flush()
  }
}
