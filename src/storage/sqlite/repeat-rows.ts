/**
 * What repeats are recognised by, packed: the calls of a batch in one row, which is as many times
 * cheaper to write, to read at a start and to forget as there are calls in it.
 */
import type { RecentAnswer } from '../../billing/repeats.ts'
import type { CallRow } from '../../billing/store.ts'

/** Serial and time as doubles, then the two digests; a digest of zeros is none. */
const AT_MS = 8
const REPEAT_KEY = 16
const ELEMENT_TOKEN = 48
const CALL_BYTES = 64
const CALLS_MIN = 256
const ZEROS = '\0'.repeat(ELEMENT_TOKEN - REPEAT_KEY)

/** What is packed of one call. */
export type PackedCall = Omit<RecentAnswer, 'undelivered'>

type Digests = Pick<CallRow, 'serial' | 'atMs' | 'repeatKey' | 'elementToken'>

/** The row of the transaction under way. */
export class RepeatRow {
  #bytes = Buffer.alloc(CALLS_MIN * CALL_BYTES)
  #length = 0
  #newestMs = 0

  /** Calls in the row. */
  get size(): number {
    return this.#length / CALL_BYTES
  }

  /** The row is named by the serial of its first call, which no other row has. */
  get id(): number {
    return this.#bytes.readDoubleLE(0)
  }

  get newestMs(): number {
    return this.#newestMs
  }

  /** What is stored; SQLite copies it. */
  get bytes(): Buffer {
    return this.#bytes.subarray(0, this.#length)
  }

  /** Adds a call; throws when a digest has the wrong length. */
  add({ serial, atMs, repeatKey, elementToken }: Digests): void {
    const at = this.#length
    if (at === this.#bytes.length) this.#bytes = Buffer.concat([this.#bytes], at * 2)
    this.#digest(repeatKey, at + REPEAT_KEY, at + ELEMENT_TOKEN)
    this.#digest(elementToken, at + ELEMENT_TOKEN, at + CALL_BYTES)
    this.#bytes.writeDoubleLE(serial, at)
    this.#bytes.writeDoubleLE(atMs, at + AT_MS)
    this.#newestMs = at === 0 ? atMs : Math.max(this.#newestMs, atMs)
    this.#length = at + CALL_BYTES
  }

  /** Forgets all but the first calls. */
  shorten(size: number): void {
    this.#length = size * CALL_BYTES
  }

  #digest(text: string, from: number, to: number): void {
    if (text === '') this.#bytes.fill(0, from, to)
    else if (text.length !== to - from) throw new Error('a digest of the wrong length')
    else this.#bytes.write(text, from, 'latin1')
  }
}

/** The calls of a stored row, in the order they were added. */
export function* unpackCalls(column: unknown): Generator<PackedCall> {
  const row = rowFrom(column)
  for (let at = 0; at < row.length; at += CALL_BYTES) yield callAt(row, at)
}

/** One call of a stored row. */
export function unpackCall(column: unknown, serial: number): PackedCall | undefined {
  const row = rowFrom(column)
  for (let at = 0; at < row.length; at += CALL_BYTES) {
    if (row.readDoubleLE(at) === serial) return callAt(row, at)
  }
  return undefined
}

function callAt(row: Buffer, at: number): PackedCall {
  return {
    serial: row.readDoubleLE(at),
    atMs: row.readDoubleLE(at + AT_MS),
    repeatKey: digestFrom(row, at + REPEAT_KEY, at + ELEMENT_TOKEN),
    elementToken: digestFrom(row, at + ELEMENT_TOKEN, at + CALL_BYTES),
  }
}

function digestFrom(row: Buffer, from: number, to: number): string {
  const text = row.toString('latin1', from, to)
  return ZEROS.startsWith(text) ? '' : text
}

function rowFrom(column: unknown): Buffer {
  if (!(column instanceof Uint8Array)) return Buffer.alloc(0)
  return Buffer.from(column.buffer, column.byteOffset, column.length)
}
