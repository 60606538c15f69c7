/**
 * One server a data directory: a lock that the operating system takes back when its holder dies. A
 * second server would give back reservations that the first still holds.
 */
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { StorageError } from '../storage-error.ts'
import { storageErrorCode } from './storage-error.ts'

const FILE_NAME = 'kayan.lock'

/** Takes the lock of an existing data directory; the returned function gives it back. */
export function lockDataDir(dataDir: string): () => void {
  const path = join(dataDir, FILE_NAME)
  let lock: DatabaseSync | undefined
  try {
    lock = new DatabaseSync(path, { timeout: 0 })
    lock.exec('BEGIN EXCLUSIVE')
  } catch (error) {
    lock?.close()
    const code = storageErrorCode(error)
    if (code === 'busy') throw new StorageError('in_use', `${path}: held by another server`, error)
    if (code === undefined) throw error
    throw new StorageError(code, `${path}: ${(error as Error).message}`, error)
  }
  return () => lock.close()
}
