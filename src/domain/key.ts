/** Accounts and the keys they call with, as the gateway sees them. */
import type { Fault } from './fault.ts'
import type { Mode } from './product.ts'
import type { Secret } from './secret.ts'

/**
 * Every state but `active` refuses calls, each with a code of its own: `inactive` never opened the
 * service, `unverified` did not prove who it is, `charge_abnormal` and `arrears` owe an answer or
 * money, `frozen` was stopped by the operator, `closed` is gone for ever.
 */
export const ACCOUNT_STATES = [
  'inactive',
  'unverified',
  'active',
  'charge_abnormal',
  'arrears',
  'frozen',
  'closed',
] as const

export type AccountState = (typeof ACCOUNT_STATES)[number]

export interface Account {
  /** `acc_…` */
  readonly id: string
  readonly name: string
  readonly state: AccountState
  /** Calls a second for each key and API. */
  readonly ratePerSecond: number
  /** Calls that leave their body out of their signature are refused, even where the service allows them. */
  readonly unsignedPayload?: 'refused'
}

/**
 * Which vendor credential a key is: `tencent` SecretId + SecretKey, `appcode`, `appkey` AppKey +
 * AppSecret, `direct` the API key of the vendor's own host.
 */
export type KeyKind = 'tencent' | 'appcode' | 'appkey' | 'direct'

/** Whether a kind is one value that callers send as it is: it is never shown, and is its own secret. */
export function isBearer(kind: KeyKind): kind is 'appcode' | 'direct' {
  return kind === 'appcode' || kind === 'direct'
}

export interface Key {
  /** `key_…` */
  readonly id: string
  readonly account: Account
  readonly kind: KeyKind
  readonly mode: Mode
  /** SecretId or AppKey; of an AppCode or direct key, which is all secret, four characters and a fingerprint. */
  readonly label: string
  /** SecretKey or AppSecret; an AppCode or direct key is its own. */
  readonly secret: Secret
  /** Of a direct key whose callers encrypt their elements: what they encrypt them with. */
  readonly cipherSecret?: Secret
  /** Of a temporary Tencent key: the session token its calls must carry. */
  readonly token?: Secret
  /** From when a temporary key is refused; absent of one without end. */
  readonly expiresAtMs?: number
  /** Networks (CIDR) it may be called from; absent of a key for any. */
  readonly addresses?: readonly string[]
  /** Charged calls a day, by the Beijing calendar; absent without a cap. */
  readonly dailyCap?: number
  /** Calls with this key are refused so once it is authenticated: a magic key of the sandbox. */
  readonly scenario?: Fault
}
