/** The writer thread's work without the thread: one request in, one reply out. */
import { type ViewedGrant, viewed } from '../../billing/availability.ts'
import type { Cutoffs } from '../../billing/disk.ts'
import { Writer } from '../../billing/writer.ts'
import { Ballast } from './ballast.ts'
import { type Database, openDatabase } from './database.ts'
import { classifyFailure, SqliteLedgerDisk } from './ledger-disk.ts'
import type { Tick, WriterReply, WriterRequest, WriterSettings } from './messages.ts'
import { storageErrorCode } from './storage-error.ts'
import { type WireBatch, WireDecoder } from './wire.ts'

/**
 * Pages of write-ahead log before a checkpoint: the pages that every batch writes again (the right
 * edges of the trees, balances) then reach the database once in some hundred batches.
 */
const CHECKPOINT_PAGES = 4_000

export class WriterService {
  readonly #ballast: Ballast
  readonly #database: Database
  readonly #disk: SqliteLedgerDisk
  readonly #writer: Writer
  readonly #decoder = new WireDecoder()
  #viewedReloads = 0
  #sweeps = 0

  /** Opens the store and takes it over from the server before; throws `StorageError`. */
  constructor({ dataDir, nowMs, pagesMax }: WriterSettings) {
    this.#ballast = new Ballast(dataDir)
    this.#database = this.#unlessFull(() => openDatabase(dataDir))
    this.#database.exec(`PRAGMA wal_autocheckpoint = ${CHECKPOINT_PAGES}`)
    if (pagesMax > 0) this.#database.exec(`PRAGMA max_page_count = ${pagesMax}`)
    this.#disk = new SqliteLedgerDisk(this.#database)
    this.#writer = new Writer(this.#disk, classifyFailure)
    this.#unlessFull(() => {
      // What an earlier sync failed over is read as if it were safe and is not: copied out of the
      // log and synced anew, it is.
      this.#database.exec('PRAGMA wal_checkpoint(TRUNCATE)')
      this.#writer.recover(nowMs)
    })
  }

  /** What the main thread starts from. */
  ready(): WriterReply {
    const rows = this.#database.prepare('SELECT serial FROM undelivered').all()
    const ledger = this.#database.prepare('SELECT watermark FROM ledger').get()
    return {
      type: 'ready',
      watermark: Number(ledger?.watermark),
      undelivered: rows.map((row) => Number(row.serial)),
      moved: this.#moved(),
    }
  }

  /** Throws only when the process must stop. */
  handle(request: WriterRequest): WriterReply {
    switch (request.type) {
      case 'batch':
        return this.#commit(request.batch)
      case 'lease':
        return this.#lease(request.count)
      case 'tick':
        return this.#tick(request)
      case 'close':
        return this.#close()
    }
  }

  /** One chunk of housekeeping; true when more is due. */
  purge(cutoffs: Cutoffs): boolean {
    return this.#guarded(() => this.#writer.purge(cutoffs)) ?? false
  }

  #commit(batch: WireBatch): WriterReply {
    const { results, refused } = this.#writer.commit(this.#decoder.decode(batch))
    const told = results.some((applied) => applied !== undefined) ? results : undefined
    return { type: 'committed', results: told, refused, moved: this.#moved() }
  }

  #lease(count: number): WriterReply {
    const first = this.#guarded(() => this.#writer.leaseSerials(count))
    const refused = first === undefined
    return { type: 'leased', first: first ?? 0, refused, moved: this.#moved() }
  }

  #tick({ nowMs, watermark, probe, sweep }: Tick): WriterReply {
    const wrote = probe || sweep || this.#disk.changedElsewhere()
    const done = this.#guarded(() => {
      if (sweep) {
        // Not in the first minute, when there is enough to do, and not at all in a short life.
        if (this.#sweeps++ > 0) this.#ballast.lay()
        this.#writer.sweep(nowMs)
      } else if (wrote) this.#writer.probe(watermark)
      return true
    })
    return { type: 'ticked', wrote, refused: done === undefined, moved: this.#moved() }
  }

  #close(): WriterReply {
    this.#guarded(() => this.#writer.finish())
    this.#guarded(() => this.#database.exec('PRAGMA wal_checkpoint(TRUNCATE)'))
    this.#database.close()
    return { type: 'closed' }
  }

  /** Runs an action of the start; on a full disk once more, with the space of the ballast. */
  #unlessFull<T>(action: () => T): T {
    try {
      return action()
    } catch (error) {
      if (storageErrorCode(error) !== 'full' || !this.#ballast.drop()) throw error
      return action()
    }
  }

  /** The action's result, or undefined when the store certainly refused it. */
  #guarded<T>(action: () => T): T | undefined {
    try {
      return action()
    } catch (error) {
      if (classifyFailure(error) === 'refused') return undefined
      throw error
    }
  }

  #moved(): ViewedGrant[] {
    const moved = this.#writer.takeMoved()
    if (this.#viewedReloads === this.#writer.reloads) return moved.map(viewed)
    this.#viewedReloads = this.#writer.reloads
    return [...this.#writer.ledger.holdings()].map(viewed)
  }
}
