/**
 * Attempts on sources in a batch of PostgreSQL: the guardian's rows are read at its beginning, changed
 * by the kernel, and written with everything else.
 *
 * Whoever marks failures holds the guardian's turn, for they read before they write. Calls are only
 * added to a count, which needs no turn.
 */
import type { Admitted, AskingRows } from '../../billing/apply.ts'
import type { Command } from '../../billing/command.ts'
import type { Asking, GuardAsk, GuardRefusal } from '../../domain/attempt.ts'
import {
  admit,
  count,
  EMPTY_ROW,
  type GuardRow,
  type GuardWrites,
  settle,
  tokensOf,
} from '../../sources/guardian.ts'
import type { RequestTally } from '../../sources/request-tally.ts'
import { packMarks, unpackMarks } from '../sql/guard-marks.ts'
import { matchPeriod, matchPeriods } from '../sql/guard-rows.ts'
import { bytesArray, numberArray } from './array-literal.ts'
import type { Query, Reply, Row } from './session.ts'
import type { WriteQuery } from './write-query.ts'

const TURN: Query = { name: 'guard turn', text: 'SELECT FROM guard_turn FOR UPDATE', values: [] }

const ROWS = `SELECT token, marks, count, cleared_at_ms, locked_at_ms FROM guard_row
  WHERE token = ANY($1::bytea[])`

const MATCHES = `SELECT token, max(at_ms) AS at_ms FROM guard_match
  WHERE period = ANY($1::bigint[]) AND token = ANY($2::bytea[]) GROUP BY token`

/** What is counted by one token, and how many of it are too many. */
export interface TokenLimits {
  readonly tokens: readonly string[]
  readonly limits: readonly number[]
}

/** What the attempts of a batch ask of the store. */
export class AskingReads {
  readonly #asks: readonly GuardAsk[]
  readonly #tokens: readonly string[]
  readonly #matches: readonly string[]
  /** Whether it marks failures, or may. */
  readonly #marks: boolean
  /** Whether what it comes to can be told from full counters alone, as long as there are none. */
  readonly quiet: boolean

