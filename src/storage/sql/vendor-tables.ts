/** Vendors, their cost rows and the guardian's counters, as both engines hold them. */
import type { Generated } from 'kysely'
import type { AttemptState } from '../../sources/store.ts'
import type { Preference } from '../../sources/upstream/settings.ts'

export interface VendorTables {
  vendor_attempt: VendorAttemptTable
  vendor_bill: VendorBillTable
  guard_row: GuardRowTable
  guard_match: GuardMatchTable
  vendor_route: VendorRouteTable
  vendor_policy: VendorPolicyTable
  vendor_passage: { account_id: string }
}

export interface VendorAttemptTable {
  id: string
  serial: number
  request_id: string
  account_id: string
  route: string
  vendor: string
  product: string
  at_ms: number
  cost_centifen: number
  state: 'prepared' | AttemptState
  phase: Generated<string>
  code: Generated<string>
  reference: Generated<string>
  ended_at_ms: number | null
  evidence: string | null
}

export interface VendorBillTable {
  route: string
  from_ms: number
  to_ms: number
  at_ms: number
  evidence: string
  billed: number
  difference: number
  unexplained: number
}

export interface GuardRowTable {
  token: Uint8Array
  /** As `packMarks` writes them. */
  marks: Uint8Array
  count: number
  cleared_at_ms: number | null
  locked_at_ms: number | null
}

export interface GuardMatchTable {
  period: number
  token: Uint8Array
  at_ms: number
}

export interface VendorRouteTable {
  name: string
  vendor: string
  credential_kind: string
  credential_id: string
  credential_sealed: Uint8Array
  public_key: string | null
  endpoint: string | null
  ca: string | null
  profile: string
  prices: string
  tier: number
  weight: number
  created_at_ms: number
}

interface VendorPolicyTable {
  account_id: string
  routes: string
  prefer: Preference
  total_timeout_ms: number
  double_pay_share: number
  no_record_follows: Generated<number>
}
