/**
 * How a batch crosses to the writer thread: one flat array of scalars, which structured clone copies
 * cheapest, and each lane only the first time it is used.
 */
import { type Batch, type Command, type Lane, OPERATIONS } from '../../billing/command.ts'
import { Lanes, laneOf } from '../../billing/lanes.ts'
import type { CallRow } from '../../billing/store.ts'
import type { Asking, GuardLimits } from '../../domain/attempt.ts'
import { AskingDecoder, AskingEncoder, type WireField } from './asking-wire.ts'

/** A batch on its way. */
export interface WireBatch {
  readonly nowMs: number
  readonly watermark: number
  /** Lanes that the writer does not know yet; they are numbered in the order they are sent. */
  readonly lanes: readonly Lane[]
  /** Limits of the guardian that the writer does not know yet; numbered as well. */
  readonly limits: readonly GuardLimits[]
  readonly fields: readonly WireField[]
}

/**
 * Scalars a command, in the order of `WireEncoder.add` and `decode`; its attempt follows them. An
 * attempt beside the movements of units has only the first.
 */
const FIELDS = 15

const BESIDE: ReadonlySet<number> = new Set(
  (['begin', 'end'] as const).map((operation) => OPERATIONS.indexOf(operation)),
)

/** What stands in a command that is of no call. */
const NO_CALL = {
  lane: laneOf({}),
  late: false,
  serial: 0,
  atMs: 0,
  result: 'match',
  billable: false,
  ruleVersion: 0,
  latencyUs: 0,
  answer: '',
  repeatKey: '',
  elementToken: '',
  client: '',
  elementIndex: '',
  steps: '',
} as const satisfies Omit<Command, 'operation'>

/** What of a call the writer needs at least. */
export type WireCall = Pick<CallRow, 'serial'> & Partial<CallRow>

/** The main thread's half: numbers lanes and collects commands. */
export class WireEncoder {
  readonly #known = new Lanes()
  readonly #indexes = new Map<Lane, number>()
  readonly #asking = new AskingEncoder()
  #lanes: Lane[] = []
  #lanesSent = 0

  /** Appends one command to the fields of a batch. */
  add(
    fields: WireField[],
    operation: number,
    row: WireCall,
    { late, asking }: { readonly late: boolean; readonly asking?: Asking | undefined },
  ): void {
    fields.push(operation)
    if (BESIDE.has(operation)) {
      this.#asking.add(fields, asking)
      return
    }
    fields.push(
      this.#laneIndex(row),
      late ? 1 : 0,
      row.serial,
      row.atMs ?? 0,
      row.result ?? '',
      row.billable ? 1 : 0,
      row.ruleVersion ?? 0,
      row.latencyUs ?? 0,
      row.answer ?? '',
      row.repeatKey ?? '',
      row.elementToken ?? '',
      row.client ?? '',
      row.elementIndex ?? '',
      row.steps ?? '',
    )
    this.#asking.add(fields, asking)
  }

  /** The lanes first used since the last call. */
  takeLanes(): readonly Lane[] {
    const lanes = this.#lanes
    this.#lanesSent += lanes.length
    this.#lanes = []
    return lanes
  }

  /** The limits of the guardian first used since the last call. */
  takeLimits(): readonly GuardLimits[] {
    return this.#asking.takeLimits()
  }

  #laneIndex(row: WireCall): number {
    const lane = this.#known.of(row)
    const sent = this.#indexes.get(lane)
    if (sent !== undefined) return sent
    const index = this.#lanesSent + this.#lanes.length
    this.#indexes.set(lane, index)
    this.#lanes.push(lane)
    return index
  }
}

/** The writer's half: remembers lanes and rebuilds commands. */
export class WireDecoder {
  readonly #lanes: Lane[] = []
  readonly #asking = new AskingDecoder()

  decode({ nowMs, watermark, lanes, limits, fields }: WireBatch): Batch {
    for (const lane of lanes) this.#lanes.push(lane)
    this.#asking.learn(limits)
    const commands: Command[] = []
    for (let at = 0; at < fields.length; ) {
      const isBeside = BESIDE.has(fields[at] as number)
      const { asking, end } = this.#asking.read(fields, at + (isBeside ? 1 : FIELDS))
      const operation = OPERATIONS[fields[at] as number]!
      commands.push(isBeside ? { ...NO_CALL, operation, asking } : this.#call(fields, at, asking))
      at = end
    }
    return { nowMs, watermark, commands }
  }

  #call(fields: readonly WireField[], at: number, asking: Asking | undefined): Command {
    return {
      operation: OPERATIONS[fields[at] as number]!,
      lane: this.#lanes[fields[at + 1] as number]!,
      late: fields[at + 2] === 1,
      serial: fields[at + 3] as number,
      atMs: fields[at + 4] as number,
      result: fields[at + 5] as Command['result'],
      billable: fields[at + 6] === 1,
      ruleVersion: fields[at + 7] as number,
      latencyUs: fields[at + 8] as number,
      answer: fields[at + 9] as string,
      repeatKey: fields[at + 10] as string,
      elementToken: fields[at + 11] as string,
      client: fields[at + 12] as string,
      elementIndex: fields[at + 13] as string,
      steps: fields[at + 14] as string,
      asking,
    }
  }
}
