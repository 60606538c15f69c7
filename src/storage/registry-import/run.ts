/** Sorted runs: a stretch of the CSV as records, in segments that no manifest names yet. */
import { join } from 'node:path'
import { DraftFile } from '../records/durable-file.ts'
import { segmentPath } from '../records/manifest.ts'
import { CARDS, type RecordFormat, SUBJECTS } from '../records/record-format.ts'
import { SegmentWriter } from '../records/segment-writer.ts'
import { sortRecords } from '../records/sort.ts'
import { CsvFile, type Stretch } from './csv-file.ts'
import { type RejectReason, type TokenisePlan, Tokeniser } from './tokenise.ts'

const CHUNK_BYTES = 2 ** 20

/** What all runs of an import share; plain values. */
export interface RunPlan extends TokenisePlan {
  readonly csvPath: string
  readonly keyFingerprint: string
  /** Where runs are written. */
  readonly directory: string
}

/** One run to make. */
export interface RunTask extends Stretch {
  readonly kind: 'run'
  readonly id: number
}

/** Rows of a stretch, as counted so far or in all. */
export interface RunCounts {
  readonly lines: number
  readonly rows: number
  readonly rejected: number
}

/** A row that was not taken; lines count from 1 at the start of the run. */
export interface RejectedRow {
  readonly line: number
  readonly reason: RejectReason
}

/** Tokenises a stretch and writes its run durably; `onChunk` gets the counts and bytes done so far. */
export function writeRun(
  plan: RunPlan,
  task: RunTask,
  onChunk?: (counts: RunCounts, bytes: number) => void,
): RunCounts {
  const csv = new CsvFile(plan.csvPath)
  try {
    const tokeniser = new Tokeniser(plan)
    const cards: Uint8Array[] = []
    const subjects: Uint8Array[] = []
    const rejected: RejectedRow[] = []
    let counts: RunCounts = { lines: 0, rows: 0, rejected: 0 }
    for (const { bytes, endOffset } of csv.chunks(task, CHUNK_BYTES)) {
      const chunk = tokeniser.run(bytes)
      cards.push(chunk.cards)
      subjects.push(chunk.subjects)
      for (const row of chunk.rejected) {
        rejected.push({ line: counts.lines + row.line, reason: row.reason })
      }
      counts = {
        lines: counts.lines + chunk.lines,
        rows: counts.rows + chunk.rows,
        rejected: rejected.length,
      }
      onChunk?.(counts, endOffset - task.from)
    }
    writeSorted(plan, task.id, CARDS, cards)
    writeSorted(plan, task.id, SUBJECTS, subjects)
    writeRejected(rejectedRunPath(plan.directory, task.id), rejected)
    return counts
  } finally {
    csv.close()
  }
}

/** Where the rejected rows of a run wait for the lines before it to be counted. */
export function rejectedRunPath(directory: string, id: number): string {
  return join(directory, `${id}.rejected`)
}

function writeSorted(plan: RunPlan, id: number, format: RecordFormat, parts: Uint8Array[]): void {
  const sorted = sortRecords(Buffer.concat(parts), format)
  const path = segmentPath(plan.directory, id, format)
  const count = sorted.length / format.widthBytes
  const writer = new SegmentWriter(path, format, plan.keyFingerprint, count)
  try {
    writer.append(sorted)
    writer.publish()
  } finally {
    writer.discard()
  }
}

function writeRejected(path: string, rows: readonly RejectedRow[]): void {
  const draft = new DraftFile(path)
  try {
    draft.write(Buffer.from(JSON.stringify(rows)), 0)
    draft.publish()
  } finally {
    draft.discard()
  }
}
