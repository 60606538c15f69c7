/** Ending an import: merging its runs into one segment of what is new, and making that live. */
import { compact } from '../records/compact.ts'
import { syncDirectory } from '../records/durable-file.ts'
import {
  type Manifest,
  partialImportPath,
  removeSegment,
  writeManifest,
} from '../records/manifest.ts'
import type { MergeResult, MergeTask } from '../records/merge.ts'

/** What the import did to the registry, each card of the file counted once. */
export type Changes = Pick<MergeResult, 'added' | 'changed' | 'unchanged'>

/** Publishes the given runs over a manifest. */
export async function publish(
  directory: string,
  manifest: Manifest,
  runs: readonly number[],
  run: (task: MergeTask) => Promise<MergeResult>,
): Promise<Changes> {
  const { keyFingerprint, nextId, segmentIds } = manifest
  const task = {
    kind: 'merge',
    keyFingerprint,
    inputDirectory: partialImportPath(directory),
    inputIds: runs,
    directory,
    outputId: nextId,
    knownIds: segmentIds,
  } as const
  const [cards] = await Promise.all([
    run({ ...task, format: 'cards' }),
    run({ ...task, format: 'subjects' }),
  ])
  const { added, changed, unchanged } = cards
  if (added + changed === 0) {
    removeSegment(directory, nextId)
  } else {
    const next = {
      ...manifest,
      nextId: nextId + 1,
      segmentIds: [...segmentIds, nextId],
      cards: sum(manifest.cards, cards.cards),
    }
    syncDirectory(directory)
    writeManifest(directory, next)
    await compact(directory, next, run)
  }
  return { added, changed, unchanged }
}

function sum(before: Manifest['cards'], changes: Manifest['cards']): Manifest['cards'] {
  const after = { ...before }
  for (const [status, by] of Object.entries(changes)) {
    const key = status as keyof typeof changes
    after[key] = (after[key] ?? 0) + by
  }
  return after
}
