/** Moves an installation from SQLite to PostgreSQL, without loss and with proof. */
import type { CheckResult, VerifyOptions } from '../billing/verify.ts'
import type { Clock } from '../domain/clock.ts'
import type { MovedTable } from './portable.ts'
import { takeOver } from './postgres/take-over.ts'
import { PortableSqlite } from './sqlite/portable-store.ts'
import { openSqliteStore } from './sqlite/store.ts'
import { openStore, type Place, type Store } from './storage.ts'

export interface Move {
  /** Whose data directory is left, and whose database is moved into. */
  readonly place: Place & Required<Pick<Place, 'databaseUrl'>>
  readonly clock: Clock
  /** How the ledger is proved, as the rows in the new store say. */
  readonly verify: (target: Store) => Promise<VerifyOptions>
  /** Told each table when it is there. */
  readonly onTable: (moved: MovedTable) => void
}

/**
 * Copies everything in one transaction of the new store: a move that is interrupted has moved nothing
 * and can be started again. Returns the proof of the ledger there; only when it holds, the old store
 * is closed for good. Throws `StorageError`: a server runs on the old store, or the new one has rows.
 */
export async function moveToPostgres({
  place,
  clock,
  verify,
  onTable,
}: Move): Promise<readonly CheckResult[]> {
  await recover(place.dataDir, clock)
  const target = await openStore(place, {})
  try {
    const source = new PortableSqlite(place.dataDir)
    let moved = false
    try {
      await takeOver(target.engine, source, onTable)
      const checks = await target.verifyLedger(await verify(target))
      moved = checks.every(({ ok }) => ok)
      return checks
    } finally {
      source.close(moved ? 'postgres' : undefined)
    }
  } finally {
    await target.close()
  }
}

/** What a server that was killed left undone is done first: afterwards nothing is reserved. */
async function recover(dataDir: string, clock: Clock): Promise<void> {
  const store = await openSqliteStore(dataDir, false)
  try {
    const broken = Promise.withResolvers<never>()
    const meter = await store.openMeter({ clock, onFatal: broken.reject })
    await Promise.race([meter.close(), broken.promise])
  } finally {
    await store.close()
  }
}
