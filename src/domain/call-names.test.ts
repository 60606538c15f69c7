import { randomBytes } from 'node:crypto'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { CallNaming, SERIALS_MAX } from './call-names.ts'
import { Keyring } from './keyring.ts'

const naming = new CallNaming(new Keyring(randomBytes(32)))
const serials = fc.oneof(
  fc.nat(10_000),
  fc.integer({ min: 0, max: SERIALS_MAX - 1 }),
  fc.constantFrom(0, 2 ** 32 - 1, 2 ** 32, SERIALS_MAX - 1),
)

test('a RequestId is a lower-case UUID v4 and leads back to its serial', () => {
  fc.assert(
    fc.property(serials, (serial) => {
      const id = naming.requestId(serial)
      expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/)
      expect(naming.serialOfRequestId(id)).toBe(serial)
      expect(naming.serialOfRequestId(id.toUpperCase())).toBe(serial)
    }),
  )
})

test('a sequence code has eight characters and leads back to its serial', () => {
  fc.assert(
    fc.property(serials, (serial) => {
      const code = naming.sequenceCode(serial)
      expect(code).toMatch(/^[0-9A-Z]{8}$/)
      expect(naming.serialOfSequenceCode(code)).toBe(serial)
    }),
  )
})

test('a call is found by its RequestId and by its whole seqNo alike', () => {
  fc.assert(
    fc.property(serials, (serial) => {
      expect(naming.serialOf(naming.requestId(serial))).toBe(serial)
      expect(naming.serialOf(`${naming.sequenceCode(serial)}2611220525`)).toBe(serial)
    }),
  )
})

test('no two of 200,000 neighbouring serials share a name', () => {
  const ids = new Set<string>()
  const codes = new Set<string>()
  for (let serial = 0; serial < 200_000; serial++) {
    ids.add(naming.requestId(serial))
    codes.add(naming.sequenceCode(serial))
  }
  expect(ids.size).toBe(200_000)
  expect(codes.size).toBe(200_000)
})

test('a name of another installation, or with one digit changed, is recognised as foreign', () => {
  const other = new CallNaming(new Keyring(randomBytes(32)))
  fc.assert(
    fc.property(serials, fc.nat(35), (serial, at) => {
      const id = naming.requestId(serial)
      expect(other.serialOfRequestId(id)).toBeUndefined()
      if ([8, 13, 14, 18, 19, 23].includes(at)) return
      const digit = id[at] === '0' ? '1' : '0'
      expect(naming.serialOfRequestId(id.slice(0, at) + digit + id.slice(at + 1))).toBeUndefined()
    }),
  )
})
