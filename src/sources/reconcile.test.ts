/** What a reconciliation promises: every unknown is closed by evidence or stays open. */
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { type BilledAttempt, reconcile } from './reconcile.ts'

function attempt(id: string, state: BilledAttempt['state'], reference = ''): BilledAttempt {
  return { id, requestId: `request-${id}`, reference, state }
}

const UNKNOWNS = [attempt('a', 'unknown'), attempt('b', 'unknown')]

test('an unknown that the bill lists by our name is paid, and the others are free', () => {
  expect(reconcile(UNKNOWNS, ['request-a'])).toMatchObject({
    settled: ['a'],
    free: ['b'],
    open: [],
  })
})

test('an unknown stays open while the bill has a line that could be its own', () => {
  expect(reconcile(UNKNOWNS, ['vendor-1'])).toMatchObject({
    settled: [],
    free: [],
    open: ['a', 'b'],
    strangers: 1,
  })
})

test('as many lines too many as there are unknowns are those unknowns', () => {
  expect(reconcile(UNKNOWNS, ['vendor-1', 'vendor-2'])).toMatchObject({
    settled: ['a', 'b'],
    open: [],
    strangers: 0,
  })
})

test('what we and the bill disagree on is told', () => {
  const rows = [
    attempt('p', 'settled', 'v-p'),
    attempt('q', 'settled', 'v-q'),
    attempt('f', 'free'),
  ]
  expect(reconcile(rows, ['v-p', 'request-f'])).toMatchObject({
    unbilled: ['q'],
    disputed: ['f'],
    strangers: 0,
  })
})

test('no unknown is lost or closed twice, whatever the bill says', () => {
  const rows = fc.array(fc.constantFrom('settled', 'free', 'unknown') as fc.Arbitrary<'free'>)
  const lines = fc.array(fc.nat({ max: 30 }).map((n) => `request-${n}`))
  fc.assert(
    fc.property(rows, lines, (states, references) => {
      const attempts = states.map((state, i) => attempt(String(i), state))
      const { settled, free, open } = reconcile(attempts, references)
      const unknowns = attempts.filter(({ state }) => `${state}` === 'unknown').map(({ id }) => id)
      expect([...settled, ...free, ...open].sort()).toEqual(unknowns.sort())
    }),
  )
})
