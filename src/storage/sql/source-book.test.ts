/** What cost rows and counters promise on every engine: durable before it is told, and shared by nodes. */
import { describe, expect, test } from 'vitest'
import { SQL_ENGINES } from '../../../test/support/sql-engines.ts'
import { AttemptTokens, beijingDayStartMs } from '../../domain/attempt-token.ts'
import { Keyring } from '../../domain/keyring.ts'
import { Secret } from '../../domain/secret.ts'
import { Guard, type GuardSlot } from '../../sources/guard.ts'
import type { AttemptEnd, PreparedAttempt } from '../../sources/store.ts'
import { checkAttempts, giveUpAttempts, readUnknowns } from './attempts.ts'
import type { SqlEngine } from './engine.ts'
import { forgetGuardRows } from './guard-rows.ts'
import { PaidCounts } from './paid-counts.ts'
import { SourceBook } from './source-book.ts'

const HOUR_MS = 3_600_000
const DAY_MS = 24 * HOUR_MS
const MORNING_MS = beijingDayStartMs(20_000) + 10 * HOUR_MS
const TOKENS = new AttemptTokens(new Keyring(Buffer.alloc(32, 1)))
const GUESSERS = 64

const ATTEMPT: PreparedAttempt = {
  id: 'call-1.1',
  serial: 1,
  requestId: 'call-1',
  accountId: 'acc_1',
  route: 'first',
  vendor: 'tencent',
  product: 'card4',
  atMs: MORNING_MS,
  costCentifen: 2_500,
}

const PAID: AttemptEnd = {
  state: 'settled',
  phase: 'replied',
  code: '0',
  reference: 'r-1',
  atMs: MORNING_MS + 300,
}

const UNKNOWN: AttemptEnd = {
  state: 'unknown',
  phase: 'sent',
  code: 'reset',
  reference: '',
  atMs: MORNING_MS + 300,
}

let serial = 0

function question(mobile: string, accountId = 'acc_1') {
  serial++
  const elements = {
    name: new Secret('王芳'),
    idNumber: new Secret('110101199003071022'),
    cardNumber: new Secret('6299991000000015'),
    mobile: new Secret(mobile),
  }
  const call = { serial, requestId: `call-${serial}`, accountId, api: 'tencent.x', startedUs: 0 }
  return { product: 'card4', elements, call } as const
}

/** A node on a store, at a time that all nodes share. */
function nodeOn(engine: SqlEngine, time = { nowMs: MORNING_MS }) {
  const clock = { nowMs: () => time.nowMs, monotonicUs: () => 0 }
  const book = new SourceBook(engine, clock)
  return { book, guard: new Guard({ store: book, tokens: TOKENS, clock }) }
}

function rowsOf({ queries }: SqlEngine) {
  return queries.selectFrom('vendor_attempt').selectAll().orderBy('id').execute()
}

function isSlot(taken: GuardSlot | string): taken is GuardSlot {
  return typeof taken !== 'string'
}

