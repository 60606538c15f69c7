/** The ledger's operations within a transaction that somebody else has opened on the same connection. */
import type { Entry } from '../../billing/entry.ts'
import type { Grant } from '../../billing/grant.ts'
import type { Charge, LedgerRefusal } from '../../billing/ledger.ts'
import type {
  LedgerOperations,
  NewExpiry,
  Reversal,
  Withdrawal,
} from '../../billing/ledger-port.ts'
import type { GrantOrder } from '../../billing/operations.ts'
import * as operations from '../../billing/operations.ts'
import { Writer } from '../../billing/writer.ts'
import type { Database } from './database.ts'
import { classifyFailure, SqliteLedgerDisk } from './ledger-disk.ts'

export class SqliteLedgerOperations implements LedgerOperations {
  readonly #database: Database
  readonly #writer: Writer

  constructor(database: Database) {
    this.#database = database
    this.#writer = new Writer(new EnlistedLedgerDisk(database), classifyFailure)
  }

  async addGrant(order: GrantOrder, nowMs: number): Promise<Grant | LedgerRefusal> {
    return operations.addGrant(this.#writer, order, nowMs)
  }

  async withdrawGrant(order: Withdrawal, nowMs: number): Promise<Entry | LedgerRefusal> {
    return operations.withdrawGrant(this.#writer, order, nowMs)
  }

  async extendGrant(order: NewExpiry, nowMs: number): Promise<Entry | LedgerRefusal> {
    return operations.extendGrant(this.#writer, order, nowMs)
  }

  async shortenGrant(order: NewExpiry, nowMs: number): Promise<Entry | LedgerRefusal> {
    return operations.shortenGrant(this.#writer, order, nowMs)
  }

  async reverseCharge(
    { serial, reason }: Reversal,
    nowMs: number,
  ): Promise<Entry | LedgerRefusal | 'not_charged'> {
    const find = () => findCharge(this.#database, serial)
    return operations.reverseCharge(this.#writer, find, reason, nowMs)
  }

  async expireGrants(nowMs: number): Promise<readonly Entry[]> {
    return operations.expireGrants(this.#writer, nowMs)
  }
}

/** The rows of the ledger; where the transaction begins and ends is not its affair. */
class EnlistedLedgerDisk extends SqliteLedgerDisk {
  /** What this writer knew from an earlier transaction may be gone with that transaction. */
  override begin(): boolean {
    return true
  }

  override commit(): void {}

  override rollback(): void {}
}

/** The entry that charged a call, and whether it was undone. */
export function findCharge(database: Database, serial: number): Charge | undefined {
  const row = database
    .prepare(
      `SELECT e.id, e.grant_id,
              EXISTS (SELECT 1 FROM entry u WHERE u.undoes = e.id AND u.undoes IS NOT NULL) AS undone
       FROM call c JOIN entry e ON e.id = c.entry_id WHERE c.serial = ?`,
    )
    .get(serial)
  return (
    row && {
      entryId: Number(row.id),
      grantId: Number(row.grant_id),
      serial,
      undone: row.undone === 1,
    }
  )
}
