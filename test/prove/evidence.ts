/** The two files of a proof, read and laid out for the checks: what clients know, what the ledger says. */
import type { HistoryEvent, InvokeEvent, OkEvent, RunEvent } from './history.ts'
import type { CallLine, EntryLine, GrantLine, LedgerLine } from './ledger-lines.ts'
import { readReply, type Told } from './reply.ts'

/** One sending of a call and what came of it. */
export interface Attempt {
  readonly invoke: InvokeEvent
  /** Undefined when no whole reply came. */
  readonly reply: OkEvent | undefined
  /** What the reply says. */
  readonly told: Told | undefined
  /** The connection was refused: nothing was sent. */
  readonly refused: boolean
}

/** An attempt that got a reply. */
export type Answered = Attempt & { readonly reply: OkEvent; readonly told: Told }

/** What the clients wrote down. */
export interface Witness {
  readonly run: RunEvent
  readonly attempts: readonly Attempt[]
  readonly answered: readonly Answered[]
  /** Sent, and no whole reply came. */
  readonly unanswered: readonly Attempt[]
  readonly readyMs: readonly number[]
  readonly kills: number
  /** RequestIds whose charge the operator undid. */
  readonly reversed: readonly string[]
}

/** What the ledger says. */
export interface Ledger {
  readonly grants: ReadonlyMap<number, GrantLine>
  readonly entries: readonly EntryLine[]
  readonly calls: readonly CallLine[]
  readonly callsByName: ReadonlyMap<string, CallLine>
  readonly callsBySerial: ReadonlyMap<number, CallLine>
  /** Entries that took a unit for good, by the call's serial. */
  readonly charges: ReadonlyMap<number, readonly EntryLine[]>
  readonly reservations: readonly number[]
  readonly undelivered: ReadonlySet<number>
  /** Names that more than one call has. */
  readonly namesakes: readonly string[]
}

/** Reads `history.jsonl`; throws when it is no whole history. */
export function readHistory(text: string): Witness {
  const events = linesOf<HistoryEvent>(text)
  const [run] = events
  if (run?.kind !== 'run') throw new Error('the history does not begin with its run')
  const invokes = new Map<string, InvokeEvent>()
  const ends = new Map<string, OkEvent | 'fail' | 'info'>()
  const readyMs: number[] = []
  const reversed: string[] = []
  let kills = 0
  for (const event of events) {
    if (event.kind === 'invoke') invokes.set(`${event.op} ${event.attempt}`, event)
    else if (event.kind === 'ok') ends.set(`${event.op} ${event.attempt}`, event)
    else if (event.kind === 'fail' || event.kind === 'info') {
      ends.set(`${event.op} ${event.attempt}`, event.kind)
    } else if (event.kind === 'ready') readyMs.push(event.ms)
    else if (event.kind === 'kill') kills++
    else if (event.kind === 'reverse' && event.accepted) reversed.push(event.requestId)
  }
  const attempts = [...invokes].map(([name, invoke]) => attemptOf(invoke, ends.get(name)))
  const answered = attempts.filter((attempt): attempt is Answered => attempt.told !== undefined)
  const unanswered = attempts.filter(({ told, refused }) => told === undefined && !refused)
  return { run, attempts, answered, unanswered, readyMs, kills, reversed }
}

/** Reads `ledger.jsonl`; throws when it is not whole. */
export function readLedger(text: string): Ledger {
  const lines = linesOf<LedgerLine>(text)
  if (lines.at(-1)?.kind !== 'end') throw new Error('the ledger was cut')
  const of = <K extends LedgerLine['kind']>(kind: K) =>
    lines.filter((line): line is Extract<LedgerLine, { kind: K }> => line.kind === kind)
  const calls = of('call')
  const entries = of('entry')
  const charges = entries.filter(({ entry }) => entry === 'burn' || entry === 'settle')
  const callsByName = new Map<string, CallLine>()
  const namesakes: string[] = []
  for (const call of calls) {
    for (const name of [call.requestId, call.sequenceCode]) {
      if (callsByName.has(name)) namesakes.push(name)
      callsByName.set(name, call)
    }
  }
  return {
    grants: new Map(of('grant').map((grant) => [grant.id, grant])),
    entries,
    calls,
    callsByName,
    callsBySerial: new Map(calls.map((call) => [call.serial, call])),
    charges: Map.groupBy(charges, ({ serial }) => serial ?? 0),
    reservations: of('reservation').map(({ serial }) => serial),
    undelivered: new Set(of('undelivered').map(({ serial }) => serial)),
    namesakes,
  }
}

function attemptOf(invoke: InvokeEvent, end: OkEvent | 'fail' | 'info' | undefined): Attempt {
  if (end === undefined || typeof end === 'string') {
    return { invoke, reply: undefined, told: undefined, refused: end === 'fail' }
  }
  const told = readReply({ ...end, protocol: invoke.protocol })
  return { invoke, reply: end, told, refused: false }
}

function linesOf<T>(text: string): T[] {
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as T)
}
