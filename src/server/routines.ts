/** What a running service does again and again; each ends, its last turn whole, when `closing` does. */
import type { Config } from '../config/config.ts'
import type { Clock } from '../domain/clock.ts'
import type { Events } from '../observe/events.ts'
import type { VendorEvents } from '../observe/vendor-events.ts'
import type { Storage } from '../storage/storage.ts'
import type { Certificate } from './certificate.ts'
import type { HttpServer } from './http.ts'
import { startCallRoller } from './jobs/call-roller.ts'
import { startConductWatch } from './jobs/conduct-watch.ts'
import { startSaleJobs } from './jobs/sale-jobs.ts'
import type { LiveRoute } from './live-route.ts'
import { Routine } from './routine.ts'

const REFRESH_INTERVAL_MS = 500
const SEAL_INTERVAL_MS = 60_000
const TIDY_INTERVAL_MS = 60_000

/** What is held in memory of the store, and learns what others have changed there. */
export interface Refreshed {
  refresh(): unknown
}

export interface RoutineParts {
  readonly storage: Pick<Storage, 'engine' | 'keyring' | 'seal'>
  /** In this order. */
  readonly refreshed: readonly Refreshed[]
  readonly live: Pick<LiveRoute, 'tidy'>
  readonly webhooks: Config['webhooks']
  readonly clock: Clock
  readonly events: Events
  readonly vendors: VendorEvents
}

/** Starts the work of this node, and its share of the work that one node does for all. */
export function startRoutines(parts: RoutineParts, closing: AsyncDisposableStack): void {
  const { storage, refreshed, live, clock, events } = parts
  const { engine, keyring } = storage
  start(closing, REFRESH_INTERVAL_MS, async () => {
    try {
      for (const held of refreshed) await held.refresh()
    } catch (error) {
      events.refreshFailed(error)
    }
  })
  start(closing, SEAL_INTERVAL_MS, async () => {
    await storage.seal(clock.nowMs()).catch((error: unknown) => events.sealFailed(error))
  })
  start(closing, TIDY_INTERVAL_MS, async () => {
    await live.tidy().catch((error: unknown) => events.jobFailed('vendors', error))
  })
  startSaleJobs({ engine, keyring, webhooks: parts.webhooks, clock, events }, closing)
  startCallRoller({ engine, clock, events }, closing)
  startConductWatch({ engine, clock, vendors: parts.vendors, events }, closing)
}

/** Takes a renewed certificate into use. */
export function keepCertificate(
  certificate: Certificate,
  { listener, events }: { readonly listener: HttpServer; readonly events: Events },
  closing: AsyncDisposableStack,
): void {
  start(closing, REFRESH_INTERVAL_MS, async () => {
    try {
      if (certificate.refresh()) listener.renew(certificate)
    } catch (error) {
      events.refreshFailed(error)
    }
  })
}

function start(closing: AsyncDisposableStack, everyMs: number, work: () => Promise<void>): void {
  const routine = new Routine(everyMs, work)
  closing.defer(() => routine.stop())
}
