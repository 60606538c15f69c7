/** The audit of what operators did: one line in the transaction of the deed. No line holds an element. */
import type { Deed } from '../../accounts/store.ts'
import type { Database } from './database.ts'

/** What was done to what, besides who and when. */
export interface AuditLine extends Deed {
  /** `noun.verb` */
  readonly action: string
  /** Id of what it was done to. */
  readonly subject: string
  readonly detail: string
}

/** Appends a line; the caller owns the transaction. */
export function appendAudit(database: Database, line: AuditLine): void {
  database
    .prepare('INSERT INTO audit (at_ms, actor, action, subject, detail) VALUES (?, ?, ?, ?, ?)')
    .run(line.atMs, line.actor, line.action, line.subject, line.detail)
}
