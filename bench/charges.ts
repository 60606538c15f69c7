/**
 * What a durable charge costs beside the storage engine's own limit: one bare insert of the same
 * bytes, in batches of the size that the meter made, each as durable, as many under way at a time.
 *
 * The same bytes are those of the table rows that a charged call leaves (entry, call, repeat), headers
 * of the rows included, as one row a call in one table that has a number as its key. Our further
 * indexes and the reading before are not in the limit: they are what we pay on top of it. What a call
 * is made of is at hand before, on both sides.
 */
import { randomBytes } from 'node:crypto'
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import pg from 'pg'
import type { CallRow } from '../src/billing/store.ts'
import { Secret } from '../src/domain/secret.ts'
import { openStorage, type Storage } from '../src/storage/storage.ts'
import { postgresPrograms, startPostgres } from '../test/support/postgres.ts'
import { against, type Figure, figure } from './report.ts'

const ROUNDS = 5
/** Calls waiting for their charge at any time, as under full load. */
const WAITING = 128
const UNITS = 100_000_000
const GOAL = 0.7
/** What digests are cut from, so that making them is no part of the figure. */
const RANDOM = randomBytes(1 << 20).toString('latin1')
const SERIAL_DIGITS = 16
const CLOCK = { nowMs: () => Date.now(), monotonicUs: () => performance.now() * 1_000 }

interface Order {
  readonly directory: string
  readonly seconds: number
  readonly say: (line: string) => void
}

/** Rows for each engine that this machine has. */
export async function benchCharges(order: Order): Promise<Figure[]> {
  const figures = await chargesOn('SQLite', order, undefined)
  if (postgresPrograms() === undefined) {
    order.say('PostgreSQL is not installed: its rows are left out')
    return figures
  }
  const server = await startPostgres()
  try {
    const url = await server.createDatabase()
    const bareUrl = await server.createDatabase()
    return [...figures, ...(await chargesOn('PostgreSQL', order, { url, bareUrl }))]
  } finally {
    await server.stop()
  }
}

interface Databases {
  readonly url: string
  readonly bareUrl: string
}

async function chargesOn(
  name: string,
  { directory, seconds, say }: Order,
  databases: Databases | undefined,
): Promise<Figure[]> {
  const place = join(directory, `charges-${name}`)
  mkdirSync(place, { recursive: true })
  const storage = await openStorage({
    dataDir: join(place, 'data'),
    keyFile: join(place, 'key'),
    production: false,
    nowMs: Date.now(),
    ...(databases !== undefined && { databaseUrl: new Secret(databases.url) }),
  })
  const rates: number[] = []
  const limits: number[] = []
  try {
    const accountId = await furnish(storage)
    for (let round = 1; round <= ROUNDS; round++) {
      say(`charges on ${name}, round ${round} of ${ROUNDS}`)
      const charged = await charge(storage, accountId, seconds)
      rates.push(charged.perSecond)
      const batch = { rows: Math.max(1, Math.round(charged.rowsPerCommit)), seconds }
      limits.push(
        databases === undefined
          ? insertIntoSqlite(join(place, `bare-${round}.db`), batch)
          : await insertIntoPostgres(databases, batch),
      )
    }
  } finally {
    await storage.close()
  }
  const ratios = rates.map((rate, i) => rate / limits[i]!)
  return [
    figure(`durable charges, ${name}`, 'calls/s', rates),
    figure(`bare durable inserts of the same bytes, ${name}`, 'rows/s', limits),
    against(
      figure(`durable charges, ${name}: of the engine’s limit`, '×', ratios),
      `≥ ${GOAL}`,
      (row) => row.median >= GOAL,
    ),
  ]
}

/** An account with more units than any run spends; returns its id. */
async function furnish(storage: Storage): Promise<string> {
  const nowMs = Date.now()
  const account = { id: 'acc_bench', name: 'bench', state: 'active', ratePerSecond: 1 } as const
  await storage.accounts.createAccount(account, { actor: 'bench', atMs: nowMs })
  await storage.engine.transact(({ ledger }) =>
    ledger.addGrant(
      {
        accountId: account.id,
        product: 'card4',
        mode: 'live',
        units: UNITS,
        priority: 0,
        startsAtMs: nowMs - 1_000,
        expiresAtMs: nowMs + 86_400_000,
        reason: 'bench',
      },
      nowMs,
    ),
  )
  return account.id
}

