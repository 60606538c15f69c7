/**
 * One seeded run of accounts × calls × crashes over the metering kernel: what clients were told is
 * written down, and after every step rows and replies are held against the invariants.
 */
import type { Batch, Command, Operation } from '../../src/billing/command.ts'
import type { LedgerDisk } from '../../src/billing/disk.ts'
import { poolKey } from '../../src/billing/grant.ts'
import {
  addGrant,
  expireGrants,
  extendGrant,
  reverseCharge,
  withdrawGrant,
} from '../../src/billing/operations.ts'
import { CommitUnknown } from '../../src/billing/store.ts'
import { LedgerAudit } from '../../src/billing/verify.ts'
import { Writer } from '../../src/billing/writer.ts'
import { type CommitFault, classifySimulated, Media, SimulatedDisk } from './simulated-disk.ts'

/** A small generator with a full period; the seed is the whole run. */
export function randomOf(seed: number): (below: number) => number {
  let state = seed >>> 0
  return (below) => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below
  }
}

/** Ways to break the machinery on purpose, to see that the checks notice. */
export interface Sabotage {
  readonly disk?: (disk: LedgerDisk) => LedgerDisk
  /** Takes an unknown commit for a refusal and answers with a free fault (against rule R3). */
  readonly answersUnknown?: boolean
  /** Replies before the commit (against rule R2). */
  readonly answersEarly?: boolean
  /** Leaves reservations of a dead process open (against rule R5). */
  readonly forgetsRecovery?: boolean
}

interface Reply {
  readonly command: Command
  /** Undefined: answered with the verdict; else refused with this fault. */
  readonly fault: string | undefined
}

const ACCOUNTS = ['acc_1', 'acc_2']
const SERIAL_BLOCK = 16
const CALLS_IN_BATCH_MAX = 6

export class World {
  readonly media = new Media()
  readonly #random: (below: number) => number
  readonly #sabotage: Sabotage
  #disk: SimulatedDisk
  #writer: Writer
  #serial = { next: 0, end: 0 }
  #nowMs = 1_000_000
  readonly #given = new Set<number>()
  /** What clients were told, by serial. */
  readonly #replies = new Map<number, Reply>()
  /** Reserved calls whose source is being asked. */
  #asking: Command[] = []

  constructor(seed: number, sabotage: Sabotage = {}) {
    this.#random = randomOf(seed)
    this.#sabotage = sabotage
    this.#disk = new SimulatedDisk(this.media)
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
    this.#crash(undefined)
    return this.media.durable.reservations.size > 0
      ? 'R5: a reservation outlived its process'
      : this.#broken()
  }

  #open(): Writer {
    this.#disk = new SimulatedDisk(this.media)
    const disk = this.#sabotage.disk?.(this.#disk) ?? this.#disk
    const writer = new Writer(disk, classifySimulated)
    if (!this.#sabotage.forgetsRecovery) writer.recover(this.#nowMs)
    const first = writer.leaseSerials(SERIAL_BLOCK)
    this.#serial = { next: first, end: first + SERIAL_BLOCK }
    return writer
  }

