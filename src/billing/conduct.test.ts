import { expect, test } from 'vitest'
import { conductOf, failsTooOften, VERDICTS_MIN } from './conduct.ts'

const counts = (results: Readonly<Record<string, number>>) =>
  Object.entries(results).map(([result, calls]) => ({ accountId: 'acc_1', result, calls }))

test('verdicts, refused forms and the guardian are told apart, and faults are none of them', () => {
  const results = {
    match: 5,
    mismatch: 3,
    card_lost: 2,
    name_malformed: 4,
    attempts_exceeded: 6,
    source_unknown: 7,
    signature_mismatch: 8,
  }
  expect(conductOf(counts(results))).toEqual([
    { accountId: 'acc_1', verdicts: 10, failing: 5, malformed: 4, guarded: 6 },
  ])
})

test('the share is judged strictly above sixty per cent, and only of enough verdicts', () => {
  const judged = (match: number, mismatch: number) =>
    failsTooOften(conductOf(counts({ match, mismatch }))[0]!)
  expect(judged(80, 120)).toBe(false)
  expect(judged(79, 121)).toBe(true)
  expect(judged(0, VERDICTS_MIN - 1)).toBe(false)
  expect(judged(0, VERDICTS_MIN)).toBe(true)
})

test('accounts stand apart, the one with the most failures first', () => {
  const both = [
    { accountId: 'acc_1', result: 'mismatch', calls: 1 },
    { accountId: 'acc_2', result: 'mismatch', calls: 2 },
  ]
  expect(conductOf(both).map(({ accountId }) => accountId)).toEqual(['acc_2', 'acc_1'])
})
