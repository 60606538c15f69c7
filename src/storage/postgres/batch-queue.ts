/**
 * Commands on their way to one connection: what arrives while a transaction is under way goes into
 * the next. Calls of one pool always take the same queue, so they are committed in their order.
 */
import type { Command } from '../../billing/command.ts'
import type { Clock } from '../../domain/clock.ts'
import type { FaultName } from '../../domain/fault.ts'
import type { RequestTally } from '../../sources/request-tally.ts'
import { numberArray } from './array-literal.ts'
import { Batch, type Result, type Settled } from './batch.ts'
import type { Committed, Committer } from './committer.ts'
import { Foresight } from './foresight.ts'
import type { Names } from './names.ts'
import type { Query } from './session.ts'

const BATCH_COMMANDS_MAX = 512
/** Under load a transaction waits this long for more company. */
const GATHER_US_MAX = 1_500
const GATHER_COMMANDS_MAX = 128

const DROP_OUTDATED = `DELETE FROM repeat WHERE serial = ANY($1::bigint[])`

/** A command and who waits for it; undefined where nobody does. */
export interface Pending {
  readonly command: Command
  readonly sinceUs: number
  readonly done: ((result: Result) => void) | undefined
  readonly failed: ((error: Error) => void) | undefined
}

export interface QueueOptions {
  readonly nodeId: number
  readonly clock: Clock
  readonly committer: Committer
  readonly names: Names
  readonly tally: RequestTally
  /** Hears of every transaction that was tried. */
  readonly committed: (done: Committed<Settled>) => void
  /** The process must stop: an invariant is broken. */
  readonly broken: (error: Error) => void
}

export class BatchQueue {
  readonly #options: QueueOptions
  readonly #foresight = new Foresight()
  #waiting: Pending[] = []
  #flying: readonly Pending[] = []
  #scheduled = false
  #idle: (() => void) | undefined

  constructor(options: QueueOptions) {
    this.#options = options
  }

  /** Commands that are not under way yet. */
  get size(): number {
    return this.#waiting.length
  }

  /** When the oldest command that is not durable yet came in. */
  get sinceUs(): number | undefined {
    return (this.#flying[0] ?? this.#waiting[0])?.sinceUs
  }

  push(pending: Pending): void {
    this.#waiting.push(pending)
    // A mark goes with the next call.
    if (pending.done !== undefined) this.flush()
  }

  /** Starts on what is waiting. */
  flush(): void {
    if (this.#scheduled || this.#flying.length > 0 || this.#waiting.length === 0) return
    this.#scheduled = true
    setImmediate(() => this.#gather(0))
  }

  /** Waits until everything has its answer. */
  async drain(): Promise<void> {
    if (this.#flying.length === 0 && this.#waiting.length === 0) return
    this.flush()
    await new Promise<void>((resolve) => {
      this.#idle = resolve
    })
  }

  /** Nobody who is under way may be told anything; what waits certainly did not happen. */
  abandon(error: Error, fault: FaultName): void {
    for (const { failed } of this.#flying) failed?.(error)
    for (const { done } of this.#waiting.splice(0)) done?.(fault)
    this.#idle?.()
  }

  #gather(seen: number): void {
    const queued = this.#waiting.length
    const waitedUs = this.#options.clock.monotonicUs() - (this.#waiting[0]?.sinceUs ?? 0)
    if (queued > seen && queued < GATHER_COMMANDS_MAX && waitedUs < GATHER_US_MAX) {
      setImmediate(() => this.#gather(queued))
    } else {
      this.#scheduled = false
      void this.#send()
    }
  }

  async #send(): Promise<void> {
    this.#flying = this.#waiting.splice(0, BATCH_COMMANDS_MAX)
    if (this.#flying.length > 0) {
      try {
        await this.#commit(this.#flying)
      } catch (error) {
        this.#options.broken(error as Error)
        return
      }
    }
    this.#flying = []
    if (this.#waiting.some(({ done }) => done !== undefined)) this.flush()
    else this.#idle?.()
  }

  /** Commits some commands together; where a row cannot be stored, each alone, to find it. */
  async #commit(pending: readonly Pending[]): Promise<void> {
    const done = await this.#transact(pending.map(({ command }) => command))
    const settled = done.outcome === 'committed' ? done.settled : undefined
    if (done.outcome === 'unstorable' && pending.length > 1) {
      for (const one of pending) await this.#commit([one])
      return
    }
    this.#options.committed(done)
    if (done.outcome === 'unknown') {
      for (const { failed } of pending) failed?.(done.cause)
    } else if (settled !== undefined) {
      for (let i = 0; i < pending.length; i++) pending[i]!.done?.(settled.results[i])
    } else if (done.outcome === 'unstorable') {
      for (const each of pending) each.done?.('internal')
    } else {
      this.#refuse([...pending, ...this.#waiting.splice(0)])
    }
  }

  /** The store takes nothing now, and nobody waits for it; marks of delivery are kept for later. */
  #refuse(pending: readonly Pending[]): void {
    for (const each of pending) {
      const { operation } = each.command
      if (operation === 'lost' || operation === 'found') this.#waiting.push(each)
      else each.done?.('store_unavailable')
    }
  }

  async #transact(commands: readonly Command[]): Promise<Committed<Settled>> {
    const { committer, names, nodeId, clock } = this.#options
    try {
      await names.prepare(commands)
    } catch (error) {
      return { outcome: 'refused', cause: error as Error }
    }
    const batch = new Batch(commands)
    const laneId = ({ lane }: Command) => names.laneId(lane)
    const context = { nodeId, laneId, tally: this.#options.tally }
    const done = await committer.run<Settled>({
      foresee: () => this.#foresight.of(batch, context, clock.nowMs()),
      reads: batch.reads(),
      settle(replies) {
        const settled = batch.settle(replies, context, clock.nowMs())
        return { ...settled, before: dropping(settled.outdated) }
      },
    })
    if (done.outcome === 'committed') this.#foresight.keep(done.settled.books)
    else this.#foresight.forget(batch.pools)
    return done
  }
}

function dropping(serials: readonly number[]): Query[] {
  if (serials.length === 0) return []
  return [{ name: 'drop outdated', text: DROP_OUTDATED, values: [numberArray(serials)] }]
}
