/**
 * A disk that a seed can break: it keeps rows like the real store, and at a commit it may be full,
 * or fail so that the transaction is kept or lost and nobody can know which.
 */
import type { Command } from '../../src/billing/command.ts'
import type { KeyDay } from '../../src/billing/daily-cap.ts'
import type { LedgerDisk } from '../../src/billing/disk.ts'
import type { Entry } from '../../src/billing/entry.ts'
import { BALANCE_ACCOUNTS, type Holding } from '../../src/billing/grant.ts'
import type { LedgerState, Reservation } from '../../src/billing/ledger.ts'
import { applyEntry, emptyTally, type Tally } from '../../src/billing/replay.ts'
import type { FailureClass } from '../../src/billing/writer.ts'
import type { Media, Rows } from './media.ts'
import { SimulatedAsking } from './simulated-asking.ts'

/**
 * What the next commit does instead of succeeding: refuses, fails before its last write, or fails to
 * sync what it wrote.
 */
export type CommitFault = 'full' | 'lost' | 'kept'

class DiskFailure extends Error {
  readonly failure: FailureClass

  constructor(failure: FailureClass) {
    super('the disk failed')
    this.failure = failure
  }
}

export function classifySimulated(error: unknown): FailureClass {
  return error instanceof DiskFailure ? error.failure : undefined
}

/** One process's view of the media. */
export class SimulatedDisk implements LedgerDisk {
  readonly #media: Media
  readonly #random: (below: number) => number
  #rows: Rows
  #changesSeen = -1
  readonly asked: LedgerDisk['asked'] = new SimulatedAsking(() => this.#rows)
  /** Set by the simulation for the next commit. */
  fault: CommitFault | undefined
  /** Acknowledges what no sync has made safe. */
  skipsSync = false
  /** Calls whose row cannot be stored. */
  readonly poisoned = new Set<number>()

  constructor(media: Media, random: (below: number) => number) {
    this.#media = media
    this.#random = random
    this.#rows = media.durable
  }

  begin(): boolean {
    this.#rows = copyOf(this.#media.durable)
    return this.#rows.changes !== this.#changesSeen
  }

  commit(): void {
    const { fault } = this
    this.fault = undefined
    if (fault === 'full') throw new DiskFailure('refused')
    if (fault === 'lost') throw new DiskFailure('unknown')
    this.#media.write(this.#rows, this.#random)
    if (fault === 'kept') this.#media.failSync()
    else if (!this.skipsSync) this.#media.sync()
    if (fault !== undefined) throw new DiskFailure('unknown')
  }

  rollback(): void {
    this.#rows = this.#media.durable
  }

  attempt(action: () => void): void {
    const before = copyOf(this.#rows)
    try {
      action()
    } catch (error) {
      this.#rows = before
      throw error
    }
  }

  load(): LedgerState {
    this.#changesSeen = this.#rows.changes
    const last = this.#rows.entries.at(-1)
    return {
      holdings: [...this.#rows.holdings.values()].map(copyHolding),
      reservations: [...this.#rows.reservations.values()],
      lastEntryId: last?.id ?? 0,
      lastMs: last?.atMs ?? 0,
    }
  }

  insertCall(command: Command, entryId: number | undefined): void {
    if (this.poisoned.has(command.serial)) throw new Error('a row that cannot be stored')
    if (this.#rows.calls.has(command.serial)) throw new Error('a serial number twice')
    this.#rows.calls.set(command.serial, { command, entryId: entryId ?? 0 })
  }

  insertEntry(entry: Entry): void {
    if (entry.id !== this.#rows.entries.length + 1) throw new Error('an entry out of order')
    this.#rows.entries.push(entry)
  }

  insertGrant(holding: Holding): void {
    this.#rows.holdings.set(holding.grant.id, copyHolding(holding))
  }

  saveBalance(holding: Holding): void {
    this.#rows.holdings.set(holding.grant.id, copyHolding(holding))
  }

  keyDay(keyId: string): KeyDay | undefined {
    return this.#rows.keyDays.get(keyId)
  }

  saveKeyDay(day: KeyDay): void {
    this.#rows.keyDays.set(day.keyId, day)
  }

  insertReservation(reservation: Reservation): void {
    this.#rows.reservations.set(reservation.serial, reservation)
  }

  deleteReservation(serial: number): void {
    this.#rows.reservations.delete(serial)
  }

  insertUndelivered(serial: number): void {
    this.#rows.undelivered.add(serial)
  }

  deleteUndelivered(serial: number): void {
    this.#rows.undelivered.delete(serial)
  }

  saveWatermark(serial: number): void {
    this.#rows.watermark = serial
  }

  announceChange(): void {
    this.#rows.changes += 1
    this.#changesSeen = this.#rows.changes
  }

  leaseSerials(count: number): number {
    const first = this.#rows.nextSerial
    this.#rows.nextSerial += count
    return first
  }

  markRunning(): boolean {
    const { clean, calls, watermark, undelivered } = this.#rows
    for (const [serial, { entryId }] of calls) {
      if (serial > watermark && entryId !== 0) undelivered.add(serial)
    }
    this.#rows.clean = false
    this.#rows.watermark = this.#rows.nextSerial - 1
    return clean
  }

  /** No vendor is asked in the simulation. */
  keepAsked(): void {}

  markClean(): void {
    this.#rows.clean = true
  }

  compareTail(): number[] {
    const tallies = new Map<number, Tally>()
    for (const [id, tally] of this.#rows.checkpoints) tallies.set(id, { ...tally })
    for (const entry of this.#rows.entries.slice(this.#rows.checkpointEntry)) {
      const tally = tallies.get(entry.grantId) ?? emptyTally()
      tallies.set(entry.grantId, tally)
      applyEntry(tally, entry)
    }
    return [...this.#rows.holdings.values()]
      .filter(({ grant, balance, expiresAtMs }) => {
        const tally = tallies.get(grant.id) ?? emptyTally()
        const same = BALANCE_ACCOUNTS.every((account) => tally[account] === balance[account])
        return !same || tally.expiresAtMs !== expiresAtMs
      })
      .map(({ grant }) => grant.id)
  }

  checkpoint(holdings: Iterable<Holding>, entryId: number): void {
    for (const { grant, balance, expiresAtMs } of holdings) {
      this.#rows.checkpoints.set(grant.id, { ...balance, expiresAtMs })
    }
    this.#rows.checkpointEntry = entryId
  }

  purge(): boolean {
    return false
  }
}

function copyOf(rows: Rows): Rows {
  return {
    ...rows,
    calls: new Map(rows.calls),
    entries: [...rows.entries],
    holdings: new Map(rows.holdings),
    reservations: new Map(rows.reservations),
    undelivered: new Set(rows.undelivered),
    checkpoints: new Map(rows.checkpoints),
    keyDays: new Map(rows.keyDays),
    guard: new Map(rows.guard),
    slots: new Map(rows.slots),
  }
}

function copyHolding(holding: Holding): Holding {
  return { ...holding, balance: { ...holding.balance } }
}
