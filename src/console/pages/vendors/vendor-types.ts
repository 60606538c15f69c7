/** What the admin API tells of vendors; costs are hundredths of a fen. */

/** Where policies are set, for an account or, by the name that stands for them, all others. */
export const POLICIES_PATH = '/api/admin/vendors/policies'
export const EVERY_ACCOUNT = ''

export interface PriceStep {
  readonly fromCalls: number
  readonly costCentifen: number
}

export type CredentialKind = 'tencent' | 'appcode' | 'appkey' | 'direct'
export type Preference = 'weight' | 'cost' | 'latency'
export type BreakerState = 'closed' | 'open' | 'half_open'

export interface Route {
  readonly name: string
  readonly vendor: string
  readonly credentialKind: CredentialKind
  readonly credentialId: string
  readonly endpoint?: string
  readonly hasCertificate: boolean
  readonly profile: string
  readonly prices: readonly PriceStep[]
  readonly tier: number
  readonly weight: number
  readonly createdAtMs: number
}

export interface RouteHealth {
  readonly route: string
  readonly state: BreakerState
  readonly medianMs: number
  readonly inFlight: number
  readonly waiting: number
}

export interface Policy {
  /** Empty for all accounts that have none of their own. */
  readonly accountId: string
  readonly routes?: readonly string[]
  readonly prefer: Preference
  readonly totalTimeoutMs: number
  readonly doublePayShare: number
  readonly noRecordFollows?: boolean
}

export interface KnownVendor {
  readonly vendor: string
  readonly endpoint: string
  readonly kinds: readonly CredentialKind[]
  readonly products: readonly string[]
  readonly canBeAsked: boolean
}

export interface Vendors {
  readonly routes: readonly Route[]
  readonly policies: readonly Policy[]
  /** Accounts whose encrypted messages go to the vendor unread. */
  readonly passages: readonly string[]
  readonly health: readonly RouteHealth[]
  readonly node: string
  readonly known: readonly KnownVendor[]
  readonly profiles: readonly string[]
}

export interface Trial {
  readonly route: string
  readonly passed: boolean
  readonly phase: string
  readonly code: string
  readonly fault?: string
  readonly charge: 'paid' | 'free' | 'unknown'
}

export interface RouteCosts {
  readonly route: string
  readonly settled: number
  readonly free: number
  readonly unknown: number
  readonly costCentifen: number
  readonly unknownCentifen: number
}

export interface OpenUnknowns {
  readonly count: number
  readonly costCentifen: number
  readonly oldestAtMs?: number
}

export interface Costs {
  readonly sinceMs: number
  readonly untilMs: number
  readonly routes: readonly RouteCosts[]
  readonly open: OpenUnknowns
}

export interface Savings {
  readonly charged: number
  readonly unknown: number
  readonly malformed: number
  readonly guarded: number
  readonly shared: number
  readonly cached: number
  readonly worthCentifen: number
  readonly compared: number
  readonly comparedCentifen: number
}

export interface OpenAttempt {
  readonly id: string
  readonly requestId: string
  readonly route: string
  readonly atMs: number
  readonly phase: string
  readonly code: string
  readonly costCentifen: number
}

export interface DifferingBill {
  readonly route: string
  readonly evidence: string
  readonly fromMs: number
  readonly toMs: number
  readonly billed: number
  readonly difference: number
  readonly unexplained: number
}

export interface Bills {
  readonly open: readonly OpenAttempt[]
  readonly overdue: OpenUnknowns
  readonly differing: readonly DifferingBill[]
}

export interface Reconciled {
  readonly settled: number
  readonly free: number
  readonly open: number
  readonly billed: number
  readonly difference: number
  readonly unexplained: number
  readonly strangers: number
  readonly unbilled: readonly string[]
  readonly disputed: readonly string[]
}

export interface ComparisonPolicy {
  readonly second: string
  readonly perMille: number
  readonly compares: 'matches' | 'verdicts'
  readonly budgetCentifen: number
  readonly windowCalls: number
  readonly alarmPerMille: number
  readonly stops: boolean
}

export interface ComparedPair {
  readonly route: string
  readonly second: string
  readonly compared: number
  readonly disagreed: number
}

export interface ComparisonCell {
  readonly route: string
  readonly second: string
  readonly bank: string
  readonly outcome: string
  readonly secondOutcome: string
  readonly count: number
}

export interface Comparison {
  readonly policy?: ComparisonPolicy
  readonly spentCentifen: number
  readonly stops: readonly (ComparedPair & { readonly atMs: number })[]
  readonly pairs: readonly ComparedPair[]
  readonly cells: readonly ComparisonCell[]
}
