/**
 * One seeded run of accounts × calls × crashes over the metering kernel: what clients were told is
 * written down, and after every step rows and replies are held against the invariants.
 */
import type { Applied } from '../../src/billing/apply.ts'
import type { Batch, Command, Operation } from '../../src/billing/command.ts'
import { Delivery } from '../../src/billing/delivery.ts'
import type { LedgerDisk } from '../../src/billing/disk.ts'
import {
  addGrant,
  expireGrants,
  extendGrant,
  reverseCharge,
  withdrawGrant,
} from '../../src/billing/operations.ts'
import { CommitUnknown } from '../../src/billing/store.ts'
import { Writer } from '../../src/billing/writer.ts'
import { randomOf } from '../prove/random.ts'
import { brokenRows, brokenVerdicts, type Reply, unmarkedLoss } from './checks.ts'
import { Media } from './media.ts'
import { newCommand } from './new-command.ts'
import { askingOf, brokenAttempts, endOf } from './simulated-asking.ts'
import { type CommitFault, classifySimulated, SimulatedDisk } from './simulated-disk.ts'

/** Ways to break the machinery on purpose, to see that the checks notice. */
export interface Sabotage {
  readonly disk?: (disk: LedgerDisk) => LedgerDisk
  /** Takes an unknown commit for a refusal and answers with a free fault (against rule R3). */
  readonly answersUnknown?: boolean
  /** Replies before the commit (against rule R2). */
  readonly answersEarly?: boolean
  /** Leaves reservations of a dead process open (against rule R5). */
  readonly forgetsRecovery?: boolean
  /** Acknowledges before the disk is asked to sync. */
  readonly skipsSync?: boolean
  /** Goes on after a sync that failed, instead of ending the process (against rule R3). */
  readonly outlivesFailedSync?: boolean
  /** Starts after a crash on what it reads, without making it safe first. */
  readonly trustsTheCache?: boolean
  /** Takes every charged reply for handed over (against rule R4). */
  readonly forgetsDelivery?: boolean
}

const ACCOUNTS = ['acc_1', 'acc_2']
const SERIAL_BLOCK = 16
const CALLS_IN_BATCH_MAX = 6
/** Many times as long as a package lives here. */
const CLOCK_STEP_MS = 60_000

export class World {
  readonly media = new Media()
  readonly #random: (below: number) => number
  readonly #sabotage: Sabotage
  #disk: SimulatedDisk
  #writer: Writer
  #serial = { next: 0, end: 0 }
  #delivery = new Delivery(0, [])
  #nowMs = 1_000_000
  readonly #given = new Set<number>()
  /** What clients were told, by serial. */
  readonly #replies = new Map<number, Reply>()
  /** Reserved calls whose source is being asked. */
  #asking: Command[] = []

  constructor(seed: number, sabotage: Sabotage = {}) {
    this.#random = randomOf(seed)
    this.#sabotage = sabotage
    this.#disk = this.#newDisk()
    this.#writer = this.#open()
  }

  /** Runs some steps and returns the first broken invariant, if any. */
  run(steps: number): string | undefined {
    for (let step = 0; step < steps; step++) {
      try {
        this.#step()
      } catch (error) {
        return `step ${step}: ${(error as Error).message}`
      }
      const broken = this.#broken()
      if (broken !== undefined) return `step ${step}: ${broken}`
    }
    // Liveness: with the faults off a restart leaves nothing reserved.
    this.#crash()
    const { reservations, slots } = this.media.durable
    if (slots.size > 0) return 'R5: an attempt outlived its process'
    return reservations.size > 0 ? 'R5: a reservation outlived its process' : this.#broken()
  }

