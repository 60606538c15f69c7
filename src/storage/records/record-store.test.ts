import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { Keyring } from '../../domain/keyring.ts'
import { TUPLE_BYTES } from '../../domain/token.ts'
import { describeRegistryStore } from '../../sources/conformance.ts'
import { manifestPath, segmentPath } from './manifest.ts'
import { CARDS } from './record-format.ts'
import { openRegistry } from './record-store.ts'
import { registryStats } from './stats.ts'
import { addTestSegment, TEST_KEYRING, testDirectory } from './test-records.ts'

describeRegistryStore('a directory of record segments', () => {
  const directory = testDirectory()
  const store = openRegistry(directory, TEST_KEYRING)
  return {
    store,
    load(cards) {
      addTestSegment(directory, cards)
      store.refresh()
    },
    close: () => store.close(),
  }
})

const CARD = {
  cardToken: 'c'.repeat(16),
  status: 'normal',
  card2: '2'.repeat(TUPLE_BYTES),
  card3: '3'.repeat(TUPLE_BYTES),
  card4: '4'.repeat(TUPLE_BYTES),
  cardId: 'i'.repeat(TUPLE_BYTES),
} as const

/** A registry of one card. */
function oneCard(): string {
  const directory = testDirectory()
  addTestSegment(directory, [CARD])
  return directory
}

test('an open store sees a new segment after refresh and not before', () => {
  const directory = testDirectory()
  const store = openRegistry(directory, TEST_KEYRING)
  addTestSegment(directory, [CARD])
  expect(store.get(CARD.cardToken)).toBeUndefined()
  expect(store.refresh()).toBe(true)
  expect(store.get(CARD.cardToken)).toBeDefined()
  expect(store.refresh()).toBe(false)
  store.close()
})

test('a registry of another key file is refused as such', () => {
  const foreign = new Keyring(Buffer.alloc(32, 4))
  expect(() => openRegistry(oneCard(), foreign)).toThrow(
    expect.objectContaining({ code: 'foreign_key' }),
  )
})

test('a manifest or a segment of a newer version is refused as such', () => {
  const newerManifest = oneCard()
  const manifest = JSON.parse(readFileSync(manifestPath(newerManifest), 'utf8'))
  writeFileSync(manifestPath(newerManifest), JSON.stringify({ ...manifest, format: 2 }))
  const newerSegment = oneCard()
  overwrite(segmentPath(newerSegment, 1, CARDS), 8, 2)
  for (const directory of [newerManifest, newerSegment]) {
    expect(() => openRegistry(directory, TEST_KEYRING)).toThrow(
      expect.objectContaining({ code: 'newer_format' }),
    )
  }
})

test('damage to the header, the index, the length or the manifest is noticed at opening', () => {
  const damages: ((directory: string) => void)[] = [
    (directory) => overwrite(segmentPath(directory, 1, CARDS), 0, 0x78),
    (directory) => overwrite(segmentPath(directory, 1, CARDS), 12, 3),
    (directory) => overwrite(segmentPath(directory, 1, CARDS), 50, 0x78),
    (directory) => overwrite(segmentPath(directory, 1, CARDS), -1, 0x78),
    (directory) => writeFileSync(segmentPath(directory, 1, CARDS), 'KAYAN'),
    (directory) => rmSync(segmentPath(directory, 1, CARDS)),
    (directory) => writeFileSync(manifestPath(directory), '{'),
    (directory) => writeFileSync(manifestPath(directory), '[]'),
    (directory) => writeFileSync(manifestPath(directory), 'null'),
  ]
  for (const damage of damages) {
    const directory = oneCard()
    damage(directory)
    expect(() => openRegistry(directory, TEST_KEYRING)).toThrow(
      expect.objectContaining({ code: 'damaged' }),
    )
  }
})

test('a store goes on answering when a refresh finds the new state unusable', () => {
  const directory = oneCard()
  const store = openRegistry(directory, TEST_KEYRING)
  writeFileSync(manifestPath(directory), '{')
  expect(() => store.refresh()).toThrow()
  expect(store.get(CARD.cardToken)).toBeDefined()
  store.close()
})

test('the figures need no key and count what is there', () => {
  expect(registryStats(testDirectory())).toMatchObject({ cards: 0, segments: 0, bytesPerCard: 0 })
  const stats = registryStats(oneCard())
  expect(stats).toMatchObject({ cards: 1, segments: 1, cardsByStatus: { normal: 1 } })
  expect(stats.keyFingerprint).toBe(TEST_KEYRING.fingerprint())
})

/** Replaces one byte of a file, counted from its end when negative. */
function overwrite(path: string, at: number, byte: number): void {
  const bytes = readFileSync(path)
  bytes[at < 0 ? bytes.length + at : at] = byte
  writeFileSync(path, bytes)
}
