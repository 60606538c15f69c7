/**
 * What a batch asks of the store and what it makes of the answers: pure, between the reading and the
 * writing half of its transaction.
 */
import { type Applied, applyBeside, applyCommand } from '../../billing/apply.ts'
import type { Command, Operation } from '../../billing/command.ts'
import type { Holding } from '../../billing/grant.ts'
import { InvariantBroken } from '../../billing/ledger.ts'
import { REPEAT_KEPT_MS, UNDELIVERED_KEPT_MS } from '../../billing/repeats.ts'
import { type Earlier, isUntold, type StoredAnswer } from '../../billing/store.ts'
import type { RequestTally } from '../../sources/request-tally.ts'
import { bytesArray, numberArray } from './array-literal.ts'
import { AskingReads, PostgresAskingRows, type TokenLimits } from './asking-rows.ts'
import { type Knowledge, knowledgeFrom, PoolBooks, readQueries, type Wanted } from './pool-books.ts'
import { keyOfPool, type PoolId } from './pool-id.ts'
import { isStorable, RowBuffer } from './row-buffer.ts'
import type { Query, Reply, Row } from './session.ts'

/** One a command. */
export type Result = Applied | Earlier

/** What a batch came to. */
export interface Settled {
  readonly results: readonly Result[]
  readonly rows: RowBuffer
  /** Repeats of long ago that stand in the way of new calls. */
  readonly outdated: readonly number[]
  /** The pools that were locked, and what they hold now. */
  readonly pools: readonly PoolId[]
  readonly holdings: readonly Holding[]
  readonly books: PoolBooks
}

/** What was read before a batch is applied. */
interface Read {
  readonly knowledge: Knowledge
  readonly earlier: EarlierAnswers
  readonly asked: readonly Reply[]
  readonly nowMs: number
}

export interface BatchContext {
  readonly nodeId: number
  readonly laneId: (command: Command) => number
  readonly tally: RequestTally
}

const MOVES: ReadonlySet<Operation> = new Set(['burn', 'reserve', 'settle', 'release'])
const ENDS: ReadonlySet<Operation> = new Set(['settle', 'release'])
/** Operations that move no unit. */
const BESIDE: ReadonlySet<Operation> = new Set(['record', 'begin', 'end'])
/** Operations that begin a call, which may turn out to be a repeat. */
const BEGINS: ReadonlySet<Operation> = new Set(['burn', 'reserve', 'record'])
/** Operations that need to know nothing of their call but what its pool holds. */
const FORESEEABLE: ReadonlySet<Operation> = new Set(['burn', 'reserve', 'record'])
/** A lost verdict is given again instead of a charge. */
const CHARGES: ReadonlySet<Operation> = new Set(['burn', 'reserve'])

const MARK = `UPDATE repeat SET undelivered = $2 WHERE serial = ANY($1::bigint[])`

const ANSWER_COLUMNS = `r.serial, r.at_ms, r.repeat_key, r.element_token, c.answer`

/** Calls under these repeat keys, and whether a unit is held for them. */
export const REPEATED = `SELECT ${ANSWER_COLUMNS}, h.serial IS NOT NULL AS held FROM repeat r
  LEFT JOIN call c ON c.serial = r.serial AND c.account_id = r.account_id
  LEFT JOIN reservation h ON h.serial = r.serial AND h.account_id = r.account_id
  WHERE r.repeat_key = ANY($1::bytea[])`

const LOST = `SELECT ${ANSWER_COLUMNS} FROM repeat r
  JOIN call c ON c.serial = r.serial AND c.account_id = r.account_id
  WHERE r.undelivered = 1 AND r.element_token = ANY($1::bytea[]) ORDER BY r.at_ms`

export class Batch {
  readonly #commands: readonly Command[]
  readonly #pools: readonly PoolId[]
  readonly #wanted: Wanted
  readonly #asking: AskingReads
  readonly #repeatKeys: readonly string[]
  readonly #tokens: readonly string[]