  /** Opens the store as a start does: what is read is made safe before anything is built on it. */
  #open(): Writer {
    if (!this.#sabotage.trustsTheCache) this.media.checkpoint()
    this.#disk = this.#newDisk()
    const disk = this.#sabotage.disk?.(this.#disk) ?? this.#disk
    const writer = new Writer(disk, classifySimulated)
    if (!this.#sabotage.forgetsRecovery) writer.recover(this.#nowMs)
    const { watermark, undelivered } = this.media.durable
    this.#delivery = new Delivery(watermark, undelivered)
    const first = writer.leaseSerials(SERIAL_BLOCK)
    this.#serial = { next: first, end: first + SERIAL_BLOCK }
    return writer
  }

  #newDisk(): SimulatedDisk {
    const disk = new SimulatedDisk(this.media, this.#random)
    disk.skipsSync = this.#sabotage.skipsSync ?? false
    return disk
  }

  #step(): void {
    this.#passTime()
    const choice = this.#random(20)
    if (choice < 12) this.#serve(this.#failure())
    else if (choice < 16) this.#operate()
    else if (choice === 16) this.#writer.sweep(this.#nowMs)
    else if (choice === 17) this.#restart()
    else {
      this.#dieRecovering(this.#random(2) === 0 ? 'kept' : 'lost')
      this.#crash()
    }
  }

