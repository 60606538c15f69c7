/**
 * Exact metering on PostgreSQL, for one of several nodes. Nobody leads: whoever moves units holds
 * the lock of their pool, and reads them under it.
 */
import { crc32 } from 'node:zlib'
import type { Command, Operation } from '../../billing/command.ts'
import { Delivery, type Naming } from '../../billing/delivery.ts'
import { Lanes } from '../../billing/lanes.ts'
import type { RecentAnswer } from '../../billing/repeats.ts'
import { SERIAL_BLOCK, SerialLease } from '../../billing/serial-lease.ts'
import {
  type AskingBook,
  type Availability,
  type CallRow,
  CommitUnknown,
  type Earlier,
  type Limited,
  type Reserving,
  type Sighting,
  type StoredAnswer,
  type Taken,
} from '../../billing/store.ts'
import type { Asking } from '../../domain/attempt.ts'
import type { Clock } from '../../domain/clock.ts'
import type { Fault } from '../../domain/fault.ts'
import type { Mode, Product } from '../../domain/product.ts'
import { RequestTally } from '../../sources/request-tally.ts'
import type { MeterCounters, MeterHandle, MeterHealth } from '../sqlite/meter-handle.ts'
import type { Result, Settled } from './batch.ts'
import { BatchQueue, type Pending } from './batch-queue.ts'
import type { Committed } from './committer.ts'
import { isGone } from './connection.ts'
import { Hints } from './hints.ts'
import { LookUps } from './look-ups.ts'
import { Names } from './names.ts'
import { type NodeLinks, openLinks, type PostgresMeterOptions } from './node-links.ts'
import { Upkeep } from './upkeep.ts'

/** An attempt is of no pool: all of a node's take one queue. */
const NO_CALL = { serial: 0, accountId: '', product: 'card4', mode: 'live' } as const
const NOTES_QUEUED_MAX = 4_096

type Submitted = Pick<CallRow, 'serial' | 'accountId' | 'product' | 'mode'> & Partial<CallRow>
type Told = Fault | Earlier | Limited | Taken | undefined

/** Joins the nodes of a database; rejects with `StorageError` when that cannot be done. */
export async function openPostgresMeter(options: PostgresMeterOptions): Promise<MeterHandle> {
  const delivery = new Delivery(0, [])
  const links = await openLinks(options, () => delivery.advance())
  const meter = new PostgresMeter(options, links, delivery)
  try {
    await meter.start(options.serialBlock ?? SERIAL_BLOCK)
    return meter
  } catch (error) {
    await meter.close()
    throw error
  }
}

class PostgresMeter implements MeterHandle {
  readonly #clock: Clock
  readonly #onFatal: (error: Error) => void
  readonly #links: NodeLinks
  readonly #delivery: Delivery
  readonly #hints = new Hints()
  readonly #lanes = new Lanes()
  readonly #lookUps: LookUps
  readonly #queues: readonly BatchQueue[]
  readonly #upkeep: Upkeep
  /** Queues of pools, by `Lane.pool`. */
  readonly #queueOf = new Map<string, BatchQueue>()
  /** Charged calls whose reply is on its way, and lost ones of others that are given again. */
  readonly #replying = new Map<number, Pick<CallRow, 'accountId' | 'product' | 'mode'>>()
  readonly #adopted = new Map<number, Pick<CallRow, 'accountId' | 'product' | 'mode'>>()
  #serials: SerialLease | undefined
  #dead = false
  #closed = false
  #refusing = false
  #commits = 0
  #commands = 0
  #refusals = 0
  #notesDropped = 0
  #committedUs: number

