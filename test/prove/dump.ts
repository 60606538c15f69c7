/**
 * The ledger as one JSON line a row, read from the store as it lies after the last server ended.
 * The same queries serve both engines. Answers stand in it as they were given; elements never do.
 */
import { closeSync, openSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import pg from 'pg'
import { CallNaming } from '../../src/domain/call-names.ts'
import { openKeyFile } from '../../src/storage/key-file.ts'

/** Where the ledger lies. */
export interface Store {
  readonly dataDir: string
  readonly keyFile: string
  /** Of PostgreSQL; undefined for the file in the data directory. */
  readonly databaseUrl: string | undefined
}

type Row = Readonly<Record<string, unknown>>
type Query = (sql: string) => Promise<Iterable<Row>>

const GRANTS = `
  SELECT g.id, a.name AS account, g.mode, g.units,
    b.available, b.reserved, b.used, b.expired, b.withdrawn,
    b.expires_at_ms AS "expiresAtMs"
  FROM "grant" g JOIN balance b ON b.grant_id = g.id JOIN account a ON a.id = g.account_id
  ORDER BY g.id`
const ENTRIES = `
  SELECT id, kind AS entry, grant_id AS "grant", units, serial, undoes, at_ms AS "atMs"
  FROM entry ORDER BY id`
const CALLS = `
  SELECT c.serial, a.name AS account, l.source, c.result, c.entry_id AS entry, c.answer
  FROM call c JOIN lane l ON l.id = c.lane_id JOIN account a ON a.id = l.account_id
  ORDER BY c.serial`
const RESERVATIONS = 'SELECT serial FROM reservation ORDER BY serial'
/** Charged calls whose reply was not handed over; each engine keeps them where it finds them best. */
const UNDELIVERED = {
  sqlite: 'SELECT serial FROM undelivered ORDER BY serial',
  postgres: 'SELECT serial FROM repeat WHERE undelivered = 1 ORDER BY serial',
} as const

/** Writes the ledger to a file. */
export async function dumpLedger(store: Store, path: string): Promise<void> {
  const naming = new CallNaming(keyringOf(store))
  const file = openSync(path, 'w')
  const write = (line: object): number => writeSync(file, `${JSON.stringify(line)}\n`)
  const { query, close } = await open(store)
  try {
    for (const row of await query(GRANTS)) write({ kind: 'grant', ...row })
    for (const row of await query(ENTRIES)) write({ kind: 'entry', ...row })
    for (const row of await query(CALLS)) {
      const serial = Number(row.serial)
      const requestId = naming.requestId(serial)
      write({ kind: 'call', requestId, sequenceCode: naming.sequenceCode(serial), ...row })
    }
    for (const row of await query(RESERVATIONS)) write({ kind: 'reservation', ...row })
    for (const row of await query(
      UNDELIVERED[store.databaseUrl === undefined ? 'sqlite' : 'postgres'],
    ))
      write({ kind: 'undelivered', ...row })
    write({ kind: 'end' })
  } finally {
    await close()
    closeSync(file)
  }
}

function keyringOf({ keyFile }: Store) {
  return openKeyFile({ path: keyFile, fingerprint: undefined, production: false, nowMs: 0 }).keyring
}

async function open(store: Store): Promise<{ query: Query; close: () => Promise<void> }> {
  if (store.databaseUrl === undefined) {
    const database = new DatabaseSync(join(store.dataDir, 'kayan.db'), { readOnly: true })
    return {
      query: (sql) => Promise.resolve(database.prepare(sql).iterate()),
      close: () => Promise.resolve(database.close()),
    }
  }
  // Counts and times stay below 2^53.
  pg.types.setTypeParser(pg.types.builtins.INT8, Number)
  const client = new pg.Client({ connectionString: store.databaseUrl })
  await client.connect()
  return {
    query: async (sql) => (await client.query(sql)).rows as Row[],
    close: () => client.end(),
  }
}
