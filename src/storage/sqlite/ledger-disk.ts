/** The ledger's rows in SQLite: prepared statements behind the writer's seam. */
import type { Command, Lane } from '../../billing/command.ts'
import type { KeyDay } from '../../billing/daily-cap.ts'
import type { Cutoffs, LedgerDisk } from '../../billing/disk.ts'
import type { Entry, EntryKind } from '../../billing/entry.ts'
import { BALANCE_ACCOUNTS, type Holding } from '../../billing/grant.ts'
import type { LedgerState, Reservation } from '../../billing/ledger.ts'
import { applyEntry, emptyTally, type Tally } from '../../billing/replay.ts'
import type { FailureClass } from '../../billing/writer.ts'
import { INDEX_TOKEN_BYTES, INDEXED } from '../../domain/element-index.ts'
import { SqliteAskingRows } from './asking-rows.ts'
import { type Database, pragma, type Statement } from './database.ts'
import { RepeatRow } from './repeat-rows.ts'
import { HOLDING_COLUMNS, holdingFrom, type Row, tallyFrom } from './rows.ts'
import { storageErrorCode } from './storage-error.ts'

/** A row holds a batch of calls. */
const PURGE_CHUNK_ROWS = 64

/** Some milliseconds, for which calls may have to wait. */
const FORGET_CHUNK_CALLS = 256

const FORGET_CALLS = `UPDATE call SET answer = '', client = NULL, element_index = NULL
  WHERE serial > (SELECT forgotten_serial FROM ledger) AND serial <= ?`

/** Reservations whose vendor may have been paid. */
const ASKED = `SELECT serial, at_ms, repeat_key FROM reservation WHERE repeat_key IS NOT NULL
  AND serial IN (SELECT serial FROM vendor_attempt WHERE at_ms > ? AND state <> 'free')`

const BALANCE_COLUMNS = [...BALANCE_ACCOUNTS, 'expires_at_ms']

/** How the writer takes an exception of this store. */
export function classifyFailure(error: unknown): FailureClass {
  const code = storageErrorCode(error)
  if (code === undefined) return undefined
  return code === 'full' || code === 'busy' ? 'refused' : 'unknown'
}

export class SqliteLedgerDisk implements LedgerDisk {
  readonly #database: Database
  readonly #statements: Statements
  /** Numbers of lanes in the store. */
  #lanes = new WeakMap<Lane, number>()
  /** What this transaction adds to `repeat`, written once at its end. */
  readonly #repeats = new RepeatRow()
  /** The element index on its way into a row; SQLite copies it. */
  readonly #index: Buffer = Buffer.alloc(INDEXED.length * INDEX_TOKEN_BYTES)
  #asked: SqliteAskingRows | undefined
  #dataVersion = -1
  #changes = -1

  constructor(database: Database) {
    this.#database = database
    this.#statements = prepare(database)
  }

  /** Made when it is first asked for: an operator's changes have nothing to do with it. */
  get asked(): SqliteAskingRows {
    this.#asked ??= new SqliteAskingRows(this.#database)
    return this.#asked
  }

  begin(): boolean {
    this.#statements.begin.get()
    return this.changedElsewhere()
  }

