/** What a payment sets off, in its own transaction: units, a higher rate limit, the end of arrears. */
import type { Order, OrderRefusal, Payment } from '../../billing/order.ts'
import { pay } from '../../billing/order.ts'
import { endOfValidity } from '../../billing/plan.ts'
import { stateAfterBills } from '../../billing/postpaid.ts'
import type { AccountState } from '../../domain/key.ts'
import { appendAudit } from './audit.ts'
import type { Queries, SqlTransaction } from './engine.ts'
import { KEYS_REVISION } from './key-rows.ts'
import { moveRevision } from './meta.ts'
import { saveOrder } from './order-rows.ts'
import { planOrdered } from './plans.ts'

/** Pays an order that the transaction has locked or just made. */
export async function settleOrder(
  transaction: SqlTransaction,
  order: Order,
  payment: Payment,
  actor: string,
): Promise<Order | OrderRefusal> {
  const paid = pay(order, payment)
  if (typeof paid === 'string') return paid
  const { queries } = transaction
  const settled = paid.plan === undefined ? paid : await grantUnits(transaction, paid, payment.atMs)
  await saveOrder(queries, settled)
  if (order.kind === 'bill') await reviewArrears(queries, order.accountId, payment.atMs, actor)
  return settled
}

/** Moves an account into arrears or out of them, as its overdue bills demand. */
export async function reviewArrears(
  queries: Queries,
  accountId: string,
  atMs: number,
  actor: string,
): Promise<void> {
  // First: a payment and a look at the bills come one after the other, and each sees the other.
  await moveRevision(queries, KEYS_REVISION)
  const overdue = await queries
    .selectFrom('order')
    .select('id')
    .where('account_id', '=', accountId)
    .where('state', '=', 'placed')
    .where('due_at_ms', '<=', atMs)
    .limit(1)
    .execute()
  const { state: present } = await queries
    .selectFrom('account')
    .select('state')
    .where('id', '=', accountId)
    .executeTakeFirstOrThrow()
  const state = stateAfterBills(present as AccountState, overdue.length > 0)
  if (state === undefined) return
  await queries.updateTable('account').set({ state }).where('id', '=', accountId).execute()
  await appendAudit(queries, {
    atMs,
    actor,
    action: 'account.state',
    subject: accountId,
    detail: state,
  })
}

async function grantUnits(
  { queries, ledger }: SqlTransaction,
  order: Order,
  paidAtMs: number,
): Promise<Order> {
  const { accountId, product, mode, units } = order
  const plan = await planOrdered(queries, order.plan!)
  const grant = await ledger.addGrant(
    {
      accountId,
      product,
      mode,
      units,
      priority: 0,
      startsAtMs: paidAtMs,
      expiresAtMs: endOfValidity(plan.validity, paidAtMs),
      reason: `order ${order.id}`,
    },
    paidAtMs,
  )
  if (typeof grant === 'string') throw new Error(`the grant of a paid order was refused: ${grant}`)
  if (plan.ratePerSecond !== undefined) await raiseRate(queries, accountId, plan.ratePerSecond)
  return { ...order, grantId: grant.id }
}

/** A plan gives a rate limit at least; one that was agreed higher stays. */
async function raiseRate(queries: Queries, accountId: string, perSecond: number): Promise<void> {
  const lower = await queries
    .selectFrom('account')
    .select('id')
    .where('id', '=', accountId)
    .where('rate_per_second', '<', perSecond)
    .executeTakeFirst()
  if (lower === undefined) return
  // Before the account, as everybody does who changes one: so that nobody waits in a circle.
  await moveRevision(queries, KEYS_REVISION)
  await queries
    .updateTable('account')
    .set({ rate_per_second: perSecond })
    .where('id', '=', accountId)
    .where('rate_per_second', '<', perSecond)
    .execute()
}
