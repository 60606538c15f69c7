/**
 * Opens the one database file of an installation with the settings durability rests on.
 *
 * Imports of `node:sqlite` stay in this folder. WAL and `synchronous=FULL` are set and read back: a
 * store that would acknowledge before the disk has the bytes is refused.
 */
import { existsSync, mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync, type StatementSync } from 'node:sqlite'
import { StorageError } from '../storage-error.ts'
import { MIGRATIONS } from './migrations/index.ts'
import { translating } from './storage-error.ts'

export type Database = DatabaseSync
export type Statement = StatementSync

export interface OpenOptions {
  /** Opens an existing, up-to-date store without any right to write. */
  readonly readOnly?: boolean
}

const FILE_NAME = 'kayan.db'
const BUSY_TIMEOUT_MS = 5_000
const SYNCHRONOUS_FULL = 2
const DIRECTORY_MODE = 0o700

/** Path of the database file in a data directory. */
export function databasePath(dataDir: string): string {
  return join(dataDir, FILE_NAME)
}

/** Opens, and unless `readOnly` creates and migrates, the store of a data directory. */
export function openDatabase(dataDir: string, options: OpenOptions = {}): Database {
  const path = databasePath(dataDir)
  const readOnly = options.readOnly ?? false
  if (readOnly && !existsSync(path)) throw new StorageError('unreadable', `${path}: no such file`)
  if (!readOnly) createDirectory(dataDir)
  return translating(path, () => {
    const database = new DatabaseSync(path, { readOnly, timeout: BUSY_TIMEOUT_MS })
    try {
      if (!readOnly) configure(database, path)
      migrate(database, path, readOnly)
      return database
    } catch (error) {
      database.close()
      throw error
    }
  })
}

/** Runs an action in one write transaction, which is rolled back when the action throws. */
export function transaction<T>(database: Database, action: () => T): T {
  database.exec('BEGIN IMMEDIATE')
  try {
    const result = action()
    database.exec('COMMIT')
    return result
  } catch (error) {
    if (database.isTransaction) database.exec('ROLLBACK')
    throw error
  }
}

/** Reads one pragma as a number or a text. */
export function pragma(database: Database, name: string): unknown {
  return Object.values(database.prepare(`PRAGMA ${name}`).get() ?? {})[0]
}

/** Makes a data directory that only its owner may read; throws `StorageError`. */
export function createDirectory(dataDir: string): void {
  try {
    mkdirSync(dataDir, { recursive: true, mode: DIRECTORY_MODE })
  } catch (error) {
    throw new StorageError('unreadable', `${dataDir}: ${(error as Error).message}`, error)
  }
}

function configure(database: Database, path: string): void {
  database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON')
  const durable =
    pragma(database, 'journal_mode') === 'wal' &&
    pragma(database, 'synchronous') === SYNCHRONOUS_FULL &&
    pragma(database, 'foreign_keys') === 1
  if (!durable) throw new StorageError('failed', `${path}: WAL with synchronous=FULL refused`)
}

/** Brings the schema to the newest version, all steps in one transaction. */
function migrate(database: Database, path: string, readOnly: boolean): void {
  const newest = MIGRATIONS.length
  if (schemaVersion(database) === newest) return
  if (readOnly) refuseVersion(path, schemaVersion(database))
  transaction(database, () => {
    // Another process may have migrated while we waited for the lock.
    const version = schemaVersion(database)
    if (version > newest) refuseVersion(path, version)
    for (const step of MIGRATIONS.slice(version)) database.exec(step)
    database.exec(`PRAGMA user_version = ${newest}`)
  })
}

function schemaVersion(database: Database): number {
  return Number(pragma(database, 'user_version'))
}

function refuseVersion(path: string, version: number): never {
  const code = version > MIGRATIONS.length ? 'newer_version' : 'older_version'
  const detail = `schema version ${version}, this Kayan knows ${MIGRATIONS.length}`
  throw new StorageError(code, `${path}: ${detail}`)
}
