/** How attempts cross to the writer thread: scalars among those of their command, as few as can be. */
import type {
  Asking,
  AttemptEnd,
  GuardAsk,
  GuardEnd,
  GuardEnding,
  GuardLimits,
  PreparedAttempt,
} from '../../domain/attempt.ts'
import { ATTEMPT_TOKEN_BYTES } from '../../domain/attempt-token.ts'

export type WireField = number | string

/** What follows the number of these bits. */
const SLOT = 1
const SLOT_END = 2
const ROW = 4
const ROW_END = 8

/** Stands for a counter that has no token. */
const NONE = '\0'.repeat(ATTEMPT_TOKEN_BYTES)

/** The main thread's half: limits are sent once, and then named by their number. */
export class AskingEncoder {
  readonly #known = new Map<GuardLimits, number>()
  #limits: GuardLimits[] = []

  /** Appends an attempt, or that there is none. */
  add(fields: WireField[], asking: Asking | undefined): void {
    if (asking === undefined) {
      fields.push(0)
      return
    }
    const { slot, slotEnd, row, rowEnd } = asking
    fields.push(
      (slot ? SLOT : 0) | (slotEnd ? SLOT_END : 0) | (row ? ROW : 0) | (rowEnd ? ROW_END : 0),
    )
    if (slot) this.#addSlot(fields, slot)
    if (slotEnd) {
      this.#addSlot(fields, slotEnd.ask)
      fields.push(slotEnd.ending, slotEnd.atMs)
    }
    if (row) addRow(fields, row)
    if (rowEnd) {
      const { state, phase, code, reference, atMs } = rowEnd.end
      fields.push(rowEnd.id, state, phase, code, reference, atMs)
    }
  }

  /** The limits first used since the last call. */
  takeLimits(): readonly GuardLimits[] {
    const limits = this.#limits
    this.#limits = []
    return limits
  }

  #addSlot(fields: WireField[], { tokens, limits, slot, atMs, tuple }: GuardAsk): void {
    const { distinct, elements, lock, matched, repeat } = tokens
    const named = distinct.map((token) => token || NONE)
    fields.push(slot, atMs, tuple, this.#numberOf(limits), matched, repeat)
    fields.push(named.join(''), elements.join(''), lock.join(''))
  }

  #numberOf(limits: GuardLimits): number {
    const known = this.#known.get(limits)
    if (known !== undefined) return known
    const number = this.#known.size
    this.#known.set(limits, number)
    this.#limits.push(limits)
    return number
  }
}

/** The writer's half: reads on from where a command ends. */
export class AskingDecoder {
  readonly #limits: GuardLimits[] = []
  #fields: readonly WireField[] = []
  #at = 0

  /** Takes in the limits that come with a batch. */
  learn(limits: readonly GuardLimits[]): void {
    this.#limits.push(...limits)
  }

  /** The attempt that begins at a field, and where the next command does. */
  read(fields: readonly WireField[], at: number): { asking: Asking | undefined; end: number } {
    const bits = fields[at] as number
    if (bits === 0) return { asking: undefined, end: at + 1 }
    this.#fields = fields
    this.#at = at + 1
    const asking = {
      ...(bits & SLOT && { slot: this.#slot() }),
      ...(bits & SLOT_END && { slotEnd: this.#slotEnd() }),
      ...(bits & ROW && { row: this.#row() }),
      ...(bits & ROW_END && { rowEnd: this.#rowEnd() }),
    }
    return { asking, end: this.#at }
  }

  #slot(): GuardAsk {
    const [slot, atMs, tuple, limits, matched, repeat] = this.#take(6)
    const [distinct, elements, lock] = this.#take(3).map((text) => tokensOf(text as string))
    return {
      slot: slot as number,
      atMs: atMs as number,
      tuple: tuple as string,
      limits: this.#limits[limits as number]!,
      tokens: {
        distinct: distinct!.map((token) => (token === NONE ? '' : token)),
        elements: elements!,
        lock: lock!,
        matched: matched as string,
        repeat: repeat as string,
      },
    }
  }

  #slotEnd(): GuardEnd {
    const ask = this.#slot()
    const [ending, atMs] = this.#take(2)
    return { ask, ending: ending as GuardEnding, atMs: atMs as number }
  }

  #row(): PreparedAttempt {
    const [id, serial, requestId, accountId, route, vendor, product, atMs, cost] = this.#take(9)
    return {
      id: id as string,
      serial: serial as number,
      requestId: requestId as string,
      accountId: accountId as string,
      route: route as string,
      vendor: vendor as string,
      product: product as PreparedAttempt['product'],
      atMs: atMs as number,
      costCentifen: cost as number,
    }
  }

  #rowEnd(): NonNullable<Asking['rowEnd']> {
    const [id, state, phase, code, reference, atMs] = this.#take(6)
    const end: AttemptEnd = {
      state: state as AttemptEnd['state'],
      phase: phase as string,
      code: code as string,
      reference: reference as string,
      atMs: atMs as number,
    }
    return { id: id as string, end }
  }

  #take(count: number): readonly WireField[] {
    this.#at += count
    return this.#fields.slice(this.#at - count, this.#at)
  }
}

function addRow(fields: WireField[], row: PreparedAttempt): void {
  const { id, serial, requestId, accountId, route, vendor, product, atMs, costCentifen } = row
  fields.push(id, serial, requestId, accountId, route, vendor, product, atMs, costCentifen)
}

function tokensOf(text: string): string[] {
  const tokens: string[] = []
  for (let at = 0; at < text.length; at += ATTEMPT_TOKEN_BYTES) {
    tokens.push(text.slice(at, at + ATTEMPT_TOKEN_BYTES))
  }
  return tokens
}
