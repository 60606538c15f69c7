/** What outlasts a call on its routes, as both engines hold it. */
import type { Outcome } from '../../domain/outcome.ts'

export interface RoutingTables {
  late_verdict: { token: Uint8Array; outcome: Outcome; kept_at_ms: number }
  double_pay: { account_id: string; day: number; calls: number; spent: number }
  shadow_setting: ShadowSettingTable
  shadow_month: { month: number; spent_centifen: number }
  shadow_comparison: ShadowComparisonTable
  shadow_window: { route: string; second: string; compared: number; disagreed: number }
  route_stop: {
    route: string
    second: string
    compared: number
    disagreed: number
    at_ms: number
  }
  verdict_cache: VerdictCacheTable
}

interface ShadowSettingTable {
  id: number
  second: string
  per_mille: number
  compares: 'matches' | 'verdicts'
  budget_centifen: number
  window_calls: number
  alarm_per_mille: number
  stops: number
}

interface ShadowComparisonTable {
  day: number
  route: string
  second: string
  bank: string
  outcome: Outcome
  second_outcome: Outcome
  count: number
}

interface VerdictCacheTable {
  account_id: string
  match_ms: number
  mismatch_ms: number
  card_state_ms: number
}
