/** Streams the ledger's rows in one read-only snapshot, also beside a server, to what proves them. */
import type { Entry, EntryKind } from '../../billing/entry.ts'
import {
  type CallFacts,
  type CheckResult,
  type EntryFacts,
  LedgerAudit,
  type VerifyOptions,
} from '../../billing/verify.ts'
import { listGrants } from '../sql/grants.ts'
import { proveHistory } from '../sql/history.ts'
import { type Database, openDatabase, type Statement } from './database.ts'
import { sqliteEngine } from './engine.ts'
import type { Row } from './rows.ts'

/** One result for each check; throws `StorageError` when the store cannot be read. */
export async function verifyLedger(
  dataDir: string,
  options: VerifyOptions = {},
): Promise<CheckResult[]> {
  const database = openDatabase(dataDir, { readOnly: true })
  const engine = sqliteEngine(database)
  try {
    return await engine.snapshot(async (queries) => {
      const audit = new LedgerAudit(await listGrants(queries), options)
      const results = passOver(database, audit)
      return [...results, ...(await proveHistory(queries, audit, options))]
    })
  } finally {
    await engine.close()
    if (database.isOpen) database.close()
  }
}

/** Every row once, on the connection whose snapshot is open. */
function passOver(database: Database, audit: LedgerAudit): CheckResult[] {
  for (const row of rows(database.prepare(ENTRIES))) audit.entry(entryFrom(row))
  for (const row of rows(database.prepare(CLAIMS))) {
    const kind = row[1]
    const entry =
      kind === null ? undefined : { kind: kind as EntryKind, serial: Number(row[2] ?? 0) }
    audit.claim({ serial: Number(row[0]), entry })
  }
  const nextSerial = Number(database.prepare('SELECT next_serial AS n FROM ledger').get()?.n)
  for (const row of rows(database.prepare('SELECT serial FROM call ORDER BY serial'))) {
    audit.serial(Number(row[0]), nextSerial)
  }
  const reservations = database.prepare('SELECT serial FROM reservation').all()
  return audit.finish(reservations.map(({ serial }: Row) => ({ serial: Number(serial) })))
}

const ENTRIES = `
  SELECT e.id, e.kind, e.grant_id, e.units, e.at_ms, e.serial, e.rule_version, e.undoes,
         e.expires_at_ms, c.serial, c.entry_id, c.result, c.billable, c.rule_version,
         l.account_id, l.product, l.mode, l.api, u.kind, u.grant_id
  FROM entry e
  LEFT JOIN call c ON c.serial = e.serial AND e.kind IN ('burn', 'settle')
  LEFT JOIN lane l ON l.id = c.lane_id
  LEFT JOIN entry u ON u.id = e.undoes
  ORDER BY e.id`

const CLAIMS = `
  SELECT c.serial, e.kind, e.serial FROM call c LEFT JOIN entry e ON e.id = c.entry_id
  WHERE c.entry_id IS NOT NULL ORDER BY c.serial`

type Columns = readonly unknown[]

/** Rows as arrays: by far the cheapest form for millions. */
function rows(statement: Statement): Iterable<Columns> {
  statement.setReturnArrays(true)
  return statement.iterate() as Iterable<unknown> as Iterable<Columns>
}

function entryFrom(row: Columns): EntryFacts {
  return {
    id: Number(row[0]),
    kind: row[1] as EntryKind,
    grantId: Number(row[2]),
    units: Number(row[3]),
    atMs: Number(row[4]),
    serial: Number(row[5] ?? 0),
    ruleVersion: Number(row[6] ?? 0),
    undoes: Number(row[7] ?? 0),
    expiresAtMs: Number(row[8] ?? 0),
    reason: '',
    call: row[9] === null ? undefined : callFrom(row),
    undone: undoneFrom(row),
  }
}

function callFrom(row: Columns): CallFacts {
  return {
    serial: Number(row[9]),
    entryId: Number(row[10] ?? 0),
    result: row[11] as CallFacts['result'],
    billable: row[12] === 1,
    ruleVersion: Number(row[13]),
    accountId: String(row[14]),
    product: row[15] as CallFacts['product'],
    mode: row[16] as CallFacts['mode'],
    api: String(row[17]),
  }
}

function undoneFrom(row: Columns): Pick<Entry, 'kind' | 'grantId'> | undefined {
  return row[18] === null ? undefined : { kind: row[18] as EntryKind, grantId: Number(row[19]) }
}
