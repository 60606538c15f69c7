/** Merging segments into one, a range of tokens at a time, so that memory stays bounded. */
import type { CardStatus } from '../../sources/store.ts'
import { closeSegments, openSegments, segmentPath } from './manifest.ts'
import { CARDS, FORMATS, type RecordFormat, SUBJECTS, statusAt } from './record-format.ts'
import { findNewest } from './record-store.ts'
import { filterRecords, type Segment } from './segment.ts'
import { SegmentWriter } from './segment-writer.ts'
import { sortRecords } from './sort.ts'

/** Records are merged in ranges of about this size. */
const RANGE_BYTES = 16 * 2 ** 20

/** One merge of one kind of record; plain values, so that a worker thread can be given it. */
export interface MergeTask {
  readonly kind: 'merge'
  readonly format: RecordFormat['name']
  readonly keyFingerprint: string
  /** Where the inputs lie, oldest first: of equal keys the later input's record survives. */
  readonly inputDirectory: string
  readonly inputIds: readonly number[]
  /** Where the result goes. */
  readonly directory: string
  readonly outputId: number
  /** Segments of `directory`, oldest first; a record that they hold already is left out. */
  readonly knownIds: readonly number[]
}

/** What a merge wrote, in comparison with the known segments. */
export interface MergeResult {
  readonly added: number
  readonly changed: number
  readonly unchanged: number
  /** By how much the number of cards of each status changes. */
  readonly cards: { readonly [S in CardStatus]?: number }
}

/** Carries out a merge and publishes the output file; `onRange` gets the share done, 0 to 1. */
export function runMerge(task: MergeTask, onRange?: (share: number) => void): MergeResult {
  const { directory, keyFingerprint, outputId } = task
  const format = FORMATS[task.format]
  const inputs = openSegments(task.inputDirectory, task.inputIds, format, keyFingerprint)
  const known = openSegments(directory, task.knownIds.toReversed(), format, keyFingerprint)
  const records = inputs.reduce((sum, segment) => sum + segment.count, 0)
  const path = segmentPath(directory, outputId, format)
  const writer = new SegmentWriter(path, format, keyFingerprint, records)
  try {
    const news = task.format === 'cards' ? new CardNews(known) : new SubjectNews(known)
    const ranges = rangesFor(records * format.widthBytes)
    for (let range = 0; range < ranges; range++) {
      const parts = inputs.map((segment) => segment.readRange(Math.log2(ranges), range))
      const sorted = sortRecords(Buffer.concat(parts), format)
      writer.append(filterRecords(sorted, format.widthBytes, (at) => news.isNew(sorted, at)))
      onRange?.((range + 1) / ranges)
    }
    writer.publish()
    return news.result
  } finally {
    writer.discard()
    closeSegments([...inputs, ...known])
  }
}

/** A power of two of ranges that are small enough to be sorted in memory. */
function rangesFor(bytes: number): number {
  return 2 ** Math.max(0, Math.ceil(Math.log2(bytes / RANGE_BYTES)))
}

/** Tells cards that are new or differ from the known record, and counts. */
class CardNews {
  readonly result = { added: 0, changed: 0, unchanged: 0, cards: {} }
  readonly #known: readonly Segment[]
  readonly #cards: { [S in CardStatus]?: number } = this.result.cards

  constructor(knownNewestFirst: readonly Segment[]) {
    this.#known = knownNewestFirst
  }

  isNew(records: Buffer, at: number): boolean {
    const { keyBytes, widthBytes } = CARDS
    const found =
      this.#known.length > 0
        ? findNewest(this.#known, records.toString('latin1', at, at + keyBytes))
        : undefined
    if (found === undefined) {
      this.result.added++
    } else {
      const { page, at: from } = found
      if (records.compare(page, from, from + widthBytes, at, at + widthBytes) === 0) {
        this.result.unchanged++
        return false
      }
      this.result.changed++
      this.#count(statusAt(page, from), -1)
    }
    this.#count(statusAt(records, at), 1)
    return true
  }

  #count(status: CardStatus | undefined, by: number): void {
    if (status !== undefined) this.#cards[status] = (this.#cards[status] ?? 0) + by
  }
}

/** Tells entries of persons that no known segment has. */
class SubjectNews {
  readonly result = { added: 0, changed: 0, unchanged: 0, cards: {} }
  readonly #known: readonly Segment[]
  /** All entries of a person come one after another, so they are looked up together. */
  #person = ''
  #entries = new Set<string>()

  constructor(knownNewestFirst: readonly Segment[]) {
    this.#known = knownNewestFirst
  }

  isNew(records: Buffer, at: number): boolean {
    if (this.#known.length > 0 && this.#isKnown(records, at)) {
      this.result.unchanged++
      return false
    }
    this.result.added++
    return true
  }

  #isKnown(records: Buffer, at: number): boolean {
    const entry = records.toString('latin1', at, at + SUBJECTS.widthBytes)
    const person = entry.slice(0, CARDS.keyBytes)
    if (person !== this.#person) {
      const found = this.#known.flatMap((segment) => segment.findAll(person))
      this.#person = person
      this.#entries = new Set(found.map(({ record }) => record.toString('latin1')))
    }
    return this.#entries.has(entry)
  }
}
