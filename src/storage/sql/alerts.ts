/** Alerts as rows: raised once each, kept, and handed out for delivery to one node at a time. */
import type { Selectable } from 'kysely'
import { newId } from '../../accounts/key.ts'
import { type AlertKind, type Delivery, retryAfterMs } from '../../billing/alert.ts'
import type { Queries, SqlEngine } from './engine.ts'
import type { Schema } from './schema.ts'

/** What an alert tells, besides whose it is; numbers and ids, never an element. */
export type AlertFacts = Readonly<Record<string, string | number>>

export interface NewAlert {
  readonly accountId: string
  readonly kind: AlertKind
  /** Names what happened, so that it is told once. */
  readonly crossing: string
  readonly facts: AlertFacts
  readonly atMs: number
}

/** An alert as it was raised, and how its delivery stands. */
export interface Alert {
  readonly id: string
  readonly accountId: string
  readonly kind: AlertKind
  /** JSON as it is delivered. */
  readonly body: string
  readonly raisedAtMs: number
  readonly delivery: Delivery
  readonly attempts: number
  /** What the last attempt met; empty before the first. */
  readonly lastResult: string
}

/** A node that takes an alert and dies gives it back after this long. */
const LEASE_MS = 120_000

/** Raises an alert within a transaction; false when it was raised before. */
export async function raiseAlert(queries: Queries, alert: NewAlert): Promise<boolean> {
  const { accountId, kind, crossing, facts, atMs } = alert
  const id = newId('alr')
  const webhook = await queries
    .selectFrom('alert_setting')
    .select('webhook_url')
    .where('account_id', '=', accountId)
    .executeTakeFirst()
  const raised = await queries
    .insertInto('alert')
    .values({
      id,
      account_id: accountId,
      kind,
      crossing,
      body: JSON.stringify({ id, kind, accountId, raisedAtMs: atMs, ...facts }),
      raised_at_ms: atMs,
      delivery: webhook?.webhook_url ? 'pending' : 'kept',
      attempts: 0,
      next_attempt_at_ms: atMs,
      last_result: '',
    })
    .onConflict((conflict) => conflict.column('crossing').doNothing())
    .executeTakeFirst()
  return raised.numInsertedOrUpdatedRows === 1n
}

/** Alerts of one account, or of all; the newest first. */
export async function listAlerts(
  queries: Queries,
  { accountId, limit }: { readonly accountId?: string; readonly limit: number },
): Promise<Alert[]> {
  const all = queries
    .selectFrom('alert')
    .selectAll()
    .orderBy('raised_at_ms', 'desc')
    .orderBy('id')
    .limit(limit)
  const chosen = accountId === undefined ? all : all.where('account_id', '=', accountId)
  return (await chosen.execute()).map(alertOf)
}

/** Takes up to `limit` alerts that are due; no other node is given them until the lease ends. */
export async function takeDueAlerts(
  engine: SqlEngine,
  { nowMs, limit }: { readonly nowMs: number; readonly limit: number },
): Promise<Alert[]> {
  const due = await engine.queries
    .selectFrom('alert')
    .select(['id', 'next_attempt_at_ms'])
    .where('delivery', '=', 'pending')
    .where('next_attempt_at_ms', '<=', nowMs)
    .orderBy('next_attempt_at_ms')
    .limit(limit)
    .execute()
  const taken: Alert[] = []
  for (const { id, next_attempt_at_ms: seenMs } of due) {
    const row = await engine.queries
      .updateTable('alert')
      .set((columns) => ({
        attempts: columns('attempts', '+', 1),
        next_attempt_at_ms: nowMs + LEASE_MS,
      }))
      .where('id', '=', id)
      .where('delivery', '=', 'pending')
      .where('next_attempt_at_ms', '=', seenMs)
      .returningAll()
      .executeTakeFirst()
    if (row !== undefined) taken.push(alertOf(row))
  }
  return taken
}

/** Keeps how an attempt ended; one that failed is tried again later, or given up. */
export async function closeAttempt(
  { queries }: SqlEngine,
  { id, attempts }: Pick<Alert, 'id' | 'attempts'>,
  attempt: { readonly result: string; readonly delivered: boolean; readonly atMs: number },
): Promise<void> {
  const { result, delivered, atMs } = attempt
  const waitMs = delivered ? undefined : retryAfterMs(attempts)
  const failed = waitMs === undefined ? 'failed' : 'pending'
  await queries
    .updateTable('alert')
    .set({
      delivery: delivered ? 'delivered' : failed,
      next_attempt_at_ms: atMs + (waitMs ?? 0),
      last_result: result,
    })
    .where('id', '=', id)
    .where('attempts', '=', attempts)
    .execute()
}

export function alertOf(row: Selectable<Schema['alert']>): Alert {
  return {
    id: row.id,
    accountId: row.account_id,
    kind: row.kind,
    body: row.body,
    raisedAtMs: row.raised_at_ms,
    delivery: row.delivery,
    attempts: row.attempts,
    lastResult: row.last_result,
  }
}
