/** The few ways in which the store can refuse, each with one line for the operator in the CLI's locale. */

/**
 * - `newer_version`: written by a newer Kayan; `older_version`: opened read-only before migration.
 * - `in_use`: another server runs on the data directory.
 * - `busy`: another process holds the write lock for too long.
 * - `full`: no space left; known not committed.
 * - `unreadable`: missing, or no permission.
 * - `corrupt`: not a database, or its pages contradict each other.
 * - `failed`: any other failure of input or output.
 */
export type StorageErrorCode =
  | 'newer_version'
  | 'older_version'
  | 'in_use'
  | 'busy'
  | 'full'
  | 'unreadable'
  | 'corrupt'
  | 'failed'

export class StorageError extends Error {
  readonly code: StorageErrorCode

  constructor(code: StorageErrorCode, message: string, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause })
    this.name = 'StorageError'
    this.code = code
  }
}

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
    const code = storageErrorCode(error)
    if (code === undefined || error instanceof StorageError) throw error
    throw new StorageError(code, `${path}: ${(error as Error).message}`, error)
  }
}
