/** What must hold of the rows and of what clients were told, after every step of a simulation. */
import type { Command } from '../../src/billing/command.ts'
import { LedgerAudit } from '../../src/billing/verify.ts'
import type { Rows } from './media.ts'

/** What a client was told of its call. */
export interface Reply {
  readonly command: Command
  /** Undefined: answered with the verdict; else refused with this fault. */
  readonly fault: string | undefined
}

/** The first of the checks V1 to V8 that the rows break. */
export function brokenRows(
  rows: Pick<Rows, 'holdings' | 'entries' | 'calls' | 'reservations' | 'nextSerial'>,
): string | undefined {
  const { holdings, entries, calls, reservations, nextSerial } = rows
  const audit = new LedgerAudit(holdings.values(), {})
  const byId = new Map(entries.map((entry) => [entry.id, entry]))
  for (const entry of entries) {
    const call = calls.get(entry.serial)
    audit.entry({
      ...entry,
      call: call && { ...call.command, ...call.command.lane, entryId: call.entryId },
      undone: byId.get(entry.undoes),
    })
  }
  const bySerial = [...calls.values()].sort((a, b) => a.command.serial - b.command.serial)
  for (const { command, entryId } of bySerial) {
    audit.serial(command.serial, nextSerial)
    if (entryId !== 0) audit.claim({ serial: command.serial, entry: byId.get(entryId) })
  }
  const bad = audit.finish(reservations.values()).find(({ ok }) => !ok)
  return bad && `${bad.id}: ${bad.firstBad.join(', ')}`
}

/** I1 and I2: replies and rows tell the same story. */
export function brokenVerdicts(
  calls: Rows['calls'],
  replies: ReadonlyMap<number, Reply>,
): string | undefined {
  for (const [serial, { command, fault }] of replies) {
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

/** I3: what was charged and told to nobody is marked. */
export function unmarkedLoss(
  { calls, undelivered, watermark }: Pick<Rows, 'calls' | 'undelivered' | 'watermark'>,
  replies: ReadonlyMap<number, Reply>,
): string | undefined {
  for (const [serial, { entryId }] of calls) {
    const marked = undelivered.has(serial) || serial > watermark
    if (entryId !== 0 && !marked && !replies.has(serial)) {
      return `I3: call ${serial} was charged, told to nobody and is not marked`
    }
  }
  return undefined
}
