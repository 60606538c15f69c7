/**
 * What a command does to the kernel, and which rows tell of it. Pure, and the same for every store:
 * where the rows go and when they are durable is the store's affair.
 */
import type { Asking, GuardRefusal } from '../domain/attempt.ts'
import type { FaultName } from '../domain/fault.ts'
import type { Command } from './command.ts'
import type { DailyCaps, KeyDay } from './daily-cap.ts'
import type { Entry } from './entry.ts'
import { type Shortage, shortageFault } from './grant.ts'
import type { Ledger, Reservation } from './ledger.ts'
import type { Limited, Taken } from './store.ts'

/** Takes the rows of the transaction under way. */
export interface LedgerRows {
  insertCall(call: Command, entryId: number | undefined): void
  insertEntry(entry: Entry): void
  insertReservation(reservation: Reservation, call: Command): void
  deleteReservation(serial: number): void
  insertUndelivered(serial: number): void
  deleteUndelivered(serial: number): void
  saveKeyDay(day: KeyDay): void
}

/** An attempt that counters let through. */
export interface Admitted extends Taken {
  /** Writes what is to be kept of it. */
  keep(): void
}

/** Takes the rows of attempts on sources, in the transaction under way. */
export interface AskingRows {
  /** Looks whether a slot may be taken; `counted` of an answer that is there already. */
  admit(asking: Asking, counted: boolean): Admitted | GuardRefusal
  end(asking: Asking): void
}

/** What a command works on. */
export interface Books {
  readonly ledger: Ledger
  readonly caps: DailyCaps
  readonly rows: LedgerRows
  readonly asked: AskingRows
}

/** Why a command is refused, what it took, or nothing to say. */
export type Applied = FaultName | Limited | Taken | undefined

/** Applies one command; why it is refused, if it is. Throws on a bug of the caller. */
export function applyCommand(books: Books, command: Command, nowMs: number): Applied {
  const { ledger, rows } = books
  const { serial, ruleVersion } = command
  switch (command.operation) {
    case 'burn':
      return burn(books, command, nowMs)
    case 'settle':
      assertCharge(command, true)
      rows.deleteReservation(serial)
      keepCharge(rows, command, ledger.settle(serial, ruleVersion, nowMs))
      return undefined
    case 'reserve':
      return reserve(books, command, nowMs)
    case 'release':
      release(books, command, nowMs)
      return undefined
    case 'lost':
      rows.insertUndelivered(serial)
      return undefined
    case 'found':
      rows.deleteUndelivered(serial)
      return undefined
    default:
      return applyBeside(books, command)
  }
}

/** Applies a command that moves no unit. */
export function applyBeside(
  { asked, rows }: Pick<Books, 'asked' | 'rows'>,
  command: Command,
): Applied {
  const { operation, asking = {} } = command
  if (operation === 'end') {
    asked.end(asking)
    return undefined
  }
  // A free call counts like a charged one.
  const admitted = asked.admit(asking, operation === 'record')
  if (typeof admitted === 'string') return { full: admitted }
  admitted.keep()
  if (operation === 'begin') return { left: admitted.left }
  rows.insertCall(command, undefined)
  return undefined
}

/** Ends the reservation of a call that is not there any more to settle or release it. */
export function giveBack(
  { ledger, rows }: Pick<Books, 'ledger' | 'rows'>,
  serial: number,
  nowMs: number,
) {
  rows.deleteReservation(serial)
  rows.insertEntry(ledger.release(serial, nowMs))
}

function burn({ ledger, caps, rows, asked }: Books, command: Command, nowMs: number): Applied {
  assertCharge(command, true)
  const { lane, serial, ruleVersion, asking } = command
  if (caps.reached(lane, ledger.time(nowMs))) return 'key_cap_reached'
  const admitted = asking && asked.admit(asking, true)
  if (typeof admitted === 'string') return { full: admitted }
  const entry = ledger.burn(lane.pool, serial, ruleVersion, nowMs)
  if (isShortage(entry)) return shortageFault(entry)
  caps.take(lane, entry.atMs)
  admitted?.keep()
  keepCharge(rows, command, entry)
  return undefined
}

function reserve({ ledger, caps, rows, asked }: Books, command: Command, nowMs: number): Applied {
  const { lane, serial, asking } = command
  if (caps.reached(lane, ledger.time(nowMs))) return 'key_cap_reached'
  const admitted = asking && asked.admit(asking, false)
  if (typeof admitted === 'string') return { full: admitted }
  const entry = ledger.reserve(lane.pool, serial, nowMs)
  if (isShortage(entry)) return shortageFault(entry)
  const { grantId, atMs } = entry
  caps.take(lane, atMs)
  admitted?.keep()
  rows.insertEntry(entry)
  rows.insertReservation({ serial, grantId, atMs }, command)
  return undefined
}

function release({ ledger, caps, rows }: Books, command: Command, nowMs: number): void {
  assertCharge(command, false)
  const { lane, serial } = command
  const takenMs = ledger.reservation(serial)?.atMs ?? 0
  giveBack({ ledger, rows }, serial, nowMs)
  caps.giveBack(lane, takenMs, ledger.time(nowMs))
  rows.insertCall(command, undefined)
}

function keepCharge(rows: LedgerRows, command: Command, entry: Entry): void {
  rows.insertEntry(entry)
  rows.insertCall(command, entry.id)
  if (command.late) rows.insertUndelivered(command.serial)
}

/** A call is charged exactly when its result costs a unit; anything else is a bug of the caller. */
function assertCharge(command: Command, charged: boolean): void {
  if (command.billable !== charged) {
    throw new Error(`call ${command.serial}: ${command.operation} of ${command.result}`)
  }
}

function isShortage(entry: Entry | Shortage): entry is Shortage {
  return typeof entry === 'string'
}