  /** Whether another connection changed the ledger since it was last loaded. Cheap when none did. */
  changedElsewhere(): boolean {
    const version = Number(Object.values(this.#statements.dataVersion.get() ?? {})[0])
    if (version === this.#dataVersion) return false
    const changed = this.#readChanges() !== this.#changes
    // Kept unseen until it is loaded, so that asking twice gives the same answer.
    if (!changed) this.#dataVersion = version
    return changed
  }

  commit(): void {
    const repeats = this.#repeats
    if (repeats.size > 0) {
      this.#statements.insertRepeat.get(repeats.id, repeats.newestMs, repeats.bytes)
    }
    this.#statements.commit.get()
    repeats.shorten(0)
    this.#asked?.commit()
  }

  rollback(): void {
    if (this.#database.isTransaction) this.#database.exec('ROLLBACK')
    this.#repeats.shorten(0)
    this.#asked?.rollback()
    this.#lanes = new WeakMap()
  }

  attempt(action: () => void): void {
    const { size } = this.#repeats
    const asked = this.asked.length
    this.#database.exec('SAVEPOINT command')
    try {
      action()
      this.#database.exec('RELEASE command')
    } catch (error) {
      if (this.#database.isTransaction) {
        this.#database.exec('ROLLBACK TO command; RELEASE command')
      }
      this.#repeats.shorten(size)
      this.asked.rollback(asked)
      this.#lanes = new WeakMap()
      throw error
    }
  }

  load(): LedgerState {
    this.#changes = this.#readChanges()
    this.#dataVersion = Number(pragma(this.#database, 'data_version'))
    const last = this.#get('SELECT id, at_ms FROM entry ORDER BY id DESC LIMIT 1')
    const holdings = this.#all(
      `SELECT ${HOLDING_COLUMNS} FROM grant g JOIN balance b ON b.grant_id = g.id ORDER BY g.id`,
    )
    const reservations = this.#all('SELECT serial, grant_id, at_ms FROM reservation')
    return {
      holdings: holdings.map(holdingFrom),
      reservations: reservations.map((row) => ({
        serial: Number(row.serial),
        grantId: Number(row.grant_id),
        atMs: Number(row.at_ms),
      })),
      lastEntryId: Number(last?.id ?? 0),
      lastMs: Number(last?.at_ms ?? 0),
    }
  }

  insertCall(call: Command, entryId: number | undefined): void {
    const repeatable = call.repeatKey !== '' || call.elementToken !== ''
    if (repeatable) this.#repeats.add(call)
    this.#statements.insertCall.get(
      call.serial,
      this.#laneId(call.lane),
      call.atMs,
      call.result,
      call.billable ? 1 : 0,
      call.ruleVersion,
      call.latencyUs,
      entryId ?? null,
      call.answer,
      repeatable ? this.#repeats.id : null,
      call.client || null,
      this.#indexOf(call.elementIndex),
      call.steps || null,
    )
  }

  insertEntry(entry: Entry): void {
    if (entry.kind === 'burn') {
      const { id, grantId, atMs, serial, ruleVersion } = entry
      this.#statements.insertBurn.get(id, grantId, atMs, serial, ruleVersion)
      return
    }
    this.#statements.insertEntry.get(
      entry.id,
      entry.kind,
      entry.grantId,
      entry.units,
      entry.atMs,
      entry.serial || null,
      entry.ruleVersion || null,
      entry.undoes || null,
      entry.expiresAtMs || null,
      entry.reason || null,
    )
  }

  insertGrant({ grant }: Holding): void {
    this.#database
      .prepare('INSERT INTO grant VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)')
      .run(
        grant.id,
        grant.accountId,
        grant.product,
        grant.mode,
        grant.units,
        grant.priority,
        grant.startsAtMs,
        grant.expiresAtMs,
        grant.createdAtMs,
        grant.reason,
      )
    this.#database
      .prepare('INSERT INTO balance VALUES (?, 0, 0, 0, 0, 0, ?)')
      .run(grant.id, grant.expiresAtMs)
  }

  saveBalance({ grant, balance, expiresAtMs }: Holding): void {
    const { available, reserved, used, expired, withdrawn } = balance
    this.#statements.saveBalance.get(
      available,
      reserved,
      used,
      expired,
      withdrawn,
      expiresAtMs,
      grant.id,
    )
  }

  keyDay(keyId: string): KeyDay | undefined {
    const row = this.#statements.keyDay.get(keyId)
    return row && { keyId, day: Number(row.day), used: Number(row.used) }
  }

  saveKeyDay({ keyId, day, used }: KeyDay): void {
    this.#statements.saveKeyDay.get(keyId, day, used)
  }

  insertReservation({ serial, grantId, atMs }: Reservation, { repeatKey }: Command): void {
    const key = repeatKey === '' ? null : Buffer.from(repeatKey, 'latin1')
    this.#statements.insertReservation.get(serial, grantId, atMs, key)
  }

  deleteReservation(serial: number): void {
    this.#statements.deleteReservation.get(serial)
  }

