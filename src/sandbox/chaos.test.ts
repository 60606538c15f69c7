import fc from 'fast-check'
import { expect, test } from 'vitest'
import { FAULT_NAMES } from '../domain/fault.ts'
import { chaosOf, chaosText, probabilityOf } from './chaos.ts'

test('chaos comes back from its text', () => {
  const share = fc.integer({ min: 1, max: 1_000_000 }).map((part) => part / 1_000_000)
  fc.assert(
    fc.property(fc.constantFrom(...FAULT_NAMES), share, (fault, probability) => {
      expect(chaosOf(chaosText({ fault, probability }))).toEqual({ fault, probability })
    }),
  )
})

test('what is no fault or no share is no chaos', () => {
  for (const text of ['', 'internal', 'internal 0', 'internal 1.5', 'nothing 0.5', 'internal -1']) {
    expect(chaosOf(text)).toBeUndefined()
  }
  expect(['0', '1.1', '2', 'half', '', '1e-3', '.'].map(probabilityOf)).toEqual(
    Array.from({ length: 7 }, () => undefined),
  )
  expect(['1', '0.25', '.5', '1.0'].map(probabilityOf)).toEqual([1, 0.25, 0.5, 1])
})
