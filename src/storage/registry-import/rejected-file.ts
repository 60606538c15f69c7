/** The file of rejected rows beside the CSV: line number and reason, never an element. */
import { closeSync, fsyncSync, ftruncateSync, openSync, rmSync } from 'node:fs'
import { writeFully } from '../records/durable-file.ts'
import { writeFailure } from '../records/registry-error.ts'
import type { RejectReason } from './tokenise.ts'

const HEADING = 'line,reason\n'

export interface RejectedRow {
  /** As an editor counts; the heading is line 1. */
  readonly line: number
  readonly reason: RejectReason
}

/** Where the rejected rows of a CSV are written. */
export function rejectedPathOf(csvPath: string): string {
  return `${csvPath}.rejected.csv`
}

/** Removes what an earlier import of the same file left. */
export function removeRejected(path: string): void {
  try {
    rmSync(path, { force: true })
  } catch (error) {
    throw writeFailure(error, path)
  }
}

/**
 * Appends rows durably behind the first `bytes` bytes, which alone are known to be complete; returns
 * the new length.
 */
export function appendRejected(path: string, bytes: number, rows: readonly RejectedRow[]): number {
  if (rows.length === 0) return bytes
  const lines = rows.map(({ line, reason }) => `${line},${reason}\n`).join('')
  const text = Buffer.from(bytes === 0 ? HEADING + lines : lines)
  try {
    const descriptor = openSync(path, bytes === 0 ? 'w' : 'r+', 0o600)
    try {
      ftruncateSync(descriptor, bytes)
      writeFully(descriptor, text, bytes)
      fsyncSync(descriptor)
    } finally {
      closeSync(descriptor)
    }
  } catch (error) {
    throw writeFailure(error, path)
  }
  return bytes + text.length
}
