/** What `reader.ts` and its thread say to each other. */
import type { StorageErrorCode } from '../storage-error.ts'

/** One statement for one of the thread's connections. */
export interface ReaderQuestion {
  readonly connection: number
  readonly sql: string
  readonly parameters: readonly unknown[]
}

/** Its rows, or why there are none. */
export type ReaderAnswer =
  | { readonly rows: readonly unknown[] }
  | { readonly code: StorageErrorCode | undefined; readonly message: string }