  #step(): void {
    this.#nowMs += this.#random(2_000) - 200
    const choice = this.#random(20)
    if (choice < 12) this.#serve(this.#failure())
    else if (choice < 16) this.#operate()
    else if (choice === 16) this.#writer.sweep(this.#nowMs)
    else if (choice === 17) this.#restart()
    else this.#crash(this.#random(2) === 0 ? 'kept' : 'lost')
  }

  #failure(): CommitFault | 'unanswered' | undefined {
    return (
      [undefined, undefined, undefined, undefined, 'full', 'kept', 'lost', 'unanswered'] as const
    )[this.#random(8)]
  }

  /** A batch of new calls and of calls whose source has answered. */
  #serve(failure: CommitFault | 'unanswered' | undefined): void {
    const commands = this.#commands()
    const batch: Batch = { nowMs: this.#nowMs, watermark: this.media.durable.watermark, commands }
    if (this.#random(6) === 0)
      this.#disk.poisoned.add(commands[this.#random(commands.length)]!.serial)
    if (failure !== 'unanswered') this.#disk.fault = failure
    if (this.#sabotage.answersEarly) this.#answer(commands, [])
    try {
      const { faults } = this.#writer.commit(batch)
      // The process may die when the rows are durable and nobody was told.
      if (failure === 'unanswered') this.#crash(undefined)
      else this.#answer(commands, faults)
    } catch (error) {
      if (!(error instanceof CommitUnknown)) throw error
      if (this.#sabotage.answersUnknown)
        this.#answer(
          commands,
          commands.map(() => 'internal'),
        )
      this.#crash(undefined)
    }
  }

  #commands(): Command[] {
    const commands: Command[] = []
    for (const asked of this.#asking.splice(0, this.#random(3))) {
      const operation = this.#random(3) === 0 ? 'release' : 'settle'
      commands.push({ ...asked, operation, billable: operation === 'settle' })
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
    const charged = operation === 'burn'
    return {
      operation,
      serial,
      lane: {
        accountId,
        keyId: 'key_1',
        api: 'tencent.BankCard4EVerification',
        product: 'card4',
        mode: 'live',
        source: 'registry',
        pool: poolKey(accountId, 'card4', 'live'),
      },
      late: false,
      atMs: this.#nowMs,
      result: charged || operation === 'reserve' ? 'match' : 'source_busy',
      billable: charged,
      ruleVersion: 1,
      latencyUs: 1,
      answer: `answer ${serial}`,
      repeatKey: '',
      elementToken: '',
      client: '',
      elementIndex: '',
    }
  }

  /** Tells clients; a reserved call goes on to its source instead. */
  #answer(commands: readonly Command[], faults: readonly (string | undefined)[]): void {
    commands.forEach((command, i) => {
      const fault = faults[i]
      if (command.operation === 'reserve' && fault === undefined) this.#asking.push(command)
      else this.#replies.set(command.serial, { command, fault })
    })
  }

  /** Another process changes the ledger beside the server. */
  #operate(): void {
    const operator = new Writer(new SimulatedDisk(this.media), classifySimulated)
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

  /** The process dies, perhaps in the middle of recovering, which must not matter (I9). */
  #crash(fault: CommitFault | undefined): void {
    this.#asking = []
    if (fault !== undefined && !this.#sabotage.forgetsRecovery) {
      const dying = new SimulatedDisk(this.media)
      dying.fault = fault
      try {
        new Writer(dying, classifySimulated).recover(this.#nowMs)
      } catch (error) {
        if (!(error instanceof CommitUnknown)) throw error
      }
    }
    this.#writer = this.#open()
    if (this.#sabotage.forgetsRecovery) return
    const before = this.#state()
    new Writer(new SimulatedDisk(this.media), classifySimulated).recover(this.#nowMs)
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
    return this.#brokenRows() ?? this.#brokenReplies()
  }

  #brokenRows(): string | undefined {
    const { holdings, entries, calls, reservations, nextSerial } = this.media.durable
    const audit = new LedgerAudit(holdings.values(), {})
    for (const entry of entries) {
      const call = calls.get(entry.serial)
      audit.entry({
        ...entry,
        call: call && { ...call.command, ...call.command.lane, entryId: call.entryId },
        undone: entries[entry.undoes - 1],
      })
    }
    const bySerial = [...calls.values()].sort((a, b) => a.command.serial - b.command.serial)
    for (const { command, entryId } of bySerial) {
      audit.serial(command.serial, nextSerial)
      if (entryId !== 0) audit.claim({ serial: command.serial, entry: entries[entryId - 1] })
    }
    const bad = audit.finish(reservations.values()).find(({ ok }) => !ok)
    return bad && `${bad.id}: ${bad.firstBad.join(', ')}`
  }

  /** I1 and I2: replies and rows tell the same story. */
  #brokenReplies(): string | undefined {
    const { calls } = this.media.durable
    for (const [serial, { command, fault }] of this.#replies) {
      const stored = calls.get(serial)
      if (fault !== undefined && stored !== undefined && stored.entryId !== 0) {
        return `I2: call ${serial} was refused and charged`
      }
      if (fault !== undefined) continue
      if (stored?.command.answer !== command.answer) return `I1: call ${serial} is not stored`
      if ((stored.entryId !== 0) !== command.billable) return `I1: call ${serial} charged wrongly`
    }
    return undefined
  }
}
