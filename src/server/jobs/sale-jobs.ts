/** What the sale does by itself: alerts and their delivery, automatic orders, months and bills. */
import { KeySealer } from '../../accounts/seal.ts'
import type { Config } from '../../config/config.ts'
import type { Clock } from '../../domain/clock.ts'
import type { Keyring } from '../../domain/keyring.ts'
import type { Events } from '../../observe/events.ts'
import { watchExpiry, watchPools } from '../../storage/sql/alert-watch.ts'
import type { SqlEngine } from '../../storage/sql/engine.ts'
import { takeTurn } from '../../storage/sql/jobs.ts'
import { beginMonths, billMonths, reviewBills } from '../../storage/sql/postpaid.ts'
import { Routine } from '../routine.ts'
import { deliverAlerts } from './alert-delivery.ts'
import { createHttpSender } from './http-sender.ts'
import { webhookPolicy } from './webhook-target.ts'

export interface SaleJobParts {
  readonly engine: SqlEngine
  readonly clock: Clock
  /** Delivers what is due. */
  readonly deliver: () => Promise<void>
  /** Hears of a job that failed; it is tried again when its time comes. */
  readonly onFailure: (job: string, error: unknown) => void
}

/** What the jobs of a running service are made of. */
export interface SaleJobSettings {
  readonly engine: SqlEngine
  readonly keyring: Keyring
  readonly webhooks: Config['webhooks']
  readonly clock: Clock
  readonly events: Events
}

/** Jobs that one node does for all, and how often. */
const JOBS = [
  { name: 'alerts', everyMs: 60_000, work: [watchPools, watchExpiry] },
  { name: 'bills', everyMs: 300_000, work: [beginMonths, billMonths, reviewBills] },
] as const

/** How often a node looks whether something is to be done. */
const SALE_TURN_MS = 15_000

/** Makes one turn: what is due and not done by another node is done; nothing rejects. */
export function createSaleTurn({
  engine,
  clock,
  deliver,
  onFailure,
}: SaleJobParts): () => Promise<void> {
  return async () => {
    // A step that fails keeps no other from being done.
    const attempt = (job: string, step: () => Promise<void>) =>
      step().catch((error: unknown) => onFailure(job, error))
    for (const { name, everyMs, work } of JOBS) {
      await attempt(name, async () => {
        const nowMs = clock.nowMs()
        if (!(await takeTurn(engine, name, { everyMs, nowMs }))) return
        for (const step of work) await attempt(name, () => step(engine, nowMs))
      })
    }
    await attempt('delivery', deliver)
  }
}

/** Starts the turns of this node; they end, the last one whole, when `closing` does. */
export function startSaleJobs(
  { engine, keyring, webhooks, clock, events }: SaleJobSettings,
  closing: AsyncDisposableStack,
): void {
  const sealer = new KeySealer(keyring, 'sale.seal')
  const post = createHttpSender(webhookPolicy(webhooks.hosts, webhooks.privateNetworks))
  const turn = createSaleTurn({
    engine,
    clock,
    deliver: () => deliverAlerts({ engine, sealer, post, clock }),
    onFailure: (job, error) => events.jobFailed(job, error),
  })
  const routine = new Routine(SALE_TURN_MS, turn)
  closing.defer(() => routine.stop())
}
