/** Plans, orders and alerts. */
import type { AlertKind, Delivery } from '../../billing/alert.ts'
import type { OrderKind, OrderState } from '../../billing/order.ts'
import type { PlanKind } from '../../billing/plan.ts'
import type { Mode, Product } from '../../domain/product.ts'

export interface SaleTables {
  plan: PlanTable
  order: OrderTable
  order_refund: OrderRefundTable
  trial_claim: { claim: string; order_id: string }
  payment_provider: PaymentProviderTable
  payment_notice: PaymentNoticeTable
  alert_setting: AlertSettingTable
  alert_watch: AlertWatchTable
  alert: AlertTable
  reorder: ReorderTable
  postpaid: PostpaidTable
  postpaid_month: PostpaidMonthTable
  job: { name: string; ran_at_ms: number }
}

interface PlanTable {
  name: string
  version: number
  kind: PlanKind
  product: Product
  units: number
  price_fen: number
  valid_years: number
  valid_days: number
  rate_per_second: number | null
  created_at_ms: number
  retired_at_ms: number | null
}

interface OrderTable {
  id: string
  account_id: string
  kind: OrderKind
  state: OrderState
  plan_name: string | null
  plan_version: number | null
  product: Product
  mode: Mode
  units: number
  amount_fen: number
  month: string | null
  due_at_ms: number | null
  placed_at_ms: number
  paid_at_ms: number | null
  cancelled_at_ms: number | null
  channel: string | null
  payment_id: string | null
  grant_id: number | null
  refunded_units: number
  refunded_fen: number
}

interface OrderRefundTable {
  order_id: string
  number: number
  units: number
  fen: number
  at_ms: number
  reason: string
}

interface PaymentProviderTable {
  name: string
  secret_sealed: Uint8Array
  created_at_ms: number
  revoked_at_ms: number | null
}

interface PaymentNoticeTable {
  provider: string
  payment_id: string
  order_id: string
  amount_fen: number
  at_ms: number
  result: string
}

interface AlertSettingTable {
  account_id: string
  low_percents: string
  low_units: string
  expiry_days: string
  webhook_url: string | null
  webhook_secret_sealed: Uint8Array | null
}

interface AlertWatchTable {
  account_id: string
  product: Product
  mode: Mode
  threshold: string
  crossed: number
  crossings: number
}

interface AlertTable {
  id: string
  account_id: string
  kind: AlertKind
  crossing: string
  body: string
  raised_at_ms: number
  delivery: Delivery
  attempts: number
  next_attempt_at_ms: number
  last_result: string
}

interface ReorderTable {
  account_id: string
  product: Product
  mode: Mode
  plan_name: string
  below_units: number
}

interface PostpaidTable {
  account_id: string
  product: Product
  units_per_month: number
  price_fen_per_1000_units: number
  due_days: number
  ended_at_ms: number | null
}

interface PostpaidMonthTable {
  account_id: string
  product: Product
  month: string
  grant_id: number | null
  price_fen_per_1000_units: number
  due_days: number
  billed_at_ms: number | null
  order_id: string | null
}
