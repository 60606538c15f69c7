/** What is asked of a thread that works beside a service, and what it answers. */
import type { CheckResult } from '../../billing/findings.ts'
import type { Checkpoint } from '../../billing/seal.ts'
import type { ChargeTable } from '../../protocols/charge-table.ts'
import type { RegistryErrorCode } from '../records/registry-error.ts'
import type { ImportReport } from '../registry-import/import.ts'
import type { ImportProgress } from '../registry-import/progress.ts'
import type { OpenUnknowns } from '../sql/attempts.ts'

/** Which installation the thread opens for itself, and only to read from the database. */
export interface BesidePlace {
  readonly dataDir: string
  readonly keyFile: string
  readonly registryDir: string
  readonly production: boolean
  /** In clear: a thread is given values alone. */
  readonly databaseUrl?: string
  readonly nodeName?: string
}

export type BesideTask =
  | { readonly kind: 'import'; readonly csvPath: string }
  | { readonly kind: 'prove'; readonly chargeTables: readonly ChargeTable[] }

/** What each task comes to. */
export interface BesideResults {
  readonly import: ImportReport
  readonly prove: LedgerProof
}

/** What `kayan ledger verify` finds. */
export interface LedgerProof {
  readonly checks: readonly CheckResult[]
  /** The newest seal; number 0 before the first. */
  readonly seal: Checkpoint
  /** Attempts of which nobody can say yet whether they are paid. */
  readonly unknowns: OpenUnknowns
}

export interface BesideOrder {
  readonly place: BesidePlace
  readonly task: BesideTask
  readonly nowMs: number
}

/** What the thread says. */
export type BesideMessage =
  | { readonly kind: 'progress'; readonly progress: ImportProgress }
  | { readonly kind: 'done'; readonly result: BesideResults[keyof BesideResults] }
  | { readonly kind: 'refused'; readonly code: RegistryErrorCode; readonly detail: string }
  | { readonly kind: 'failed'; readonly message: string }
