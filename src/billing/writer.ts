/**
 * The synchronous writer: kernel and disk in one transaction a batch. It is the same code on the
 * server's writer thread, in the command line and in the simulator.
 */
import { type Applied, applyCommand, type Books, giveBack } from './apply.ts'
import type { Batch, Command } from './command.ts'
import { DailyCaps } from './daily-cap.ts'
import type { Cutoffs, LedgerDisk } from './disk.ts'
import type { Holding } from './grant.ts'
import { InvariantBroken, Ledger, type LedgerState } from './ledger.ts'
import { REPEAT_KEPT_MS } from './repeats.ts'
import { CommitUnknown } from './store.ts'

/** How a store's exception is to be taken; undefined for a row that cannot be stored. */
export type FailureClass = 'refused' | 'unknown' | undefined

/** A reservation older than this has lost its request and is given back. */
export const RESERVATION_MS_MAX = 120_000

/** What became of a batch. */
export interface BatchResult {
  /** One a command. */
  readonly results: readonly Applied[]
  /** Whether the store refused the batch as a whole: full, or locked for too long. */
  readonly refused: boolean
}

export class Writer {
  readonly #disk: LedgerDisk
  readonly #classify: (error: unknown) => FailureClass
  /** Loaded by the first transaction, so that what is loaded is what is then changed. */
  #books: Books
  #stale = true
  /** Holdings that moved since the view, and since the checkpoint, were last told. */
  readonly #unviewed = new Set<Holding>()
  readonly #unproved = new Set<Holding>()
  #reloads = 0

  constructor(disk: LedgerDisk, classify: (error: unknown) => FailureClass) {
    this.#disk = disk
    this.#classify = classify
    this.#books = this.#open({ holdings: [], reservations: [], lastEntryId: 0, lastMs: 0 })
  }

  get ledger(): Ledger {
    return this.#books.ledger
  }

  /** How often the ledger was loaded anew: then every balance may have moved. */
  get reloads(): number {
    return this.#reloads
  }

