/** The free trial: one for each account, and one for each real identity behind accounts. */
import type { Deed } from '../../accounts/store.ts'
import type { Order, OrderRefusal } from '../../billing/order.ts'
import type { SqlEngine } from './engine.ts'
import { mutate } from './mutation.ts'
import { settleOrder } from './order-payment.ts'
import { insertOrder } from './order-rows.ts'
import { orderOfPlan, requireOpen } from './orders.ts'
import { planForSale } from './plans.ts'

export interface TrialWish {
  readonly accountId: string
  /** Name of a trial that is offered. */
  readonly plan: string
  /** Tokens of who the account really is; at least one. */
  readonly identities: readonly string[]
}

/**
 * Gives the trial, unless the account or one of its identities has had one. The claims are rows of
 * one key each, so that of many who ask at the same moment one is given it.
 */
export function takeTrial(
  engine: SqlEngine,
  { accountId, plan: name, identities }: TrialWish,
  deed: Deed,
): Promise<Order | OrderRefusal> {
  const subject = ({ id }: Order) => id
  return mutate<Order | OrderRefusal>(
    engine,
    { deed, action: 'order.trial', subject, detail: `${accountId} ${name}` },
    async (transaction) => {
      const { queries } = transaction
      await requireOpen(queries, accountId)
      const plan = await planForSale(queries, name)
      if (plan?.kind !== 'trial') return 'plan_unknown'
      const order = orderOfPlan(plan, accountId, 'live', deed.atMs)
      await insertOrder(queries, order)
      // In one order, so that two who want the same claims never wait for each other.
      const claims = [`account:${accountId}`, ...identities].sort()
      const inserted = await queries
        .insertInto('trial_claim')
        .values(claims.map((claim) => ({ claim, order_id: order.id })))
        .onConflict((conflict) => conflict.column('claim').doNothing())
        .executeTakeFirst()
      if (inserted.numInsertedOrUpdatedRows !== BigInt(claims.length)) return 'trial_used'
      const payment = { channel: 'free', paymentId: order.id, atMs: deed.atMs }
      return settleOrder(transaction, order, payment, deed.actor)
    },
  )
}
