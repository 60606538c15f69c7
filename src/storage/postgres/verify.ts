/** Proves the ledger of a database in one read-only snapshot, beside any number of nodes. */
import { CompiledQuery } from 'kysely'
import type { Entry, EntryKind } from '../../billing/entry.ts'
import {
  type CallFacts,
  type CheckResult,
  type EntryFacts,
  LedgerAudit,
  type VerifyOptions,
} from '../../billing/verify.ts'
import type { Queries, SqlEngine } from '../sql/engine.ts'
import { proveHistory } from '../sql/history.ts'
import { HOLDING_COLUMNS, holdingFrom } from './pool-books.ts'
import type { Row } from './session.ts'

/** Rows that are in memory at a time. */
const PAGE = 10_000

const HOLDINGS = `SELECT ${HOLDING_COLUMNS} FROM "grant" g
  JOIN balance b ON b.grant_id = g.id AND b.account_id = g.account_id`

/** Within a pool entries are numbered in the order of their commits: the order of the proof. */
const ENTRIES = `SELECT e.id AS page, e.kind, e.grant_id, e.units, e.at_ms, e.serial AS of_serial,
    e.rule_version AS of_version, e.undoes, e.expires_at_ms,
    c.serial, c.entry_id, c.result, c.billable, c.rule_version,
    l.account_id, l.product, l.mode, l.api, u.kind AS undone_kind, u.grant_id AS undone_grant_id
  FROM (SELECT * FROM entry WHERE id > $1 ORDER BY id LIMIT ${PAGE}) e
  LEFT JOIN call c ON c.serial = e.serial AND c.account_id = e.account_id
    AND e.kind IN ('burn', 'settle')
  LEFT JOIN lane l ON l.id = c.lane_id
  LEFT JOIN entry u ON u.id = e.undoes AND u.account_id = e.account_id
  ORDER BY e.id`

const CALLS = `SELECT c.serial AS page, c.entry_id, e.kind, e.serial AS of_serial
  FROM (SELECT * FROM call WHERE serial > $1 ORDER BY serial LIMIT ${PAGE}) c
  LEFT JOIN entry e ON e.id = c.entry_id AND e.account_id = c.account_id
  ORDER BY c.serial`

/** One result for each check. */
export function verifyPostgresLedger(
  engine: SqlEngine,
  options: VerifyOptions = {},
): Promise<CheckResult[]> {
  return engine.snapshot(async (queries) => {
    const proof = new LedgerAudit((await ask(queries, HOLDINGS)).map(holdingFrom), options)
    const results = await passOver(queries, proof)
    return [...results, ...(await proveHistory(queries, proof, options))]
  })
}

/** Every row once. */
async function passOver(queries: Queries, proof: LedgerAudit): Promise<CheckResult[]> {
  for await (const row of pages(queries, ENTRIES)) proof.entry(entryFrom(row))
  const [lease] = await ask(queries, 'SELECT next_serial FROM ledger')
  for await (const row of pages(queries, CALLS)) {
    const serial = Number(row.page)
    proof.serial(serial, Number(lease?.next_serial))
    if (row.entry_id === null) continue
    const kind = row.kind as EntryKind | null
    const entry = kind === null ? undefined : { kind, serial: Number(row.of_serial ?? 0) }
    proof.claim({ serial, entry })
  }
  const reservations = await ask(queries, 'SELECT serial FROM reservation')
  return proof.finish(reservations.map(({ serial }) => ({ serial: Number(serial) })))
}

async function* pages(queries: Queries, text: string): AsyncGenerator<Row> {
  for (let last = 0; ; ) {
    const rows = await ask(queries, text, last)
    yield* rows
    if (rows.length < PAGE) return
    last = Number(rows.at(-1)?.page)
  }
}

async function ask(queries: Queries, text: string, ...values: unknown[]): Promise<readonly Row[]> {
  const { rows } = await queries.executeQuery(CompiledQuery.raw(text, values))
  return rows as readonly Row[]
}

function entryFrom(row: Row): EntryFacts {
  return {
    id: Number(row.page),
    kind: row.kind as EntryKind,
    grantId: Number(row.grant_id),
    units: Number(row.units),
    atMs: Number(row.at_ms),
    serial: Number(row.of_serial ?? 0),
    ruleVersion: Number(row.of_version ?? 0),
    undoes: Number(row.undoes ?? 0),
    expiresAtMs: Number(row.expires_at_ms ?? 0),
    reason: '',
    call: row.serial === null ? undefined : callFrom(row),
    undone: undoneFrom(row),
  }
}

function callFrom(row: Row): CallFacts {
  return {
    serial: Number(row.serial),
    entryId: Number(row.entry_id ?? 0),
    result: row.result as CallFacts['result'],
    billable: Number(row.billable) === 1,
    ruleVersion: Number(row.rule_version),
    accountId: String(row.account_id),
    product: row.product as CallFacts['product'],
    mode: row.mode as CallFacts['mode'],
    api: String(row.api),
  }
}

function undoneFrom(row: Row): Pick<Entry, 'kind' | 'grantId'> | undefined {
  if (row.undone_kind === null) return undefined
  return { kind: row.undone_kind as EntryKind, grantId: Number(row.undone_grant_id) }
}
