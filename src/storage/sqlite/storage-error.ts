/** What the failures of `node:sqlite` mean in the store's few words. */
import { StorageError, type StorageErrorCode } from '../storage-error.ts'

/** Primary result codes of SQLite (sqlite.org/rescode.html) that mean one of ours. */
const CODES: Readonly<Record<number, StorageErrorCode>> = {
  3: 'unreadable',
  5: 'busy',
  6: 'busy',
  8: 'unreadable',
  10: 'failed',
  11: 'corrupt',
  13: 'full',
  14: 'unreadable',
  23: 'unreadable',
  26: 'corrupt',
}

const PRIMARY_CODE_MASK = 0xff

/** What an exception of `node:sqlite` means, or undefined when it is a bug (a broken constraint, a wrong bind). */
export function storageErrorCode(error: unknown): StorageErrorCode | undefined {
  if (error instanceof StorageError) return error.code
  if (!(error instanceof Error) || !('errcode' in error)) return undefined
  return CODES[Number(error.errcode) & PRIMARY_CODE_MASK]
}

/** Runs an action and gives its SQLite failures a `StorageError` with the path in it. */
export function translating<T>(path: string, action: () => T): T {
  try {
    return action()
  } catch (error) {
    throw translatedSqlite(path, error)
  }
}

/** The `StorageError` an exception of `node:sqlite` is, or the exception itself. */
export function translatedSqlite(path: string, error: unknown): unknown {
  const code = storageErrorCode(error)
  if (code === undefined || error instanceof StorageError) return error
  return new StorageError(code, `${path}: ${(error as Error).message}`, error)
}
