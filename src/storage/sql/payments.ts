/** Payment providers, and what they tell us: each payment counts once, and each answer is kept. */
import { randomBytes } from 'node:crypto'
import type { KeySealer } from '../../accounts/seal.ts'
import type { Deed } from '../../accounts/store.ts'
import {
  judgeNotice,
  type NoticeResult,
  type PaymentNotice,
  readNotice,
  type SignedNotice,
} from '../../billing/payment-notice.ts'
import { Secret } from '../../domain/secret.ts'
import { appendAudit } from './audit.ts'
import type { Queries, SqlEngine, SqlTransaction } from './engine.ts'
import { mutate } from './mutation.ts'
import { settleOrder } from './order-payment.ts'
import { lockOrder } from './order-rows.ts'

const SECRET_BYTES = 32
/** Who the providers are not: a message of an unknown one costs the same work. */
const NOBODY = new Secret('nobody')

/** A provider as administrators see it: no secret. */
export interface PaymentProvider {
  readonly name: string
  readonly createdAtMs: number
  readonly revokedAtMs?: number
}

/** A notice that was believed, with what became of it. */
export interface NoticeRecord extends PaymentNotice {
  readonly provider: string
  readonly atMs: number
  readonly result: NoticeResult
}

/**
 * Lets a provider confirm payments and gives the secret it signs with, which is not shown again. A
 * name that is known gets a new secret in place of the old one.
 */
export async function addProvider(
  engine: SqlEngine,
  sealer: KeySealer,
  name: string,
  deed: Deed,
): Promise<string> {
  const secret = randomBytes(SECRET_BYTES).toString('hex')
  const values = {
    secret_sealed: sealer.seal(secret, sealedFor(name)),
    created_at_ms: deed.atMs,
    revoked_at_ms: null,
  }
  await mutate(engine, { deed, action: 'provider.add', subject: name }, async ({ queries }) => {
    await queries
      .insertInto('payment_provider')
      .values({ name, ...values })
      .onConflict((conflict) => conflict.column('name').doUpdateSet(values))
      .execute()
  })
  return secret
}

/** Believes a provider no longer. */
export function revokeProvider(
  engine: SqlEngine,
  name: string,
  deed: Deed,
): Promise<PaymentProvider | 'provider_unknown'> {
  return mutate<PaymentProvider | 'provider_unknown'>(
    engine,
    { deed, action: 'provider.revoke', subject: name },
    async ({ queries }) => {
      const row = await queries
        .updateTable('payment_provider')
        .set({ revoked_at_ms: deed.atMs })
        .where('name', '=', name)
        .where('revoked_at_ms', 'is', null)
        .returning('created_at_ms')
        .executeTakeFirst()
      if (row === undefined) return 'provider_unknown'
      return { name, createdAtMs: row.created_at_ms, revokedAtMs: deed.atMs }
    },
  )
}

export async function listProviders(queries: Queries): Promise<PaymentProvider[]> {
  const rows = await queries
    .selectFrom('payment_provider')
    .select(['name', 'created_at_ms', 'revoked_at_ms'])
    .orderBy('name')
    .execute()
  return rows.map(({ name, created_at_ms: createdAtMs, revoked_at_ms: revokedAtMs }) => ({
    name,
    createdAtMs,
    ...(revokedAtMs !== null && { revokedAtMs }),
  }))
}

/**
 * Takes a provider's notice in. The first of a payment decides, and the same notice gets the same
 * answer again; a payment that an order does not wait for is kept for the operator to look at.
 */
export async function receiveNotice(
  engine: SqlEngine,
  sealer: KeySealer,
  message: SignedNotice,
  nowMs: number,
): Promise<NoticeResult> {
  const { provider } = message
  const secret = await secretOf(engine.queries, sealer, provider)
  const notice = readNotice(secret ?? NOBODY, message, nowMs)
  if (secret === undefined) return 'provider_unknown'
  if (typeof notice === 'string') return notice
  return engine.transact(async (transaction) => {
    const earlier = await claimPayment(transaction.queries, { ...notice, provider, atMs: nowMs })
    if (earlier !== undefined) return isSame(earlier, notice) ? earlier.result : 'notice_changed'
    const result = await takePayment(transaction, notice, provider, nowMs)
    await transaction.queries
      .updateTable('payment_notice')
      .set({ result })
      .where('provider', '=', provider)
      .where('payment_id', '=', notice.paymentId)
      .execute()
    return result
  })
}

/** What providers told of an order. */
export async function listNotices(queries: Queries, orderId: string): Promise<NoticeRecord[]> {
  const rows = await queries
    .selectFrom('payment_notice')
    .selectAll()
    .where('order_id', '=', orderId)
    .orderBy('at_ms')
    .execute()
  return rows.map(noticeOf)
}

async function takePayment(
  transaction: SqlTransaction,
  notice: PaymentNotice,
  provider: string,
  atMs: number,
): Promise<NoticeResult> {
  const { queries } = transaction
  const { orderId, paymentId } = notice
  const order = await lockOrder(queries, orderId)
  const refusal = judgeNotice(notice, order)
  if (refusal !== undefined || order === undefined) return refusal ?? 'order_unknown'
  const actor = `provider:${provider}`
  const paid = await settleOrder(transaction, order, { channel: provider, paymentId, atMs }, actor)
  if (typeof paid === 'string') return paid
  const detail = `${provider} ${paymentId}`
  await appendAudit(queries, { actor, atMs, action: 'order.pay', subject: orderId, detail })
  return 'paid'
}

/** Claims a payment's number; gives the notice that has claimed it before, if there is one. */
async function claimPayment(
  queries: Queries,
  notice: Omit<NoticeRecord, 'result'>,
): Promise<NoticeRecord | undefined> {
  const { provider, paymentId, orderId, amountFen, atMs } = notice
  const row = { provider, payment_id: paymentId, order_id: orderId, amount_fen: amountFen }
  const claimed = await queries
    .insertInto('payment_notice')
    .values({ ...row, at_ms: atMs, result: '' })
    .onConflict((conflict) => conflict.columns(['provider', 'payment_id']).doNothing())
    .executeTakeFirst()
  if (claimed.numInsertedOrUpdatedRows === 1n) return undefined
  const earlier = await queries
    .selectFrom('payment_notice')
    .selectAll()
    .where('provider', '=', provider)
    .where('payment_id', '=', paymentId)
    .executeTakeFirstOrThrow()
  return noticeOf(earlier)
}

function isSame(a: PaymentNotice, b: PaymentNotice): boolean {
  return a.orderId === b.orderId && a.amountFen === b.amountFen
}

async function secretOf(
  queries: Queries,
  sealer: KeySealer,
  name: string,
): Promise<Secret | undefined> {
  const row = await queries
    .selectFrom('payment_provider')
    .select('secret_sealed')
    .where('name', '=', name)
    .where('revoked_at_ms', 'is', null)
    .executeTakeFirst()
  return row && sealer.open(row.secret_sealed, sealedFor(name))
}

function sealedFor(provider: string): string {
  return `provider:${provider}`
}

function noticeOf(row: {
  provider: string
  payment_id: string
  order_id: string
  amount_fen: number
  at_ms: number
  result: string
}): NoticeRecord {
  return {
    provider: row.provider,
    paymentId: row.payment_id,
    orderId: row.order_id,
    amountFen: row.amount_fen,
    atMs: row.at_ms,
    result: row.result as NoticeResult,
  }
}
