/** How far an import has come, so that one that was stopped or killed goes on and does not restart. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { isDeepStrictEqual } from 'node:util'
import type { PrecheckPolicy } from '../../domain/elements.ts'
import { replaceJson } from '../records/durable-file.ts'
import type { CsvEncoding, CsvIdentity } from './csv-file.ts'
import type { RunCounts } from './run.ts'

const CHECKPOINT_NAME = 'checkpoint.json'

/** What must be the same for an import to go on. */
export interface ImportIdentity {
  readonly format: number
  readonly keyFingerprint: string
  readonly csv: CsvIdentity
  readonly policy: PrecheckPolicy
  readonly encoding: CsvEncoding
  /** Decides where the CSV is cut into runs. */
  readonly runBytes: number
}

/** A run that is durable; runs complete in any order. */
export interface CompletedRun extends RunCounts {
  readonly id: number
}

interface Checkpoint {
  readonly identity: ImportIdentity
  readonly runs: readonly CompletedRun[]
}

/** The completed runs of the same import, or undefined when there is none or it is another's. */
export function readCheckpoint(
  directory: string,
  identity: ImportIdentity,
): readonly CompletedRun[] | undefined {
  try {
    const text = readFileSync(join(directory, CHECKPOINT_NAME), 'utf8')
    const checkpoint = JSON.parse(text) as Checkpoint
    return isDeepStrictEqual(checkpoint.identity, identity) ? checkpoint.runs : undefined
  } catch {
    // Absent or damaged: the import starts from the beginning, which is always right.
    return undefined
  }
}

export function writeCheckpoint(
  directory: string,
  identity: ImportIdentity,
  runs: readonly CompletedRun[],
): void {
  const checkpoint: Checkpoint = { identity, runs }
  replaceJson(join(directory, CHECKPOINT_NAME), checkpoint)
}
