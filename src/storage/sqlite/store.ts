/** A store on SQLite: one connection for the control plane, and meter and reader with their own. */
import { sql } from 'kysely'
import type { SqlReader } from '../sql/engine.ts'
import type { Examination, Store } from '../store.ts'
import { databasePath, openDatabase } from './database.ts'
import { sqliteEngine } from './engine.ts'
import { openMeter } from './meter.ts'
import { openReader } from './reader.ts'
import { translating } from './storage-error.ts'
import { verifyLedger } from './verify.ts'

/** Opens the store of a data directory, and unless `readOnly` creates what it lacks. */
export async function openSqliteStore(dataDir: string, readOnly: boolean): Promise<Store> {
  const database = openDatabase(dataDir, { readOnly })
  const engine = sqliteEngine(database)
  const reader = openReader(dataDir)
  const path = databasePath(dataDir)
  return {
    engine,
    watch: engine,
    reader,
    openMeter(options) {
      // From now on the writer's thread copies the log back: here calls would have to wait for it.
      database.exec('PRAGMA wal_autocheckpoint = 0')
      return openMeter({ ...options, dataDir })
    },
    verifyLedger: async (options) => translating(path, () => verifyLedger(dataDir, options)),
    examine: () => examine(reader),
    async close() {
      await reader.close()
      await engine.close()
    },
  }
}

/** Every page is looked at, which takes a second for a million calls. */
async function examine({ queries }: SqlReader): Promise<Examination> {
  const ask = async (pragma: 'user_version' | 'quick_check') => {
    const { rows } = await sql<object>`pragma ${sql.raw(pragma)}`.execute(queries)
    return Object.values(rows[0] ?? {})[0]
  }
  const version = Number(await ask('user_version'))
  const verdict = String(await ask('quick_check'))
  return verdict === 'ok' ? { version } : { version, damage: verdict }
}
