/** What the admin API gives, as far as the pages show it: money in fen, times in ms. */

/** In the order in which pages show them. */
export const PRODUCTS = ['card4', 'card3', 'card2', 'cardId', 'cardInfo'] as const

export type Product = (typeof PRODUCTS)[number]
export type Mode = 'test' | 'live'
export type KeyKind = 'tencent' | 'appcode' | 'appkey' | 'direct'
export type AccountState =
  | 'inactive'
  | 'unverified'
  | 'active'
  | 'charge_abnormal'
  | 'arrears'
  | 'frozen'
  | 'closed'

export interface AccountSummary {
  readonly id: string
  readonly name: string
  readonly state: AccountState
  readonly ratePerSecond: number
  readonly createdAtMs: number
}

export interface Key {
  readonly id: string
  readonly accountId: string
  readonly kind: KeyKind
  readonly mode: Mode
  readonly label: string
  readonly state: 'active' | 'revoked'
  readonly createdAtMs: number
  readonly expiresAtMs?: number
  readonly revokedAtMs?: number
  readonly retiresAtMs?: number
  readonly addresses?: readonly string[]
  readonly dailyCap?: number
  readonly encrypted?: true
  readonly temporary?: true
}

/** A key and what it is made of, told once. */
export interface NewKey extends Key {
  readonly credential: string
  readonly secret: string
  readonly cipherSecret?: string
  readonly token?: string
}

export type EncryptionAlgorithm = 'rsa' | 'sm2' | 'kms'

/** What callers encrypt elements with. */
export interface EncryptionKey {
  readonly id: string
  readonly accountId: string
  readonly algorithm: EncryptionAlgorithm
  /** Base64 of PEM; of `kms` the id of the master key. */
  readonly publicKey: string
  /** `retiring` still opens what comes, but nobody should encrypt with it any more. */
  readonly state: 'active' | 'retiring' | 'retired'
  readonly createdAtMs: number
  readonly retiredAtMs?: number
}

export interface Plan {
  readonly name: string
  readonly version: number
  readonly kind: 'package' | 'trial'
  readonly product: Product
  readonly units: number
  readonly priceFen: number
  readonly validity: { readonly years: number } | { readonly days: number }
  readonly ratePerSecond?: number
  readonly retiredAtMs?: number
}

export type OrderState = 'placed' | 'paid' | 'cancelled' | 'partly_refunded' | 'refunded'

export interface Order {
  readonly id: string
  readonly accountId: string
  readonly kind: 'package' | 'trial' | 'bill'
  readonly state: OrderState
  readonly plan?: { readonly name: string; readonly version: number }
  readonly product: Product
  readonly mode: Mode
  readonly units: number
  readonly amountFen: number
  readonly month?: string
  readonly dueAtMs?: number
  readonly placedAtMs: number
  readonly paidAtMs?: number
  readonly channel?: string
  readonly paymentId?: string
  readonly grantId?: number
  readonly refundedUnits: number
  readonly refundedFen: number
}

/** Units given, and where they lie. */
export interface Grant {
  readonly id: number
  readonly accountId: string
  readonly product: Product
  readonly mode: Mode
  readonly units: number
  readonly startsAtMs: number
  readonly expiresAtMs: number
  readonly createdAtMs: number
  readonly reason: string
  readonly available: number
  readonly reserved: number
  readonly used: number
  readonly expired: number
  readonly withdrawn: number
}

/** Today's calls of one interface and result. */
export interface CallTotal {
  readonly api: string
  readonly result: string
  readonly isOutcome: boolean
  /** Class of an outcome, or whose business a refusal is. */
  readonly concerns: string
  readonly calls: number
  readonly charged: number
}

/** An hour or a Beijing day of calls. */
export interface SeriesPoint {
  readonly atMs: number
  readonly calls: number
  readonly charged: number
  readonly errors: number
  /** Absent where there was no call. */
  readonly p50Us?: number
  readonly p99Us?: number
}

export interface Overview {
  readonly accountId: string
  readonly name: string
  readonly state: AccountState
  readonly quota: readonly {
    readonly product: Product
    readonly mode: Mode
    readonly available: number
  }[]
  /** Grants that can be spent now, in the order in which they are. */
  readonly burnOrder: readonly Grant[]
  readonly today: {
    readonly calls: number
    readonly charged: number
    readonly results: readonly CallTotal[]
    /** At most so long took half of them, and 99 of 100; absent before the first. */
    readonly latencyUs?: { readonly p50: number; readonly p99: number; readonly calls: number }
  }
}

