/**
 * Exact metering on SQLite: collects what one turn of the event loop asks for, and what arrives while
 * the writer thread commits, into one transaction; resolves promises only after it is durable.
 */
import { AvailabilityView } from '../../billing/availability.ts'
import type { Operation } from '../../billing/command.ts'
import { Delivery, type Naming } from '../../billing/delivery.ts'
import { REPEAT_KEPT_MS, type RecentAnswer } from '../../billing/repeats.ts'
import { SERIAL_BLOCK, SerialLease } from '../../billing/serial-lease.ts'
import {
  type AskingBook,
  type Availability,
  type CallRow,
  CommitUnknown,
  type Limited,
  type Reserving,
  type StoredAnswer,
  type Taken,
} from '../../billing/store.ts'
import type { Asking } from '../../domain/attempt.ts'
import type { Clock } from '../../domain/clock.ts'
import type { Fault } from '../../domain/fault.ts'
import type { Mode, Product } from '../../domain/product.ts'
import { StorageError } from '../storage-error.ts'
import { AnswerReader } from './answer-reader.ts'
import { lockDataDir } from './data-dir-lock.ts'
import { createDirectory } from './database.ts'
import type { MeterCounters, MeterHandle, MeterHealth, MeterOptions } from './meter-handle.ts'
import { type AppendOptions, Outbox, type Outgoing, type Waiter } from './outbox.ts'
import type { WireCall } from './wire.ts'
import {
  type CommittedReply,
  type LeasedReply,
  type ReadyReply,
  type TickedReply,
  WriterLink,
} from './writer-link.ts'

/** An attempt is of no lane of its own. */
const NO_CALL = { serial: 0 } as const
const NOTES_QUEUED_MAX = 4_096
/** A commit costs as much as some twenty calls: under load it waits this long for more of them. */
const GATHER_US_MAX = 1_500
const GATHER_COMMANDS_MAX = 128
const TICK_MS = 500
const PROBE_IDLE_MS = 2_000
const PROBE_REFUSED_MS = 1_000
const SWEEP_MS = 60_000
const PURGE_MS = 5_000
/** A minute more than repeats are kept, for serial numbers that are not quite in order of time. */
const PURGE_AGE_MS = REPEAT_KEPT_MS + 60_000
const CLOCK_AHEAD_MS_MAX = 60_000

/** Opens the meter of a data directory; rejects with `StorageError`. */
export async function openMeter(options: MeterOptions): Promise<MeterHandle> {
  const { dataDir, clock } = options
  createDirectory(dataDir)
  const unlock = lockDataDir(dataDir)
  let meter: SqliteMeter | undefined
  try {
    const settings = { dataDir, nowMs: clock.nowMs(), pagesMax: options.pagesMax ?? 0 }
    const { link, ready } = await WriterLink.start(settings, (error) => meter?.die(error))
    meter = new SqliteMeter(options, link, ready, unlock)
    await meter.start(options.serialBlock ?? SERIAL_BLOCK)
    return meter
  } catch (error) {
    if (meter === undefined) unlock()
    else await meter.close()
    throw error
  }
}

class SqliteMeter implements MeterHandle {
  readonly #clock: Clock
  readonly #onFatal: (error: Error) => void
  readonly #link: WriterLink
  readonly #unlock: () => void
  readonly #callRetentionMs: number
  readonly #reader: AnswerReader
  readonly #delivery: Delivery
  readonly #view = new AvailabilityView()
  readonly #outbox = new Outbox()
  readonly #ticker: NodeJS.Timeout
  /** Wall clock minus monotonic clock at start. */
  readonly #clockOffsetMs: number
  #serials: SerialLease | undefined
  #flying: Outgoing | undefined
  #scheduled = false
  #ticking = false
  #refusing = false
  #dead = false
  #idle: (() => void) | undefined
  #rejectLease: ((error: Error) => void) | undefined
  #commits = 0
  #commands = 0
  #refusals = 0
  #notesDropped = 0
  #committedUs: number
  #sweptUs: number
  #purgedUs: number

  constructor(options: MeterOptions, link: WriterLink, ready: ReadyReply, unlock: () => void) {
    this.#clock = options.clock
    this.#onFatal = options.onFatal
    this.#callRetentionMs = options.callRetentionMs ?? Number.POSITIVE_INFINITY
    this.#link = link
    this.#unlock = unlock
    this.#reader = new AnswerReader(options.dataDir)
    this.#delivery = new Delivery(ready.watermark, ready.undelivered)
    this.#view.update(ready.moved)
    const nowUs = options.clock.monotonicUs()
    this.#clockOffsetMs = options.clock.nowMs() - nowUs / 1_000
    this.#committedUs = nowUs
    this.#sweptUs = nowUs - SWEEP_MS * 1_000
    this.#purgedUs = nowUs
    this.#ticker = setInterval(() => this.#tick(), TICK_MS)
    this.#ticker.unref()
  }

