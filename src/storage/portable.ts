/** The rows of a store in the form in which another engine takes them. */

export type Cell = number | string | Uint8Array | null

/** A store that stands still while it is read. */
export interface PortableStore {
  /** Tables whose rows are to be taken. */
  readonly tables: readonly string[]
  /** Columns that a table has here, with those derived for the other engine. */
  columns(table: string): readonly string[]
  /** Streams the rows of a table, in the order of the columns asked for. */
  rows(table: string, columns: readonly string[]): Iterable<readonly Cell[]>
  /** The next number a call would get: no number is ever given twice. */
  readonly nextSerial: number
}

/** How many rows of a table arrived. */
export interface MovedTable {
  readonly table: string
  readonly rows: number
}
