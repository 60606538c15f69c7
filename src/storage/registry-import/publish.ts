/** Ending an import: merging its runs into one segment of what is new, and making that live. */
import type { CardStatus } from '../../sources/store.ts'
import { syncDirectory } from '../records/durable-file.ts'
import {
  closeSegments,
  type Manifest,
  openSegments,
  partialImportPath,
  removeSegment,
  segmentPath,
  writeManifest,
} from '../records/manifest.ts'
import { merge, recordsIn } from '../records/merge.ts'
import { CARDS, type RecordFormat, SUBJECTS, statusAt } from '../records/record-format.ts'
import { findNewest } from '../records/record-store.ts'
import type { Segment } from '../records/segment.ts'
import { SegmentWriter } from '../records/segment-writer.ts'

/** What the import did to the registry, each card of the file counted once. */
export interface Changes {
  readonly added: number
  readonly changed: number
  readonly unchanged: number
}

export interface Publication {
  readonly directory: string
  readonly manifest: Manifest
  readonly runs: number
  readonly signal?: AbortSignal | undefined
  onProgress(share: number): void
}

type Tally = { added: number; changed: number; unchanged: number }
type Cards = { [S in CardStatus]?: number }

/** Publishes the runs 1 to `runs`; returns the manifest now live and what changed. */
export async function publish(
  publication: Publication,
): Promise<{ manifest: Manifest; changes: Changes }> {
  const { directory, manifest } = publication
  const changes: Tally = { added: 0, changed: 0, unchanged: 0 }
  const cards: Cards = { ...manifest.cards }
  await mergeRuns(publication, CARDS, (live) => cardFilter(live, changes, cards))
  await mergeRuns(publication, SUBJECTS, subjectFilter)
  if (changes.added + changes.changed === 0) {
    removeSegment(directory, manifest.nextId)
    return { manifest, changes }
  }
  const next = {
    ...manifest,
    nextId: manifest.nextId + 1,
    segmentIds: [...manifest.segmentIds, manifest.nextId],
    cards,
  }
  syncDirectory(directory)
  writeManifest(directory, next)
  return { manifest: next, changes }
}

type Filter = (records: Buffer, at: number) => boolean

async function mergeRuns(
  { directory, manifest, runs, signal, onProgress }: Publication,
  format: RecordFormat,
  filterFor: (live: readonly Segment[]) => Filter,
): Promise<void> {
  const { keyFingerprint, nextId, segmentIds } = manifest
  const ids = Array.from({ length: runs }, (_, index) => index + 1)
  const inputs = openSegments(partialImportPath(directory), ids, format, keyFingerprint)
  const live = openSegments(directory, segmentIds.toReversed(), format, keyFingerprint)
  const path = segmentPath(directory, nextId, format)
  const writer = new SegmentWriter(path, format, keyFingerprint, recordsIn(inputs))
  try {
    await merge({ format, inputs, writer, keep: filterFor(live), onProgress, signal })
    writer.publish()
  } finally {
    writer.discard()
    closeSegments([...inputs, ...live])
  }
}

/** Keeps cards that are new or differ from the live record, and counts. */
function cardFilter(live: readonly Segment[], changes: Tally, cards: Cards): Filter {
  const { keyBytes, widthBytes } = CARDS
  return (records, at) => {
    const found = findNewest(live, records.toString('latin1', at, at + keyBytes))
    if (
      found &&
      records.compare(found.page, found.at, found.at + widthBytes, at, at + widthBytes) === 0
    ) {
      changes.unchanged++
      return false
    }
    changes[found ? 'changed' : 'added']++
    if (found) count(cards, statusAt(found.page, found.at), -1)
    count(cards, statusAt(records, at), 1)
    return true
  }
}

/** Keeps entries that no live segment has. All entries of a person come one after another. */
function subjectFilter(live: readonly Segment[]): Filter {
  let person = ''
  let known = new Set<string>()
  return (records, at) => {
    const entry = records.toString('latin1', at, at + SUBJECTS.widthBytes)
    const token = entry.slice(0, CARDS.keyBytes)
    if (token !== person) {
      person = token
      const found = live.flatMap((segment) => segment.findAll(token))
      known = new Set(found.map(({ record }) => record.toString('latin1')))
    }
    return !known.has(entry)
  }
}

function count(cards: Cards, status: CardStatus | undefined, by: number): void {
  if (status !== undefined) cards[status] = (cards[status] ?? 0) + by
}
