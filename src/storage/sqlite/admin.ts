/**
 * The ledger as the command line changes and reads it: in process, synchronous, one transaction a
 * change, safe beside a running server.
 */
import type { Entry } from '../../billing/entry.ts'
import type { Grant, Holding } from '../../billing/grant.ts'
import type { LedgerRefusal } from '../../billing/ledger.ts'
import type { GrantOrder } from '../../billing/operations.ts'
import * as operations from '../../billing/operations.ts'
import type { CallRow } from '../../billing/store.ts'
import { Writer } from '../../billing/writer.ts'
import type { Database } from './database.ts'
import { classifyFailure, SqliteLedgerDisk } from './ledger-disk.ts'
import { findCharge } from './ledger-operations.ts'
import { unpackCall } from './repeat-rows.ts'
import { HOLDING_COLUMNS, holdingFrom, type Row } from './rows.ts'

/** A stored call with what it cost. */
export interface StoredCall extends CallRow {
  /** The grant that paid for it, unless it was free. */
  readonly grantId: number | undefined
  /** Whether its charge was undone. */
  readonly reversed: boolean
}

/** Operations on the ledger over one writable connection; the audit is the caller's affair. */
export class LedgerAdmin {
  readonly #database: Database
  readonly #writer: Writer

  constructor(database: Database) {
    this.#database = database
    this.#writer = new Writer(new SqliteLedgerDisk(database), classifyFailure)
  }

  addGrant(order: GrantOrder, nowMs: number): Grant | LedgerRefusal {
    return operations.addGrant(this.#writer, order, nowMs)
  }

  withdrawGrant(
    order: { readonly grantId: number; readonly units: number; readonly reason: string },
    nowMs: number,
  ): Entry | LedgerRefusal {
    return operations.withdrawGrant(this.#writer, order, nowMs)
  }

  extendGrant(
    order: { readonly grantId: number; readonly expiresAtMs: number; readonly reason: string },
    nowMs: number,
  ): Entry | LedgerRefusal {
    return operations.extendGrant(this.#writer, order, nowMs)
  }

  shortenGrant(
    order: { readonly grantId: number; readonly expiresAtMs: number; readonly reason: string },
    nowMs: number,
  ): Entry | LedgerRefusal {
    return operations.shortenGrant(this.#writer, order, nowMs)
  }

  /** Undoes the charge of a call, once. */
  reverseCharge(
    order: { readonly serial: number; readonly reason: string },
    nowMs: number,
  ): Entry | LedgerRefusal | 'not_charged' {
    const find = () => findCharge(this.#database, order.serial)
    return operations.reverseCharge(this.#writer, find, order.reason, nowMs)
  }

  expireGrants(nowMs: number): Entry[] {
    return operations.expireGrants(this.#writer, nowMs)
  }
}

/** All grants, or those of one account, with their present balances. */
export function listGrants(database: Database, accountId?: string): Holding[] {
  const rows = database
    .prepare(
      `SELECT ${HOLDING_COLUMNS} FROM grant g JOIN balance b ON b.grant_id = g.id
       WHERE ?1 IS NULL OR g.account_id = ?1 ORDER BY g.id`,
    )
    .all(accountId ?? null)
  return rows.map(holdingFrom)
}

/** One call by its serial number. */
export function findCall(database: Database, serial: number): StoredCall | undefined {
  const row = database.prepare(`${CALLS} WHERE c.serial = ?`).get(serial)
  return row && callFrom(row)
}

const CALLS = `
  SELECT c.serial, c.at_ms, c.result, c.billable, c.rule_version, c.latency_us, c.answer,
         c.client, c.element_index, l.account_id, l.key_id, l.api, l.product, l.mode, l.source,
         e.grant_id, r.calls,
         EXISTS (SELECT 1 FROM entry u WHERE u.undoes = e.id AND u.undoes IS NOT NULL) AS reversed
  FROM call c JOIN lane l ON l.id = c.lane_id
  LEFT JOIN entry e ON e.id = c.entry_id LEFT JOIN repeat r ON r.id = c.repeat_id`

function callFrom(row: Row): StoredCall {
  const repeat = unpackCall(row.calls, Number(row.serial))
  return {
    serial: Number(row.serial),
    atMs: Number(row.at_ms),
    accountId: String(row.account_id),
    keyId: String(row.key_id),
    api: String(row.api),
    product: row.product as StoredCall['product'],
    mode: row.mode as StoredCall['mode'],
    source: String(row.source),
    result: row.result as StoredCall['result'],
    billable: row.billable === 1,
    ruleVersion: Number(row.rule_version),
    latencyUs: Number(row.latency_us),
    answer: String(row.answer),
    repeatKey: repeat?.repeatKey ?? '',
    elementToken: repeat?.elementToken ?? '',
    client: String(row.client ?? ''),
    elementIndex: Buffer.from((row.element_index as Uint8Array | null) ?? []).toString('latin1'),
    grantId: row.grant_id === null ? undefined : Number(row.grant_id),
    reversed: row.reversed === 1,
  }
}
