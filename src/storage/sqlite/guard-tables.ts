/** The tables of attempts in SQLite, behind prepared statements. */
import type { AttemptEnd, GuardAsk, PreparedAttempt } from '../../domain/attempt.ts'
import { ATTEMPT_TOKEN_BYTES, spreadBits } from '../../domain/attempt-token.ts'
import { EMPTY_ROW, type GuardRow } from '../../sources/guardian.ts'
import { packMarks, unpackMarks } from '../sql/guard-marks.ts'
import { matchPeriod, matchPeriods } from '../sql/guard-rows.ts'
import type { Database } from './database.ts'

/** Bits by which most tokens that have no row are known without asking: one MiB. */
const PRESENT_BITS = 2 ** 23
const BYTE_BITS = 8
/** Above so many rows a start does not read which there are: then all are asked for. */
const LISTED_MAX = 1_000_000
/** Matches that wait to be written together, in the order of their table: it costs a tenth. */
const MATCHES_MAX = 2_048
/** A match is told again after so long, for it counts for thirty days from then. */
const MATCH_FRESH_MS = 86_400_000

/** A slot as its row has it: the marked tokens, and the tuple that marks them. */
export type SlotRow = Pick<GuardAsk, 'slot' | 'atMs' | 'tuple'> & {
  readonly tokens: readonly string[]
}

export class GuardTables {
  readonly #statements: ReturnType<typeof prepare>
  readonly #present = new Uint8Array(PRESENT_BITS / BYTE_BITS)
  /** Matches not written yet. To lose them makes an account wait until it matches again. */
  readonly #matches = new Map<string, number>()
  /** A token on its way into a statement; SQLite copies it. */
  readonly #token: Buffer = Buffer.alloc(ATTEMPT_TOKEN_BYTES)

  constructor(database: Database) {
    this.#statements = prepare(database)
    const tokens = this.#statements.listed.all(LISTED_MAX + 1)
    if (tokens.length > LISTED_MAX) this.#present.fill(0xff)
    else
      for (const { token } of tokens)
        this.#note(Buffer.from(token as Uint8Array).toString('latin1'))
  }

  read(token: string): GuardRow {
    const bit = bitOf(token)
    if ((this.#present[bit >> 3]! & (1 << (bit & 7))) === 0) return EMPTY_ROW
    const row = this.#statements.read.get(this.#bytes(token))
    if (row === undefined) return EMPTY_ROW
    return {
      marks: unpackMarks(row.marks as Uint8Array),
      count: Number(row.count),
      clearedAtMs: row.cleared_at_ms === null ? EMPTY_ROW.clearedAtMs : Number(row.cleared_at_ms),
      lockedAtMs: row.locked_at_ms === null ? EMPTY_ROW.lockedAtMs : Number(row.locked_at_ms),
    }
  }

  /** Writes a row over what was there. */
  write(token: string, { marks, count, clearedAtMs, lockedAtMs }: GuardRow): void {
    this.#note(token)
    this.#statements.write.get(
      this.#bytes(token),
      packMarks(marks),
      count,
      momentOf(clearedAtMs),
      momentOf(lockedAtMs),
    )
  }

  remove(token: string): void {
    this.#statements.remove.get(this.#bytes(token))
  }

  /** When an account last matched a card; minus infinity when it has not for long. */
  matchedAtMs(token: string, nowMs: number): number {
    const waiting = this.#matches.get(token)
    if (waiting !== undefined) return waiting
    const found = this.#statements.match.get(this.#bytes(token), ...matchPeriods(nowMs))
    return found?.at_ms == null ? EMPTY_ROW.clearedAtMs : Number(found.at_ms)
  }

  keepMatch(token: string, atMs: number): void {
    const known = this.#matches.get(token)
    if (known !== undefined && atMs - known < MATCH_FRESH_MS) return
    this.#matches.set(token, atMs)
    if (this.#matches.size >= MATCHES_MAX) this.saveMatches()
  }

  saveMatches(): void {
    for (const [token, atMs] of [...this.#matches].sort(([a], [b]) => (a < b ? -1 : 1))) {
      this.#statements.writeMatch.get(matchPeriod(atMs), this.#bytes(token), atMs)
    }
    this.#matches.clear()
  }

  insertSlot({ slot, atMs, tokens, tuple }: SlotRow): void {
    this.#statements.insertSlot.get(slot, atMs, Buffer.from(tokens.join('') + tuple, 'latin1'))
  }

  deleteSlot(slot: number): void {
    this.#statements.deleteSlot.get(slot)
  }

  slots(): SlotRow[] {
    return this.#statements.slots.all().map(({ slot, at_ms: atMs, marked }) => {
      return { slot: Number(slot), atMs: Number(atMs), ...markedFrom(marked as Uint8Array) }
    })
  }

  insertAttempt(attempt: PreparedAttempt): void {
    const { id, serial, requestId, accountId, route, vendor, product, atMs, costCentifen } = attempt
    const names = [id, serial, requestId, accountId, route, vendor, product]
    this.#statements.insertAttempt.get(...names, atMs, costCentifen)
  }

  /** An attempt that has its end keeps it, and an unknown one takes the word of a late reply. */
  endAttempt(id: string, { state, phase, code, reference, atMs }: AttemptEnd): void {
    this.#statements.endAttempt.get(state, phase, code, reference, atMs, id)
  }

  #bytes(token: string): Buffer {
    this.#token.write(token, 'latin1')
    return this.#token
  }