  constructor(commands: readonly Command[]) {
    this.#commands = commands
    const locking = commands.filter(needsLock)
    this.#pools = poolsOf(locking)
    const capped = locking.filter(({ lane }) => (lane.dailyCap ?? 0) > 0)
    this.#wanted = {
      pools: this.#pools,
      reserved: serialsOf(commands, ENDS),
      keyIds: [...new Set(capped.map(({ lane }) => lane.keyId))],
    }
    this.#asking = new AskingReads(commands)
    this.#repeatKeys = textsOf(commands, BEGINS, ({ repeatKey }) => repeatKey)
    this.#tokens = textsOf(commands, CHARGES, ({ elementToken }) => elementToken)
  }

  get #books(): boolean {
    return this.#pools.length > 0
  }

  /** The pools whose units it moves. */
  get pools(): readonly PoolId[] {
    return this.#pools
  }

  /** Element tokens of which a lost verdict would be given again. */
  get tokens(): readonly string[] {
    return this.#tokens
  }

  /** Most entries it can make. */
  get entriesMax(): number {
    return this.#commands.length
  }

  /** Whether it can be settled by what its pools hold alone. */
  get foreseeable(): boolean {
    const { keyIds } = this.#wanted
    const simple = this.#commands.every(({ operation }) => FORESEEABLE.has(operation))
    return this.#books && keyIds.length === 0 && simple && this.#asking.quiet
  }

  /** Counters of the guardian that would stand in its way. */
  get limits(): TokenLimits {
    return this.#asking.limits()
  }

  /** Asked at the beginning of the transaction, in this order. */
  reads(): Query[] {
    return [
      ...mark(serialsOf(this.#commands, new Set(['lost'])), 1),
      ...mark(serialsOf(this.#commands, new Set(['found'])), 0),
      ...(this.#books ? readQueries(this.#wanted) : []),
      ...look('repeated', REPEATED, this.#repeatKeys),
      ...look('lost', LOST, this.#tokens),
      ...this.#asking.queries(),
    ]
  }

  /** Applies every command to what was read; `replies` are the answers to `reads()`. */
  settle(replies: readonly Reply[], context: BatchContext, nowMs: number): Settled {
    const answers = [...replies]
    const asked = answers.splice(answers.length - this.#asking.queries().length)
    const lost = this.#tokens.length > 0 ? answers.pop() : undefined
    const repeated = this.#repeatKeys.length > 0 ? answers.pop() : undefined
    const read = this.#books ? answers.slice(-readQueries(this.#wanted).length) : []
    const earlier = new EarlierAnswers(repeated?.rows ?? [], lost?.rows ?? [], nowMs)
    const knowledge = knowledgeFrom(this.#wanted, read)
    return this.#apply({ knowledge, earlier, asked, nowMs }, context)
  }

  /** As `settle`, where no call is a repeat and the pools hold what is believed. */
  foresee(knowledge: Knowledge, context: BatchContext, nowMs: number): Settled {
    const earlier = new EarlierAnswers([], [], nowMs)
    return this.#apply({ knowledge, earlier, asked: [], nowMs }, context)
  }

  #apply({ knowledge, earlier, asked: replies, nowMs }: Read, context: BatchContext): Settled {
    const books = new PoolBooks(knowledge)
    const rows = new RowBuffer({ ...context, claimed: (serial) => books.claimed(serial) })
    const asked = new PostgresAskingRows(context.tally, rows, replies)
    const results = new Map<Command, Result>()
    const run = (command: Command, apply: () => Applied) => {
      results.set(command, earlier.of(command) ?? attempt(command, apply))
      if (results.get(command) === undefined) earlier.begun(command)
    }
    for (const command of this.#commands) {
      // A free call of which no repeat can come moves nothing: its pool is not locked.
      if (!BESIDE.has(command.operation) || needsLock(command)) continue
      run(command, () => applyBeside({ asked, rows: rows.for(command) }, command))
    }
    for (const pool of this.#pools) {
      const key = keyOfPool(pool)
      const own = this.#commands.filter(
        (command) => command.lane.pool === key && needsLock(command),
      )
      books.in(pool, rows, (ledger) => {
        const { caps } = books
        for (const command of own) {
          run(command, () =>
            applyCommand({ ledger, caps, asked, rows: rows.for(command) }, command, nowMs),
          )
        }
      })
    }
    this.#saveKeyDays(books, rows)
    asked.save()
    return {
      results: this.#commands.map((command) => results.get(command)),
      rows,
      outdated: earlier.outdated,
      pools: this.#pools,
      holdings: books.holdings(),
      books,
    }
  }

  #saveKeyDays({ caps }: PoolBooks, rows: RowBuffer): void {
    const accounts = new Map(this.#commands.map(({ lane }) => [lane.keyId, lane.accountId]))
    for (const day of caps.takeTouched()) rows.of(accounts.get(day.keyId) ?? '').saveKeyDay(day)
  }
}

/** Answers that calls of a batch may be repeats of. */
class EarlierAnswers {
  readonly outdated: number[] = []
  readonly #repeated = new Map<string, Earlier>()
  readonly #lost = new Map<string, Earlier>()

  constructor(repeated: readonly Row[], lost: readonly Row[], nowMs: number) {
    for (const row of repeated) {
      const key = latin1(row.repeat_key)
      if (nowMs - Number(row.at_ms) > REPEAT_KEPT_MS) this.outdated.push(Number(row.serial))
      else this.#repeated.set(key, { earlier: answerFrom(row) })
    }
    for (const row of lost) {
      if (nowMs - Number(row.at_ms) > UNDELIVERED_KEPT_MS) continue
      this.#lost.set(latin1(row.element_token), { earlier: answerFrom(row) })
    }
  }

  of({ operation, repeatKey, elementToken }: Command): Earlier | undefined {
    if (!BEGINS.has(operation)) return undefined
    const repeated = repeatKey === '' ? undefined : this.#repeated.get(repeatKey)
    const earlier = repeated?.earlier
    if (operation === 'record' && earlier !== undefined && isUntold(earlier)) {
      // What is told of a call that was lost takes its place.
      this.outdated.push(earlier.serial)
      return undefined
    }
    if (repeated !== undefined || !CHARGES.has(operation)) return repeated
    return elementToken === '' ? undefined : this.#lost.get(elementToken)
  }

  /** A call of this batch: others of the same signed bytes are its repeats. */
  begun({ operation, repeatKey, ...command }: Command): void {
    if (repeatKey === '' || !BEGINS.has(operation)) return
    const { serial, atMs, answer, elementToken } = command
    const stored: StoredAnswer = { serial, atMs, answer, repeatKey, elementToken }
    this.#repeated.set(repeatKey, { earlier: operation === 'reserve' ? undefined : stored })
  }
}

/** The stored answer of a row, empty of a call that was lost; undefined while it is under way. */
export function answerFrom(row: Row): StoredAnswer | undefined {
  if (row.answer === null && row.held === true) return undefined
  return {
    serial: Number(row.serial),
    atMs: Number(row.at_ms),
    answer: String(row.answer ?? ''),
    repeatKey: latin1(row.repeat_key),
    elementToken: latin1(row.element_token),
  }
}

/** Bytes of a column as the latin1 text that digests travel in; empty for none. */
export function latin1(column: unknown): string {
  return column instanceof Buffer ? column.toString('latin1') : ''
}

/** A command that is a bug of its caller is refused alone; a broken invariant is not survived. */
function attempt(command: Command, apply: () => Applied): Applied {
  if (!isStorable(command)) return 'internal'
  try {
    return apply()
  } catch (error) {
    if (error instanceof InvariantBroken) throw error
    return 'internal'
  }
}

function needsLock({ operation, repeatKey }: Command): boolean {
  return MOVES.has(operation) || (operation === 'record' && repeatKey !== '')
}

function poolsOf(commands: readonly Command[]): PoolId[] {
  const pools = new Map<string, PoolId>()
  for (const { lane } of commands) pools.set(lane.pool, lane)
  return [...pools.values()]
}

function serialsOf(commands: readonly Command[], operations: ReadonlySet<Operation>): number[] {
  return commands.filter(({ operation }) => operations.has(operation)).map(({ serial }) => serial)
}

function textsOf(
  commands: readonly Command[],
  operations: ReadonlySet<Operation>,
  of: (command: Command) => string,
): string[] {
  const found = commands.filter(
    (command) => operations.has(command.operation) && isStorable(command),
  )
  return [...new Set(found.map(of))].filter((text) => text !== '')
}

function mark(serials: readonly number[], undelivered: 0 | 1): Query[] {
  if (serials.length === 0) return []
  return [{ name: 'mark', text: MARK, values: [numberArray(serials), undelivered] }]
}

function look(name: string, text: string, digests: readonly string[]): Query[] {
  return digests.length === 0 ? [] : [{ name, text, values: [bytesArray(digests)] }]
}
