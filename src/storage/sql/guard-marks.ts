/** Marks of the guardian's rows as bytes: time and slot as doubles, whether it matched, the tuple's token. */
import { ATTEMPT_TOKEN_BYTES } from '../../domain/attempt-token.ts'
import type { Mark } from '../../sources/guardian.ts'

const SLOT = 8
const MATCHED = 16
const TUPLE = 17
const MARK_BYTES: number = TUPLE + ATTEMPT_TOKEN_BYTES

/** The marks of a row, in their order. */
export function packMarks(marks: readonly Mark[]): Buffer {
  const bytes = Buffer.alloc(marks.length * MARK_BYTES)
  for (const [i, { slot, atMs, tuple, matched }] of marks.entries()) {
    const at = i * MARK_BYTES
    bytes.writeDoubleLE(atMs, at)
    bytes.writeDoubleLE(slot, at + SLOT)
    bytes[at + MATCHED] = matched === true ? 1 : 0
    bytes.write(tuple, at + TUPLE, ATTEMPT_TOKEN_BYTES, 'latin1')
  }
  return bytes
}

export function unpackMarks(column: Uint8Array): Mark[] {
  const bytes = Buffer.from(column.buffer, column.byteOffset, column.length)
  const marks: Mark[] = []
  for (let at = 0; at < bytes.length; at += MARK_BYTES) {
    const mark = {
      slot: bytes.readDoubleLE(at + SLOT),
      atMs: bytes.readDoubleLE(at),
      tuple: bytes.toString('latin1', at + TUPLE, at + MARK_BYTES),
    }
    marks.push(bytes[at + MATCHED] === 1 ? { ...mark, matched: true } : mark)
  }
  return marks
}
