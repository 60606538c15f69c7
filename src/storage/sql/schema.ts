/**
 * The tables of the control plane as both engines hold them. Times are milliseconds since 1970,
 * money is integer fen; integers stay below 2^53, so both drivers give them as numbers.
 */
import type { Generated } from 'kysely'
import type { CallTables } from './call-tables.ts'
import type { InvoiceTables } from './invoice-tables.ts'
import type { RoutingTables } from './routing-tables.ts'
import type { SaleTables } from './sale-tables.ts'
import type { UserTables } from './user-tables.ts'
import type { VendorTables } from './vendor-tables.ts'

export interface Schema
  extends CallTables,
    SaleTables,
    InvoiceTables,
    UserTables,
    VendorTables,
    RoutingTables {
  meta: { name: string; value: string }
  account: AccountTable
  key: KeyTable
  decrypt_key: DecryptKeyTable
  audit: AuditTable
  idempotency: IdempotencyTable
  grant: GrantTable
  balance: BalanceTable
  entry: EntryTable
}

interface AccountTable {
  id: string
  name: string
  state: string
  rate_per_second: number
  created_at_ms: number
  unsigned_payload: Generated<string>
}

interface KeyTable {
  id: string
  account_id: string
  kind: string
  mode: string
  label: string
  credential_digest: Uint8Array
  secret_sealed: Uint8Array
  cipher_sealed: Uint8Array | null
  token_sealed: Uint8Array | null
  expires_at_ms: number | null
  state: string
  created_at_ms: number
  revoked_at_ms: number | null
  retires_at_ms: number | null
  addresses: string | null
  daily_cap: number | null
}

interface DecryptKeyTable {
  id: string
  account_id: string
  algorithm: string
  public_key: string
  private_sealed: Uint8Array
  state: string
  created_at_ms: number
  retired_at_ms: number | null
}

interface AuditTable {
  id: Generated<number>
  at_ms: number
  actor: string
  action: string
  subject: string
  detail: string
}

interface IdempotencyTable {
  actor: string
  key: string
  at_ms: number
  request_digest: string
  answer: string
}

interface GrantTable {
  id: number
  account_id: string
  product: string
  mode: string
  units: number
  priority: number
  starts_at_ms: number
  expires_at_ms: number
  created_at_ms: number
  reason: string
}

interface BalanceTable {
  grant_id: number
  available: number
  reserved: number
  used: number
  expired: number
  withdrawn: number
  expires_at_ms: number
}

export interface EntryTable {
  id: number
  kind: string
  grant_id: number
  units: number
  at_ms: number
  serial: number | null
  rule_version: number | null
  undoes: number | null
  expires_at_ms: number | null
  reason: string | null
}