describe.each([...SQL_ENGINES])('%s', (_name, open) => {
  test('an attempt is one row, prepared before it is told and ended once', async () => {
    const engine = await open()
    const { book } = nodeOn(engine)
    await book.prepare(ATTEMPT)
    expect(await rowsOf(engine)).toMatchObject([{ state: 'prepared', cost_centifen: 2_500 }])
    await book.close(ATTEMPT.id, PAID)
    expect(await rowsOf(engine)).toMatchObject([{ state: 'settled', code: '0', reference: 'r-1' }])
    await expect(book.close(ATTEMPT.id, UNKNOWN)).rejects.toThrow('ends once')
    await expect(book.prepare(ATTEMPT)).rejects.toThrow()
    expect(await rowsOf(engine)).toMatchObject([{ state: 'settled' }])
  })

  test('attempts that come together are all kept, and a wrong end among them hurts nobody else', async () => {
    const engine = await open()
    const { book } = nodeOn(engine)
    const ids = Array.from({ length: 300 }, (_, i) => `call-${i}.1`)
    await Promise.all(ids.map((id) => book.prepare({ ...ATTEMPT, id })))
    const ends = [...ids, 'never-prepared'].map((id) => book.close(id, PAID))
    const settled = await Promise.allSettled(ends)
    expect(settled.filter(({ status }) => status === 'rejected')).toHaveLength(1)
    expect((await rowsOf(engine)).every(({ state }) => state === 'settled')).toBe(true)
  })

  test('what a crash left without an end is unknown, until a late reply ends it', async () => {
    const engine = await open()
    const { book } = nodeOn(engine)
    await book.prepare(ATTEMPT)
    await book.prepare({ ...ATTEMPT, id: 'call-2.1', atMs: MORNING_MS + 1 })
    const nowMs = MORNING_MS + 1_000
    expect(await giveUpAttempts(engine.queries, { beforeMs: MORNING_MS + 1, nowMs })).toBe(1)
    expect(await readUnknowns(engine.queries)).toEqual({
      count: 1,
      costCentifen: 2_500,
      oldestAtMs: MORNING_MS,
    })
    await book.close(ATTEMPT.id, PAID)
    expect(await readUnknowns(engine.queries)).toEqual({ count: 0, costCentifen: 0 })
    expect(await rowsOf(engine)).toMatchObject([{ state: 'settled' }, { state: 'prepared' }])
  })

  test('the proof finds a row without an end, and one that is paid by nobody’s word', async () => {
    const engine = await open()
    const { book } = nodeOn(engine)
    const ids = ['call-1.1', 'call-2.1', 'call-3.1']
    for (const id of ids) await book.prepare({ ...ATTEMPT, id })
    await book.close('call-2.1', PAID)
    await book.close('call-3.1', UNKNOWN)
    expect(await checkAttempts(engine.queries, MORNING_MS)).toMatchObject({ id: 'V9', ok: true })
    const late = await checkAttempts(engine.queries, MORNING_MS + HOUR_MS)
    expect(late).toMatchObject({ ok: false, firstBad: ['attempt call-1.1'] })
    const guess = engine.queries.updateTable('vendor_attempt').set({ state: 'settled' })
    await guess.where('id', '=', 'call-3.1').execute()
    const guessed = await checkAttempts(engine.queries)
    expect(guessed).toMatchObject({ ok: false, firstBad: ['attempt call-3.1'] })
  })

  test('paid calls of the month are counted once each, and anew in the next month', async () => {
    const engine = await open()
    const { book } = nodeOn(engine)
    const counts = new PaidCounts()
    let asked = 0
    const pay = async (atMs: number) => {
      const id = `call-${++asked}.1`
      await book.prepare({ ...ATTEMPT, id, atMs })
      await book.close(id, PAID)
    }
    const monthMs = Date.parse('2026-11-01T00:00:00+08:00')
    const seen: number[] = []
    for (const atMs of [monthMs - 1, monthMs, monthMs + 1_000, monthMs + HOUR_MS]) {
      await pay(atMs)
      await counts.look(engine.queries, atMs)
      seen.push(counts.of('first'))
    }
    expect(seen).toEqual([1, 1, 2, 3])
    await counts.look(engine.queries, monthMs + 40 * DAY_MS)
    expect(counts.of('first')).toBe(0)
  })

  test('of many guesses at once on two nodes as many pass as a card bears, and no more', async () => {
    const engine = await open()
    const nodes = [nodeOn(engine), nodeOn(engine)]
    const taken = await Promise.all(
      Array.from({ length: GUESSERS }, (_, i) => {
        const asked = question(`138${String(i).padStart(8, '0')}`, `acc_${i}`)
        return nodes[i % 2]!.guard.take(asked, 'unionpay', 1)
      }),
    )
    // The third and last is kept for who has matched the card before.
    expect(taken.filter(isSlot)).toHaveLength(2)
  })

  test('counters outlive the process, and roll at midnight in Beijing', async () => {
    const engine = await open()
    const time = { nowMs: MORNING_MS }
    for (const mobile of ['13800138001', '13800138002']) {
      const slot = await nodeOn(engine, time).guard.take(question(mobile), 'unionpay', 1)
      if (!isSlot(slot)) throw new Error(slot)
      await nodeOn(engine, time).guard.end(slot, 'failed')
    }
    const third = () => nodeOn(engine, time).guard.take(question('13800138003'), 'unionpay', 1)
    expect(await third()).toBe('consecutive')
    time.nowMs = beijingDayStartMs(20_001) - 1
    expect(await third()).toBe('consecutive')
    time.nowMs = beijingDayStartMs(20_001)
    expect(isSlot(await third())).toBe(true)
  })

  test('a slot comes back after a match, and the match is remembered', async () => {
    const engine = await open()
    const { guard } = nodeOn(engine)
    for (let i = 0; i < 5; i++) {
      const slot = await guard.take(question('13800138001'), 'unionpay', 1)
      if (!isSlot(slot)) throw new Error(slot)
      await guard.end(slot, 'matched')
    }
    const failing = ['13800138002', '13800138003', '13800138004']
    const taken: boolean[] = []
    for (const mobile of failing) {
      taken.push(isSlot(await guard.take(question(mobile), 'unionpay', 1)))
    }
    expect(taken).toEqual([true, true, true])
  })

  test('what no question can look at any more is forgotten, and no element is ever kept', async () => {
    const engine = await open()
    const { guard } = nodeOn(engine)
    const slot = await guard.take(question('13800138001'), 'unionpay', 1)
    if (!isSlot(slot)) throw new Error(slot)
    await guard.end(slot, 'failed')
    const rows = await engine.queries.selectFrom('guard_row').selectAll().execute()
    expect(rows.length).toBeGreaterThan(0)
    expect(JSON.stringify(rows)).not.toMatch(/13800138001|6299991000000015|110101199003071022/)
    await forgetGuardRows(engine.queries, MORNING_MS + 3 * DAY_MS)
    const kept = await engine.queries.selectFrom('guard_row').selectAll().execute()
    expect(kept).toHaveLength(rows.length)
    await forgetGuardRows(engine.queries, MORNING_MS + 5 * DAY_MS)
    expect(await engine.queries.selectFrom('guard_row').selectAll().execute()).toEqual([])
  })
})
