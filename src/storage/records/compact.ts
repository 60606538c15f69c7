/** Keeping the number of segments small, because a look-up of an unknown card asks each of them. */
import { statSync } from 'node:fs'
import { syncDirectory } from './durable-file.ts'
import { type Manifest, removeSegment, segmentPath, writeManifest } from './manifest.ts'
import type { MergeResult, MergeTask } from './merge.ts'
import { CARDS } from './record-format.ts'

/** Most live segments after an import. */
export const SEGMENTS_MAX = 6
/** A segment is merged with its newer ones unless it is at least this many times their size. */
const TIER_RATIO = 2

/** Merges the newest segments while they are small beside each other. */
export async function compact(
  directory: string,
  manifest: Manifest,
  run: (task: MergeTask) => Promise<MergeResult>,
): Promise<void> {
  const { segmentIds, keyFingerprint, nextId } = manifest
  const sizes = segmentIds.map((id) => statSync(segmentPath(directory, id, CARDS)).size)
  const merged = segmentsToMerge(sizes)
  if (merged < 2) return
  const inputIds = segmentIds.slice(-merged)
  const task = {
    kind: 'merge',
    keyFingerprint,
    inputDirectory: directory,
    inputIds,
    directory,
    outputId: nextId,
    knownIds: [],
  } as const
  await Promise.all([run({ ...task, format: 'cards' }), run({ ...task, format: 'subjects' })])
  syncDirectory(directory)
  const left = segmentIds.slice(0, -merged)
  writeManifest(directory, { ...manifest, nextId: nextId + 1, segmentIds: [...left, nextId] })
  for (const id of inputIds) removeSegment(directory, id)
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