  #note(token: string): void {
    const bit = bitOf(token)
    this.#present[bit >> 3]! |= 1 << (bit & 7)
  }
}

function bitOf(token: string): number {
  return spreadBits(token) % PRESENT_BITS
}

function markedFrom(column: Uint8Array): Pick<SlotRow, 'tokens' | 'tuple'> {
  const text = Buffer.from(column).toString('latin1')
  const tokens: string[] = []
  for (let at = 0; at < text.length; at += ATTEMPT_TOKEN_BYTES) {
    tokens.push(text.slice(at, at + ATTEMPT_TOKEN_BYTES))
  }
  const tuple = tokens.pop() ?? ''
  return { tokens, tuple }
}

/** Null stands for "never". */
function momentOf(atMs: number): number | null {
  return Number.isFinite(atMs) ? atMs : null
}

function prepare(database: Database) {
  return {
    listed: database.prepare('SELECT token FROM guard_row LIMIT ?'),
    read: database.prepare(
      'SELECT marks, count, cleared_at_ms, locked_at_ms FROM guard_row WHERE token = ?',
    ),
    write: database.prepare(
      `INSERT INTO guard_row VALUES (?, ?, ?, ?, ?)
       ON CONFLICT (token) DO UPDATE SET marks = excluded.marks, count = excluded.count,
         cleared_at_ms = excluded.cleared_at_ms, locked_at_ms = excluded.locked_at_ms`,
    ),
    remove: database.prepare('DELETE FROM guard_row WHERE token = ?'),
    match: database.prepare(
      'SELECT max(at_ms) AS at_ms FROM guard_match WHERE token = ? AND period IN (?, ?, ?)',
    ),
    writeMatch: database.prepare(
      `INSERT INTO guard_match VALUES (?, ?, ?)
       ON CONFLICT (period, token) DO UPDATE SET at_ms = excluded.at_ms`,
    ),
    insertSlot: database.prepare('INSERT INTO guard_slot VALUES (?, ?, ?)'),
    deleteSlot: database.prepare('DELETE FROM guard_slot WHERE slot = ?'),
    slots: database.prepare('SELECT slot, at_ms, marked FROM guard_slot'),
    insertAttempt: database.prepare(
      `INSERT INTO vendor_attempt (id, serial, request_id, account_id, route, vendor, product, at_ms,
         cost_centifen, state) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, 'prepared')`,
    ),
    endAttempt: database.prepare(
      `UPDATE vendor_attempt SET state = ?, phase = ?, code = ?, reference = ?, ended_at_ms = ?
       WHERE id = ? AND state IN ('prepared', 'unknown') AND evidence IS NULL`,
    ),
  }
}
