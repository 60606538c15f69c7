/** Keeping the number of segments small, because a look-up of an unknown card asks each of them. */
import { syncDirectory } from './durable-file.ts'
import {
  closeSegments,
  type Manifest,
  openSegments,
  removeSegment,
  segmentPath,
  writeManifest,
} from './manifest.ts'
import { merge, recordsIn } from './merge.ts'
import { CARDS, type RecordFormat, SUBJECTS } from './record-format.ts'
import { SegmentWriter } from './segment-writer.ts'

/** Most live segments after an import. */
export const SEGMENTS_MAX = 6
/** A segment is merged into its newer ones unless it is at least this many times their size. */
const TIER_RATIO = 2

/** Merges the newest segments while they are small beside each other; returns the new manifest. */
export async function compact(
  directory: string,
  manifest: Manifest,
  signal?: AbortSignal,
): Promise<Manifest> {
  const merged = segmentsToMerge(sizesOf(directory, manifest))
  if (merged < 2) return manifest
  const oldIds = manifest.segmentIds.slice(-merged)
  const next = {
    ...manifest,
    nextId: manifest.nextId + 1,
    segmentIds: [...manifest.segmentIds.slice(0, -merged), manifest.nextId],
  }
  for (const format of [CARDS, SUBJECTS]) {
    await mergeOf(directory, manifest, oldIds, format, signal)
  }
  syncDirectory(directory)
  writeManifest(directory, next)
  for (const id of oldIds) removeSegment(directory, id)
  return next
}

/** How many of the newest segments to merge, by the sizes of all, oldest first. */
export function segmentsToMerge(sizes: readonly number[]): number {
  const forced = sizes.length - SEGMENTS_MAX + 1
  let merged = 0
  let sum = 0
  for (const size of sizes.toReversed()) {
    if (merged >= Math.max(1, forced) && size >= TIER_RATIO * sum) break
    merged++
    sum += size
  }
  return merged
}

function sizesOf(directory: string, manifest: Manifest): number[] {
  const { segmentIds, keyFingerprint } = manifest
  const segments = openSegments(directory, segmentIds, CARDS, keyFingerprint)
  closeSegments(segments)
  return segments.map((segment) => segment.count)
}

async function mergeOf(
  directory: string,
  { nextId, keyFingerprint }: Manifest,
  ids: readonly number[],
  format: RecordFormat,
  signal: AbortSignal | undefined,
): Promise<void> {
  const inputs = openSegments(directory, ids, format, keyFingerprint)
  const path = segmentPath(directory, nextId, format)
  const writer = new SegmentWriter(path, format, keyFingerprint, recordsIn(inputs))
  try {
    await merge({ format, inputs, writer, signal })
    writer.publish()
  } finally {
    writer.discard()
    closeSegments(inputs)
  }
}
