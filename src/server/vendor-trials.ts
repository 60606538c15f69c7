/** Trials of a route that cost nothing: whether its vendor can be reached, and takes our credential. */
import { randomUUID } from 'node:crypto'
import { KeySealer } from '../accounts/seal.ts'
import { AttemptTokens } from '../domain/attempt-token.ts'
import type { Clock } from '../domain/clock.ts'
import type { Keyring } from '../domain/keyring.ts'
import type { ChargeClass } from '../protocols/vendor-client.ts'
import { priceAfter } from '../sources/price-book.ts'
import { HttpClient, type HttpTrouble, type Phase } from '../sources/upstream/http-client.ts'
import { UPSTREAM_LIMITS, type UpstreamSettings } from '../sources/upstream/settings.ts'
import { Upstream } from '../sources/upstream/upstream.ts'
import type { RouteWatch } from '../sources/upstream/watch.ts'
import { settingsOf } from '../sources/vendor-route.ts'
import type { SqlEngine } from '../storage/sql/engine.ts'
import { SourceBook } from '../storage/sql/source-book.ts'
import { readRoutes } from '../storage/sql/vendor-routes.ts'

export interface VendorTrialParts {
  readonly engine: SqlEngine
  readonly keyring: Keyring
  readonly clock: Clock
  readonly random: (bytes: number) => Buffer
  /** 0 to 1, exclusive. */
  readonly chance: () => number
}

/** Whether a vendor's endpoint takes a connection. */
export interface Reach {
  readonly route: string
  /** Why not; absent of one that does. */
  readonly trouble?: HttpTrouble
}

/** What came of asking a vendor something that it answers free of charge. */
export interface TrialAnswer {
  readonly route: string
  readonly passed: boolean
  /** How far the question got. */
  readonly phase: Phase
  /** The vendor's own code, or what went wrong. */
  readonly code: string
  readonly fault?: string
  /** Anything but `free` is a reason to look at the next bill. */
  readonly charge: ChargeClass
}

/** No code of this vendor is known to be free: it can be reached for, and not asked. */
export type NoFreeQuestion = 'no_free_question'

/** A trial is looked at by whoever asked for it, and alarms nobody else. */
const UNWATCHED: RouteWatch = {
  attempted: () => {},
  late: () => {},
  turned: () => {},
  shared: () => {},
  guarded: () => {},
  doublePaySpent: () => {},
}

export class VendorTrials {
  readonly #parts: VendorTrialParts

  constructor(parts: VendorTrialParts) {
    this.#parts = parts
  }

  /** Connects to the vendor of one route, or of all, and hangs up. */
  async reach(name?: string): Promise<readonly Reach[]> {
    return Promise.all((await this.#settings(name)).map(reachOne))
  }

  /** Asks what the vendor answers with a free code; the question has a cost row like any other. */
  async ask(name: string): Promise<TrialAnswer | NoFreeQuestion | 'route_unknown'> {
    const [settings] = await this.#settings(name)
    if (settings === undefined) return 'route_unknown'
    const { probe } = settings.vendor
    if (probe === undefined) return 'no_free_question'
    const { engine, keyring, clock, random, chance } = this.#parts
    const attempts = new SourceBook(engine)
    const tokens = new AttemptTokens(keyring)
    const upstream = new Upstream(
      settings,
      { attempts, clock, tokens, random, chance, watch: UNWATCHED },
      true,
    )
    const call = { serial: 0, requestId: randomUUID(), accountId: '', api: '', startedUs: 0 }
    const report = await upstream.ask({ ...probe, call }, 1, UPSTREAM_LIMITS.firstByteTimeoutMs)
    await upstream.close()
    await attempts.idle()
    const { phase, code, fault, charge } = report
    const passed = phase === 'replied' && fault === undefined
    return { route: name, passed, phase, code, charge, ...(fault !== undefined && { fault }) }
  }

  /** The route of a name, or all of them; none of a vendor that this version does not know. */
  async #settings(name?: string): Promise<UpstreamSettings[]> {
    const { engine, keyring } = this.#parts
    const routes = await readRoutes(engine.queries, new KeySealer(keyring, 'vendor.seal'))
    return routes
      .filter((route) => name === undefined || route.name === name)
      .map((route) => settingsOf(route, () => priceAfter(route.prices, 0)))
      .filter((settings) => settings !== undefined)
  }
}

async function reachOne({ name, vendor, endpoint, ca }: UpstreamSettings): Promise<Reach> {
  const client = new HttpClient({
    endpoint: endpoint ?? vendor.endpoint,
    gzips: false,
    limits: UPSTREAM_LIMITS,
    ...(ca !== undefined && { ca }),
  })
  const trouble = await client.reach()
  await client.close()
  return { route: name, ...(trouble !== undefined && { trouble }) }
}
