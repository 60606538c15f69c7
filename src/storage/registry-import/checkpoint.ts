/** How far an import has come, so that one that was stopped or killed goes on and does not restart. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { isDeepStrictEqual } from 'node:util'
import type { PrecheckPolicy } from '../../domain/elements.ts'
import { replaceJson } from '../records/durable-file.ts'
import { FORMAT_VERSION } from '../records/segment-header.ts'
import type { CsvEncoding, CsvIdentity } from './csv-file.ts'

const CHECKPOINT_NAME = 'checkpoint.json'

/** What must be the same for an import to go on. */
export interface ImportIdentity {
  readonly format: number
  readonly keyFingerprint: string
  readonly csv: CsvIdentity
  readonly policy: PrecheckPolicy
  readonly encoding: CsvEncoding
}

/** Everything before `offset` is in the runs 1 to `runs` and in the file of rejected rows. */
export interface Checkpoint {
  readonly identity: ImportIdentity
  readonly offset: number
  /** Lines before `offset`, the heading included. */
  readonly lines: number
  readonly rows: number
  readonly rejected: number
  readonly rejectedBytes: number
  readonly runs: number
}

/** Identity of an import under this version of the format. */
export function importIdentity(identity: Omit<ImportIdentity, 'format'>): ImportIdentity {
  return { format: FORMAT_VERSION, ...identity }
}

/** The checkpoint of the same import, or undefined when there is none or it is another's. */
export function readCheckpoint(
  directory: string,
  identity: ImportIdentity,
): Checkpoint | undefined {
  try {
    const text = readFileSync(join(directory, CHECKPOINT_NAME), 'utf8')
    const checkpoint = JSON.parse(text) as Checkpoint
    return isDeepStrictEqual(checkpoint.identity, identity) ? checkpoint : undefined
  } catch {
    // Absent or damaged: the import starts from the beginning, which is always right.
    return undefined
  }
}

export function writeCheckpoint(directory: string, checkpoint: Checkpoint): void {
  replaceJson(join(directory, CHECKPOINT_NAME), checkpoint)
}
