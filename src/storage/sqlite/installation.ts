/** Opens what one installation consists of: its database and the key file that belongs to it. */

import type { Keyring } from '../../domain/keyring.ts'
import { KeyFileError, openKeyFile } from '../key-file.ts'
import { type Database, openDatabase, transaction } from './database.ts'

const FINGERPRINT = 'key_fingerprint'

export interface InstallationOptions {
  readonly dataDir: string
  readonly keyFile: string
  readonly production: boolean
  readonly nowMs: number
  /** Opens an existing installation without any right to write. */
  readonly readOnly?: boolean
}

export interface Installation {
  readonly database: Database
  readonly keyring: Keyring
  /** The key file was made just now: the operator should be told to back it up. */
  readonly keyFileCreated: boolean
  /** Other users of the machine can read the key file. */
  readonly keyFilePermissive: boolean
}

/** Opens an installation, and unless `readOnly` creates what it lacks at its first start. */
export function openInstallation(options: InstallationOptions): Installation {
  const readOnly = options.readOnly ?? false
  const database = openDatabase(options.dataDir, { readOnly })
  try {
    const fingerprint = keyFingerprint(database)
    if (readOnly && fingerprint === undefined) throw new KeyFileError('lost', options.keyFile)
    const { production, nowMs } = options
    const opened = openKeyFile({ path: options.keyFile, fingerprint, production, nowMs })
    if (fingerprint === undefined) bind(database, opened.keyring, options.keyFile)
    return {
      database,
      keyring: opened.keyring,
      keyFileCreated: opened.created,
      keyFilePermissive: opened.permissive,
    }
  } catch (error) {
    database.close()
    throw error
  }
}

/** Fingerprint of the root key the store was written under; undefined before its first start. */
export function keyFingerprint(database: Database): string | undefined {
  const row = database.prepare('SELECT value FROM meta WHERE name = ?').get(FINGERPRINT)
  return row === undefined ? undefined : String(row.value)
}

/** Remembers the key; another process that started at the same moment may have been first. */
function bind(database: Database, keyring: Keyring, keyFile: string): void {
  transaction(database, () => {
    database
      .prepare('INSERT INTO meta VALUES (?, ?) ON CONFLICT DO NOTHING')
      .run(FINGERPRINT, keyring.fingerprint())
    if (keyFingerprint(database) !== keyring.fingerprint()) {
      throw new KeyFileError('foreign', keyFile)
    }
  })
}
