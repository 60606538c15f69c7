/** Postpaid accounts: a grant for each Beijing month, a bill after it, and arrears when it is overdue. */
import type { Selectable } from 'kysely'
import { newId } from '../../accounts/key.ts'
import type { Deed } from '../../accounts/store.ts'
import type { Order } from '../../billing/order.ts'
import { type Bill, billOf, isSettled, type PostpaidTerms } from '../../billing/postpaid.ts'
import { type Month, monthOf } from '../../billing/validity.ts'
import { raiseAlert } from './alerts.ts'
import { appendAudit } from './audit.ts'
import type { Queries, SqlEngine, SqlTransaction } from './engine.ts'
import { mutate } from './mutation.ts'
import { reviewArrears } from './order-payment.ts'
import { insertOrder } from './order-rows.ts'
import { requireOpen } from './orders.ts'
import type { Schema } from './schema.ts'

const ACTOR = 'job:bills'
/** Calls that began in the month may end after it, and clocks of nodes differ. */
const BILL_AFTER_MS = 10 * 60_000

/** Terms with the end of an agreement that was ended. */
export interface PostpaidRecord extends PostpaidTerms {
  readonly endedAtMs?: number
}

/** Agrees on terms, from this month on; a month that has begun keeps the price it began with. */
export async function setPostpaid(
  engine: SqlEngine,
  terms: PostpaidTerms,
  deed: Deed,
): Promise<void> {
  const { accountId, product, unitsPerMonth, priceFenPer1000Units, dueDays } = terms
  const values = {
    units_per_month: unitsPerMonth,
    price_fen_per_1000_units: priceFenPer1000Units,
    due_days: dueDays,
    ended_at_ms: null,
  }
  const detail = `${product} ${unitsPerMonth} a month, ${priceFenPer1000Units} fen a thousand`
  const mutation = { deed, action: 'postpaid.set', subject: accountId, detail }
  await mutate(engine, mutation, async (transaction) => {
    await requireOpen(transaction.queries, accountId)
    await transaction.queries
      .insertInto('postpaid')
      .values({ account_id: accountId, product, ...values })
      .onConflict((conflict) => conflict.columns(['account_id', 'product']).doUpdateSet(values))
      .execute()
    await beginMonth(transaction, terms, deed.atMs)
  })
}

/** Ends an agreement: the present month is still billed, the next does not begin. */
export function endPostpaid(
  engine: SqlEngine,
  named: Pick<PostpaidTerms, 'accountId' | 'product'>,
  deed: Deed,
): Promise<object | 'postpaid_unknown'> {
  const { accountId, product } = named
  const mutation = { deed, action: 'postpaid.end', subject: accountId, detail: product }
  return mutate<object | 'postpaid_unknown'>(engine, mutation, async ({ queries }) => {
    const ended = await queries
      .updateTable('postpaid')
      .set({ ended_at_ms: deed.atMs })
      .where('account_id', '=', accountId)
      .where('product', '=', product)
      .where('ended_at_ms', 'is', null)
      .executeTakeFirst()
    return ended.numUpdatedRows === 0n ? 'postpaid_unknown' : named
  })
}

/** Terms of one account, or of all. */
export async function listPostpaid(
  queries: Queries,
  accountId?: string,
): Promise<PostpaidRecord[]> {
  const all = queries.selectFrom('postpaid').selectAll().orderBy('account_id').orderBy('product')
  const chosen = accountId === undefined ? all : all.where('account_id', '=', accountId)
  return (await chosen.execute()).map((row) => ({
    accountId: row.account_id,
    product: row.product,
    unitsPerMonth: row.units_per_month,
    priceFenPer1000Units: row.price_fen_per_1000_units,
    dueDays: row.due_days,
    ...(row.ended_at_ms !== null && { endedAtMs: row.ended_at_ms }),
  }))
}

/** Grants the units of the present month wherever they are not granted yet. */
export async function beginMonths(engine: SqlEngine, nowMs: number): Promise<void> {
  const { name } = monthOf(nowMs)
  const begun = await engine.queries
    .selectFrom('postpaid_month')
    .select(['account_id', 'product'])
    .where('month', '=', name)
    .execute()
  const closed = await engine.queries
    .selectFrom('account')
    .select('id')
    .where('state', '=', 'closed')
    .execute()
  const over = new Set(closed.map(({ id }) => id))
  const known = new Set(begun.map((row) => `${row.account_id} ${row.product}`))
  for (const terms of await listPostpaid(engine.queries)) {
    const { accountId, product, endedAtMs } = terms
    if (endedAtMs !== undefined || over.has(accountId)) continue
    if (known.has(`${accountId} ${product}`)) continue
    await engine.transact((transaction) => beginMonth(transaction, terms, nowMs))
  }
}

/** Bills the months that are over and in which no call is under way any more. */
export async function billMonths(engine: SqlEngine, nowMs: number): Promise<void> {
  const { name } = monthOf(nowMs - BILL_AFTER_MS)
  const over = await engine.queries
    .selectFrom('postpaid_month')
    .selectAll()
    .where('billed_at_ms', 'is', null)
    .where('month', '<', name)
    .execute()
  for (const month of over) {
    await engine.transact((transaction) => billMonth(transaction, month, nowMs))
  }
}

