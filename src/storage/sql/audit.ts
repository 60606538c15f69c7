/** The audit of what operators did: one line in the transaction of the deed. No line holds an element. */
import type { Deed } from '../../accounts/store.ts'
import type { Queries } from './engine.ts'

/** What was done to what, besides who and when. */
export interface AuditLine extends Deed {
  /** `noun.verb` */
  readonly action: string
  /** Id of what it was done to. */
  readonly subject: string
  readonly detail: string
}

/** Appends a line; the caller owns the transaction. */
export async function appendAudit(queries: Queries, line: AuditLine): Promise<void> {
  const { atMs, actor, action, subject, detail } = line
  await queries
    .insertInto('audit')
    .values({ at_ms: atMs, actor, action, subject, detail })
    .execute()
}

/** Time of the newest line; 0 before the first. */
export async function newestAuditMs(queries: Queries): Promise<number> {
  const row = await queries
    .selectFrom('audit')
    .select(({ fn }) => fn.max('at_ms').as('at_ms'))
    .executeTakeFirst()
  return Number(row?.at_ms ?? 0)
}