  /** Time goes on, a little back now and then, and sometimes somebody sets the clock. */
  #passTime(): void {
    this.#nowMs += this.#random(2_000) - 200
    const step = this.#random(60)
    if (step === 0) this.#nowMs += CLOCK_STEP_MS
    else if (step === 1) this.#nowMs -= CLOCK_STEP_MS
  }

  #failure(): CommitFault | 'unanswered' | undefined {
    return (
      [undefined, undefined, undefined, undefined, 'full', 'kept', 'lost', 'unanswered'] as const
    )[this.#random(8)]
  }

  /** A batch of new calls and of calls whose source has answered. */
  #serve(failure: CommitFault | 'unanswered' | undefined): void {
    const commands = this.#commands()
    const watermark = this.#sabotage.forgetsDelivery
      ? this.#serial.next - 1
      : this.#delivery.advance()
    const batch: Batch = { nowMs: this.#nowMs, watermark, commands }
    if (this.#random(6) === 0)
      this.#disk.poisoned.add(commands[this.#random(commands.length)]!.serial)
    if (failure !== 'unanswered') this.#disk.fault = failure
    if (this.#sabotage.answersEarly) this.#answer(commands, [])
    try {
      const { results } = this.#writer.commit(batch)
      // The process may die when the rows are durable and nobody was told.
      if (failure === 'unanswered') this.#crash()
      else this.#answer(commands, results.map(faultOf))
    } catch (error) {
      if (!(error instanceof CommitUnknown)) throw error
      this.#doubt(commands, failure)
    }
  }

  /** The outcome of a commit is unknown: nobody is told, and the process ends. */
  #doubt(commands: readonly Command[], failure: CommitFault | 'unanswered' | undefined): void {
    if (this.#sabotage.outlivesFailedSync && failure === 'kept') {
      this.#answer(commands, [])
      return
    }
    if (this.#sabotage.answersUnknown) {
      const faults = commands.map(() => 'internal')
      this.#answer(commands, faults)
    }
    this.#crash()
  }

  #commands(): Command[] {
    const commands: Command[] = []
    for (const asked of this.#asking.splice(0, this.#random(3))) {
      const operation = this.#random(3) === 0 ? 'release' : 'settle'
      const billable = operation === 'settle'
      const ended = { ...asked, operation, billable } as const
      commands.push(...endOf(ended, this.#nowMs))
      commands.push({ ...ended, late: billable && this.#late(asked.serial) })
    }
    const calls = 1 + this.#random(CALLS_IN_BATCH_MAX)
    for (let i = 0; i < calls; i++) {
      const operation = (['burn', 'burn', 'reserve', 'record'] as const)[this.#random(4)]!
      commands.push(this.#call(operation))
    }
    return commands
  }

  #call(operation: Operation): Command {
    if (this.#serial.next === this.#serial.end) {
      const first = this.#writer.leaseSerials(SERIAL_BLOCK)
      this.#serial = { next: first, end: first + SERIAL_BLOCK }
    }
    const serial = this.#serial.next++
    if (this.#given.has(serial)) throw new Error(`I5: serial ${serial} was given twice`)
    this.#given.add(serial)
    const accountId = ACCOUNTS[this.#random(ACCOUNTS.length)]!
    const call = newCommand({ operation, serial, accountId, atMs: this.#nowMs })
    const command = askingOf(call)
    return { ...command, late: command.billable && this.#late(serial) }
  }

  /** Whether the watermark has passed a call that is about to be charged. */
  #late(serial: number): boolean {
    return this.#delivery.expect(serial)
  }

  /** Tells clients; a reserved call goes on to its source instead. */
  #answer(commands: readonly Command[], faults: readonly (string | undefined)[]): void {
    commands.forEach((command, i) => {
      if (command.operation === 'end') return
      const fault = faults[i]
      const { serial, billable, operation } = command
      if (fault !== undefined && billable) this.#delivery.cancel(serial)
      if (operation === 'reserve' && fault === undefined) this.#asking.push(command)
      else this.#replies.set(serial, { command, fault })
      if (fault === undefined && billable) this.#delivery.mark(serial, true)
    })
  }

  /** Another process changes the ledger beside the server. */
  #operate(): void {
    const operator = new Writer(new SimulatedDisk(this.media, this.#random), classifySimulated)
    const grantId = 1 + this.#random(this.media.durable.holdings.size + 1)
    const nowMs = this.#nowMs
    switch (this.#random(5)) {
      case 0:
        expireGrants(operator, nowMs)
        return
      case 1:
        withdrawGrant(operator, { grantId, units: 1 + this.#random(3), reason: 'r' }, nowMs)
        return
      case 2:
        extendGrant(
          operator,
          { grantId, expiresAtMs: nowMs + this.#random(20_000), reason: 'r' },
          nowMs,
        )
        return
      case 3:
        this.#reverse(operator)
        return
      default:
        addGrant(
          operator,
          {
            accountId: ACCOUNTS[this.#random(ACCOUNTS.length)]!,
            product: 'card4',
            mode: 'live',
            units: 1 + this.#random(8),
            priority: this.#random(2),
            startsAtMs: nowMs + this.#random(2_000) - 1_000,
            expiresAtMs: nowMs + 2_000 + this.#random(20_000),
            reason: 'r',
          },
          nowMs,
        )
    }
  }

  #reverse(operator: Writer): void {
    const { calls, entries } = this.media.durable
    const charged = [...calls.values()].filter(({ entryId }) => entryId !== 0)
    const call = charged[this.#random(charged.length || 1)]
    if (call === undefined) return
    const { entryId } = call
    const { grantId } = entries[entryId - 1]!
    const undone = entries.some(({ undoes }) => undoes === entryId)
    const serial = call.command.serial
    reverseCharge(operator, () => ({ entryId, grantId, serial, undone }), 'r', this.#nowMs)
  }

  #restart(): void {
    if (this.#asking.length > 0) return
    this.#writer.finish()
    this.#writer = this.#open()
  }

  /** A process that takes the store over and dies at it. */
  #dieRecovering(fault: CommitFault): void {
    if (this.#sabotage.forgetsRecovery) return
    const dying = this.#newDisk()
    dying.fault = fault
    try {
      new Writer(dying, classifySimulated).recover(this.#nowMs)
    } catch (error) {
      if (!(error instanceof CommitUnknown)) throw error
    }
  }

  /** The process dies, or the whole machine; recovering once more must change nothing (I9). */
  #crash(): void {
    this.#asking = []
    if (this.#random(2) === 0) this.media.cutPower(this.#random)
    this.#writer = this.#open()
    if (this.#sabotage.forgetsRecovery) return
    const before = this.#state()
    new Writer(new SimulatedDisk(this.media, this.#random), classifySimulated).recover(this.#nowMs)
    if (this.#state() !== before) throw new Error('I9: recovering again changed the ledger')
  }

  #state(): string {
    const { holdings, entries, reservations, undelivered } = this.media.durable
    return JSON.stringify([
      [...holdings.values()],
      entries.length,
      [...reservations],
      [...undelivered].length,
    ])
  }

  #broken(): string | undefined {
    const rows = this.media.durable
    return (
      brokenRows(rows) ??
      brokenVerdicts(rows.calls, this.#replies) ??
      unmarkedLoss(rows, this.#replies) ??
      brokenAttempts(rows)
    )
  }
}

/** Why a call was refused; a full counter is told as an outcome, and charges no more than a fault. */
function faultOf(applied: Applied): string | undefined {
  if (typeof applied === 'object') return 'full' in applied ? applied.full : undefined
  return applied
}
