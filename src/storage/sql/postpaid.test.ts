import { describe, expect, test } from 'vitest'
import { deedAt, openSale, SALE_START_MS, SELLING, spendUnits } from '../../../test/support/sale.ts'
import { monthOf } from '../../billing/validity.ts'
import { DAY_MS } from '../../domain/beijing.ts'
import { listAlerts } from './alerts.ts'
import type { SqlEngine } from './engine.ts'
import { listGrants } from './grants.ts'
import { KEYS_REVISION } from './key-rows.ts'
import { readRevision } from './meta.ts'
import { listOrders } from './order-rows.ts'
import { payOrder } from './orders.ts'
import {
  beginMonths,
  billMonths,
  endPostpaid,
  listPostpaid,
  reviewBills,
  setPostpaid,
} from './postpaid.ts'

const DEED = deedAt(SALE_START_MS)
const TERMS = {
  accountId: 'acc_1',
  product: 'card4',
  unitsPerMonth: 1_000,
  priceFenPer1000Units: 30_000,
  dueDays: 15,
} as const
const MONTH = monthOf(SALE_START_MS)
/** When the last call of the month has surely ended. */
const BILL_MS = MONTH.endMs + 10 * 60_000

async function stateOf(engine: SqlEngine): Promise<string | undefined> {
  const rows = await engine.queries.selectFrom('account').selectAll().orderBy('id').execute()
  return rows[0]?.state
}

/** As several nodes do at the same moment. */
async function together(
  job: (engine: SqlEngine, nowMs: number) => Promise<void>,
  engine: SqlEngine,
  nowMs: number,
) {
  await Promise.all([1, 2, 3].map(() => job(engine, nowMs)))
}

describe.each(SELLING)('%s', (_name, open) => {
  test('each month has its units, once, until its own end', async () => {
    const engine = await openSale(open)
    await setPostpaid(engine, TERMS, DEED)
    await together(beginMonths, engine, SALE_START_MS)
    await together(beginMonths, engine, MONTH.endMs)
    expect(await listGrants(engine.queries, 'acc_1')).toMatchObject([
      { grant: { units: 1_000, reason: 'postpaid 2026-11' }, expiresAtMs: MONTH.endMs },
      { grant: { reason: 'postpaid 2026-12' }, expiresAtMs: monthOf(MONTH.endMs).endMs },
    ])
    expect(await listPostpaid(engine.queries)).toEqual([TERMS])
  })

  test('a month is billed once by what was used in it, at the price it began with', async () => {
    const engine = await openSale(open)
    await setPostpaid(engine, TERMS, DEED)
    await spendUnits(engine, 1, 333)
    await setPostpaid(engine, { ...TERMS, priceFenPer1000Units: 99_000 }, DEED)
    await together(billMonths, engine, BILL_MS - 1)
    expect(await listOrders(engine.queries, { limit: 9 })).toEqual([])
    await together(billMonths, engine, BILL_MS)
    await together(billMonths, engine, BILL_MS)
    expect(await listOrders(engine.queries, { limit: 9 })).toMatchObject([
      {
        kind: 'bill',
        state: 'placed',
        month: '2026-11',
        units: 333,
        amountFen: 9_990,
        dueAtMs: BILL_MS + 15 * DAY_MS,
      },
    ])
    expect(await listAlerts(engine.queries, { limit: 9 })).toMatchObject([{ kind: 'bill_issued' }])
  })

  test('a month in which nothing was used has no bill', async () => {
    const engine = await openSale(open)
    await setPostpaid(engine, TERMS, DEED)
    await billMonths(engine, BILL_MS)
    expect(await listOrders(engine.queries, { limit: 9 })).toEqual([])
    await spendUnits(engine, 1, 1)
    await billMonths(engine, BILL_MS)
    expect(await listOrders(engine.queries, { limit: 9 })).toEqual([])
  })

  test('a call that is still under way keeps its month open', async () => {
    const engine = await openSale(open)
    await setPostpaid(engine, TERMS, DEED)
    const reserve = (units: number) =>
      engine.transact(({ queries }) =>
        queries
          .updateTable('balance')
          .set({ available: 900, reserved: units, used: 100 - units })
          .execute(),
      )
    await reserve(1)
    await billMonths(engine, BILL_MS)
    expect(await listOrders(engine.queries, { limit: 9 })).toEqual([])
    await reserve(0)
    await billMonths(engine, BILL_MS)
    expect(await listOrders(engine.queries, { limit: 9 })).toMatchObject([{ units: 100 }])
  })

  test('an overdue bill puts the account into arrears, and its payment ends them', async () => {
    const engine = await openSale(open)
    await setPostpaid(engine, TERMS, DEED)
    await spendUnits(engine, 1, 100)
    await billMonths(engine, BILL_MS)
    await reviewBills(engine, BILL_MS + 15 * DAY_MS - 1)
    expect(await stateOf(engine)).toBe('active')
    const due = BILL_MS + 15 * DAY_MS
    await together(reviewBills, engine, due)
    expect(await stateOf(engine)).toBe('arrears')
    // By this running servers learn of it.
    const moved = await readRevision(engine.queries, KEYS_REVISION)
    expect(moved).toBeGreaterThan(0)
    const kinds = (await listAlerts(engine.queries, { limit: 9 })).map(({ kind }) => kind)
    expect(kinds).toEqual(['bill_overdue', 'bill_issued'])
    const [bill] = await listOrders(engine.queries, { limit: 9 })
    const payment = { orderId: bill!.id, paymentId: 'bank-1' }
    expect(await payOrder(engine, payment, deedAt(due))).toMatchObject({ state: 'paid' })
    expect(await stateOf(engine)).toBe('active')
    expect(await readRevision(engine.queries, KEYS_REVISION)).toBeGreaterThan(moved)
    const lines = await engine.queries.selectFrom('audit').selectAll().orderBy('id').execute()
    const states = lines.filter(({ action }) => action === 'account.state')
    expect(states.map(({ detail }) => detail)).toEqual(['arrears', 'active'])
    expect(await listGrants(engine.queries)).toHaveLength(1)
  })

  test('a bill that is paid while it falls due leaves no account in arrears', async () => {
    const engine = await openSale(open)
    await setPostpaid(engine, TERMS, DEED)
    await spendUnits(engine, 1, 100)
    await billMonths(engine, BILL_MS)
    const [bill] = await listOrders(engine.queries, { limit: 9 })
    const due = BILL_MS + 15 * DAY_MS
    const payment = { orderId: bill!.id, paymentId: 'bank-1' }
    const paying = payOrder(engine, payment, deedAt(due))
    await Promise.all([paying, together(reviewBills, engine, due)])
    expect(await stateOf(engine)).toBe('active')
  })

  test('an ended agreement is billed a last time and begins no month', async () => {
    const engine = await openSale(open)
    await setPostpaid(engine, TERMS, DEED)
    await spendUnits(engine, 1, 10)
    expect(await endPostpaid(engine, TERMS, DEED)).toEqual(TERMS)
    expect(await endPostpaid(engine, TERMS, DEED)).toBe('postpaid_unknown')
    await beginMonths(engine, MONTH.endMs)
    await billMonths(engine, BILL_MS)
    expect(await listGrants(engine.queries)).toHaveLength(1)
    expect(await listOrders(engine.queries, { limit: 9 })).toMatchObject([{ units: 10 }])
  })
})
