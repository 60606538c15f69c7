/** Commands on the way to the writer: gathered into batches, each with those who wait for it. */
import type { Applied } from '../../billing/apply.ts'
import type { Lane, Operation } from '../../billing/command.ts'
import { OPERATIONS } from '../../billing/command.ts'
import type { Asking, GuardLimits } from '../../domain/attempt.ts'
import type { FaultName } from '../../domain/fault.ts'
import type { WireField } from './asking-wire.ts'
import { type WireCall, WireEncoder } from './wire.ts'

const BATCH_COMMANDS_MAX = 256

const CODES = Object.fromEntries(OPERATIONS.map((name, code) => [name, code])) as Readonly<
  Record<Operation, number>
>

/** Who waits for one command. */
export interface Waiter {
  /** Serial of a charge, else 0. */
  readonly charge: number
  readonly resolve: (applied: Applied) => void
  readonly reject: (error: Error) => void
}

/** What goes with a command. */
export interface AppendOptions {
  readonly late: boolean
  readonly waiter?: Waiter
  /** What its source keeps in the same transaction. */
  readonly asking?: Asking | undefined
  readonly nowUs: number
}

export interface Outgoing {
  readonly fields: WireField[]
  /** One a command; undefined where nobody waits. */
  readonly waiters: (Waiter | undefined)[]
  readonly sinceUs: number
}

export class Outbox {
  readonly #encoder = new WireEncoder()
  readonly #batches: Outgoing[] = []

  /** The oldest batch that is not sent yet. */
  get oldest(): Outgoing | undefined {
    return this.#batches[0]
  }

  /** Commands that are not sent yet. */
  get size(): number {
    return this.#batches.reduce((sum, { waiters }) => sum + waiters.length, 0)
  }

  append(operation: Operation, row: WireCall, options: AppendOptions): void {
    let last = this.#batches.at(-1)
    if (last === undefined || last.waiters.length >= BATCH_COMMANDS_MAX) {
      last = { fields: [], waiters: [], sinceUs: options.nowUs }
      this.#batches.push(last)
    }
    this.#encoder.add(last.fields, CODES[operation], row, options)
    last.waiters.push(options.waiter)
  }

  /** Takes out the oldest batch, with the lanes and limits that were first used since the last. */
  take():
    | {
        readonly batch: Outgoing
        readonly lanes: readonly Lane[]
        readonly limits: readonly GuardLimits[]
      }
    | undefined {
    const batch = this.#batches.shift()
    const encoder = this.#encoder
    return batch && { batch, lanes: encoder.takeLanes(), limits: encoder.takeLimits() }
  }

  /** Answers everything that was never sent with a fault. */
  refuseAll(fault: FaultName): void {
    for (const { waiters } of this.#batches.splice(0)) {
      for (const waiter of waiters) waiter?.resolve(fault)
    }
  }
}
