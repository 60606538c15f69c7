/** What the ledger's statements are asked through: a connection of the meter, or somebody's transaction. */

/** A statement with its values; statements of one name always have the same text. */
export interface Query {
  readonly name: string
  readonly text: string
  readonly values: readonly unknown[]
}

export type Row = Readonly<Record<string, unknown>>

export interface Reply {
  readonly rows: readonly Row[]
  /** What the server says it did: `COMMIT`, or `ROLLBACK` where that was all it could do. */
  readonly command: string
}

export interface Session {
  /**
   * Asks in order, in as few journeys as the way allows, and waits for every answer. Rejects with the
   * first failure.
   */
  all(queries: readonly Query[]): Promise<readonly Reply[]>
}

export const BEGIN: Query = { name: '', text: 'BEGIN', values: [] }
export const COMMIT: Query = { name: '', text: 'COMMIT', values: [] }
export const ROLLBACK: Query = { name: '', text: 'ROLLBACK', values: [] }
