/** The few ways in which the store can refuse, each with one line for the operator in the CLI's locale. */

/**
 * - `newer_version`: written by a newer Kayan; `older_version`: opened read-only before migration.
 * - `in_use`: another server runs on the data directory.
 * - `busy`: another process holds the write lock for too long.
 * - `full`: no space left; known not committed.
 * - `unreadable`: missing, or no permission.
 * - `corrupt`: not a database, or its pages contradict each other.
 * - `failed`: any other failure of input or output.
 * - `driver_missing`: the package that speaks to this store is not installed.
 * - `not_empty`: something is there already where an empty store is wanted.
 * - `moved`: the data have been moved to another database and are spent from there.
 * - `unreachable`: the server of the store cannot be reached, or refuses to let us in.
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
  | 'driver_missing'
  | 'not_empty'
  | 'moved'
  | 'unreachable'

export class StorageError extends Error {
  readonly code: StorageErrorCode

  constructor(code: StorageErrorCode, message: string, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause })
    this.name = 'StorageError'
    this.code = code
  }
}