  async start(serialBlock: number): Promise<void> {
    this.#serials = await SerialLease.start((count) => this.#lease(count), serialBlock)
  }

  get serials(): SerialLease {
    return this.#serials!
  }

  availability(accountId: string, product: Product, mode: Mode): Availability {
    return this.#view.of(accountId, product, mode, this.#clock.nowMs())
  }

  readonly asking: AskingBook = {
    begin: (asking) => this.#submit<Fault | Limited | Taken>('begin', NO_CALL, { asking }),
    end: (asking) => this.#submit('end', NO_CALL, { asking }),
  }

  burn(row: CallRow, asking?: Asking): Promise<Fault | Limited | undefined> {
    return this.#submit('burn', row, { charges: true, asking })
  }

  reserve(row: Reserving, asking?: Asking): Promise<Fault | Limited | undefined> {
    return this.#submit('reserve', row, { asking })
  }

  settle(row: CallRow): Promise<Fault | undefined> {
    return this.#submit('settle', row, { charges: true })
  }

  release(row: CallRow): Promise<Fault | undefined> {
    return this.#submit('release', row, {})
  }

  record(row: CallRow, asking?: Asking): Promise<Fault | Limited | undefined> {
    return this.#submit('record', row, { asking })
  }

  note(row: CallRow): void {
    if (this.#dead || this.#refusing || this.#outbox.size >= NOTES_QUEUED_MAX) this.#notesDropped++
    else this.#append('record', row, { late: false })
  }

  delivered(serial: number, delivered: boolean): void {
    this.#tell(this.#delivery.mark(serial, delivered))
  }

  answerOf(serial: number): StoredAnswer | undefined {
    return this.#reader.answerOf(serial)
  }

  recentAnswers(sinceMs: number): Iterable<RecentAnswer> {
    return this.#reader.recentAnswers(sinceMs)
  }

  health(): MeterHealth {
    return {
      writable: !this.#dead && !this.#refusing,
      lastCommitAgeMs: this.#sinceMs(this.#committedUs),
      clockAheadMs: this.#clockAheadMs(),
    }
  }

  counters(): MeterCounters {
    const oldest = this.#flying ?? this.#outbox.oldest
    return {
      commits: this.#commits,
      commands: this.#commands,
      refusals: this.#refusals,
      notesDropped: this.#notesDropped,
      queued: this.#outbox.size,
      queueAgeUs: oldest === undefined ? 0 : this.#clock.monotonicUs() - oldest.sinceUs,
    }
  }

  async close(): Promise<void> {
    clearInterval(this.#ticker)
    await this.#drain()
    for (const naming of this.#delivery.abandon()) this.#tell(naming)
    await this.#drain()
    // The watermark of the replies handed over since the last batch.
    if (!this.#dead && !this.#refusing) await this.#lastTick()
    this.#reader.close()
    await this.#link.close()
    this.#dead = true
    this.#unlock()
  }

  /** The writer is gone; what it had in hand is unknown, what waited is certainly not charged. */
  die(error: Error): void {
    if (this.#dead) return
    this.#dead = true
    clearInterval(this.#ticker)
    this.#onFatal(error)
    const unknown = new CommitUnknown(error.message, { cause: error })
    for (const waiter of this.#flying?.waiters ?? []) waiter?.reject(unknown)
    this.#outbox.refuseAll('store_unavailable')
    this.#rejectLease?.(error)
    this.#idle?.()
  }

  /** `charges` a command that takes a unit for good, whose reply is then waited for. */
  #submit<R extends Fault | Limited | Taken | undefined>(
    operation: Operation,
    row: WireCall,
    {
      charges = false,
      asking,
    }: { readonly charges?: boolean; readonly asking?: Asking | undefined },
  ): Promise<R> {
    if (this.#dead || this.#refusing) {
      return Promise.resolve({ fault: 'store_unavailable' } as Fault as R)
    }
    const late = charges && this.#delivery.expect(row.serial)
    return new Promise((resolve, reject) => {
      const waiter: Waiter = {
        charge: charges ? row.serial : 0,
        resolve: (applied) =>
          resolve((typeof applied === 'string' ? { fault: applied } : applied) as R),
        reject,
      }
      this.#append(operation, row, { late, waiter, asking })
      this.#schedule()
    })
  }

  #append(operation: Operation, row: WireCall, options: Omit<AppendOptions, 'nowUs'>): void {
    this.#outbox.append(operation, row, { ...options, nowUs: this.#clock.monotonicUs() })
  }

  /** Tells the store what it must know by name; it goes with the next batch. */
  #tell(naming: Naming | undefined): void {
    if (naming === undefined || this.#dead) return
    this.#append(naming.operation, { serial: naming.serial }, { late: false })
  }

  /**
   * One batch is under way at a time. The next is sent after a turn of the event loop that brought
   * nothing more: at once when there is little to do, and with many calls in it when there is much.
   */
  #schedule(): void {
    if (this.#scheduled || this.#flying !== undefined || this.#dead) return
    this.#scheduled = true
    setImmediate(() => this.#gather(0))
  }

  #gather(seen: number): void {
    const { oldest } = this.#outbox
    const queued = oldest?.waiters.length ?? 0
    const waitedUs = this.#clock.monotonicUs() - (oldest?.sinceUs ?? 0)
    if (queued > seen && queued < GATHER_COMMANDS_MAX && waitedUs < GATHER_US_MAX) {
      setImmediate(() => this.#gather(queued))
    } else {
      this.#send()
    }
  }

  #send(): void {
    this.#scheduled = false
    if (this.#dead || this.#flying !== undefined) return
    this.#tell(this.#delivery.overdue())
    const taken = this.#outbox.take()
    if (taken === undefined) return
    const { batch, lanes, limits } = taken
    this.#flying = batch
    const { fields } = batch
    const watermark = this.#delivery.advance()
    this.#link.request(
      { type: 'batch', batch: { nowMs: this.#clock.nowMs(), watermark, lanes, limits, fields } },
      (reply) => this.#committed(batch, reply as CommittedReply),
    )
  }

  #committed({ waiters }: Outgoing, { results, refused, moved }: CommittedReply): void {
    this.#flying = undefined
    this.#view.update(moved)
    this.#wrote(refused)
    this.#commits++
    this.#commands += waiters.length
    if (refused) this.#refusals++
    for (let i = 0; i < waiters.length; i++) {
      const waiter = waiters[i]
      if (waiter === undefined) continue
      const applied = results?.[i]
      if (applied !== undefined && waiter.charge !== 0) this.#delivery.cancel(waiter.charge)
      waiter.resolve(applied)
    }
    if (this.#outbox.oldest !== undefined) this.#schedule()
    else this.#idle?.()
  }

  /** Takes in whether the store took a write; while it does not, work is refused and it is asked again. */
  #wrote(refused: boolean): void {
    this.#refusing = refused
    this.#committedUs = refused ? this.#committedUs : this.#clock.monotonicUs()
  }

  async #lease(count: number): Promise<number> {
    const full = () => new StorageError('full', 'the store refused a block of serial numbers')
    if (this.#dead || this.#refusing) throw full()
    const { first, refused, moved } = await new Promise<LeasedReply>((resolve, reject) => {
      this.#rejectLease = reject
      this.#link.request({ type: 'lease', count }, (reply) => resolve(reply as LeasedReply))
    })
    this.#view.update(moved)
    if (refused) throw full()
    return first
  }

  #tick(): void {
    if (this.#outbox.oldest !== undefined) this.#schedule()
    if (this.#ticking) return
    this.#ticking = true
    const nowUs = this.#clock.monotonicUs()
    const sweep = this.#due(this.#sweptUs, SWEEP_MS) && this.#clockAheadMs() <= CLOCK_AHEAD_MS_MAX
    const purge = this.#due(this.#purgedUs, PURGE_MS)
    if (sweep) this.#sweptUs = nowUs
    if (purge) this.#purgedUs = nowUs
    const probe = this.#due(this.#committedUs, this.#refusing ? PROBE_REFUSED_MS : PROBE_IDLE_MS)
    this.#requestTick(probe, sweep, purge, () => {
      this.#ticking = false
    })
  }

  #requestTick(probe: boolean, sweep: boolean, purge: boolean, done: () => void): void {
    const nowMs = this.#clock.nowMs()
    const watermark = this.#delivery.advance()
    const cutoffs = { repeatsMs: nowMs - PURGE_AGE_MS, callsMs: nowMs - this.#callRetentionMs }
    const tick = { nowMs, watermark, probe, sweep, ...(purge && { purge: cutoffs }) }
    this.#link.request({ type: 'tick', ...tick }, (reply) => {
      const { moved, wrote, refused } = reply as TickedReply
      this.#view.update(moved)
      if (wrote) this.#wrote(refused)
      done()
    })
  }

  /** Waits until everything that is queued has its answer. */
  async #drain(): Promise<void> {
    if (this.#dead || (this.#flying ?? this.#outbox.oldest) === undefined) return
    this.#schedule()
    await new Promise<void>((resolve) => {
      this.#idle = resolve
    })
    this.#idle = undefined
  }

  #lastTick(): Promise<void> {
    return new Promise((resolve) => this.#requestTick(true, false, false, resolve))
  }

  #due(sinceUs: number, afterMs: number): boolean {
    return this.#sinceMs(sinceUs) >= afterMs
  }

  #sinceMs(sinceUs: number): number {
    return (this.#clock.monotonicUs() - sinceUs) / 1_000
  }

  #clockAheadMs(): number {
    return this.#clock.nowMs() - this.#clock.monotonicUs() / 1_000 - this.#clockOffsetMs
  }
}
