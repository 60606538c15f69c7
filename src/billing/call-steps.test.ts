import fc from 'fast-check'
import { expect, test } from 'vitest'
import { readSteps, writeSteps } from './call-steps.ts'

test('what is written of the steps of a call is read again', () => {
  const times = fc.record(
    { admitted: fc.nat(), checked: fc.nat(), reserved: fc.nat() },
    { requiredKeys: [] },
  )
  fc.assert(
    fc.property(times, (each) => {
      expect(readSteps(writeSteps(each))).toEqual({ ...each })
    }),
  )
})

test('a call that came nowhere has no text, and one that reserved nothing a short one', () => {
  expect(writeSteps({})).toBe('')
  expect(writeSteps({ admitted: 83, checked: 95 })).toBe('83 95')
  expect(writeSteps({ admitted: 83, reserved: 95 })).toBe('83 - 95')
  expect(readSteps('')).toEqual({})
})
