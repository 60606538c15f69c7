import fc from 'fast-check'
import { expect, test } from 'vitest'
import { RepeatRow, unpackCall, unpackCalls } from './repeat-rows.ts'

function digest(length: number): fc.Arbitrary<string> {
  const bytes = fc.uint8Array({ minLength: length, maxLength: length })
  return fc.oneof(
    fc.constant(''),
    bytes.filter((some) => some.some((byte) => byte !== 0)).map((some) => textOf(some)),
  )
}

function textOf(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('latin1')
}

const calls = fc.uniqueArray(
  fc.record({
    serial: fc.integer({ min: 1, max: 36 ** 8 }),
    atMs: fc.integer({ min: 0, max: 4_000_000_000_000 }),
    repeatKey: digest(32),
    elementToken: digest(16),
  }),
  { selector: ({ serial }) => serial, minLength: 1, maxLength: 600, size: 'max' },
)

test('the calls of a row come back as they were added, all and one by one', () => {
  fc.assert(
    fc.property(calls, (added) => {
      const row = new RepeatRow()
      for (const call of added) row.add(call)
      expect([...unpackCalls(row.bytes)]).toEqual(added)
      for (const call of added) expect(unpackCall(row.bytes, call.serial)).toEqual(call)
      expect(unpackCall(row.bytes, 0)).toBeUndefined()
      expect(row.id).toBe(added[0]?.serial)
      expect(row.newestMs).toBe(Math.max(...added.map(({ atMs }) => atMs)))
    }),
    { numRuns: 20 },
  )
})

test('a row that was shortened keeps only its first calls', () => {
  const call = { serial: 7, atMs: 1, repeatKey: 'k'.repeat(32), elementToken: 't'.repeat(16) }
  const row = new RepeatRow()
  row.add(call)
  row.add({ ...call, serial: 8 })
  row.shorten(1)
  row.add({ ...call, serial: 9, repeatKey: '' })
  expect([...unpackCalls(row.bytes)].map(({ serial }) => serial)).toEqual([7, 9])
  row.shorten(0)
  expect(row.size).toBe(0)
})

test('a digest of the wrong length adds nothing', () => {
  const row = new RepeatRow()
  const call = { serial: 7, atMs: 1, repeatKey: 'k'.repeat(31), elementToken: '' }
  expect(() => row.add(call)).toThrow('wrong length')
  expect(row.size).toBe(0)
})

test('a call without a row is recognised by nothing', () => {
  expect(unpackCall(undefined, 7)).toBeUndefined()
  expect([...unpackCalls(null)]).toEqual([])
})
