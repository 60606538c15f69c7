/** Writing one segment file from records that come sorted by token. */
import { DraftFile } from './durable-file.ts'
import type { RecordFormat } from './record-format.ts'
import { bucketBitsFor, bucketOf, encodeHeader, HEADER_BYTES } from './segment-header.ts'

export class SegmentWriter {
  readonly #draft: DraftFile
  readonly #format: RecordFormat
  readonly #keyFingerprint: string
  /** Fine enough for `countMax` records; coarsened at the end when fewer came. */
  readonly #bucketBits: number
  readonly #counts: Uint32Array
  #count = 0

  constructor(path: string, format: RecordFormat, keyFingerprint: string, countMax: number) {
    this.#draft = new DraftFile(path)
    this.#format = format
    this.#keyFingerprint = keyFingerprint
    this.#bucketBits = bucketBitsFor(countMax)
    this.#counts = new Uint32Array(2 ** this.#bucketBits)
  }

  /** Appends records; they follow all earlier ones in order of token. */
  append(records: Buffer): void {
    const { widthBytes } = this.#format
    this.#draft.write(records, HEADER_BYTES + this.#count * widthBytes)
    for (let at = 0; at < records.length; at += widthBytes) {
      const bucket = bucketOf(records.readUInt32BE(at), this.#bucketBits)
      this.#counts[bucket] = (this.#counts[bucket] ?? 0) + 1
    }
    this.#count += records.length / widthBytes
  }

  /** Makes the segment whole and durable under its name; returns how many records it has. */
  publish(): number {
    const bucketBits = bucketBitsFor(this.#count)
    const index = Buffer.from(this.#index(bucketBits).buffer)
    const header = { bucketBits, count: this.#count }
    this.#draft.write(index, HEADER_BYTES + this.#count * this.#format.widthBytes)
    this.#draft.write(encodeHeader(header, this.#format, this.#keyFingerprint, index), 0)
    this.#draft.publish()
    return this.#count
  }

  /** Leaves nothing behind; without effect once published. */
  discard(): void {
    this.#draft.discard()
  }

  #index(bucketBits: number): Uint32Array {
    const index = new Uint32Array(2 ** bucketBits + 1)
    const fineBuckets = 2 ** (this.#bucketBits - bucketBits)
    let number = 0
    for (const [fine, count] of this.#counts.entries()) {
      number += count
      if ((fine + 1) % fineBuckets === 0) index[(fine + 1) / fineBuckets] = number
    }
    return index
  }
}
