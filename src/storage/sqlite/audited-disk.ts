/** The ledger's rows with an audit line in the same transaction for everything an operator does. */
import type { Entry, EntryKind } from '../../billing/entry.ts'
import { appendAudit } from './audit.ts'
import type { Database } from './database.ts'
import { SqliteLedgerDisk } from './ledger-disk.ts'

/** What the audit calls an entry that somebody asked for; calls and expiry have no actor. */
const ACTIONS: { readonly [K in EntryKind]?: string } = {
  grant: 'grant.add',
  withdraw: 'grant.withdraw',
  extend: 'grant.extend',
  reverse: 'ledger.reverse',
}

export class AuditedLedgerDisk extends SqliteLedgerDisk {
  readonly #database: Database
  readonly #actor: string

  constructor(database: Database, actor: string) {
    super(database)
    this.#database = database
    this.#actor = actor
  }

  override insertEntry(entry: Entry): void {
    super.insertEntry(entry)
    const action = ACTIONS[entry.kind]
    if (action === undefined) return
    const { kind, grantId, serial, units, reason, atMs } = entry
    appendAudit(this.#database, {
      actor: this.#actor,
      atMs,
      action,
      subject: kind === 'reverse' ? `call ${serial}` : `grant ${grantId}`,
      detail: `${units} ${reason}`,
    })
  }
}
