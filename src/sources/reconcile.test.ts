/** What a reconciliation promises: every unknown is closed by evidence or stays open. */
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type BilledAttempt, reconcile } from './reconcile.ts'

function attempt(id: string, state: BilledAttempt['state'], reference = ''): BilledAttempt {
  return { id, requestId: `request-${id}`, reference, state }
}

const PAID = attempt('p', 'settled', 'v-p')
const UNKNOWNS = [attempt('a', 'unknown'), attempt('b', 'unknown')]

describe('by lines', () => {
  test('an unknown that a line names by our name is paid, and the rest of a whole list is free', () => {
    expect(reconcile([PAID, ...UNKNOWNS], { lines: ['request-a', 'v-p'] })).toMatchObject({
      settled: ['a'],
      free: ['b'],
      open: [],
      unexplained: 0,
      difference: 0,
    })
  })

  test.each([
    ['has a line that could be its own', [...UNKNOWNS], ['vendor-1'], 1, 0],
    ['has as many such lines as there are unknowns', [...UNKNOWNS], ['v-1', 'v-2'], 2, 0],
    ['does not list what we know to be paid', [PAID, ...UNKNOWNS], ['request-a'], 0, 1],
    ['has no line at all', [...UNKNOWNS], [], 0, 0],
    ['names a call twice', [PAID, ...UNKNOWNS], ['v-p', 'v-p'], 1, 0],
    ['names a call by both its names', [PAID, ...UNKNOWNS], ['request-p', 'v-p'], 1, 0],
    ['names an unknown twice', [...UNKNOWNS], ['request-a', 'request-a'], 1, 0],
    [
      'is of a time with calls under way',
      [attempt('w', 'prepared'), PAID, ...UNKNOWNS],
      ['v-p'],
      0,
      0,
    ],
  ])(
    'an unknown without a line stays open when the bill %s',
    (_, rows, lines, strangers, unbilled) => {
      const result = reconcile(rows, { lines })
      expect(result.open).toContain('b')
      expect(result.free).toEqual([])
      expect(result).toMatchObject({ strangers, unexplained: strangers + unbilled })
      expect(result.unbilled).toHaveLength(unbilled)
    },
  )

  test('who bills a call twice bills one more than there was', () => {
    const bill = { lines: ['v-p', 'v-p', 'request-a'] }
    expect(reconcile([PAID, ...UNKNOWNS], bill)).toMatchObject({
      settled: ['a'],
      billed: 3,
      difference: 1,
      unexplained: 1,
    })
  })

  test('a call that was asked about twice, free and paid, is billed once', () => {
    const first = { ...attempt('first', 'free', 'v-1'), requestId: 'request' }
    const compared = { ...attempt('compared', 'settled', 'v-2'), requestId: 'request' }
    expect(reconcile([first, compared], { lines: ['request'] })).toMatchObject({
      disputed: [],
      unbilled: [],
      unexplained: 0,
    })
  })

  test('what we and the bill disagree on is told', () => {
    const rows = [PAID, attempt('q', 'settled', 'v-q'), attempt('f', 'free')]
    expect(reconcile(rows, { lines: ['v-p', 'request-f'] })).toMatchObject({
      unbilled: ['q'],
      disputed: ['f'],
      strangers: 0,
      unexplained: 2,
      difference: 0,
    })
  })
})

describe('by a total', () => {
  test.each([
    [1, { settled: [], free: ['a', 'b'], open: [], difference: 0, unexplained: 0 }],
    [3, { settled: ['a', 'b'], free: [], open: [], difference: 0, unexplained: 0 }],
    [2, { settled: [], free: [], open: ['a', 'b'], difference: 1, unexplained: 0 }],
    [0, { settled: [], free: [], open: ['a', 'b'], difference: -1, unexplained: 1 }],
    [5, { settled: [], free: [], open: ['a', 'b'], difference: 4, unexplained: 2 }],
  ])('%d charged calls over one paid and two unknown', (total, expected) => {
    expect(reconcile([PAID, ...UNKNOWNS], { total })).toMatchObject({ ...expected, billed: total })
  })

  test('while a call is under way nothing is proved', () => {
    const rows = [PAID, attempt('w', 'prepared'), ...UNKNOWNS]
    for (const total of [1, 3]) expect(reconcile(rows, { total }).open).toEqual(['a', 'b'])
  })
})

const STATES = ['settled', 'free', 'unknown', 'prepared'] as const
const rows = fc
  .array(fc.constantFrom(...STATES), { maxLength: 12 })
  .map((states) => states.map((state, i) => attempt(String(i), state)))
const lines = fc.array(fc.nat({ max: 15 }).map((n) => `request-${n}`))

test('no unknown is lost or closed twice, whatever the bill says', () => {
  const bills = fc.oneof(
    lines.map((of) => ({ lines: of })),
    fc.nat(15).map((total) => ({ total })),
  )
  fc.assert(
    fc.property(rows, bills, (attempts, bill) => {
      const { settled, free, open } = reconcile(attempts, bill)
      const unknowns = attempts.filter(({ state }) => state === 'unknown').map(({ id }) => id)
      expect([...settled, ...free, ...open].sort()).toEqual(unknowns.sort())
    }),
  )
})

test('what is closed agrees with what the vendor truly charged, whenever its bill is true', () => {
  const truths = fc.array(fc.boolean(), { minLength: 12, maxLength: 12 })
  fc.assert(
    fc.property(rows, truths, fc.boolean(), (attempts, truth, named) => {
      const isCharged = ({ id, state }: BilledAttempt) =>
        state === 'settled' || (state !== 'free' && truth[Number(id)] === true)
      const charged = attempts.filter(isCharged)
      const names = charged.map(({ requestId }) => requestId)
      const result = reconcile(attempts, named ? { lines: names } : { total: charged.length })
      const ids = new Set(charged.map(({ id }) => id))
      expect(result.settled.every((id) => ids.has(id))).toBe(true)
      expect(result.free.some((id) => ids.has(id))).toBe(false)
      expect(result.unexplained).toBe(0)
    }),
  )
})
