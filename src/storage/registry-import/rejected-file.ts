/** The file of rejected rows beside the CSV: line number and reason, never an element. */
import { readFileSync, rmSync } from 'node:fs'
import { DraftFile } from '../records/durable-file.ts'
import { writeFailure } from '../records/registry-error.ts'
import type { CompletedRun } from './checkpoint.ts'
import { type RejectedRow, rejectedRunPath } from './run.ts'

const HEADING = 'line,reason\n'
/** The heading of the CSV. */
const LINES_BEFORE_ROWS = 1

/** Where the rejected rows of a CSV are written. */
export function rejectedPathOf(csvPath: string): string {
  return `${csvPath}.rejected.csv`
}

/** Writes the rejected rows of all runs with line numbers as an editor counts; none, no file. */
export function writeRejectedFile(
  csvPath: string,
  runsDirectory: string,
  runs: readonly CompletedRun[],
): string | undefined {
  const path = rejectedPathOf(csvPath)
  if (runs.every((run) => run.rejected === 0)) {
    removeRejected(path)
    return undefined
  }
  const draft = new DraftFile(path)
  try {
    let position = 0
    let linesBefore = LINES_BEFORE_ROWS
    const write = (text: string) => {
      const bytes = Buffer.from(text)
      draft.write(bytes, position)
      position += bytes.length
    }
    write(HEADING)
    for (const run of runs) {
      write(linesOf(rejectedRunPath(runsDirectory, run.id), linesBefore))
      linesBefore += run.lines
    }
    draft.publish()
  } finally {
    draft.discard()
  }
  return path
}

function linesOf(path: string, linesBefore: number): string {
  const rows = JSON.parse(readFileSync(path, 'utf8')) as RejectedRow[]
  return rows.map(({ line, reason }) => `${linesBefore + line},${reason}\n`).join('')
}

function removeRejected(path: string): void {
  try {
    rmSync(path, { force: true })
  } catch (error) {
    throw writeFailure(error, path)
  }
}
