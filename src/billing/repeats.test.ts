import { hash } from 'node:crypto'
import fc from 'fast-check'
import { beforeEach, expect, test } from 'vitest'
import { FingerprintIndex } from './fingerprint-index.ts'
import { REPEAT_KEPT_MS, Repeats, UNDELIVERED_KEPT_MS } from './repeats.ts'
import type { CallRow, Sighting, StoredAnswer } from './store.ts'

const KEY = 'k'.repeat(32)
const TOKEN = 't'.repeat(16)

let stored: Map<number, StoredAnswer>
let marks: [number, boolean][]
let repeats: Repeats

const meter = {
  answerOf: (serial: number) => stored.get(serial),
  delivered: (serial: number, delivered: boolean) => void marks.push([serial, delivered]),
}

beforeEach(() => {
  stored = new Map()
  marks = []
  repeats = new Repeats(meter)
})

function answered(serial: number, atMs: number, row: Partial<CallRow> = {}): CallRow {
  const call: CallRow = {
    serial,
    atMs,
    accountId: 'acc_1',
    keyId: 'key_1',
    api: 'tencent.BankCard4EVerification',
    product: 'card4',
    mode: 'live',
    source: 'registry',
    result: 'match',
    billable: true,
    ruleVersion: 1,
    latencyUs: 1,
    steps: '',
    answer: `answer ${serial}`,
    repeatKey: KEY,
    elementToken: TOKEN,
    client: '',
    elementIndex: '',
    ...row,
  }
  stored.set(serial, call)
  return call
}

test('a repeat gets the stored answer for eleven minutes, and is a new call after', () => {
  expect(repeats.open(KEY, 0)).toBeUndefined()
  repeats.remember(answered(7, 0))
  expect(repeats.open(KEY, REPEAT_KEPT_MS)).toMatchObject({ serial: 7, answer: 'answer 7' })
  expect(repeats.open(KEY, REPEAT_KEPT_MS + 1)).toBeUndefined()
})

test('every repeat of a call in flight waits for the same answer', async () => {
  expect(repeats.open(KEY, 0)).toBeUndefined()
  const waiting = Array.from({ length: 200 }, () => repeats.open(KEY, 1))
  repeats.remember(answered(7, 0))
  repeats.close(KEY)
  const answers = await Promise.all(waiting)
  expect(new Set(answers.map((answer) => answer?.serial))).toEqual(new Set([7]))
})

test('when a call in flight ends without an answer exactly one of those waiting goes on', async () => {
  expect(repeats.open(KEY, 0)).toBeUndefined()
  let first = 0
  const one = async () => {
    const answer = await repeats.open(KEY, 1)
    if (answer !== undefined) return answer.serial
    first += 1
    await Promise.resolve()
    repeats.remember(answered(8, 1))
    repeats.close(KEY)
    return 8
  }
  const waiting = Array.from({ length: 50 }, one)
  repeats.close(KEY)
  expect(new Set(await Promise.all(waiting))).toEqual(new Set([8]))
  expect(first).toBe(1)
})

test('two keys with the same fingerprint never share an answer', () => {
  const other = `${KEY.slice(0, 31)}x`
  repeats.remember(answered(7, 0))
  expect(repeats.open(other, 1)).toBeUndefined()
  repeats.remember(answered(8, 1, { repeatKey: other }))
  expect(repeats.open(other, 2)).toMatchObject({ serial: 8 })
  expect(repeats.open(KEY, 2)).toMatchObject({ serial: 7 })
})

test('a charged verdict that did not arrive can be had again until it does, for ten minutes', () => {
  const row = answered(7, 0)
  repeats.remember(row)
  expect(repeats.lost(TOKEN, 1)).toBeUndefined()
  repeats.delivered(row, false)
  expect(repeats.lost(TOKEN, UNDELIVERED_KEPT_MS)).toMatchObject({ serial: 7 })
  expect(repeats.lost(TOKEN, UNDELIVERED_KEPT_MS + 1)).toBeUndefined()
  repeats.delivered({ ...row, billable: false }, false)
  expect(repeats.lost(TOKEN, 5)).toMatchObject({ serial: 7 })
  repeats.delivered({ ...row, billable: false }, true)
  expect(repeats.lost(TOKEN, 5)).toBeUndefined()
  expect(marks).toEqual([
    [7, false],
    [7, false],
    [7, true],
  ])
})

