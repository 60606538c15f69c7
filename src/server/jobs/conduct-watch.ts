/** Looks every few minutes whether an account fails too often, and raises an alarm where one does. */
import { conductOf, failsTooOften } from '../../billing/conduct.ts'
import { DAY_MS } from '../../domain/beijing.ts'
import type { Clock } from '../../domain/clock.ts'
import type { Events } from '../../observe/events.ts'
import type { VendorEvents } from '../../observe/vendor-events.ts'
import { readConductDays } from '../../storage/sql/conduct.ts'
import type { SqlEngine } from '../../storage/sql/engine.ts'
import { takeTurn } from '../../storage/sql/jobs.ts'
import { Routine } from '../routine.ts'

const JOB = 'conduct'
const EVERY_MS = 300_000
/** How often a node looks whether it is its turn. */
const TURN_MS = 30_000

export interface ConductWatchParts {
  readonly engine: SqlEngine
  readonly clock: Clock
  readonly vendors: Pick<VendorEvents, 'accountFails'>
}

/** One look at the last day, by whichever node comes first. */
export async function watchConduct({ engine, clock, vendors }: ConductWatchParts): Promise<void> {
  const nowMs = clock.nowMs()
  if (!(await takeTurn(engine, JOB, { everyMs: EVERY_MS, nowMs }))) return
  const days = await readConductDays(engine.queries, nowMs - DAY_MS)
  for (const conduct of conductOf(days).filter(failsTooOften)) {
    const { accountId, verdicts, failing } = conduct
    vendors.accountFails(accountId, verdicts, failing)
  }
}

/** Starts the turns of this node; they end, the last one whole, when `closing` does. */
export function startConductWatch(
  { events, ...parts }: ConductWatchParts & { readonly events: Events },
  closing: AsyncDisposableStack,
): void {
  const routine = new Routine(TURN_MS, () =>
    watchConduct(parts).catch((error: unknown) => events.jobFailed(JOB, error)),
  )
  closing.defer(() => routine.stop())
}
