/** What can go wrong with the registry on disk, as a closed list the CLI has a line for. */

/**
 * - `foreign_key`: the registry was written under another key file.
 * - `newer_format`: written by a newer version of Kayan.
 * - `damaged`: a file of the registry is missing, unreadable or not what it says it is; `detail`
 *   names it.
 * - `busy`: another process imports or erases; `detail` is its process id.
 * - `disk_full`: nothing of the registry changed; importing again goes on where it stopped.
 * - `unwritable`: the operating system refuses to write; `detail` names the path and why.
 * - `interrupted`: asked to stop; importing again goes on where it stopped.
 * - `unreadable_csv`: cannot be opened or is not text; `detail` says why.
 * - `missing_column`, `unknown_column`, `repeated_column`: of the CSV's heading; `detail` is our name
 *   of the column, or the position of an unknown one (its text might be an element).
 * - `csv_changed`: the file changed while it was read.
 */
export type RegistryErrorCode =
  | 'foreign_key'
  | 'newer_format'
  | 'damaged'
  | 'busy'
  | 'disk_full'
  | 'unwritable'
  | 'interrupted'
  | 'unreadable_csv'
  | 'missing_column'
  | 'unknown_column'
  | 'repeated_column'
  | 'csv_changed'

/** A failure of the registry. `detail` never holds an element. */
export class RegistryError extends Error {
  readonly code: RegistryErrorCode
  readonly detail: string

  constructor(code: RegistryErrorCode, detail = '', cause?: unknown) {
    super(`registry ${code} ${detail}`.trimEnd(), cause === undefined ? undefined : { cause })
    this.name = 'RegistryError'
    this.code = code
    this.detail = detail
  }
}

/** The operating system's code of a failure, or an empty text. */
export function systemCode(error: unknown): string {
  return (error as NodeJS.ErrnoException | null)?.code ?? ''
}

/** A file of the registry that is not there or cannot be opened. */
export function unreadable(error: unknown, path: string): RegistryError {
  return new RegistryError('damaged', `${path} ${systemCode(error)}`.trimEnd(), error)
}

/** A disk, quota or file-size limit reached while writing. */
const FULL = ['ENOSPC', 'EDQUOT', 'EFBIG']

/** Turns a failure of writing `path` into its typed error; a typed error stays itself. */
export function writeFailure(error: unknown, path: string): RegistryError {
  if (error instanceof RegistryError) return error
  const code = systemCode(error)
  if (FULL.includes(code)) return new RegistryError('disk_full', path, error)
  return new RegistryError('unwritable', `${path} ${code}`.trimEnd(), error)
}