test('a later answer to the same elements that arrives does not take the lost one away', () => {
  repeats.delivered(answered(7, 0), false)
  repeats.delivered(answered(8, 1), true)
  expect(repeats.lost(TOKEN, 2)).toMatchObject({ serial: 7 })
})

test('a free verdict, and one without a token, is not kept for its caller', () => {
  repeats.delivered(answered(7, 0, { billable: false }), false)
  repeats.delivered(answered(8, 0, { elementToken: '' }), false)
  expect(repeats.lost(TOKEN, 1)).toBeUndefined()
  expect(repeats.lost('', 1)).toBeUndefined()
})

test('after a start the index knows what the store kept', () => {
  const recent = { ...answered(7, 0), undelivered: true }
  const delivered = { ...answered(8, 0, { elementToken: 'u'.repeat(16) }), undelivered: false }
  repeats = new Repeats(meter, [recent, delivered])
  expect(repeats.open(KEY, 1)).toMatchObject({ repeatKey: KEY })
  expect(repeats.lost(TOKEN, 1)).toMatchObject({ serial: 7 })
  expect(repeats.lost('u'.repeat(16), 1)).toBeUndefined()
})

test('the index finds every key that is young enough and forgets the old', () => {
  const key = fc.string({
    unit: fc.integer({ min: 0, max: 255 }).map((n) => String.fromCharCode(n)),
    minLength: 8,
    maxLength: 8,
  })
  fc.assert(
    fc.property(fc.array(fc.tuple(key, fc.nat(40)), { maxLength: 300 }), (additions) => {
      const index = new FingerprintIndex(100)
      let nowMs = 0
      const at = new Map<number, { key: string; ms: number }>()
      additions.forEach(([added, wait], i) => {
        nowMs += wait
        index.add(added, i + 1, nowMs)
        at.set(i + 1, { key: added, ms: nowMs })
      })
      for (const [serial, { key: wanted, ms }] of at) {
        const found = index.find(wanted, (each) => (each === serial ? each : undefined))
        if (nowMs - ms <= 100) expect(found).toBe(serial)
        if (nowMs - ms > 100 + 50 + 40) expect(found).toBeUndefined()
      }
    }),
    { numRuns: 50 },
  )
})

test('the index grows to a hundred thousand keys without losing one', () => {
  const index = new FingerprintIndex(1_000)
  const keyOf = (n: number) => hash('sha256', `${n}`, 'latin1')
  for (let n = 1; n <= 100_000; n++) index.add(keyOf(n), n, 0)
  let found = 0
  for (let n = 1; n <= 100_000; n++)
    if (index.find(keyOf(n), (s) => (s === n ? s : undefined))) found++
  expect(found).toBe(100_000)
})

test('where the store has several nodes an answer of another is found, waited for, and given to all', async () => {
  const elsewhere = answered(7, 0)
  const sightings: Sighting[] = ['under_way', 'under_way', elsewhere]
  let pauses = 0
  repeats = new Repeats({ ...meter, sight: async () => sightings.shift() }, [], async () => {
    pauses += 1
  })
  const [first, second] = [repeats.open(KEY, 1), repeats.open(KEY, 1)]
  expect(await first).toMatchObject({ serial: 7 })
  expect(await second).toMatchObject({ serial: 7 })
  expect(pauses).toBe(2)
})

test('a request that no node knows is the first, and others of this node wait for it alone', async () => {
  let asked = 0
  const sight = async () => {
    asked += 1
    return undefined
  }
  repeats = new Repeats({ ...meter, sight })
  expect(await repeats.open(KEY, 0)).toBeUndefined()
  const waiting = repeats.open(KEY, 0)
  repeats.remember(answered(8, 0))
  expect(await waiting).toMatchObject({ serial: 8 })
  expect(asked).toBe(1)
})

test('a call that stays under way elsewhere is waited for until the deadline, and no longer', async () => {
  let waitedMs = 0
  const pause = async (durationMs: number) => {
    waitedMs += durationMs
  }
  repeats = new Repeats({ ...meter, sight: async () => 'under_way' }, [], pause)
  expect(await repeats.elsewhere(KEY, 0)).toBeUndefined()
  expect(waitedMs).toBe(8_000)
})