  insertUndelivered(serial: number): void {
    this.#statements.insertUndelivered.get(serial)
  }

  deleteUndelivered(serial: number): void {
    this.#statements.deleteUndelivered.get(serial)
  }

  saveWatermark(serial: number): void {
    this.#statements.saveWatermark.get(serial)
  }

  announceChange(): void {
    this.#database.exec('UPDATE ledger SET changes = changes + 1')
  }

  leaseSerials(count: number): number {
    const row = this.#database
      .prepare(
        'UPDATE ledger SET next_serial = next_serial + ? RETURNING next_serial - ? AS first_serial',
      )
      .get(count, count)
    return Number(row?.first_serial)
  }

  markRunning(): boolean {
    const clean = Number(this.#get('SELECT clean FROM ledger')?.clean) === 1
    this.#database.exec(`
      INSERT OR IGNORE INTO undelivered
        SELECT serial FROM call
        WHERE serial > (SELECT watermark FROM ledger) AND entry_id IS NOT NULL;
      UPDATE ledger SET clean = 0, watermark = next_serial - 1`)
    return clean
  }

  keepAsked(afterMs: number): void {
    for (const { serial, at_ms: atMs, repeat_key: key } of this.#all(ASKED, afterMs)) {
      const row = new RepeatRow()
      const repeatKey = Buffer.from(key as Uint8Array).toString('latin1')
      row.add({ serial: Number(serial), atMs: Number(atMs), repeatKey, elementToken: '' })
      this.#statements.insertRepeat.get(row.id, row.newestMs, row.bytes)
    }
  }

  markClean(): void {
    this.#database.exec('UPDATE ledger SET clean = 1')
  }

  compareTail(): number[] {
    const tallies = new Map<number, Tally>()
    for (const row of this.#all('SELECT * FROM checkpoint')) {
      tallies.set(Number(row.grant_id), tallyFrom(row))
    }
    const tail = this.#database.prepare(
      `SELECT grant_id, kind, units, at_ms, expires_at_ms FROM entry
       WHERE id > (SELECT checkpoint_entry FROM ledger) ORDER BY id`,
    )
    for (const row of tail.iterate() as Iterable<Row>) {
      const tally = tallies.get(Number(row.grant_id)) ?? emptyTally()
      tallies.set(Number(row.grant_id), tally)
      applyEntry(tally, {
        kind: row.kind as EntryKind,
        units: Number(row.units),
        atMs: Number(row.at_ms),
        expiresAtMs: Number(row.expires_at_ms ?? 0),
      })
    }
    return this.#all('SELECT * FROM balance')
      .filter((row) => !sameTally(tallyFrom(row), tallies.get(Number(row.grant_id))))
      .map((row) => Number(row.grant_id))
  }

  checkpoint(holdings: Iterable<Holding>, entryId: number): void {
    const save = this.#database.prepare(
      `INSERT OR REPLACE INTO checkpoint (grant_id, ${BALANCE_COLUMNS})
       SELECT grant_id, ${BALANCE_COLUMNS} FROM balance WHERE grant_id = ?`,
    )
    for (const { grant } of holdings) save.run(grant.id)
    this.#database.prepare('UPDATE ledger SET checkpoint_entry = ?').run(entryId)
  }

  purge({ repeatsMs, callsMs }: Cutoffs): boolean {
    const moreRepeats = this.#forgetRepeats(repeatsMs)
    return this.#forgetCalls(callsMs) || moreRepeats
  }

  #forgetRepeats(cutoffMs: number): boolean {
    const due = this.#statements.oldRepeats.get(PURGE_CHUNK_ROWS, cutoffMs)
    if (due === undefined || due.last === null) return false
    this.#database.prepare('DELETE FROM repeat WHERE id <= ?').run(Number(due.last))
    this.#database.prepare('DELETE FROM undelivered WHERE serial <= ?').run(Number(due.last))
    return Number(due.found) === PURGE_CHUNK_ROWS
  }

  /** A call numbered before an old one is old as well, whatever the clock said then. */
  #forgetCalls(cutoffMs: number): boolean {
    const due = this.#statements.oldCalls.get(FORGET_CHUNK_CALLS, cutoffMs)
    if (due === undefined || due.last === null) return false
    const last = Number(due.last)
    this.#database.prepare(FORGET_CALLS).run(last)
    this.#database.prepare('UPDATE ledger SET forgotten_serial = ?').run(last)
    return Number(due.found) === FORGET_CHUNK_CALLS
  }

  #indexOf(elementIndex: string): Buffer | null {
    if (elementIndex === '') return null
    this.#index.write(elementIndex, 'latin1')
    return this.#index
  }

  #laneId(lane: Lane): number {
    const known = this.#lanes.get(lane)
    if (known !== undefined) return known
    const { accountId, keyId, api, product, mode, source } = lane
    const names = [accountId, keyId, api, product, mode, source]
    this.#statements.insertLane.run(...names)
    const id = Number(this.#statements.findLane.get(...names)?.id)
    this.#lanes.set(lane, id)
    return id
  }

  #readChanges(): number {
    return Number(this.#statements.changes.get()?.changes)
  }

  #get(sql: string): Row | undefined {
    return this.#database.prepare(sql).get()
  }

  #all(sql: string, ...values: number[]): Row[] {
    return this.#database.prepare(sql).all(...values)
  }
}

type Statements = ReturnType<typeof prepare>

/**
 * Every statement of the hot path, prepared once. They are executed with `get`, also where no row
 * comes back: `run` builds an object of what it changed, which costs as much as a fifth of a row.
 */
function prepare(database: Database) {
  const on = (sql: string): Statement => database.prepare(sql)
  const lane = 'account_id, key_id, api, product, mode, source'
  return {
    begin: on('BEGIN IMMEDIATE'),
    commit: on('COMMIT'),
    dataVersion: on('PRAGMA data_version'),
    changes: on('SELECT changes FROM ledger'),
    insertCall: on('INSERT INTO call VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)'),
    insertRepeat: on('INSERT INTO repeat VALUES (?, ?, ?)'),
    insertBurn: on(
      `INSERT INTO entry (id, kind, grant_id, units, at_ms, serial, rule_version)
       VALUES (?, 'burn', ?, 1, ?, ?, ?)`,
    ),
    insertEntry: on('INSERT INTO entry VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)'),
    saveBalance: on(
      `UPDATE balance SET available = ?, reserved = ?, used = ?, expired = ?, withdrawn = ?,
       expires_at_ms = ? WHERE grant_id = ?`,
    ),
    keyDay: on('SELECT day, used FROM key_day WHERE key_id = ?'),
    saveKeyDay: on('INSERT OR REPLACE INTO key_day VALUES (?, ?, ?)'),
    insertReservation: on('INSERT INTO reservation VALUES (?, ?, ?, ?)'),
    deleteReservation: on('DELETE FROM reservation WHERE serial = ?'),
    insertUndelivered: on('INSERT OR IGNORE INTO undelivered VALUES (?)'),
    deleteUndelivered: on('DELETE FROM undelivered WHERE serial = ?'),
    saveWatermark: on('UPDATE ledger SET watermark = ?'),
    insertLane: on(`INSERT INTO lane (${lane}) VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING`),
    findLane: on(`SELECT id FROM lane WHERE (${lane}) = (?, ?, ?, ?, ?, ?)`),
    oldCalls: on(
      `SELECT max(serial) AS last, count(*) AS found
       FROM (SELECT serial, at_ms FROM call WHERE serial > (SELECT forgotten_serial FROM ledger)
             ORDER BY serial LIMIT ?) WHERE at_ms < ?`,
    ),
    oldRepeats: on(
      `SELECT max(id) AS last, count(*) AS found
       FROM (SELECT id, at_ms FROM repeat ORDER BY id LIMIT ?) WHERE at_ms < ?`,
    ),
  }
}

function sameTally(kept: Tally, proved: Tally | undefined): boolean {
  return (
    proved !== undefined &&
    kept.expiresAtMs === proved.expiresAtMs &&
    BALANCE_ACCOUNTS.every((account) => kept[account] === proved[account])
  )
}
