/**
 * What a disk holds under a write-ahead log with checksums: the part that a sync made safe, and
 * behind it transactions whose sectors a power cut may lose, reorder or tear.
 */
import type { Command } from '../../src/billing/command.ts'
import type { KeyDay } from '../../src/billing/daily-cap.ts'
import type { Entry } from '../../src/billing/entry.ts'
import type { Holding } from '../../src/billing/grant.ts'
import type { Reservation } from '../../src/billing/ledger.ts'
import type { Tally } from '../../src/billing/replay.ts'
import type { GuardRow } from '../../src/sources/guardian.ts'

export interface StoredCall {
  readonly command: Command
  readonly entryId: number
}

/** All rows at one moment. Rows are never edited, so that a copy is cheap. */
export interface Rows {
  readonly calls: Map<number, StoredCall>
  readonly entries: Entry[]
  readonly holdings: Map<number, Holding>
  readonly reservations: Map<number, Reservation>
  readonly undelivered: Set<number>
  readonly checkpoints: Map<number, Tally>
  readonly keyDays: Map<string, KeyDay>
  /** Counters of the guardian, and the attempts under way with the time they began. */
  readonly guard: Map<string, GuardRow>
  readonly slots: Map<number, number>
  checkpointEntry: number
  changes: number
  nextSerial: number
  watermark: number
  clean: boolean
}

/** A transaction in the log that no sync has made safe. */
interface Unsynced {
  readonly rows: Rows
  readonly sectors: number
  /** A sync failed over it: the system takes it for written, so that no later sync writes it. */
  forsaken: boolean
}

const SECTORS_MAX = 6
/** A sector that a power cut finds unwritten is written, not written, or torn, with equal chance. */
const SECTOR_FATES = 3

/** Shared by the processes that open it. */
export class Media {
  #synced: Rows = EMPTY_ROWS
  #log: Unsynced[] = []

  /** What a process reads: everything written, synced or not. */
  get durable(): Rows {
    return this.#log.at(-1)?.rows ?? this.#synced
  }

  /** Writes a transaction to the log, without making it safe. */
  write(rows: Rows, random: (below: number) => number): void {
    this.#log.push({ rows, sectors: 1 + random(SECTORS_MAX), forsaken: false })
  }

  /** Makes the log safe, up to the first transaction that an earlier sync failed over. */
  sync(): void {
    const blocked = this.#log.findIndex(({ forsaken }) => forsaken)
    const safe = blocked < 0 ? this.#log.length : blocked
    const last = this.#log[safe - 1]
    if (last !== undefined) this.#synced = last.rows
    this.#log = this.#log.slice(safe)
  }

  /** A sync that fails: what was to be made safe never will be, and nobody can see it. */
  failSync(): void {
    for (const transaction of this.#log) transaction.forsaken = true
  }

  /** Copies what is read out of the log, and syncs the copy: so a start after a crash makes it safe. */
  checkpoint(): void {
    this.#synced = this.durable
    this.#log = []
  }

  /** The log is read until the first sector that is not as it was written. */
  cutPower(random: (below: number) => number): void {
    for (const { rows, sectors } of this.#log) {
      const whole = Array.from({ length: sectors }, () => random(SECTOR_FATES) === 0)
      if (!whole.every(Boolean)) break
      this.#synced = rows
    }
    this.#log = []
  }
}

const EMPTY_ROWS: Rows = {
  calls: new Map(),
  entries: [],
  holdings: new Map(),
  reservations: new Map(),
  undelivered: new Set(),
  checkpoints: new Map(),
  keyDays: new Map(),
  guard: new Map(),
  slots: new Map(),
  checkpointEntry: 0,
  changes: 0,
  nextSerial: 1,
  watermark: 0,
  clean: true,
}
