/**
 * The rows that are sealed, in the order of their numbers, each as one line that the database writes:
 * for millions of rows that is far cheaper than to fetch their columns. Both engines write the same.
 */
import { type RawBuilder, sql } from 'kysely'
import type { Queries } from './engine.ts'

export interface SealableRow {
  readonly id: number
  readonly at_ms: number
  /** All values; a text goes behind its length, so that none can pass for a border. */
  readonly line: string
}

const ENTRY_LINE = lineOf({
  numbers: `e.id e.grant_id e.units e.at_ms e.serial e.rule_version e.undoes e.expires_at_ms
    c.at_ms c.billable c.rule_version`,
  texts: 'e.kind e.reason c.result l.account_id l.key_id l.api l.product l.mode l.source',
})

const AUDIT_LINE = lineOf({ numbers: 'id at_ms', texts: 'actor action subject detail' })

/** Entries after one, each charge with the call it is for. What a retention clears is not in it. */
export function readEntryRows(
  queries: Queries,
  afterId: number,
  limit: number,
): Promise<SealableRow[]> {
  return queries
    .selectFrom('entry as e')
    .leftJoin('call as c', (join) =>
      join.onRef('c.serial', '=', 'e.serial').on('e.kind', 'in', ['burn', 'settle']),
    )
    .leftJoin('lane as l', 'l.id', 'c.lane_id')
    .select(['e.id', 'e.at_ms', ENTRY_LINE.as('line')])
    .where('e.id', '>', afterId)
    .orderBy('e.id')
    .limit(limit)
    .execute()
}

/** Lines of the audit after one. */
export function readAuditRows(
  queries: Queries,
  afterId: number,
  limit: number,
): Promise<SealableRow[]> {
  return queries
    .selectFrom('audit')
    .select(['id', 'at_ms', AUDIT_LINE.as('line')])
    .where('id', '>', afterId)
    .orderBy('id')
    .limit(limit)
    .execute()
}

/** Numbers first, then texts; an absent value is empty, and an absent text has no length. */
function lineOf(columns: { readonly numbers: string; readonly texts: string }): RawBuilder<string> {
  const refs = (names: string) => names.split(/\s+/).map((name) => sql.ref(name))
  const parts = [
    ...refs(columns.numbers).map((column) => sql`${column}, ','`),
    ...refs(columns.texts).map((column) => sql`length(${column}), ':', ${column}`),
  ]
  return sql<string>`concat(${sql.join(parts)})`
}
