/** The rows that are sealed, in the order of their numbers, with their values in a fixed order. */
import type { SealedRow } from '../../billing/seal.ts'
import type { Queries } from './engine.ts'

export interface SealableRow {
  readonly id: number
  readonly atMs: number
  readonly values: SealedRow
}

/** Entries after one, each charge with the call it is for. What a retention clears is not in it. */
export async function readEntryRows(
  queries: Queries,
  afterId: number,
  limit: number,
): Promise<SealableRow[]> {
  const rows = await queries
    .selectFrom('entry as e')
    .leftJoin('call as c', (join) =>
      join.onRef('c.serial', '=', 'e.serial').on('e.kind', 'in', ['burn', 'settle']),
    )
    .leftJoin('lane as l', 'l.id', 'c.lane_id')
    .select(['e.id', 'e.kind', 'e.grant_id', 'e.units', 'e.at_ms', 'e.serial', 'e.rule_version'])
    .select(['e.undoes', 'e.expires_at_ms', 'e.reason'])
    .select(['c.at_ms as called_at_ms', 'c.result', 'c.billable', 'c.rule_version as called_under'])
    .select(['l.account_id', 'l.key_id', 'l.api', 'l.product', 'l.mode', 'l.source'])
    .where('e.id', '>', afterId)
    .orderBy('e.id')
    .limit(limit)
    .execute()
  return rows.map((row) => ({ id: row.id, atMs: row.at_ms, values: Object.values(row) }))
}

/** Lines of the audit after one. */
export async function readAuditRows(
  queries: Queries,
  afterId: number,
  limit: number,
): Promise<SealableRow[]> {
  const rows = await queries
    .selectFrom('audit')
    .select(['id', 'at_ms', 'actor', 'action', 'subject', 'detail'])
    .where('id', '>', afterId)
    .orderBy('id')
    .limit(limit)
    .execute()
  return rows.map((row) => ({ id: row.id, atMs: row.at_ms, values: Object.values(row) }))
}
