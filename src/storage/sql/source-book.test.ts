/** What cost rows promise on every engine: durable before it is told, and ended by somebody's word. */
import { describe, expect, test } from 'vitest'
import { SQL_ENGINES } from '../../../test/support/sql-engines.ts'
import { dayStartMs } from '../../domain/beijing.ts'
import type { AttemptEnd, PreparedAttempt } from '../../sources/store.ts'
import { checkAttempts, giveUpAttempts, readUnknowns } from './attempts.ts'
import type { SqlEngine } from './engine.ts'
import { PaidCounts } from './paid-counts.ts'
import { SourceBook } from './source-book.ts'

const HOUR_MS = 3_600_000
const DAY_MS = 24 * HOUR_MS
const MORNING_MS = dayStartMs(20_000) + 10 * HOUR_MS

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

function rowsOf({ queries }: SqlEngine) {
  return queries.selectFrom('vendor_attempt').selectAll().orderBy('id').execute()
}

describe.each([...SQL_ENGINES])('%s', (_name, open) => {
  test('an attempt is one row, prepared before it is told and ended once', async () => {
    const engine = await open()
    const book = new SourceBook(engine)
    await book.prepare(ATTEMPT)
    expect(await rowsOf(engine)).toMatchObject([{ state: 'prepared', cost_centifen: 2_500 }])
    await book.close(ATTEMPT.id, PAID)
    expect(await rowsOf(engine)).toMatchObject([{ state: 'settled', code: '0', reference: 'r-1' }])
    await book.close(ATTEMPT.id, UNKNOWN)
    await expect(book.prepare(ATTEMPT)).rejects.toThrow()
    expect(await rowsOf(engine)).toMatchObject([{ state: 'settled' }])
  })

  test('what a crash left without an end is unknown, until a late reply ends it', async () => {
    const engine = await open()
    const book = new SourceBook(engine)
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
    const book = new SourceBook(engine)
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
    const book = new SourceBook(engine)
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
      seen.push(counts.of('first', atMs))
    }
    expect(seen).toEqual([1, 1, 2, 3])
    expect(counts.of('first', monthMs + 40 * DAY_MS)).toBe(0)
    await counts.look(engine.queries, monthMs + 40 * DAY_MS)
    expect(counts.of('first', monthMs + 40 * DAY_MS)).toBe(0)
  })

  test('what this node has paid counts at once, and once', async () => {
    const engine = await open()
    const book = new SourceBook(engine)
    const counts = new PaidCounts()
    await counts.look(engine.queries, MORNING_MS)
    await book.prepare(ATTEMPT)
    await book.close(ATTEMPT.id, PAID)
    counts.paid('first')
    expect(counts.of('first', MORNING_MS)).toBe(1)
    for (const atMs of [MORNING_MS + 1, MORNING_MS + HOUR_MS]) {
      await counts.look(engine.queries, atMs)
      expect(counts.of('first', atMs)).toBe(1)
    }
    expect(counts.of('second', MORNING_MS)).toBe(0)
  })
})
