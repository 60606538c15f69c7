/**
 * A database that several nodes share, as far as metering needs one: transactions that see what is
 * committed when they read, locks on rows and on unique values that last until their end, sequences.
 */
import type { LedgerRows } from '../../src/billing/apply.ts'
import type { Command } from '../../src/billing/command.ts'
import type { Entry } from '../../src/billing/entry.ts'
import type { Holding } from '../../src/billing/grant.ts'
import type { LedgerState, Reservation } from '../../src/billing/ledger.ts'
import type { StoredCall } from './media.ts'

/** Numbers a transaction takes at once for its entries. */
const ENTRY_BLOCK = 64

export interface HeldBy extends Reservation {
  readonly nodeId: number
}

export class Database {
  readonly holdings = new Map<number, Holding>()
  /** Ledger time of each pool. */
  readonly lastMs = new Map<string, number>()
  readonly entries: Entry[] = []
  readonly calls = new Map<number, StoredCall>()
  readonly reservations = new Map<number, HeldBy>()
  /** Serial of the call that was the first under a repeat key. */
  readonly repeats = new Map<string, number>()
  /** Transactions that happened, and those that never may any more. */
  readonly batches = new Map<string, 'happened' | 'never'>()
  readonly dead = new Set<number>()
  readonly locks = new Map<string, Transaction>()
  nextSerial = 1
  #nextEntry = 1

  takeEntryBlock(): number {
    const first = this.#nextEntry
    this.#nextEntry += ENTRY_BLOCK
    return first
  }

  takeSerials(count: number): number {
    const first = this.nextSerial
    this.nextSerial += count
    return first
  }

  /** What a transaction reads of a pool. */
  stateOf(pool: string, owner: (holding: Holding) => string, lastEntryId: number): LedgerState {
    const holdings = [...this.holdings.values()].filter((holding) => owner(holding) === pool)
    const ids = new Set(holdings.map(({ grant }) => grant.id))
    return {
      holdings: holdings.map(copyHolding),
      reservations: [...this.reservations.values()].filter(({ grantId }) => ids.has(grantId)),
      lastEntryId,
      lastMs: this.lastMs.get(pool) ?? 0,
    }
  }
}

/** Writes are seen by nobody before the commit. */
export class Transaction implements LedgerRows {
  readonly #database: Database
  readonly #nodeId: number
  readonly #writes: (() => void)[] = []
  ended = false

  constructor(database: Database, nodeId: number) {
    this.#database = database
    this.#nodeId = nodeId
  }

  /** Takes a lock, or finds that another transaction has it. */
  lock(name: string): boolean {
    const holder = this.#database.locks.get(name)
    if (holder !== undefined && holder !== this) return false
    this.#database.locks.set(name, this)
    return true
  }

  write(action: (database: Database) => void): void {
    this.#writes.push(() => action(this.#database))
  }

  commit(): void {
    for (const write of this.#writes) write()
    this.rollback()
  }

  /** Ends it; what was not committed was never there. */
  rollback(): void {
    this.ended = true
    for (const [name, holder] of this.#database.locks) {
      if (holder === this) this.#database.locks.delete(name)
    }
  }

  insertCall(command: Command, entryId: number | undefined): void {
    this.write(({ calls }) => {
      if (calls.has(command.serial)) throw new Error(`I5: serial ${command.serial} is used twice`)
      calls.set(command.serial, { command, entryId: entryId ?? 0 })
    })
  }

  insertEntry(entry: Entry): void {
    this.write(({ entries }) => entries.push(entry))
  }

  insertReservation(reservation: Reservation): void {
    const nodeId = this.#nodeId
    this.write(({ reservations }) => {
      reservations.set(reservation.serial, { ...reservation, nodeId })
    })
  }

  deleteReservation(serial: number): void {
    this.write(({ reservations }) => reservations.delete(serial))
  }

  saveHolding(holding: Holding): void {
    const copy = copyHolding(holding)
    this.write(({ holdings }) => holdings.set(holding.grant.id, copy))
  }

  /** Delivery and daily caps are not part of this simulation. */
  insertUndelivered(): void {}
  deleteUndelivered(): void {}
  saveKeyDay(): void {}
}

function copyHolding(holding: Holding): Holding {
  return { ...holding, balance: { ...holding.balance } }
}
