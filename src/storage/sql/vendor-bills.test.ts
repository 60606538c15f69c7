/** What closing unknowns promises on every engine: once, with its evidence, and never by a late word. */
import { describe, expect, test } from 'vitest'
import { deedAt } from '../../../test/support/sale.ts'
import { SQL_ENGINES } from '../../../test/support/sql-engines.ts'
import { checkAttempts, endAttempt, insertAttempts } from './attempts.ts'
import type { SqlEngine } from './engine.ts'
import {
  closeByHand,
  readOpenAttempts,
  readVendorTrouble,
  reconcileBill,
  UNKNOWN_MS_MAX,
} from './vendor-bills.ts'

const AT_MS = Date.parse('2026-11-21T10:00:00+08:00')
const DEED = deedAt(AT_MS + UNKNOWN_MS_MAX)
const BILL = { route: 'first', fromMs: AT_MS - 1_000, toMs: AT_MS + 1_000, evidence: 'bill.csv' }
const END = { phase: 'sent', code: 'reset', reference: '', atMs: AT_MS + 10 } as const

/** A store with an unknown attempt of each name on the route, and one on another. */
async function arrange(open: () => Promise<SqlEngine>, names: readonly string[]) {
  const engine = await open()
  const row = (requestId: string, route: string) => ({
    id: `${requestId}.1`,
    serial: 1,
    requestId,
    accountId: 'acc_1',
    route,
    vendor: 'tencent',
    product: 'card4' as const,
    atMs: AT_MS,
    costCentifen: 2_500,
  })
  const rows = [...names.map((name) => row(name, 'first')), row('elsewhere', 'second')]
  await insertAttempts(engine.queries, rows)
  for (const { id } of rows) await endAttempt(engine.queries, id, { ...END, state: 'unknown' })
  const evidence = async () => {
    const kept = await engine.queries
      .selectFrom('vendor_attempt')
      .select(['id', 'state', 'evidence'])
      .where('route', '=', 'first')
      .orderBy('id')
      .execute()
    return kept.map((attempt) => `${attempt.id} ${attempt.state} ${attempt.evidence}`)
  }
  return { engine, evidence }
}

describe.each([...SQL_ENGINES])('%s', (_name, open) => {
  test('a bill closes what it names, on its route only, and is the evidence in the row', async () => {
    const { engine, evidence } = await arrange(open, ['a', 'b'])
    const lines = { ...BILL, billed: { lines: ['a'] } }
    expect(await reconcileBill(engine, lines, DEED)).toMatchObject({ settled: ['a.1'], open: [] })
    expect(await evidence()).toEqual(['a.1 settled bill.csv', 'b.1 free bill.csv'])
    expect(await readOpenAttempts(engine.queries, { limit: 9 })).toMatchObject([
      { id: 'elsewhere.1', requestId: 'elsewhere', route: 'second', code: 'reset' },
    ])
    expect(await checkAttempts(engine.queries)).toMatchObject({ ok: true })
    const late = { ...END, phase: 'replied', state: 'free' } as const
    expect(await endAttempt(engine.queries, 'a.1', late)).toBe(false)
  })

  test('a bill that differs is trouble until another of the same time agrees', async () => {
    const { engine } = await arrange(open, ['a'])
    const hold = (total: number) =>
      reconcileBill(engine, { ...BILL, evidence: `total ${total}`, billed: { total } }, DEED)
    expect(await hold(4)).toMatchObject({ open: ['a.1'], difference: 4, unexplained: 3 })
    const trouble = await readVendorTrouble(engine.queries, DEED.atMs + 1)
    expect(trouble.overdue).toEqual({ count: 2, costCentifen: 5_000, oldestAtMs: AT_MS })
    expect(trouble.bills).toEqual([
      {
        route: 'first',
        fromMs: BILL.fromMs,
        toMs: BILL.toMs,
        atMs: DEED.atMs,
        evidence: 'total 4',
        billed: 4,
        difference: 4,
        unexplained: 3,
      },
    ])
    expect(await hold(1)).toMatchObject({ settled: ['a.1'], unexplained: 0 })
    const { bills, overdue } = await readVendorTrouble(engine.queries, DEED.atMs)
    expect({ bills, overdue }).toEqual({ bills: [], overdue: { count: 0, costCentifen: 0 } })
  })

  test('a bill takes the place of those inside its time, and of no route that never was', async () => {
    const { engine } = await arrange(open, ['a'])
    const hold = (fromMs: number, route = 'first') =>
      reconcileBill(engine, { ...BILL, route, fromMs, billed: { total: 4 } }, DEED)
    await hold(BILL.fromMs + 500)
    await hold(BILL.fromMs, 'second')
    await hold(BILL.fromMs)
    const { bills } = await readVendorTrouble(engine.queries, DEED.atMs)
    expect(bills).toMatchObject([
      { route: 'first', fromMs: BILL.fromMs },
      { route: 'second', fromMs: BILL.fromMs },
    ])
    expect(await hold(BILL.fromMs, 'nobody')).toBe('route_unknown')
  })

  test('by hand an unknown is closed once, with the reason, and in the audit', async () => {
    const { engine, evidence } = await arrange(open, ['a'])
    const close = (id: string) =>
      closeByHand(engine, id, { state: 'free', reason: 'ticket 7' }, DEED)
    expect(await close('b.1')).toBe('attempt_unknown')
    expect(await close('a.1')).toMatchObject({ id: 'a.1', costCentifen: 2_500 })
    expect(await close('a.1')).toBe('attempt_closed')
    expect(await evidence()).toEqual(['a.1 free by hand: ticket 7'])
    const lines = await engine.queries.selectFrom('audit').selectAll().execute()
    expect(lines).toMatchObject([
      { action: 'vendor.close', subject: 'a.1', detail: 'free: ticket 7', actor: 'test' },
    ])
  })
})