  constructor(commands: readonly Command[]) {
    this.#asks = commands.flatMap(({ asking }) => {
      const ask = asking?.slot ?? asking?.slotEnd?.ask
      return ask === undefined ? [] : [ask]
    })
    const matches = this.#asks.map(({ tokens }) => tokens.matched).filter((token) => token !== '')
    this.#matches = [...new Set(matches)]
    const known = new Set(this.#matches)
    const tokens = this.#asks.flatMap((ask) => tokensOf(ask.tokens))
    this.#tokens = [...new Set(tokens)].filter((token) => !known.has(token))
    this.quiet = commands.every(isQuiet)
    this.#marks = !this.quiet && this.#asks.length > 0
  }

  /** Asked after the locks of the pools. */
  queries(): Query[] {
    const nowMs = this.#asks[0]?.atMs
    if (nowMs === undefined) return []
    const periods = numberArray(matchPeriods(nowMs))
    return [
      ...(this.#marks ? [TURN] : []),
      { name: 'guard rows', text: ROWS, values: [bytesArray(this.#tokens)] },
      { name: 'guard matches', text: MATCHES, values: [periods, bytesArray(this.#matches)] },
    ]
  }

  /** For the question whether any counter of a quiet batch stands in its way. */
  limits(): TokenLimits {
    const tokens: string[] = []
    const limits: number[] = []
    for (const ask of this.#asks) {
      const { repeat, elements, distinct } = ask.tokens
      tokens.push(...distinct, ...elements, repeat)
      // A counter of failures stands in the way as soon as it says anything: then it is read.
      limits.push(...distinct.map(() => 0), ...elements.map(() => ask.limits.elementMax))
      limits.push(ask.limits.repeatMax)
    }
    return { tokens, limits }
  }
}

export class PostgresAskingRows implements AskingRows {
  readonly #tally: RequestTally
  readonly #found = new Map<string, GuardRow>()
  readonly #matched = new Map<string, number>()
  /** As they are now, those that were written. */
  readonly #written = new Map<string, GuardRow>()
  readonly #matches = new Map<string, number>()
  readonly #writes: WriteQuery

  /** `replies` are the answers to `AskingReads.queries`, or none where nothing was read. */
  constructor(tally: RequestTally, writes: WriteQuery, replies: readonly Reply[]) {
    this.#tally = tally
    this.#writes = writes
    const [rows, matches] = replies.slice(-2)
    for (const row of rows?.rows ?? []) this.#found.set(textOf(row.token), rowFrom(row))
    for (const row of matches?.rows ?? []) this.#matched.set(textOf(row.token), Number(row.at_ms))
  }

  admit(asking: Asking, counted: boolean): Admitted | GuardRefusal {
    const { slot, slotEnd, row } = asking
    const ask = counted ? slotEnd?.ask : slot
    const rows = (token: string) => this.#row(token)
    const admission = slotEnd && counted ? count(rows, slotEnd) : ask && admit(rows, ask)
    if (admission?.admitted === false) return admission.by
    return {
      left: admission?.left ?? Number.POSITIVE_INFINITY,
      keep: () => {
        if (row !== undefined) this.#insertAttempt(row)
        if (ask !== undefined && admission !== undefined) this.#keep(ask, admission.writes)
      },
    }
  }

  end({ slotEnd, rowEnd }: Asking): void {
    if (rowEnd !== undefined) {
      const { state, phase, code, reference, atMs } = rowEnd.end
      this.#writes.add('ended_attempt', [rowEnd.id, state, phase, code, reference, atMs])
    }
    if (slotEnd === undefined) return
    this.#write(
      slotEnd.ask,
      settle((token) => this.#row(token), slotEnd),
    )
  }

  /** Adds the rows to what the batch writes, always in one order. */
  save(): void {
    for (const [token, row] of inOrder(this.#written)) {
      const { marks, clearedAtMs, lockedAtMs } = row
      const calls = row.count - (this.#found.get(token)?.count ?? 0)
      const moments = [momentOf(clearedAtMs), momentOf(lockedAtMs)]
      this.#writes.add('guard_row', [token, packMarks(marks).toString('latin1'), calls, ...moments])
    }
    for (const [token, atMs] of inOrder(this.#matches)) {
      this.#writes.add('guard_match', [matchPeriod(atMs), token, atMs])
    }
  }

  #row(token: string): GuardRow {
    const matchedAtMs = this.#matches.get(token) ?? this.#matched.get(token)
    if (matchedAtMs !== undefined) return { ...EMPTY_ROW, clearedAtMs: matchedAtMs }
    return this.#written.get(token) ?? this.#found.get(token) ?? EMPTY_ROW
  }

  #keep(ask: GuardAsk, writes: GuardWrites): void {
    this.#write(ask, writes)
    for (const token of ask.tokens.elements) {
      const calls = this.#tally.add(token, ask.limits.elementMax)
      if (calls === 0) continue
      const row = this.#row(token)
      this.#written.set(token, { ...row, count: row.count + calls })
    }
  }

  #write({ tokens }: GuardAsk, writes: GuardWrites): void {
    for (const [token, row] of writes) {
      if (token === tokens.matched) this.#matches.set(token, row.clearedAtMs)
      else this.#written.set(token, row)
    }
  }

  #insertAttempt(row: NonNullable<Asking['row']>): void {
    const { id, serial, requestId, accountId, route, vendor, product, atMs, costCentifen } = row
    const names = [id, serial, requestId, accountId, route, vendor, product]
    this.#writes.add('attempt', [...names, atMs, costCentifen, 'prepared'])
  }
}

/** Whether a command marks no failure: it asks nothing, or its answer was a match. */
function isQuiet({ asking, operation }: Command): boolean {
  if (asking === undefined) return true
  const counts = operation === 'burn' || operation === 'record'
  return counts && asking.slotEnd?.ending === 'matched'
}

function inOrder<T>(map: ReadonlyMap<string, T>): [string, T][] {
  return [...map].sort(([a], [b]) => (a < b ? -1 : 1))
}

function rowFrom(row: Row): GuardRow {
  return {
    marks: unpackMarks(row.marks as Buffer),
    count: Number(row.count),
    clearedAtMs: row.cleared_at_ms === null ? EMPTY_ROW.clearedAtMs : Number(row.cleared_at_ms),
    lockedAtMs: row.locked_at_ms === null ? EMPTY_ROW.lockedAtMs : Number(row.locked_at_ms),
  }
}

function textOf(column: unknown): string {
  return (column as Buffer).toString('latin1')
}

/** Null stands for "never". */
function momentOf(atMs: number): number | null {
  return Number.isFinite(atMs) ? atMs : null
}
