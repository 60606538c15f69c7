/** Merging segments into one, a range of tokens at a time, so that memory stays bounded. */
import type { RecordFormat } from './record-format.ts'
import { RegistryError } from './registry-error.ts'
import { filterRecords, type Segment } from './segment.ts'
import type { SegmentWriter } from './segment-writer.ts'
import { sortRecords } from './sort.ts'

/** Records are merged in ranges of about this size. */
const RANGE_BYTES = 16 * 2 ** 20

export interface Merge {
  readonly format: RecordFormat
  /** Oldest first: of equal keys the later input's record survives. */
  readonly inputs: readonly Segment[]
  readonly writer: SegmentWriter
  /** Whether a surviving record goes into the result; by default every one. */
  keep?(records: Buffer, at: number): boolean
  /** Called between ranges with the share done, 0 to 1. */
  onProgress?(share: number): void
  readonly signal?: AbortSignal | undefined
}

/** Sum of the records of segments. */
export function recordsIn(segments: readonly Segment[]): number {
  return segments.reduce((sum, segment) => sum + segment.count, 0)
}

/** Writes the merged records; publishing the writer is the caller's. */
export async function merge(job: Merge): Promise<void> {
  const { format, inputs, writer } = job
  const bytes = recordsIn(inputs) * format.widthBytes
  const rangeBits = Math.max(0, Math.ceil(Math.log2(bytes / RANGE_BYTES)))
  const ranges = 2 ** rangeBits
  for (let range = 0; range < ranges; range++) {
    if (job.signal?.aborted) throw new RegistryError('interrupted')
    const parts = inputs.map((segment) => segment.readRange(rangeBits, range))
    const sorted = sortRecords(Buffer.concat(parts), format)
    const { keep } = job
    writer.append(
      keep ? filterRecords(sorted, format.widthBytes, (at) => keep(sorted, at)) : sorted,
    )
    job.onProgress?.((range + 1) / ranges)
    await new Promise(setImmediate)
  }
}
