/** Small registries on disk for the tests of this folder and of the import. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'
import { Keyring } from '../../domain/keyring.ts'
import type { LoadedCard } from '../../sources/conformance.ts'
import { emptyManifest, readManifest, segmentPath, writeManifest } from './manifest.ts'
import { CARDS, encodeCard, type RecordFormat, SUBJECTS } from './record-format.ts'
import { SegmentWriter } from './segment-writer.ts'
import { sortRecords } from './sort.ts'

export const TEST_KEYRING = new Keyring(Buffer.alloc(32, 3))

/** A new directory that is gone after the test. */
export function testDirectory(): string {
  const path = mkdtempSync(join(tmpdir(), 'kayan-registry-'))
  onTestFinished(() => rmSync(path, { recursive: true, force: true }))
  return path
}

/** Writes one segment file of the given records (latin1 text). */
export function writeTestSegment(path: string, format: RecordFormat, records: string[]): void {
  const sorted = sortRecords(Buffer.from(records.join(''), 'latin1'), format)
  const fingerprint = TEST_KEYRING.fingerprint()
  const writer = new SegmentWriter(path, format, fingerprint, records.length)
  writer.append(sorted)
  writer.publish()
}

/** Publishes one more segment of cards in a directory. */
export function addTestSegment(directory: string, cards: readonly LoadedCard[]): void {
  const manifest = readManifest(directory) ?? emptyManifest(TEST_KEYRING.fingerprint())
  const { nextId, segmentIds } = manifest
  const records = cards.map((card) => encodeCard(card.cardToken, card))
  writeTestSegment(segmentPath(directory, nextId, CARDS), CARDS, records)
  writeTestSegment(segmentPath(directory, nextId, SUBJECTS), SUBJECTS, [])
  writeManifest(directory, {
    ...manifest,
    nextId: nextId + 1,
    segmentIds: [...segmentIds, nextId],
    cards: { normal: (manifest.cards.normal ?? 0) + cards.length },
  })
}
