/** Rows of the call log as a test wants them, without the meter that would write them. */
import { sql } from 'kysely'
import type { SqlEngine } from '../../src/storage/sql/engine.ts'

/** What a store remembers of a lane. */
export interface LaneRow {
  readonly id: number
  readonly accountId: string
  readonly keyId: string
  readonly api: string
  readonly mode: 'live' | 'test'
  readonly source: string
}

/** A call as a test stores it. */
export interface StoredCall {
  readonly serial: number
  readonly atMs: number
  readonly lane: LaneRow
  readonly result: string
  readonly latencyUs: number
  /** Of the entry that charged it. */
  readonly entryId?: number
}

export async function storeLane({ queries, name }: SqlEngine, lane: LaneRow): Promise<void> {
  const always = name === 'postgres' ? sql`OVERRIDING SYSTEM VALUE` : sql``
  await sql`INSERT INTO lane (id, account_id, key_id, api, product, mode, source) ${always}
    VALUES (${lane.id}, ${lane.accountId}, ${lane.keyId}, ${lane.api}, 'card4', ${lane.mode},
      ${lane.source})`.execute(queries)
}

/** Stores a call, and the entry that charged it where there is one. */
export async function storeCall(engine: SqlEngine, call: StoredCall): Promise<void> {
  const { serial, lane, atMs, result, latencyUs, entryId } = call
  const [column, value] = accountColumn(engine, lane.accountId)
  await sql`INSERT INTO call (${column} serial, lane_id, at_ms, result, billable, rule_version,
      latency_us, entry_id, answer)
    VALUES (${value} ${serial}, ${lane.id}, ${atMs}, ${result}, ${entryId === undefined ? 0 : 1}, 1,
      ${latencyUs}, ${entryId ?? null}, 'answer')`.execute(engine.queries)
  if (entryId !== undefined) await storeEntry(engine, { id: entryId, kind: 'burn', call })
}

/** Gives the charge of a call back. */
export function storeReversal(engine: SqlEngine, id: number, call: StoredCall): Promise<void> {
  return storeEntry(engine, { id, kind: 'reverse', call, undoes: call.entryId ?? 0 })
}

async function storeEntry(
  engine: SqlEngine,
  entry: { id: number; kind: string; call: StoredCall; undoes?: number },
): Promise<void> {
  const { id, kind, call, undoes = null } = entry
  const serial = undoes === null ? call.serial : null
  const [column, value] = accountColumn(engine, call.lane.accountId)
  await sql`INSERT INTO entry (${column} id, kind, grant_id, units, at_ms, serial, undoes)
    VALUES (${value} ${id}, ${kind}, 1, 1, ${call.atMs}, ${serial}, ${undoes})`.execute(
    engine.queries,
  )
}

/** The key of the table that a distributed engine is laid out by. */
function accountColumn({ name }: SqlEngine, accountId: string) {
  return name === 'postgres' ? [sql`account_id,`, sql`${accountId},`] : [sql``, sql``]
}
