/** Sorted runs: what an import has tokenised so far, as segments that no manifest names yet. */
import { syncDirectory } from '../records/durable-file.ts'
import { segmentPath } from '../records/manifest.ts'
import { CARDS, type RecordFormat, SUBJECTS } from '../records/record-format.ts'
import { SegmentWriter } from '../records/segment-writer.ts'
import { sortRecords } from '../records/sort.ts'
import type { TokenisedChunk } from './tokenise.ts'

/** Collects records in row order and writes them as run number `id`. */
export class RunBuffer {
  #cards: Uint8Array[] = []
  #subjects: Uint8Array[] = []

  add(chunk: TokenisedChunk): void {
    this.#cards.push(chunk.cards)
    this.#subjects.push(chunk.subjects)
  }

  /** Writes both files of the run durably and forgets the records. */
  flush(directory: string, id: number, keyFingerprint: string): void {
    const parts: [RecordFormat, Uint8Array[]][] = [
      [CARDS, this.#cards],
      [SUBJECTS, this.#subjects],
    ]
    for (const [format, records] of parts) {
      const sorted = sortRecords(Buffer.concat(records), format)
      const path = segmentPath(directory, id, format)
      const writer = new SegmentWriter(
        path,
        format,
        keyFingerprint,
        sorted.length / format.widthBytes,
      )
      try {
        writer.append(sorted)
        writer.publish()
      } finally {
        writer.discard()
      }
    }
    syncDirectory(directory)
    this.#cards = []
    this.#subjects = []
  }
}
