/** What every engine brings to an installation, whatever it stands on. */
import type { CheckResult, VerifyOptions } from '../billing/verify.ts'
import type { Secret } from '../domain/secret.ts'
import type { SqlEngine, SqlReader } from './sql/engine.ts'
import type { MeterHandle, MeterOptions } from './sqlite/meter-handle.ts'

/** Where the store of an installation is. */
export interface Place {
  readonly dataDir: string
  /** `postgres://…`; without it, SQLite in the data directory. */
  readonly databaseUrl?: Secret | undefined
  /** Of this node among those that share a PostgreSQL; by default host and data directory. */
  readonly nodeName?: string | undefined
}

export interface Access {
  /** Neither creates nor changes anything. */
  readonly readOnly?: boolean
  /** Takes a server that may forget what it has acknowledged: never in production. */
  readonly allowVolatile?: boolean
}

/** What each engine brings. Failures of the machinery are `StorageError`. */
export interface Store {
  readonly engine: SqlEngine
  /** The same rows, for looking at them again and again: what is not answered soon is given up. */
  readonly watch: SqlEngine
  /** The same rows, for reads that look at many of them: no call waits for it. */
  readonly reader: SqlReader
  /** Exact metering for a server; the options but for the place, which the store knows. */
  openMeter(options: Omit<MeterOptions, 'dataDir'>): Promise<MeterHandle>
  /** Proves the ledger in one snapshot, also beside a server. */
  verifyLedger(options?: VerifyOptions): Promise<CheckResult[]>
  /** Looks at the database itself. */
  examine(): Promise<Examination>
  close(): Promise<void>
}

/** What the doctor tells of a database. */
export interface Examination {
  /** Of the schema. */
  readonly version: number
  /** What is wrong with it, in the engine's own words; absent when nothing is. */
  readonly damage?: string
}