  /**
   * Takes the store over from a server that ended: after an unclean end the balances are proved
   * against the entries since the last checkpoint, and every reservation is given back.
   */
  recover(nowMs: number): void {
    this.#transact(() => {
      const wrong = this.#disk.markRunning() ? [] : this.#disk.compareTail()
      if (wrong.length > 0) {
        throw new InvariantBroken(`balances of grants ${wrong.join(', ')} contradict the entries`)
      }
      this.#disk.keepAsked(nowMs - REPEAT_KEPT_MS)
      for (const { serial } of [...this.ledger.reservations()]) giveBack(this.#books, serial, nowMs)
      // Whatever the clock said when it began: nobody is there any more to end it.
      this.#disk.asked.giveUp(Number.POSITIVE_INFINITY)
      this.#saveTouched()
    })
  }

  /** Marks a clean end; the next start need not prove anything. */
  finish(): void {
    this.#transact(() => {
      this.#disk.asked.flush()
      this.#checkpoint()
      this.#disk.markClean()
    })
  }

  /** Commits a batch. Throws `CommitUnknown` or `InvariantBroken`: then the process must stop. */
  commit(batch: Batch): BatchResult {
    try {
      return this.#commitWith(batch, (command) => applyCommand(this.#books, command, batch.nowMs))
    } catch (error) {
      if (error instanceof CommitUnknown || error instanceof InvariantBroken) throw error
      if (this.#classify(error) === 'refused') return refusedWhole(batch)
    }
    // One row cannot be stored: find it, so that the others are.
    try {
      return this.#commitWith(batch, (command) => this.#attempt(command, batch.nowMs))
    } catch (error) {
      if (this.#classify(error) === 'refused') return refusedWhole(batch)
      throw error
    }
  }

  /** Takes serial numbers for ever; returns the first of the block. */
  leaseSerials(count: number): number {
    return this.#transact(() => this.#disk.leaseSerials(count))
  }

  /** Gives back reservations that lost their request, expires grants that ended, and checkpoints. */
  sweep(nowMs: number): void {
    this.#transact(() => {
      const oldest = this.ledger.time(nowMs) - RESERVATION_MS_MAX
      const lost = [...this.ledger.reservations()].filter(({ atMs }) => atMs < oldest)
      for (const { serial } of lost) giveBack(this.#books, serial, nowMs)
      this.#disk.asked.giveUp(oldest)
      this.#disk.asked.flush()
      for (const entry of this.ledger.expire(nowMs)) this.#disk.insertEntry(entry)
      this.#saveTouched()
      this.#checkpoint()
    })
  }

  /** Looks whether somebody else changed the ledger, and that the store takes writes. */
  probe(watermark: number): void {
    this.#transact(() => {
      this.#disk.asked.flush()
      this.#disk.saveWatermark(watermark)
    })
  }

  /** One chunk of housekeeping; true when more is due. */
  purge(cutoffs: Cutoffs): boolean {
    return this.#transact(() => this.#disk.purge(cutoffs))
  }

  /** Runs an operator's change in one transaction and saves what it moved. */
  change<T>(action: (ledger: Ledger, disk: LedgerDisk) => T): T {
    return this.#transact(() => {
      const result = action(this.ledger, this.#disk)
      this.#saveTouched()
      this.#disk.announceChange()
      return result
    })
  }

  /** The holdings that moved since the last call. */
  takeMoved(): Holding[] {
    const moved = [...this.#unviewed]
    this.#unviewed.clear()
    return moved
  }

  #open(state: LedgerState): Books {
    const disk = this.#disk
    const caps = new DailyCaps((keyId) => disk.keyDay(keyId))
    return {
      ledger: new Ledger(state),
      caps,
      rows: disk,
      get asked() {
        return disk.asked
      },
    }
  }

  #commitWith(batch: Batch, apply: (command: Command) => Applied): BatchResult {
    return this.#transact(() => {
      const results = batch.commands.map(apply)
      this.#saveTouched()
      this.#disk.saveWatermark(batch.watermark)
      return { results, refused: false }
    })
  }

  /** Everything happens in here: a failure leaves neither rows nor a kernel that believes in them. */
  #transact<T>(action: () => T): T {
    let committing = false
    try {
      if (this.#disk.begin() || this.#stale) this.#reload()
      const result = action()
      committing = true
      this.#disk.commit()
      return result
    } catch (error) {
      this.#stale = true
      const failure = this.#classify(error)
      if (failure === 'unknown' || (committing && failure !== 'refused')) {
        throw new CommitUnknown('the outcome of a commit is unknown', { cause: error })
      }
      this.#disk.rollback()
      throw error
    }
  }

  #reload(): void {
    this.#books = this.#open(this.#disk.load())
    this.#stale = false
    this.#reloads += 1
    this.#unviewed.clear()
    this.#unproved.clear()
    for (const holding of this.ledger.holdings()) this.#unproved.add(holding)
  }

  /** The slow road: one savepoint a command, and what fails is `internal` for that command alone. */
  #attempt(command: Command, nowMs: number): Applied {
    let applied: Applied
    try {
      this.#disk.attempt(() => {
        applied = applyCommand(this.#books, command, nowMs)
        this.#saveTouched()
      })
      return applied
    } catch (error) {
      if (error instanceof InvariantBroken || this.#classify(error) !== undefined) throw error
      this.#reload()
      return 'internal'
    }
  }

  #saveTouched(): void {
    for (const holding of this.ledger.takeTouched()) {
      this.#disk.saveBalance(holding)
      this.#unviewed.add(holding)
      this.#unproved.add(holding)
    }
    for (const day of this.#books.caps.takeTouched()) this.#disk.saveKeyDay(day)
  }

  #checkpoint(): void {
    this.#disk.checkpoint(this.#unproved, this.ledger.lastEntryId)
    this.#unproved.clear()
  }
}

function refusedWhole(batch: Batch): BatchResult {
  return { results: batch.commands.map(() => 'store_unavailable'), refused: true }
}
