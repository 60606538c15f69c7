import fc from 'fast-check'
import { expect, test } from 'vitest'
import { CARDS, eraseAt, SUBJECTS } from './record-format.ts'
import { sortRecords } from './sort.ts'

/** Records with few different keys, so that many are equal or share their first bits. */
function recordsOf(format: typeof CARDS) {
  const head = fc.constantFrom(1, 2, 0x01000000, 0x01000001, 0xffffffff)
  const tail = fc.nat({ max: 3 })
  return fc.array(fc.tuple(head, tail, fc.nat({ max: 255 })), { maxLength: 60 }).map((rows) => {
    const bytes = Buffer.alloc(rows.length * format.widthBytes, 7)
    rows.forEach(([top, low, last], i) => {
      bytes.writeUInt32BE(top, i * format.widthBytes)
      bytes[i * format.widthBytes + 15] = low
      bytes[(i + 1) * format.widthBytes - 1] = last
    })
    return bytes
  })
}

function split(bytes: Buffer, width: number): Buffer[] {
  return Array.from({ length: bytes.length / width }, (_, i) => {
    return bytes.subarray(i * width, (i + 1) * width)
  })
}

test.each([CARDS, SUBJECTS])(
  'sorted $name are those a map of keys would hold, in order',
  (format) => {
    fc.assert(
      fc.property(recordsOf(format), (bytes) => {
        const newest = new Map<string, Buffer>()
        for (const record of split(bytes, format.widthBytes)) {
          newest.set(record.toString('latin1', 0, format.keyBytes), record)
        }
        const expected = Buffer.concat([...newest.values()].sort(Buffer.compare))
        expect(sortRecords(bytes, format).equals(expected)).toBe(true)
      }),
    )
  },
)

test('erased records are dropped', () => {
  const bytes = Buffer.alloc(3 * CARDS.widthBytes, 7)
  for (const i of [0, 1, 2]) bytes[i * CARDS.widthBytes] = i
  eraseAt(bytes, CARDS.widthBytes, CARDS)
  const left = split(sortRecords(bytes, CARDS), CARDS.widthBytes)
  expect(left.map((record) => record[0])).toEqual([0, 2])
})
