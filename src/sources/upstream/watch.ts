/** What is told of the routes while they work, for the log, metrics and alarms. */
import type { GuardRefusal } from '../guardian.ts'
import type { BreakerState } from './breaker.ts'
import type { AttemptReport } from './report.ts'

export interface RouteWatch {
  /** An attempt has ended, so long after it was about to leave. */
  attempted(route: string, report: AttemptReport, tookMs: number): void
  /** A readable reply came after its caller had been told that nobody knows. */
  late(route: string, report: AttemptReport): void
  /** A route was taken out, is tried again, or was let back. */
  turned(route: string, state: BreakerState): void
  /** A call takes part in an equal one that is under way. */
  shared(): void
  /** A counter is full, and nobody is asked. */
  guarded(by: GuardRefusal): void
  /** An account has a budget for paying twice, and nothing is left of it today. */
  doublePaySpent(accountId: string): void
}
