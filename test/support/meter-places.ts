/** Both engines of metering over empty stores with one account, for the suite that must hold on each. */
import { rmSync } from 'node:fs'
import { inject, onTestFinished } from 'vitest'
import type { Grant } from '../../src/billing/grant.ts'
import type { GrantOrder } from '../../src/billing/operations.ts'
import type { CheckResult } from '../../src/billing/verify.ts'
import { postgresEngine } from '../../src/storage/postgres/engine.ts'
import { PostgresLedgerOperations } from '../../src/storage/postgres/ledger-operations.ts'
import { openPostgresMeter } from '../../src/storage/postgres/meter.ts'
import { migrate } from '../../src/storage/postgres/migrate.ts'
import type { PostgresMeterOptions } from '../../src/storage/postgres/node-links.ts'
import { openPool } from '../../src/storage/postgres/pool.ts'
import { verifyPostgresLedger } from '../../src/storage/postgres/verify.ts'
import type { SqlEngine } from '../../src/storage/sql/engine.ts'
import { openDatabase } from '../../src/storage/sqlite/database.ts'
import { sqliteEngine } from '../../src/storage/sqlite/engine.ts'
import { openMeter } from '../../src/storage/sqlite/meter.ts'
import type { MeterHandle, MeterOptions } from '../../src/storage/sqlite/meter-handle.ts'
import { verifyLedger } from '../../src/storage/sqlite/verify.ts'
import { newDataDir, TestClock } from './ledger-store.ts'
import { createMigratedDatabase } from './migrated-database.ts'

const CONNECTIONS_MAX = 4

/** A store and the servers on it; everything is closed and removed when the test ends. */
export interface MeterPlace {
  readonly engine: SqlEngine
  readonly clock: TestClock
  /** What servers were told to stop for. */
  readonly fatal: Error[]
  /** Servers that may run on it at the same time. */
  readonly nodesMax: number
  /** Starts a server; one of a name takes the place of an earlier one of the same. */
  open(options?: Partial<MeterOptions> & Partial<PostgresMeterOptions>): Promise<MeterHandle>
  verify(): Promise<CheckResult[]>
  /** Makes servers read again what they think they know. */
  announceChange(): Promise<void>
}

/** The engines of this machine by name. */
export const METER_PLACES: ReadonlyMap<string, () => Promise<MeterPlace>> = new Map([
  ['SQLite', openSqlitePlace],
  ...(inject('postgresDirectory') === '' ? [] : [['PostgreSQL', openPostgresPlace] as const]),
])

async function openSqlitePlace(): Promise<MeterPlace> {
  const dataDir = newDataDir()
  const database = openDatabase(dataDir)
  const engine = sqliteEngine(database)
  const place = placeOn(engine, 1, {
    open: ({ clock, fatal }, options) => {
      const onFatal = (error: Error) => void fatal.push(error)
      return openMeter({ dataDir, clock, onFatal, ...options })
    },
    verify: () => verifyLedger(dataDir),
    announceChange: async () => database.exec('UPDATE ledger SET changes = changes + 1'),
    remove: () => rmSync(dataDir, { recursive: true }),
  })
  return furnished(place)
}

/** A store on the PostgreSQL of the tests. */
export async function openPostgresPlace(): Promise<MeterPlace> {
  return openPostgresPlaceAt(await createMigratedDatabase())
}

/** A store in an empty database. */
export async function openPostgresPlaceAt(url: string): Promise<MeterPlace> {
  const pool = await openPool({ url, connectionsMax: CONNECTIONS_MAX })
  const client = await pool.connect()
  await migrate(client, false)
  client.release()
  const engine = postgresEngine(pool, (queries) => new PostgresLedgerOperations(queries))
  const place = placeOn(engine, 2, {
    open: ({ clock, fatal }, options) => {
      const onFatal = (error: Error) => void fatal.push(error)
      const terms = { url, clock, onFatal, allowVolatile: true, nodeName: 'node', ...options }
      return openPostgresMeter(terms)
    },
    verify: () => verifyPostgresLedger(engine),
    announceChange: async () => {},
    remove: () => {},
  })
  return furnished(place)
}

interface Ways {
  open(
    place: Pick<MeterPlace, 'clock' | 'fatal'>,
    options: Partial<MeterOptions> & Partial<PostgresMeterOptions>,
  ): Promise<MeterHandle>
  verify(): Promise<CheckResult[]>
  announceChange(): Promise<unknown>
  remove(): void
}

function placeOn(engine: SqlEngine, nodesMax: number, ways: Ways): MeterPlace {
  const meters: MeterHandle[] = []
  const known = { clock: new TestClock(), fatal: [] as Error[] }
  onTestFinished(async () => {
    await Promise.all(meters.map((meter) => meter.close()))
    await engine.close()
    ways.remove()
  })
  return {
    ...known,
    engine,
    nodesMax,
    async open(options = {}) {
      const meter = closingOnce(await ways.open(known, options))
      meters.push(meter)
      return meter
    },
    verify: ways.verify,
    announceChange: async () => void (await ways.announceChange()),
  }
}

/** A test may close its server, and then the end of the test does not. */
function closingOnce(meter: MeterHandle): MeterHandle {
  const close = meter.close.bind(meter)
  let closed: Promise<void> | undefined
  meter.close = () => {
    closed ??= close()
    return closed
  }
  return meter
}

/** Adds the account `acc_1`. */
async function furnished(place: MeterPlace): Promise<MeterPlace> {
  const account = { id: 'acc_1', name: 'one', state: 'active', rate_per_second: 20 }
  await place.engine.transact(({ queries }) =>
    queries
      .insertInto('account')
      .values({ ...account, created_at_ms: 0 })
      .execute(),
  )
  return place
}

/** Grants units to `acc_1`, valid around now. */
export async function grantAt(
  { engine, clock }: MeterPlace,
  units: number,
  terms: Partial<GrantOrder> = {},
): Promise<Grant> {
  const nowMs = clock.nowMs()
  const order: GrantOrder = {
    accountId: 'acc_1',
    product: 'card4',
    mode: 'live',
    units,
    priority: 0,
    startsAtMs: nowMs - 1_000,
    expiresAtMs: nowMs + 86_400_000,
    reason: 'test',
    ...terms,
  }
  const grant = await engine.transact(({ ledger }) => ledger.addGrant(order, nowMs))
  if (typeof grant === 'string') throw new Error(grant)
  return grant
}

/** Where the units of all grants lie, oldest grant first. */
export function balancesAt({ engine }: MeterPlace) {
  return engine.queries
    .selectFrom('balance')
    .select(['available', 'reserved', 'used', 'expired', 'withdrawn'])
    .orderBy('grant_id')
    .execute()
}

/** Results of checks that do not hold. */
export async function brokenAt(place: MeterPlace): Promise<CheckResult[]> {
  return (await place.verify()).filter(({ ok }) => !ok)
}
