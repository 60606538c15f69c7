import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { normalise, precheck } from '../domain/elements.ts'
import { Secret } from '../domain/secret.ts'
import { encodeGb18030, syntheticPerson, writePeopleCsv } from './people-csv.ts'

test('every synthetic person passes the strictest format check', () => {
  fc.assert(
    fc.property(fc.integer(), fc.nat({ max: 999_999_999 }), (seed, index) => {
      const { name, idNumber, cardNumber, mobile } = syntheticPerson(seed, index)
      const submitted = {
        name: new Secret(name),
        idNumber: new Secret(idNumber),
        cardNumber: new Secret(cardNumber),
        mobile: new Secret(mobile),
      }
      expect(precheck(normalise(submitted, 'card4'), 'card4', 'strict')).toBeUndefined()
    }),
  )
})

test('no two people of a seed share a card, and another seed makes other people', () => {
  const cards = Array.from({ length: 2000 }, (_, index) => syntheticPerson(1, index).cardNumber)
  expect(new Set(cards).size).toBe(cards.length)
  expect(syntheticPerson(1, 7)).not.toEqual(syntheticPerson(2, 7))
})

test('a file holds the same people in either encoding', () => {
  const directory = mkdtempSync(join(tmpdir(), 'kayan-people-'))
  const read = (encoding: 'utf-8' | 'gb18030') => {
    const path = join(directory, encoding)
    writePeopleCsv({ path, rows: 50, seed: 9, encoding })
    return new TextDecoder(encoding, { fatal: true }).decode(readFileSync(path))
  }
  try {
    expect(read('gb18030')).toBe(read('utf-8'))
    expect(read('utf-8').split('\n')).toHaveLength(52)
  } finally {
    rmSync(directory, { recursive: true })
  }
})

test('a character outside GBK is refused, not replaced', () => {
  expect(() => encodeGb18030('𠀀')).toThrow()
})
