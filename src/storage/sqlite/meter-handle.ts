/** What the composition root gives to the meter and gets from it, beyond the port of the gateway. */
import type { RecentAnswer } from '../../billing/repeats.ts'
import type { SerialLease } from '../../billing/serial-lease.ts'
import type { AskingBook, Meter } from '../../billing/store.ts'
import type { Clock } from '../../domain/clock.ts'

export interface MeterOptions {
  readonly dataDir: string
  readonly clock: Clock
  /**
   * The outcome of a commit is unknown, or an invariant is broken: called once, before any promise
   * is rejected. Destroy the connections without a reply and exit non-zero.
   */
  readonly onFatal: (error: Error) => void
  /** How long calls keep their answers and what they are searched by; for ever by default. */
  readonly callRetentionMs?: number
  /** Serial numbers taken at a time. */
  readonly serialBlock?: number
  /** Bound of the database in pages, for operators who share a disk. */
  readonly pagesMax?: number
}

export interface MeterHealth {
  readonly writable: boolean
  /** Since the last commit or probe write. */
  readonly lastCommitAgeMs: number
  /** How far the wall clock has run ahead of the monotonic clock; above a minute nothing expires. */
  readonly clockAheadMs: number
}

export interface MeterCounters {
  readonly commits: number
  /** Commands in those commits. */
  readonly commands: number
  /** Batches the store refused as a whole. */
  readonly refusals: number
  readonly notesDropped: number
  readonly queued: number
  /** Age of the oldest command that is not durable yet. */
  readonly queueAgeUs: number
}

export interface MeterHandle extends Meter {
  readonly serials: SerialLease
  /** Attempts on sources that are no part of a movement of units. */
  readonly asking: AskingBook
  /** What `Repeats` is rebuilt from. */
  recentAnswers(sinceMs: number): Iterable<RecentAnswer>
  health(): MeterHealth
  counters(): MeterCounters
  /** Drains, proves and checkpoints the store and ends the writer thread. */
  close(): Promise<void>
}
