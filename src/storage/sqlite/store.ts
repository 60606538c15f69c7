/** A store on SQLite: one connection for the control plane, and the meter with its own. */
import type { Examination, Store } from '../store.ts'
import { type Database, databasePath, openDatabase, pragma } from './database.ts'
import { sqliteEngine } from './engine.ts'
import { openMeter } from './meter.ts'
import { translating } from './storage-error.ts'
import { verifyLedger } from './verify.ts'

/** Opens the store of a data directory, and unless `readOnly` creates what it lacks. */
export async function openSqliteStore(dataDir: string, readOnly: boolean): Promise<Store> {
  const database = openDatabase(dataDir, { readOnly })
  const engine = sqliteEngine(database)
  const path = databasePath(dataDir)
  return {
    engine,
    watch: engine,
    openMeter(options) {
      // From now on the writer's thread copies the log back: here calls would have to wait for it.
      database.exec('PRAGMA wal_autocheckpoint = 0')
      return openMeter({ ...options, dataDir })
    },
    verifyLedger: async (options) => translating(path, () => verifyLedger(dataDir, options)),
    examine: async () => translating(path, () => examine(database)),
    close: () => engine.close(),
  }
}

function examine(database: Database): Examination {
  const version = Number(pragma(database, 'user_version'))
  const verdict = String(pragma(database, 'quick_check'))
  return verdict === 'ok' ? { version } : { version, damage: verdict }
}