export interface Call {
  readonly requestId: string
  readonly sequenceCode: string
  readonly atMs: number
  readonly accountId: string
  readonly keyId: string
  readonly api: string
  readonly product: Product
  readonly mode: Mode
  readonly source: string
  readonly result: string
  readonly charged: boolean
  readonly grantId?: number
  readonly reversed: boolean
  readonly ruleVersion: number
  readonly latencyUs: number
  readonly client: string
}

export interface Entry {
  readonly id: number
  readonly kind: string
  readonly grantId: number
  readonly units: number
  readonly atMs: number
  readonly reason: string
}

export type ElementName = 'name' | 'idNumber' | 'cardNumber' | 'mobile'

/** A request to a vendor, for whoever pays it. */
export interface Attempt {
  readonly route: string
  readonly vendor: string
  readonly state: 'prepared' | 'settled' | 'free' | 'unknown'
  readonly phase: string
  readonly code: string
  readonly reference: string
  readonly costCentifen: number
  readonly atMs: number
  readonly endedAtMs?: number
}

export interface CallStory extends Call {
  /** By name alone; absent when it is not kept any more. */
  readonly elements?: readonly ElementName[]
  /** Microseconds since the call began. */
  readonly steps: Readonly<Partial<Record<'admitted' | 'checked' | 'reserved', number>>>
  /** Shown to staff alone. */
  readonly attempts?: readonly Attempt[]
  /** The answer did not arrive, and is given again free until then. */
  readonly repeatableUntilMs?: number
  /** Empty of a refusal, and after the time it is kept. */
  readonly answer: string
  /** Class of an outcome, or whose business a refusal is. */
  readonly concerns: string
  readonly isOutcome: boolean
  readonly entries: readonly Entry[]
}

export interface AlertSettings {
  readonly lowPercents: readonly number[]
  readonly lowUnits: readonly number[]
  readonly expiryDays: readonly number[]
  readonly webhookUrl?: string
  readonly reorders: readonly {
    readonly product: Product
    readonly mode: Mode
    readonly plan: string
    readonly belowUnits: number
  }[]
}

export interface AlertRow {
  readonly id: string
  readonly kind: string
  readonly body: string
  readonly raisedAtMs: number
  readonly delivery: 'kept' | 'pending' | 'delivered' | 'failed'
  readonly attempts: number
  readonly lastResult: string
}

export const STATEMENT_COLUMNS = [
  'granted',
  'returned',
  'restored',
  'used',
  'expired',
  'withdrawn',
] as const

export type StatementLine = {
  readonly accountId: string
  readonly product: Product
  readonly mode: Mode
  readonly period: string
  readonly opening: number
  readonly closing: number
} & Readonly<Record<(typeof STATEMENT_COLUMNS)[number], number>>

export interface InvoiceTitle {
  readonly title: string
  readonly taxNumber: string
  readonly address?: string
  readonly phone?: string
  readonly bankName?: string
  readonly bankAccount?: string
}

export type InvoiceState = 'processing' | 'issued' | 'rejected' | 'withdrawn' | 'reversed'

export interface Invoice {
  readonly id: string
  readonly accountId: string
  readonly kind: 'ordinary' | 'special'
  readonly material: 'electronic' | 'paper'
  readonly state: InvoiceState
  readonly title: InvoiceTitle
  readonly remark: string
  readonly orders: readonly { readonly orderId: string; readonly amountFen: number }[]
  readonly amountFen: number
  readonly presentFen: number
  readonly number?: string
  readonly reason?: string
  readonly requestedAtMs: number
  /** What was taken back of it. */
  readonly redLetters: readonly {
    readonly number: string
    readonly amountFen: number
    readonly atMs: number
    readonly reason: string
  }[]
  readonly files: readonly { readonly number: number; readonly name: string }[]
}

export interface User {
  readonly id: string
  readonly name: string
  readonly role: 'operator' | 'auditor' | 'buyer_admin' | 'buyer_developer' | 'buyer_finance'
  readonly accountId?: string
  readonly state: 'invited' | 'active' | 'disabled'
  readonly hasTotp: boolean
  readonly createdAtMs: number
}

export interface AuditLine {
  readonly id: number
  readonly atMs: number
  readonly actor: string
  readonly action: string
  readonly subject: string
  readonly detail: string
}

export interface ChargeRule {
  readonly api: string
  readonly version: number
  readonly charged: readonly string[]
  readonly effectiveFromMs: number
  readonly reason: string
}
