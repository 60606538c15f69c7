/**
 * Which results cost a unit: versions of a table for each interface, the first of them its vendor's,
 * each in force from a moment on. A charge names its version and is judged by it for ever.
 */
import { isOutcome, type Outcome } from '../domain/outcome.ts'
import type { ChargeTable } from '../protocols/charge-table.ts'

/** The version that every interface begins with. */
const FIRST_VERSION = 1

/** A version that an operator has added; never edited. */
export interface ChargeRevision {
  readonly api: string
  /** From 2, without gaps. */
  readonly version: number
  /** All that costs a unit from now on. */
  readonly charged: readonly Outcome[]
  readonly effectiveFromMs: number
  readonly createdAtMs: number
  readonly reason: string
}

/** A table in force from a moment on. */
export interface ChargeVersion {
  readonly version: number
  readonly charged: ReadonlySet<string>
  readonly effectiveFromMs: number
}

/** A change of what is charged, as an operator asks for it. */
export interface ChargeOrder {
  readonly api: string
  readonly charge: readonly Outcome[]
  readonly free: readonly Outcome[]
  readonly effectiveFromMs: number
  readonly reason: string
}

/**
 * - `api_unknown`: no interface goes by that name.
 * - `never_charged`: an outcome that the contract promises to be free.
 * - `contradiction`: outcomes that callers cannot tell apart are to be charged and free.
 * - `unchanged`: the newest version says the same.
 * - `in_the_past`: what was answered was answered under the rules of its time.
 * - `before_newest`: it would begin before the newest version does.
 */
export type ChargeRefusal =
  | 'api_unknown'
  | 'never_charged'
  | 'contradiction'
  | 'unchanged'
  | 'in_the_past'
  | 'before_newest'

const NOTHING: ChargeVersion = { version: FIRST_VERSION, charged: new Set(), effectiveFromMs: 0 }

export class ChargeRules {
  readonly #tables = new Map<string, ChargeTable>()
  /** The newest first. */
  readonly #versions = new Map<string, ChargeVersion[]>()

  constructor(tables: readonly ChargeTable[], revisions: readonly ChargeRevision[]) {
    for (const table of tables) {
      const first = { version: FIRST_VERSION, charged: table.charged, effectiveFromMs: 0 }
      this.#tables.set(table.api, table)
      this.#versions.set(table.api, [first])
    }
    for (const { api, version, charged, effectiveFromMs } of revisions.toSorted(byVersion)) {
      const revision = { version, charged: new Set(charged), effectiveFromMs }
      this.#versions.get(api)?.unshift(revision)
    }
  }

  /** The first versions, one an interface. */
  get tables(): readonly ChargeTable[] {
    return [...this.#tables.values()]
  }

  /** All versions of an interface, the newest first. */
  versionsOf(api: string): readonly ChargeVersion[] {
    return this.#versions.get(api) ?? []
  }

  /** The version in force; an interface that asks no source charges nothing. */
  at(api: string, atMs: number): ChargeVersion {
    for (const version of this.versionsOf(api)) {
      if (version.effectiveFromMs <= atMs) return version
    }
    return NOTHING
  }

  /** Whether a result costs a unit under a version; undefined of an interface that is not known. */
  costs(api: string, result: string, version: number): boolean | undefined {
    if (!isOutcome(result)) return false
    if (!this.#tables.has(api)) return undefined
    const named = this.versionsOf(api).find((candidate) => candidate.version === version)
    return named?.charged.has(result) ?? false
  }

  /** The version that an order makes, or why it makes none. */
  revise(order: ChargeOrder, nowMs: number): ChargeRevision | ChargeRefusal {
    const { api, effectiveFromMs, reason } = order
    const table = this.#tables.get(api)
    const newest = this.versionsOf(api)[0]
    if (table === undefined || newest === undefined) return 'api_unknown'
    const charge = alike(table, order.charge)
    const free = alike(table, order.free)
    if (order.charge.some((outcome) => !charge.includes(outcome))) return 'never_charged'
    if (charge.some((outcome) => free.includes(outcome))) return 'contradiction'
    const changed =
      charge.some((outcome) => !newest.charged.has(outcome)) ||
      free.some((outcome) => newest.charged.has(outcome))
    if (!changed) return 'unchanged'
    if (effectiveFromMs < nowMs) return 'in_the_past'
    if (effectiveFromMs < newest.effectiveFromMs) return 'before_newest'
    const kept = ([...newest.charged] as Outcome[]).filter((outcome) => !free.includes(outcome))
    return {
      api,
      version: newest.version + 1,
      charged: [...new Set([...kept, ...charge])],
      effectiveFromMs,
      createdAtMs: nowMs,
      reason,
    }
  }
}

/** The rules in memory; what another process adds is seen at the next `refresh`. */
export class CurrentChargeRules {
  readonly #tables: readonly ChargeTable[]
  readonly #read: () => Promise<readonly ChargeRevision[]>
  #rules: ChargeRules
  #revisions = 0

  /** Knows the first versions alone until the first `refresh`. */
  constructor(tables: readonly ChargeTable[], read: () => Promise<readonly ChargeRevision[]>) {
    this.#tables = tables
    this.#read = read
    this.#rules = new ChargeRules(tables, [])
  }

  at(api: string, atMs: number): ChargeVersion {
    return this.#rules.at(api, atMs)
  }

  /** Versions are only ever added, so their number says whether there is something new. */
  async refresh(): Promise<void> {
    const revisions = await this.#read()
    if (revisions.length === this.#revisions) return
    this.#rules = new ChargeRules(this.#tables, revisions)
    this.#revisions = revisions.length
  }
}

/** All outcomes that are charged together with some. */
function alike({ chargeable }: ChargeTable, outcomes: readonly Outcome[]): Outcome[] {
  return chargeable.filter((group) => outcomes.some((one) => group.includes(one))).flat()
}

function byVersion(one: ChargeRevision, other: ChargeRevision): number {
  return one.version - other.version
}
