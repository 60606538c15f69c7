/**
 * A SQLite store laid open for another engine: locked against servers and writers, with the columns
 * that the tables of several nodes have more (the account, by which they are distributed).
 */
import type { Cell, PortableStore } from '../portable.ts'
import { lockDataDir } from './data-dir-lock.ts'
import { type Database, openDatabase } from './database.ts'
import { unpackCalls } from './repeat-rows.ts'

const MOVED_TO = 'moved_to'

/** Tables that another engine has no use for: what they say is in other rows, or is of this file. */
const LEFT_BEHIND: readonly string[] = [
  'checkpoint',
  'undelivered',
  'ledger',
  'reservation',
  'call_hour',
  'call_hour_progress',
  'guard_slot',
]

/** Columns that name rows left behind. */
const DROPPED: Readonly<Record<string, readonly string[]>> = { call: ['repeat_id'] }

/** Tables that are more, or other, than what rests here. */
const VIEWS: Readonly<Record<string, string>> = {
  pool: `SELECT g.account_id, g.product, g.mode, max(e.at_ms) AS last_ms
         FROM grant g JOIN entry e ON e.grant_id = g.id GROUP BY 1, 2, 3`,
  meta: `SELECT * FROM meta WHERE name <> '${MOVED_TO}'`,
  balance: 'SELECT b.*, g.account_id FROM balance b JOIN grant g ON g.id = b.grant_id',
  entry: `SELECT e.*, g.account_id FROM entry e JOIN grant g ON g.id = e.grant_id ORDER BY e.id`,
  call: `SELECT c.*, l.account_id FROM call c JOIN lane l ON l.id = c.lane_id ORDER BY c.serial`,
  key_day: 'SELECT d.*, k.account_id FROM key_day d JOIN key k ON k.id = d.key_id',
}

const REPEAT_COLUMNS = [
  'serial',
  'account_id',
  'at_ms',
  'repeat_key',
  'element_token',
  'undelivered',
] as const

type RepeatCells = Readonly<Record<(typeof REPEAT_COLUMNS)[number], Cell>>

export class PortableSqlite implements PortableStore {
  readonly #database: Database
  readonly #unlock: () => void
  readonly tables: readonly string[]

  /** Of a store whose server has ended cleanly; throws `StorageError` when one runs. */
  constructor(dataDir: string) {
    this.#unlock = lockDataDir(dataDir)
    try {
      this.#database = openDatabase(dataDir)
    } catch (error) {
      this.#unlock()
      throw error
    }
    this.#database.exec('BEGIN IMMEDIATE')
    const present = this.#column(`SELECT name FROM sqlite_schema WHERE type = 'table'`)
    this.tables = ['pool', ...present.map(String).filter((name) => !LEFT_BEHIND.includes(name))]
  }

  get nextSerial(): number {
    return Number(this.#column('SELECT next_serial FROM ledger')[0])
  }

  columns(table: string): readonly string[] {
    if (table === 'repeat') return REPEAT_COLUMNS
    const dropped = DROPPED[table] ?? []
    const statement = this.#database.prepare(viewOf(table))
    return statement
      .columns()
      .map(({ name }) => name)
      .filter((name) => !dropped.includes(name))
  }

  rows(table: string, columns: readonly string[]): Iterable<readonly Cell[]> {
    if (table === 'repeat') return this.#repeats(columns)
    const names = columns.map((name) => `"${name}"`).join(', ')
    const statement = this.#database.prepare(`SELECT ${names} FROM (${viewOf(table)})`)
    statement.setReturnArrays(true)
    return statement.iterate() as Iterable<unknown> as Iterable<readonly Cell[]>
  }

  /** Keeps any server from starting here again: the units are spent elsewhere now. */
  close(movedTo?: string): void {
    if (movedTo !== undefined) {
      const sql = 'INSERT OR REPLACE INTO meta (name, value) VALUES (?, ?)'
      this.#database.prepare(sql).run(MOVED_TO, movedTo)
    }
    this.#database.exec('COMMIT')
    this.#database.close()
    this.#unlock()
  }

  /** What repeats are recognised by, a row a call. */
  *#repeats(columns: readonly string[]): Generator<readonly Cell[]> {
    const lost = new Set(this.#column('SELECT serial FROM undelivered').map(Number))
    // A call that was lost while a vendor was asked has left nothing but its attempt.
    const account = this.#database.prepare(
      `SELECT l.account_id FROM call c JOIN lane l ON l.id = c.lane_id WHERE c.serial = ?1
       UNION ALL SELECT account_id FROM vendor_attempt WHERE serial = ?1`,
    )
    for (const { calls } of this.#database.prepare('SELECT calls FROM repeat').iterate()) {
      for (const { serial, atMs, repeatKey, elementToken } of unpackCalls(calls)) {
        const cells: RepeatCells = {
          serial,
          account_id: String(account.get(serial)?.account_id),
          at_ms: atMs,
          repeat_key: digest(repeatKey),
          element_token: digest(elementToken),
          undelivered: lost.has(serial) ? 1 : 0,
        }
        yield columns.map((name) => cells[name as keyof RepeatCells])
      }
    }
  }

  #column(sql: string): unknown[] {
    return this.#database
      .prepare(sql)
      .all()
      .map((row) => Object.values(row)[0])
  }
}

function viewOf(table: string): string {
  return VIEWS[table] ?? `SELECT * FROM "${table}"`
}

function digest(latin1: string): Uint8Array | null {
  return latin1 === '' ? null : Buffer.from(latin1, 'latin1')
}