/** Moves accounts into arrears whose bills are overdue, and tells them once a bill. */
export async function reviewBills(engine: SqlEngine, nowMs: number): Promise<void> {
  const overdue = await engine.queries
    .selectFrom('order')
    .innerJoin('account', 'account.id', 'order.account_id')
    .select(['order.id', 'account_id', 'amount_fen', 'due_at_ms'])
    .where('order.state', '=', 'placed')
    .where('due_at_ms', '<=', nowMs)
    .where('account.state', '=', 'active')
    .execute()
  for (const { id: orderId, account_id: accountId, amount_fen: amountFen } of overdue) {
    await engine.transact(async ({ queries }) => {
      await reviewArrears(queries, accountId, nowMs, ACTOR)
      const crossing = `bill_overdue:${orderId}`
      const facts = { orderId, amountFen }
      await raiseAlert(queries, { accountId, kind: 'bill_overdue', crossing, facts, atMs: nowMs })
    })
  }
}

/** Grants a month's units, once over all nodes. */
async function beginMonth(
  { queries, ledger }: SqlTransaction,
  terms: PostpaidTerms,
  nowMs: number,
): Promise<void> {
  const { accountId, product } = terms
  const month = monthOf(nowMs)
  const claim = { account_id: accountId, product, month: month.name }
  const taken = await queries
    .insertInto('postpaid_month')
    .values({
      ...claim,
      grant_id: null,
      price_fen_per_1000_units: terms.priceFenPer1000Units,
      due_days: terms.dueDays,
      billed_at_ms: null,
      order_id: null,
    })
    .onConflict((conflict) => conflict.columns(['account_id', 'product', 'month']).doNothing())
    .executeTakeFirst()
  if (taken.numInsertedOrUpdatedRows === 0n) return
  const grant = await ledger.addGrant(grantOfMonth(terms, month, nowMs), nowMs)
  if (typeof grant === 'string') throw new Error(`a month's grant was refused: ${grant}`)
  await queries
    .updateTable('postpaid_month')
    .set({ grant_id: grant.id })
    .where('account_id', '=', accountId)
    .where('product', '=', product)
    .where('month', '=', month.name)
    .execute()
}

function grantOfMonth(terms: PostpaidTerms, { name, endMs }: Month, nowMs: number) {
  const { accountId, product, unitsPerMonth: units } = terms
  return {
    accountId,
    product,
    mode: 'live',
    units,
    priority: 0,
    startsAtMs: nowMs,
    expiresAtMs: endMs,
    reason: `postpaid ${name}`,
  } as const
}

type MonthRow = Selectable<Schema['postpaid_month']>

/** Bills one month, once over all nodes; a month with a call under way is left for the next look. */
async function billMonth({ queries }: SqlTransaction, row: MonthRow, nowMs: number): Promise<void> {
  const balance = await queries
    .selectFrom('balance')
    .selectAll()
    .where('grant_id', '=', row.grant_id)
    .executeTakeFirstOrThrow()
  if (!isSettled(balance)) return
  const terms = { priceFenPer1000Units: row.price_fen_per_1000_units, dueDays: row.due_days }
  const bill = billOf(terms, balance.used, nowMs)
  if (!(await closeMonth(queries, row, nowMs)) || bill === undefined) return
  const order = orderOfBill(row, bill, nowMs)
  await insertOrder(queries, order)
  await queries
    .updateTable('postpaid_month')
    .set({ order_id: order.id })
    .where('grant_id', '=', row.grant_id)
    .execute()
  await tellBill(queries, order)
}

/** Marks a month as billed; false when another node has done so. */
async function closeMonth(queries: Queries, row: MonthRow, nowMs: number): Promise<boolean> {
  const closed = await queries
    .updateTable('postpaid_month')
    .set({ billed_at_ms: nowMs })
    .where('grant_id', '=', row.grant_id)
    .where('billed_at_ms', 'is', null)
    .executeTakeFirst()
  return closed.numUpdatedRows === 1n
}

function orderOfBill(row: MonthRow, bill: Bill, placedAtMs: number): Order {
  return {
    id: newId('ord'),
    accountId: row.account_id,
    kind: 'bill',
    state: 'placed',
    product: row.product,
    mode: 'live',
    units: bill.units,
    amountFen: bill.amountFen,
    month: row.month,
    dueAtMs: bill.dueAtMs,
    placedAtMs,
    refundedUnits: 0,
    refundedFen: 0,
  }
}

async function tellBill(queries: Queries, order: Order): Promise<void> {
  const { id: orderId, accountId, product, units, amountFen, placedAtMs: atMs } = order
  const month = order.month ?? ''
  const detail = `${product} ${month} ${units} units, ${amountFen} fen`
  await appendAudit(queries, { actor: ACTOR, atMs, action: 'order.bill', subject: orderId, detail })
  const facts = { orderId, product, month, units, amountFen, dueAtMs: order.dueAtMs ?? 0 }
  const crossing = `bill_issued:${orderId}`
  await raiseAlert(queries, { accountId, kind: 'bill_issued', crossing, facts, atMs })
}