/** Charges for some seconds, `WAITING` calls at a time. */
async function charge(
  storage: Storage,
  accountId: string,
  seconds: number,
): Promise<{ perSecond: number; rowsPerCommit: number }> {
  const meter = await storage.openMeter({
    clock: CLOCK,
    callRetentionMs: 86_400_000,
    onFatal(error) {
      throw error
    },
  })
  const untilMs = performance.now() + seconds * 1_000
  const before = meter.counters()
  let charged = 0
  const caller = async () => {
    while (performance.now() < untilMs) {
      const serial = meter.serials.next()
      const fault = await meter.burn(callOf(serial, accountId))
      if (fault !== undefined) throw new Error(JSON.stringify(fault))
      meter.delivered(serial, true)
      charged++
    }
  }
  await Promise.all(Array.from({ length: WAITING }, caller))
  const after = meter.counters()
  await meter.close()
  return {
    perSecond: charged / seconds,
    rowsPerCommit: charged / (after.commits - before.commits),
  }
}

function callOf(serial: number, accountId: string): CallRow {
  return {
    serial,
    atMs: Date.now(),
    accountId,
    keyId: 'key_bench',
    api: 'tencent.BankCard4EVerification',
    product: 'card4',
    mode: 'live',
    source: 'registry',
    result: 'match',
    billable: true,
    ruleVersion: 1,
    latencyUs: 250,
    steps: '83 95',
    answer: `{"Response":{"Result":"0","Description":"认证通过","RequestId":"${serial}"}}`,
    repeatKey: randomText(serial) + String(serial).padStart(SERIAL_DIGITS, '0'),
    elementToken: randomText(serial),
    client: '203.0.113.*',
    elementIndex: randomText(serial) + randomText(serial + 1),
  }
}

/** 16 bytes in no order, as digests are: an index finds no neighbours. */
function randomText(serial: number): string {
  const at = (serial * 7_919) % (RANDOM.length - SERIAL_DIGITS)
  return RANDOM.slice(at, at + SERIAL_DIGITS)
}

/** About what a charged call leaves in the tables of SQLite. */
const SQLITE_ROW_BYTES = 330
/** Of a bare row of PostgreSQL: its header, its number, and the length of its bytes. */
const POSTGRES_FRAME_BYTES = 36

interface BareBatch {
  readonly rows: number
  readonly seconds: number
}

/** Rows a second of one prepared insert, a transaction a batch, WAL and FULL. */
function insertIntoSqlite(path: string, { rows, seconds }: BareBatch): number {
  const database = new DatabaseSync(path)
  database.exec(
    'PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; CREATE TABLE bare (id INTEGER PRIMARY KEY, bytes BLOB) STRICT',
  )
  const insert = database.prepare('INSERT INTO bare VALUES (?, ?)')
  const bytes = randomBytes(SQLITE_ROW_BYTES)
  const untilMs = performance.now() + seconds * 1_000
  let id = 0
  while (performance.now() < untilMs) {
    database.exec('BEGIN IMMEDIATE')
    for (let i = 0; i < rows; i++) insert.run(++id, bytes)
    database.exec('COMMIT')
  }
  database.close()
  return id / seconds
}

/** Rows a second of one statement a batch on one connection: a pool's batches follow one another. */
async function insertIntoPostgres(
  { url, bareUrl }: Databases,
  { rows, seconds }: BareBatch,
): Promise<number> {
  const rowBytes = await bytesOfCalls(url)
  const client = new pg.Client({ connectionString: bareUrl })
  await client.connect()
  await client.query('DROP TABLE IF EXISTS bare')
  await client.query('CREATE TABLE bare (id bigint PRIMARY KEY, bytes bytea)')
  const bytes = Array.from({ length: rows }, () => randomBytes(rowBytes - POSTGRES_FRAME_BYTES))
  const text = 'INSERT INTO bare SELECT * FROM unnest($1::bigint[], $2::bytea[])'
  const untilMs = performance.now() + seconds * 1_000
  let id = 0
  while (performance.now() < untilMs) {
    const ids = bytes.map(() => ++id)
    await client.query({ name: 'bare', text, values: [ids, bytes] })
  }
  await client.end()
  return id / seconds
}

/** What a call leaves in the tables, by the newest of each. */
async function bytesOfCalls(url: string): Promise<number> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  const newest = (table: string, key: string) =>
    `(SELECT avg(pg_column_size(t.*)) FROM (SELECT * FROM ${table} ORDER BY ${key} DESC LIMIT 1000) t)`
  const tables = [newest('entry', 'id'), newest('call', 'serial'), newest('repeat', 'serial')]
  const { rows } = await client.query(`SELECT ${tables.join(' + ')} AS bytes`)
  await client.end()
  return Math.round(Number(rows[0]?.bytes))
}
