/** A store with one account and a grant, and calls to charge, for tests of metering. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Grant } from '../../src/billing/grant.ts'
import { addGrant, type GrantOrder } from '../../src/billing/operations.ts'
import type { CallRow } from '../../src/billing/store.ts'
import { Writer } from '../../src/billing/writer.ts'
import type { Clock } from '../../src/domain/clock.ts'
import { type Database, openDatabase } from '../../src/storage/sqlite/database.ts'
import { classifyFailure, SqliteLedgerDisk } from '../../src/storage/sqlite/ledger-disk.ts'

/** A clock that a test moves; both of its faces move together. */
export class TestClock implements Clock {
  #ms = 1_800_000_000_000

  nowMs(): number {
    return this.#ms
  }

  monotonicUs(): number {
    return this.#ms * 1_000
  }

  wait(ms: number): void {
    this.#ms += ms
  }
}

export function newDataDir(): string {
  return mkdtempSync(join(tmpdir(), 'kayan-ledger-'))
}

export function removeDataDir(dataDir: string): void {
  rmSync(dataDir, { recursive: true })
}

/** Creates the store and the account `acc_1`. */
export function seedStore(dataDir: string): void {
  const database = openDatabase(dataDir)
  database.exec(`INSERT INTO account VALUES ('acc_1', 'one', 'active', 20, 0, 'policy')`)
  database.close()
}

/** Runs an operator's action as another process would, on a connection of its own. */
export function asOperator<T>(
  dataDir: string,
  action: (writer: Writer, database: Database) => T,
): T {
  const database = openDatabase(dataDir)
  try {
    return action(new Writer(new SqliteLedgerDisk(database), classifyFailure), database)
  } finally {
    database.close()
  }
}

/** Grants units to `acc_1`, valid around `nowMs`. */
export function grantUnits(
  dataDir: string,
  units: number,
  nowMs: number,
  terms: Partial<GrantOrder> = {},
): Grant {
  const order: GrantOrder = {
    accountId: 'acc_1',
    product: 'card4',
    mode: 'live',
    units,
    priority: 0,
    startsAtMs: nowMs - 1_000,
    expiresAtMs: nowMs + 86_400_000,
    reason: 'test',
    ...terms,
  }
  const grant = asOperator(dataDir, (writer) => addGrant(writer, order, nowMs))
  if (typeof grant === 'string') throw new Error(grant)
  return grant
}

/** A billable call of `acc_1`. */
export function callOf(serial: number, atMs: number, row: Partial<CallRow> = {}): CallRow {
  return {
    serial,
    atMs,
    accountId: 'acc_1',
    keyId: 'key_1',
    api: 'tencent.BankCard4EVerification',
    product: 'card4',
    mode: 'live',
    source: 'registry',
    result: 'match',
    billable: true,
    ruleVersion: 1,
    latencyUs: 250,
    steps: '',
    answer: `{"Result":"0","RequestId":"${serial}"}`,
    repeatKey: serial.toString().padStart(32, '0'),
    elementToken: serial.toString().padStart(16, '0'),
    client: '',
    elementIndex: '',
    ...row,
  }
}
