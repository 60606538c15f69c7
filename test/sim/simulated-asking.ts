/** Attempts on sources in the simulator: the guardian's kernel over rows that live and die with the others. */
import type { Admitted } from '../../src/billing/apply.ts'
import type { Command } from '../../src/billing/command.ts'
import type { LedgerDisk } from '../../src/billing/disk.ts'
import type { Asking, GuardAsk, GuardEnding, GuardRefusal } from '../../src/domain/attempt.ts'
import { beijingDay } from '../../src/domain/beijing.ts'
import { admit, count, EMPTY_ROW, type GuardWrites, settle } from '../../src/sources/guardian.ts'
import type { Rows } from './media.ts'

/** Wrong guesses that one account may make at one card on a day of the simulation. */
const GUESSES_MAX = 3
const CARDS = 2
const TUPLES = 9
const ATTEMPTS_A_CALL = 16
const LIMITS = {
  distinct: { accountCard: GUESSES_MAX, card: 5, idNumber: 0, mobile: 0 },
  elementMax: 0,
  repeatMax: 0,
} as const
const LOCK = { consecutiveMax: 3, dayMax: 10, rollingMax: 10 } as const

export class SimulatedAsking {
  readonly #rows: () => Pick<Rows, 'guard' | 'slots'>

  constructor(rows: () => Pick<Rows, 'guard' | 'slots'>) {
    this.#rows = rows
  }

  admit(asking: Asking, counted: boolean): Admitted | GuardRefusal {
    const { slot, slotEnd } = asking
    const found = (token: string) => this.#rows().guard.get(token) ?? EMPTY_ROW
    const admission = counted ? slotEnd && count(found, slotEnd) : slot && admit(found, slot)
    if (admission?.admitted === false) return admission.by
    return {
      left: admission?.left ?? 0,
      keep: () => {
        if (admission !== undefined) this.#write(admission.writes)
        if (!counted && slot !== undefined) this.#rows().slots.set(slot.slot, slot.atMs)
      },
    }
  }

  end({ slotEnd }: Asking): void {
    if (slotEnd === undefined) return
    const found = (token: string) => this.#rows().guard.get(token) ?? EMPTY_ROW
    this.#write(settle(found, slotEnd))
    this.#rows().slots.delete(slotEnd.ask.slot)
  }

  /** Their marks are in the rows, as those of failures. */
  giveUp(beforeMs: number): void {
    const { slots } = this.#rows()
    for (const [slot, atMs] of [...slots]) if (atMs < beforeMs) slots.delete(slot)
  }

  flush(): void {}

  #write(writes: GuardWrites): void {
    for (const [token, row] of writes) this.#rows().guard.set(token, row)
  }
}

/** A disk that keeps no attempt, to see that the checks notice. */
export function forgettingAttempts(disk: LedgerDisk): LedgerDisk['asked'] {
  return {
    admit(asking, counted) {
      const admitted = disk.asked.admit(asking, counted)
      return typeof admitted === 'string' ? admitted : { ...admitted, keep: () => undefined }
    },
    end: (asking) => disk.asked.end(asking),
    giveUp: (beforeMs) => disk.asked.giveUp(beforeMs),
    flush: () => disk.asked.flush(),
  }
}

/** The attempt that a simulated call makes: a guess at a card, right or wrong, as its serial has it. */
export function askingOf(command: Command): Command {
  const { operation, serial, atMs, lane } = command
  if (operation !== 'burn' && operation !== 'reserve') return command
  const card = serial % CARDS
  const day = beijingDay(atMs)
  const days = operation === 'reserve' ? [day, day - 1, day - 2] : []
  const guess = Math.floor(serial / CARDS) % TUPLES
  const slot: GuardAsk = {
    tokens: {
      distinct: [`account ${lane.accountId} ${card} ${day}`, `card ${card} ${day}`, '', ''],
      elements: [],
      lock: days.map((of) => `lock ${card} ${of}`),
      matched: `matched ${lane.accountId} ${card}`,
      repeat: '',
    },
    limits: operation === 'reserve' ? { ...LIMITS, lock: LOCK } : LIMITS,
    slot: serial * ATTEMPTS_A_CALL,
    atMs,
    tuple: `tuple ${card} ${guess}`,
  }
  const ending: GuardEnding = guess === 0 ? 'matched' : 'failed'
  return {
    ...command,
    asking: operation === 'reserve' ? { slot } : { slotEnd: { ask: slot, ending, atMs } },
  }
}

/** How the attempt of a reserved call ends with it. */
export function endOf({ asking, operation, ...command }: Command, atMs: number): Command[] {
  const ask = asking?.slot
  if (ask === undefined) return []
  const ending = operation === 'settle' ? 'failed' : 'unasked'
  return [{ ...command, operation: 'end', serial: 0, asking: { slotEnd: { ask, ending, atMs } } }]
}

/** What was told of a card is counted on it, and no account is told too much. */
export function brokenAttempts({ calls, guard }: Pick<Rows, 'calls' | 'guard'>) {
  for (const [serial, { command }] of calls) {
    const end = command.asking?.slotEnd
    if (end?.ending !== 'failed') continue
    const [own = ''] = end.ask.tokens.distinct
    const tuples = new Set(guard.get(own)?.marks.map(({ tuple }) => tuple))
    if (!tuples.has(end.ask.tuple)) return `R1: the guess of call ${serial} is not counted`
    if (tuples.size > GUESSES_MAX) return `E4: more guesses than allowed, call ${serial}`
  }
  return undefined
}
