/**
 * Header and bucket index of a segment file: header 64 bytes · records · index.
 *
 * Records lie in order of the top bits of their token (the bucket); the index holds the number of
 * the first record of each bucket and, last, the number of records. Integers are little-endian.
 */
import { hash } from 'node:crypto'
import { TOKEN_KEY_VERSION } from '../../domain/token.ts'
import type { RecordFormat } from './record-format.ts'
import { RegistryError } from './registry-error.ts'

export const HEADER_BYTES = 64
/** Version of the segment and manifest format. */
export const FORMAT_VERSION = 1
/** A bucket holds about this many records, so that a look-up reads about two kilobytes. */
const BUCKET_RECORDS = 32

const MAGIC = 'KAYANREG'
const VERSION_AT = 8
const KIND_AT = 10
const WIDTH_AT = 11
const BITS_AT = 12
const KEY_VERSION_AT = 13
const COUNT_AT = 16
const FINGERPRINT_AT = 24
const FINGERPRINT_BYTES = 16
const CHECKSUM_AT = 48
const CHECKSUM_BYTES = 16

export interface SegmentHeader {
  readonly bucketBits: number
  readonly count: number
}

/** Top bits that tell buckets apart when there are `count` records. */
export function bucketBitsFor(count: number): number {
  return Math.max(0, Math.ceil(Math.log2(count / BUCKET_RECORDS)))
}

/** Bucket of a record by the first 32 bits of its token. */
export function bucketOf(top32: number, bucketBits: number): number {
  return bucketBits === 0 ? 0 : top32 >>> (32 - bucketBits)
}

/** Bytes of the index of a segment. */
export function indexBytes(bucketBits: number): number {
  return (2 ** bucketBits + 1) * Uint32Array.BYTES_PER_ELEMENT
}

/** Header bytes; the checksum covers header and index, not the records, which erasure overwrites. */
export function encodeHeader(
  header: SegmentHeader,
  format: RecordFormat,
  keyFingerprint: string,
  index: Uint8Array,
): Buffer {
  const bytes = Buffer.alloc(HEADER_BYTES)
  bytes.write(MAGIC, 0, 'latin1')
  bytes.writeUInt16LE(FORMAT_VERSION, VERSION_AT)
  bytes[KIND_AT] = format.kind
  bytes[WIDTH_AT] = format.widthBytes
  bytes[BITS_AT] = header.bucketBits
  bytes[KEY_VERSION_AT] = TOKEN_KEY_VERSION
  bytes.writeBigUInt64LE(BigInt(header.count), COUNT_AT)
  bytes.write(keyFingerprint, FINGERPRINT_AT, FINGERPRINT_BYTES, 'latin1')
  bytes.write(checksum(bytes, index), CHECKSUM_AT, 'latin1')
  return bytes
}

/** Reads a header and refuses what is not ours, newer, or under another key. */
export function decodeHeader(
  bytes: Buffer,
  format: RecordFormat,
  keyFingerprint: string,
  path: string,
): SegmentHeader {
  if (bytes.length < HEADER_BYTES || bytes.toString('latin1', 0, VERSION_AT) !== MAGIC) {
    throw new RegistryError('damaged', path)
  }
  if (bytes.readUInt16LE(VERSION_AT) > FORMAT_VERSION) throw new RegistryError('newer_format', path)
  if (bytes[KIND_AT] !== format.kind || bytes[WIDTH_AT] !== format.widthBytes) {
    throw new RegistryError('damaged', path)
  }
  const fingerprint = bytes.toString('latin1', FINGERPRINT_AT, FINGERPRINT_AT + FINGERPRINT_BYTES)
  if (fingerprint !== keyFingerprint) throw new RegistryError('foreign_key', path)
  return { bucketBits: bytes[BITS_AT] ?? 0, count: Number(bytes.readBigUInt64LE(COUNT_AT)) }
}

/** Whether header and index are as they were written. */
export function isSound(header: Buffer, index: Uint8Array): boolean {
  const stored = header.toString('latin1', CHECKSUM_AT, CHECKSUM_AT + CHECKSUM_BYTES)
  return stored === checksum(header, index)
}

function checksum(header: Buffer, index: Uint8Array): string {
  const digest = hash('sha256', index, 'hex')
  const covered = header.toString('hex', 0, CHECKSUM_AT) + digest
  return hash('sha256', covered, 'latin1').slice(0, CHECKSUM_BYTES)
}
