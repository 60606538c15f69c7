/** The CSV to import: its identity, its encoding, its heading, and its rows in chunks of whole lines. */
import { isUtf8 } from 'node:buffer'
import { createHmac } from 'node:crypto'
import { closeSync, fstatSync, openSync, readSync } from 'node:fs'
import type { Keyring } from '../../domain/keyring.ts'
import { RegistryError, systemCode } from '../records/registry-error.ts'
import { type Columns, readColumns } from './columns.ts'
import { splitLine } from './csv-line.ts'

export type CsvEncoding = 'utf-8' | 'gb18030'

/** Tells whether two imports read the same file. */
export interface CsvIdentity {
  readonly bytes: number
  readonly mtimeMs: number
  /** Keyed digest of the first bytes; a plain one would let a short file be guessed. */
  readonly head: string
}

/** Whole lines of a file: from the start of one to the end of another. */
export interface Stretch {
  readonly from: number
  readonly to: number
}

/** Whole lines of a file, read. */
export interface Chunk {
  readonly bytes: Buffer
  /** Where the next chunk begins. */
  readonly endOffset: number
}

const HEAD_BYTES = 64 * 1024
const ENCODING_CHUNK_BYTES = 2 ** 20
const LINE_BYTES_MAX = 64 * 1024
const NEWLINE = 0x0a
const UTF8_MARK = Buffer.from([0xef, 0xbb, 0xbf])
const UTF16_MARKS = [Buffer.from([0xff, 0xfe]), Buffer.from([0xfe, 0xff])]

export class CsvFile {
  readonly path: string
  readonly bytes: number
  readonly #descriptor: number
  readonly #mtimeMs: number

  constructor(path: string) {
    this.path = path
    try {
      this.#descriptor = openSync(path, 'r')
    } catch (error) {
      throw new RegistryError('unreadable_csv', systemCode(error), error)
    }
    const stat = fstatSync(this.#descriptor)
    this.bytes = stat.size
    this.#mtimeMs = stat.mtimeMs
    if (stat.isFile()) return
    this.close()
    throw new RegistryError('unreadable_csv', 'EISDIR')
  }

  identity(keyring: Keyring): CsvIdentity {
    const mac = createHmac('sha256', keyring.derive('registry.subject')).update('csv-head ')
    const head = mac.update(this.#read(0, HEAD_BYTES)).digest('hex')
    return { bytes: this.bytes, mtimeMs: this.#mtimeMs, head }
  }

  /** Throws `csv_changed` when the file is no longer what it was when it was opened. */
  assertUnchanged(): void {
    const { size, mtimeMs } = fstatSync(this.#descriptor)
    if (size !== this.bytes || mtimeMs !== this.#mtimeMs) throw new RegistryError('csv_changed')
  }

  /**
   * UTF-8 when it says so or is nothing else, GB18030 otherwise. A file with a few damaged rows is
   * still what most of its rows are: read as the other encoding, every name would become another.
   */
  encoding(): CsvEncoding {
    const start = this.#read(0, UTF8_MARK.length)
    if (UTF16_MARKS.some((mark) => start.subarray(0, mark.length).equals(mark))) {
      throw new RegistryError('unreadable_csv', 'utf-16')
    }
    if (start.equals(UTF8_MARK)) return 'utf-8'
    for (const { bytes } of this.chunks({ from: 0, to: this.bytes }, ENCODING_CHUNK_BYTES)) {
      if (!isUtf8(bytes)) return mostLinesAreUtf8(bytes) ? 'utf-8' : 'gb18030'
    }
    return 'utf-8'
  }

  /** The columns and the offset of the first row. */
  heading(encoding: CsvEncoding): { columns: Columns; endOffset: number } {
    const head = this.#read(0, HEAD_BYTES)
    const newline = head.indexOf(NEWLINE)
    const end = newline < 0 ? head.length : newline
    const marked = head.subarray(0, UTF8_MARK.length).equals(UTF8_MARK)
    const bytes = head.subarray(marked ? UTF8_MARK.length : 0, end)
    const cells = splitLine(new TextDecoder(encoding).decode(bytes).replace(/\r$/, ''))
    if (cells === undefined) throw new RegistryError('unreadable_csv', 'heading')
    return { columns: readColumns(cells), endOffset: newline < 0 ? head.length : newline + 1 }
  }

  /** Cuts everything from an offset into stretches of about `stretchBytes`. */
  *stretches(fromOffset: number, stretchBytes: number): Generator<Stretch> {
    for (let from = fromOffset; from < this.bytes; ) {
      const to = this.#endOfLine(from + stretchBytes)
      yield { from, to }
      from = to
    }
  }

  /** Reads a stretch in chunks of at most `chunkBytes`. */
  *chunks({ from, to }: Stretch, chunkBytes: number): Generator<Chunk> {
    for (let offset = from; offset < to; ) {
      const bytes = this.#read(offset, Math.min(chunkBytes, to - offset))
      if (bytes.length === 0) throw new RegistryError('csv_changed')
      const last = offset + bytes.length >= to
      const length = last ? bytes.length : bytes.lastIndexOf(NEWLINE) + 1
      if (length === 0) throw new RegistryError('unreadable_csv', 'line too long')
      offset += length
      yield { bytes: bytes.subarray(0, length), endOffset: offset }
    }
  }

  close(): void {
    closeSync(this.#descriptor)
  }

  /** Offset behind the line in which a given offset lies. */
  #endOfLine(offset: number): number {
    if (offset >= this.bytes) return this.bytes
    const bytes = this.#read(offset, LINE_BYTES_MAX)
    const newline = bytes.indexOf(NEWLINE)
    if (newline >= 0) return offset + newline + 1
    if (offset + bytes.length >= this.bytes) return this.bytes
    throw new RegistryError('unreadable_csv', 'line too long')
  }

  #read(offset: number, lengthMax: number): Buffer {
    const length = Math.max(0, Math.min(lengthMax, this.bytes - offset))
    const bytes = Buffer.allocUnsafe(length)
    try {
      return bytes.subarray(0, readSync(this.#descriptor, bytes, 0, length, offset))
    } catch (error) {
      throw new RegistryError('unreadable_csv', systemCode(error), error)
    }
  }
}

/** Lines of a chunk as bytes, without their line feed. */
export function byteLines(bytes: Buffer): Buffer[] {
  const lines: Buffer[] = []
  for (let at = 0; at < bytes.length; ) {
    const newline = bytes.indexOf(NEWLINE, at)
    const end = newline < 0 ? bytes.length : newline
    lines.push(bytes.subarray(at, end))
    at = end + 1
  }
  return lines
}

function mostLinesAreUtf8(bytes: Buffer): boolean {
  const telling = byteLines(bytes).filter((line) => line.some((byte) => byte > 0x7f))
  return telling.filter((line) => isUtf8(line)).length * 2 > telling.length
}