  constructor(options: PostgresMeterOptions, links: NodeLinks, delivery: Delivery) {
    this.#clock = options.clock
    this.#onFatal = options.onFatal
    this.#links = links
    this.#delivery = delivery
    this.#committedUs = options.clock.monotonicUs()
    this.#lookUps = new LookUps(links.lookUp)
    const names = new Names(links.control)
    const nodeId = links.node.id
    const tally = new RequestTally()
    this.#queues = links.committers.map(
      (committer) =>
        new BatchQueue({
          nodeId,
          clock: options.clock,
          committer,
          names,
          tally,
          committed: (done) => this.#committed(done),
          broken: (error) => this.#die(error),
        }),
    )
    this.#upkeep = new Upkeep({
      links,
      clock: options.clock,
      hints: this.#hints,
      watermark: () => delivery.advance(),
      callRetentionMs: options.callRetentionMs,
      wrote: (refused) => this.#wrote(refused),
      fatal: (error) => this.#die(error),
    })
  }

  async start(serialBlock: number): Promise<void> {
    const leased = SerialLease.start((count) => this.#links.lease(count), serialBlock)
    const [serials] = await Promise.all([leased, this.#upkeep.start()])
    this.#serials = serials
  }

  get serials(): SerialLease {
    return this.#serials!
  }

  availability(accountId: string, product: Product, mode: Mode): Availability {
    return this.#hints.of({ accountId, product, mode }, this.#clock.nowMs())
  }

  readonly asking: AskingBook = {
    begin: (asking) => this.#submit<Fault | Limited | Taken>('begin', NO_CALL, { asking }),
    end: (asking) => this.#submit('end', NO_CALL, { asking }),
  }

  burn(row: CallRow, asking?: Asking): Promise<Fault | Earlier | Limited | undefined> {
    return this.#submit('burn', row, { charges: true, asking })
  }

  reserve(row: Reserving, asking?: Asking): Promise<Fault | Earlier | Limited | undefined> {
    return this.#submit('reserve', row, { asking })
  }

  settle(row: CallRow): Promise<Fault | undefined> {
    return this.#submit('settle', row, { charges: true })
  }

  release(row: CallRow): Promise<Fault | undefined> {
    return this.#submit('release', row, {})
  }

  record(row: CallRow, asking?: Asking): Promise<Fault | Earlier | Limited | undefined> {
    return this.#submit('record', row, { asking })
  }

  note(row: CallRow): void {
    const queue = this.#queue(row)
    if (this.#dead || this.#refusing || queue.size >= NOTES_QUEUED_MAX) this.#notesDropped++
    else queue.push(this.#pending('record', row, {}))
  }

  delivered(serial: number, delivered: boolean): void {
    const naming = this.#delivery.mark(serial, delivered)
    if (naming !== undefined) this.#tell(naming)
    else if (delivered) this.#found(serial)
    if (delivered) this.#replying.delete(serial)
  }

  /** The store is asked instead, by `sight`. */
  answerOf(): StoredAnswer | undefined {
    return undefined
  }

  sight(repeatKey: string): Promise<Sighting> {
    return this.#refusing || this.#dead ? Promise.resolve(undefined) : this.#lookUps.find(repeatKey)
  }

  /** Nothing: every transaction asks the store itself. */
  recentAnswers(): Iterable<RecentAnswer> {
    return []
  }

  health(): MeterHealth {
    return {
      writable: !this.#dead && !this.#refusing,
      lastCommitAgeMs: (this.#clock.monotonicUs() - this.#committedUs) / 1_000,
      clockAheadMs: this.#upkeep.clockAheadMs(),
    }
  }

  counters(): MeterCounters {
    const since = this.#queues.map(({ sinceUs }) => sinceUs ?? Number.POSITIVE_INFINITY)
    const oldestUs = Math.min(...since)
    return {
      commits: this.#commits,
      commands: this.#commands,
      refusals: this.#refusals,
      notesDropped: this.#notesDropped,
      queued: this.#queues.reduce((sum, { size }) => sum + size, 0),
      queueAgeUs: Number.isFinite(oldestUs) ? this.#clock.monotonicUs() - oldestUs : 0,
    }
  }

  async close(): Promise<void> {
    if (this.#closed) return
    this.#closed = true
    await this.#upkeep.stop()
    if (!this.#dead) {
      await this.#drain()
      for (const naming of this.#delivery.abandon()) this.#tell(naming)
      await this.#drain()
      // Should this be lost too, the node is declared dead in time and recovered by another.
      await this.#links.node.leave(this.#delivery.advance()).catch(() => {})
    }
    this.#dead = true
    await this.#links.close()
  }

  async #drain(): Promise<void> {
    if (this.#dead || this.#refusing) return
    await Promise.all(this.#queues.map((queue) => queue.drain()))
  }

  /** The ledger cannot be trusted, or not by this node: what is in hand is unknown. */
  #die(error: Error): void {
    if (this.#dead) return
    this.#dead = true
    void this.#upkeep.stop()
    this.#onFatal(error)
    const unknown = new CommitUnknown(error.message, { cause: error })
    for (const queue of this.#queues) queue.abandon(unknown, 'store_unavailable')
  }

  /** `charges` a command that takes a unit for good, whose reply is then waited for. */
  #submit<R extends Told>(
    operation: Operation,
    row: Submitted,
    {
      charges = false,
      asking,
    }: { readonly charges?: boolean; readonly asking?: Asking | undefined },
  ): Promise<R> {
    if (this.#dead || this.#refusing) {
      return Promise.resolve({ fault: 'store_unavailable' } as Fault as R)
    }
    const late = charges && this.#delivery.expect(row.serial)
    if (charges) this.#replying.set(row.serial, row)
    return new Promise((resolve, reject) => {
      this.#queue(row).push({
        ...this.#pending(operation, row, { late, asking }),
        done: (result) => resolve(this.#concluded(row, charges, result) as R),
        failed: (cause) => {
          // Should it have been charged, its caller has nothing: the next request gets it free.
          if (charges) this.delivered(row.serial, false)
          reject(new CommitUnknown('the outcome of a commit is unknown', { cause }))
        },
      })
    })
  }

  #concluded(row: Submitted, charges: boolean, result: Result): Told {
    if (result === undefined) return undefined
    if (charges) {
      this.#delivery.cancel(row.serial)
      this.#replying.delete(row.serial)
    }
    if (typeof result === 'string') return { fault: result }
    if ('earlier' in result && result.earlier !== undefined) {
      this.#adopted.set(result.earlier.serial, row)
    }
    return result
  }

  /** A lost verdict, of whichever node, has reached its caller. */
  #found(serial: number): void {
    const row = this.#adopted.get(serial)
    if (row === undefined) return
    this.#adopted.delete(serial)
    this.#push('found', serial, row)
  }

  #tell({ operation, serial }: Naming): void {
    this.#push(operation, serial, this.#replying.get(serial))
    this.#replying.delete(serial)
  }

  #push(operation: Operation, serial: number, row: Partial<CallRow> = {}): void {
    if (this.#dead) return
    const { accountId = '', product = 'card4', mode = 'live' } = row
    const lane = { accountId, product, mode }
    this.#queue(lane).push(this.#pending(operation, { serial, ...lane }, {}))
  }

  #pending(
    operation: Operation,
    row: Partial<CallRow>,
    { late = false, asking }: { readonly late?: boolean; readonly asking?: Asking | undefined },
  ): Pending {
    const command: Command = {
      operation,
      lane: this.#lanes.of(row),
      late,
      asking,
      serial: row.serial ?? 0,
      atMs: row.atMs ?? 0,
      result: row.result ?? 'match',
      billable: row.billable ?? false,
      ruleVersion: row.ruleVersion ?? 0,
      latencyUs: row.latencyUs ?? 0,
      answer: row.answer ?? '',
      repeatKey: row.repeatKey ?? '',
      elementToken: row.elementToken ?? '',
      client: row.client ?? '',
      elementIndex: row.elementIndex ?? '',
      steps: row.steps ?? '',
    }
    return { command, sinceUs: this.#clock.monotonicUs(), done: undefined, failed: undefined }
  }

  #queue(row: Pick<CallRow, 'accountId' | 'product' | 'mode'>): BatchQueue {
    const pool = this.#lanes.of({
      accountId: row.accountId,
      product: row.product,
      mode: row.mode,
    }).pool
    let queue = this.#queueOf.get(pool)
    if (queue === undefined) {
      // The same on every node: queues of other numbers then never wait for each other's pools.
      queue = this.#queues[crc32(pool) % this.#queues.length]!
      this.#queueOf.set(pool, queue)
    }
    return queue
  }

  #committed(done: Committed<Settled>): void {
    this.#commits++
    if (done.outcome === 'committed') {
      const { results, pools, holdings } = done.settled
      this.#commands += results.length
      this.#hints.read(pools, holdings, this.#clock.nowMs())
      this.#wrote(false)
    } else if (done.outcome === 'refused') {
      this.#refusals++
      if (isGone(done.cause)) this.#wrote(true)
    }
    const overdue = this.#delivery.overdue()
    if (overdue !== undefined) this.#tell(overdue)
  }

  /** Takes in whether the store took a write; while it does not, work is refused and it is asked again. */
  #wrote(refused: boolean): void {
    this.#refusing = refused
    if (refused) return
    this.#committedUs = this.#clock.monotonicUs()
    for (const queue of this.#queues) queue.flush()
  }
}
