import { join } from 'node:path'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { CARDS } from './record-format.ts'
import { Segment } from './segment.ts'
import { TEST_KEYRING, testDirectory, writeTestSegment } from './test-records.ts'

function segmentOf(records: string[]): Segment {
  const path = join(testDirectory(), 'x.cards')
  writeTestSegment(path, CARDS, records)
  return new Segment(path, CARDS, TEST_KEYRING.fingerprint())
}

/** Records whose tokens are spread over the whole space. */
function spread(count: number): string[] {
  return Array.from({ length: count }, (_, i) => {
    const top = Math.imul(i + 1, 0x9e3779b1) >>> 0
    const head = String.fromCharCode(top >>> 24, (top >>> 16) & 255, (top >>> 8) & 255, top & 255)
    return head + 'k'.repeat(CARDS.keyBytes - 4) + 'v'.repeat(CARDS.widthBytes - CARDS.keyBytes)
  })
}

test.each([0, 1, 32, 33, 5000])('each of %i records is found in its bucket', (count) => {
  const records = spread(count)
  const segment = segmentOf(records)
  expect(segment.count).toBe(count)
  for (const record of records) {
    const at = segment.find(record.slice(0, CARDS.keyBytes))
    expect(segment.page.toString('latin1', at, at + CARDS.widthBytes)).toBe(record)
  }
  expect(segment.find('absent'.padEnd(CARDS.keyBytes))).toBe(-1)
  segment.close()
})

test('the ranges of any width hold every record once and in order', () => {
  const records = spread(1000)
  const segment = segmentOf(records)
  const sorted = [...records].sort().join('')
  fc.assert(
    fc.property(fc.nat({ max: 9 }), (rangeBits) => {
      const ranges = Array.from({ length: 2 ** rangeBits }, (_, range) => {
        return segment.readRange(rangeBits, range)
      })
      expect(Buffer.concat(ranges).toString('latin1')).toBe(sorted)
    }),
  )
  segment.close()
})
