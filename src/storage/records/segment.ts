/** Reading one immutable segment file: a look-up is one read of one bucket, whatever the size. */
import { closeSync, fstatSync, fsyncSync, openSync, readSync } from 'node:fs'
import { writeFully } from './durable-file.ts'
import type { RecordFormat } from './record-format.ts'
import { RegistryError, unreadable } from './registry-error.ts'
import { bucketOf, decodeHeader, HEADER_BYTES, indexBytes, isSound } from './segment-header.ts'

/** A copy of a record and its place in the segment. */
export interface NumberedRecord {
  readonly number: number
  readonly record: Buffer
}

export class Segment {
  readonly format: RecordFormat
  readonly count: number
  readonly bytes: number
  readonly #path: string
  readonly #descriptor: number
  readonly #bucketBits: number
  readonly #index: Uint32Array
  #page: Buffer | undefined

  /** Opens a segment, `r+` for erasure; throws a `RegistryError` when it is not a sound one of ours. */
  constructor(path: string, format: RecordFormat, keyFingerprint: string, mode: 'r' | 'r+' = 'r') {
    this.#path = path
    this.format = format
    this.#descriptor = open(path, mode)
    try {
      const header = this.#read(0, HEADER_BYTES)
      const { bucketBits, count } = decodeHeader(header, format, keyFingerprint, path)
      this.#bucketBits = bucketBits
      this.count = count
      this.bytes = fstatSync(this.#descriptor).size
      const index = this.#readIndex()
      if (!isSound(header, index)) throw new RegistryError('damaged', path)
      this.#index = new Uint32Array(index.buffer, index.byteOffset, index.byteLength / 4)
    } catch (error) {
      closeSync(this.#descriptor)
      throw error
    }
  }

  /** The bucket read last; offsets that `find` returns point into it. */
  get page(): Buffer {
    this.#page ??= Buffer.alloc(largestBucket(this.#index) * this.format.widthBytes)
    return this.#page
  }

  /** Offset in `page` of the record whose bytes begin with `prefix` (latin1), or -1. */
  find(prefix: string): number {
    const top = top32(prefix)
    const { first, end } = this.#bucketAround(top)
    const { page, format } = this
    const length = (end - first) * format.widthBytes
    this.#readInto(page, length, first)
    for (let at = 0; at < length; at += format.widthBytes) {
      if (startsWith(page, at, top, prefix)) return at
    }
    return -1
  }

  /** All records whose bytes begin with `prefix`. */
  findAll(prefix: string): NumberedRecord[] {
    const top = top32(prefix)
    const { first, end } = this.#bucketAround(top)
    const { widthBytes } = this.format
    const bucket = this.#records(first, end)
    const found: NumberedRecord[] = []
    for (let at = 0; at < bucket.length; at += widthBytes) {
      if (!startsWith(bucket, at, top, prefix)) continue
      found.push({ number: first + at / widthBytes, record: bucket.subarray(at, at + widthBytes) })
    }
    return found
  }

  /** Replaces one record in place; readers see it at once. */
  overwrite(number: number, record: Buffer): void {
    writeFully(this.#descriptor, record, this.#positionOf(number))
  }

  /** A copy of the records whose token begins with the `rangeBits` bits of `range`. */
  readRange(rangeBits: number, range: number): Buffer {
    const shift = this.#bucketBits - rangeBits
    if (shift >= 0) return this.#records(...this.#span(range << shift, (range + 1) << shift))
    const bucket = range >>> -shift
    const records = this.#records(...this.#span(bucket, bucket + 1))
    return filterRecords(records, this.format.widthBytes, (at) => {
      return bucketOf(records.readUInt32BE(at), rangeBits) === range
    })
  }

  sync(): void {
    fsyncSync(this.#descriptor)
  }

  close(): void {
    closeSync(this.#descriptor)
  }

  #bucketAround(top: number): { first: number; end: number } {
    const bucket = bucketOf(top, this.#bucketBits)
    return { first: this.#index[bucket] ?? 0, end: this.#index[bucket + 1] ?? 0 }
  }

  #span(fromBucket: number, toBucket: number): [first: number, end: number] {
    return [this.#index[fromBucket] ?? 0, this.#index[toBucket] ?? 0]
  }

  #records(first: number, end: number): Buffer {
    const records = Buffer.allocUnsafe((end - first) * this.format.widthBytes)
    this.#readInto(records, records.length, first)
    return records
  }

  #readInto(target: Buffer, length: number, firstRecord: number): void {
    if (length === 0) return
    const read = readSync(this.#descriptor, target, 0, length, this.#positionOf(firstRecord))
    if (read !== length) throw new RegistryError('damaged', this.#path)
  }

  #positionOf(number: number): number {
    return HEADER_BYTES + number * this.format.widthBytes
  }

  #readIndex(): Buffer {
    const position = this.#positionOf(this.count)
    const length = indexBytes(this.#bucketBits)
    if (this.bytes !== position + length) throw new RegistryError('damaged', this.#path)
    return this.#read(position, length)
  }

  #read(position: number, length: number): Buffer {
    const bytes = Buffer.alloc(length)
    const read = readSync(this.#descriptor, bytes, 0, length, position)
    return bytes.subarray(0, read)
  }
}

/** Keeps the records for which `keep` is true, in order, in the same memory. */
export function filterRecords(
  records: Buffer,
  widthBytes: number,
  keep: (at: number) => boolean,
): Buffer {
  let length = 0
  for (let at = 0; at < records.length; at += widthBytes) {
    if (!keep(at)) continue
    if (at !== length) records.copy(records, length, at, at + widthBytes)
    length += widthBytes
  }
  return records.subarray(0, length)
}

function open(path: string, mode: 'r' | 'r+'): number {
  try {
    return openSync(path, mode)
  } catch (error) {
    throw unreadable(error, path)
  }
}

/** The first 32 bits of a token. */
function top32(token: string): number {
  const high = (token.charCodeAt(0) << 24) | (token.charCodeAt(1) << 16)
  return (high | (token.charCodeAt(2) << 8) | token.charCodeAt(3)) >>> 0
}

/** Compares 32 bits first: nearly every other record of a bucket is told apart by them. */
function startsWith(page: Buffer, at: number, top: number, prefix: string): boolean {
  return page.readUInt32BE(at) === top && page.toString('latin1', at, at + prefix.length) === prefix
}

function largestBucket(index: Uint32Array): number {
  let largest = 0
  for (let bucket = 1; bucket < index.length; bucket++) {
    largest = Math.max(largest, (index[bucket] ?? 0) - (index[bucket - 1] ?? 0))
  }
  return largest
}
