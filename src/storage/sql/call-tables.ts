/** The call log and the charge tables, as both engines hold them. */

export interface CallTables {
  call: CallTable
  lane: LaneTable
  charge_rule: ChargeRuleTable
  call_hour: CallHourTable
  call_hour_progress: { one: number; position: number }
}

export interface CallTable {
  serial: number
  /** Into `lane`. */
  lane_id: number
  at_ms: number
  result: string
  billable: number
  rule_version: number
  latency_us: number
  /** The entry that charged it. */
  entry_id: number | null
  /** Empty of a refusal, and once it is too old to be kept. */
  answer: string
  /** Null where it is not known or not kept any more; empty text is never stored. */
  client: string | null
  /** Eight bytes an element; null like `client`. */
  element_index: Uint8Array | null
  /** As `writeSteps` tells it; null where nothing is known. */
  steps: string | null
}

/** What many calls have in common, named once. */
export interface LaneTable {
  id: number
  account_id: string
  key_id: string
  api: string
  product: string
  mode: string
  source: string
}

/** From its moment on, exactly the outcomes named cost a unit under the interface. */
interface ChargeRuleTable {
  api: string
  /** From 2: the first version is the vendor's catalogue. */
  version: number
  /** Names of outcomes, separated by commas. */
  charged: string
  effective_from_ms: number
  created_at_ms: number
  reason: string
}

/** Calls of one hour that are alike; see the migration. */
interface CallHourTable {
  account_id: string
  hour: number
  mode: string
  api: string
  result: string
  bucket: number
  calls: number
  charged: number
}
