/** Seals what the ledger and the audit gained, beside the hot path and never in its transactions. */
import { setImmediate as turn } from 'node:timers/promises'
import { sql } from 'kysely'
import { NO_SEAL, type Seal, SealDigest, type SealedUpTo, signSeal } from '../../billing/seal.ts'
import type { Queries, SqlEngine } from './engine.ts'
import { readAuditRows, readEntryRows, type SealableRow } from './seal-rows.ts'

export interface SealOptions {
  /** Of the purpose `ledger.seal`. */
  readonly key: Uint8Array
  readonly nowMs: number
}

/** A seal covers so many rows at most, and a checker finds a change to within one seal. */
const SEAL_ROWS_MAX = 10_000
/** Read at a time, so that no call waits for long. */
const PAGE_ROWS = 256
/** How far the clocks of nodes may differ from that of the database, and more. */
const CLOCKS_APART_MS = 120_000

type Head = Pick<Seal, 'number' | 'entries' | 'audit' | 'digest'>

/** Seals everything that is settled; returns the last seal, which may be an older one. */
export async function sealLedger(engine: SqlEngine, options: SealOptions): Promise<Head> {
  for (let last = await lastSeal(engine.queries); ; ) {
    const seal = await sealNext(engine, last, options)
    if (seal === undefined) return last
    last = seal
  }
}

/** The newest seal, or what stands for it before the first. */
export async function lastSeal(queries: Queries): Promise<Head> {
  const row = await queries
    .selectFrom('seal')
    .selectAll()
    .orderBy('number', 'desc')
    .limit(1)
    .executeTakeFirst()
  return row === undefined ? NO_SEAL : sealFrom(row)
}

/** A row of `seal` as what it says. */
export function sealFrom(row: {
  readonly number: number
  readonly at_ms: number
  readonly entry_id: number
  readonly entry_rows: number
  readonly audit_id: number
  readonly audit_rows: number
  readonly digest: string
  readonly signature: string
}): Seal {
  return {
    number: row.number,
    atMs: row.at_ms,
    entries: { id: row.entry_id, rows: row.entry_rows },
    audit: { id: row.audit_id, rows: row.audit_rows },
    digest: row.digest,
    signature: row.signature,
  }
}

async function sealNext(
  engine: SqlEngine,
  last: Head,
  { key, nowMs }: SealOptions,
): Promise<Seal | undefined> {
  const head = { number: last.number + 1, atMs: nowMs }
  const digest = new SealDigest(last.digest, head)
  const settledMs = await settledBefore(engine, nowMs)
  const add = (read: typeof readEntryRows, after: SealedUpTo) =>
    addRows({ digest, settledMs, read: (id, limit) => read(engine.queries, id, limit) }, after)
  const entries = await add(readEntryRows, last.entries)
  const audit = await add(readAuditRows, last.audit)
  if (entries.rows + audit.rows === 0) return undefined
  const ends = { entries, audit }
  const sum = digest.finish(ends)
  return insert(engine, { ...head, ...ends, digest: sum, signature: signSeal(sum, key) })
}

/**
 * Up to when no row can get a neighbour with a lower number any more. On SQLite a number is given in
 * the only transaction that writes. On PostgreSQL rows are numbered before they are committed: what
 * is younger than the oldest transaction that still writes is left to a later seal.
 */
async function settledBefore({ name, queries }: SqlEngine, nowMs: number): Promise<number> {
  if (name === 'sqlite') return Number.POSITIVE_INFINITY
  const writing = await sql<{ oldest_ms: number | null }>`
    SELECT CAST(extract(epoch FROM min(xact_start)) * 1000 AS bigint) AS oldest_ms
    FROM pg_stat_activity
    WHERE datname = current_database() AND backend_type = 'client backend'
      AND backend_xid IS NOT NULL`.execute(queries)
  const oldestMs = writing.rows[0]?.oldest_ms ?? nowMs
  return Math.min(nowMs, oldestMs) - CLOCKS_APART_MS
}

interface Adding {
  readonly digest: SealDigest
  /** Rows that are younger are left to a later seal, with all after them. */
  readonly settledMs: number
  readonly read: (afterId: number, limit: number) => Promise<readonly SealableRow[]>
}

async function addRows(
  { digest, settledMs, read }: Adding,
  after: SealedUpTo,
): Promise<SealedUpTo> {
  let { id } = after
  let rows = 0
  while (rows < SEAL_ROWS_MAX) {
    const page = await read(id, PAGE_ROWS)
    const young = page.findIndex((row) => row.at_ms > settledMs)
    const settled = young < 0 ? page : page.slice(0, young)
    digest.add(settled.map(({ line }) => line))
    id = settled.at(-1)?.id ?? id
    rows += settled.length
    if (settled.length < PAGE_ROWS) break
    await turn()
  }
  return { id, rows }
}

/** Adds a seal; nothing when another node was first, whose seal will be read at the next turn. */
async function insert({ queries }: SqlEngine, seal: Seal): Promise<Seal | undefined> {
  const { numInsertedOrUpdatedRows } = await queries
    .insertInto('seal')
    .values({
      number: seal.number,
      at_ms: seal.atMs,
      entry_id: seal.entries.id,
      entry_rows: seal.entries.rows,
      audit_id: seal.audit.id,
      audit_rows: seal.audit.rows,
      digest: seal.digest,
      signature: seal.signature,
    })
    .onConflict((conflict) => conflict.doNothing())
    .executeTakeFirstOrThrow()
  return numInsertedOrUpdatedRows === 1n ? seal : undefined
}
