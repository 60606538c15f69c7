/** Accounts and the keys they call with, as the gateway sees them. */
import type { Fault } from './fault.ts'
import type { Mode } from './product.ts'
import type { Secret } from './secret.ts'

/** Every state but `active` refuses calls. */
export type AccountState = 'active' | 'suspended' | 'unverified' | 'closed'

export interface Account {
  /** `acc_…` */
  readonly id: string
  readonly name: string
  readonly state: AccountState
  /** Calls a second for each key and API. */
  readonly ratePerSecond: number
}

/** Which vendor credential a key is: `tencent` SecretId + SecretKey, `appcode`, `appkey` AppKey + AppSecret. */
export type KeyKind = 'tencent' | 'appcode' | 'appkey'

export interface Key {
  /** `key_…` */
  readonly id: string
  readonly account: Account
  readonly kind: KeyKind
  readonly mode: Mode
  /** SecretId or AppKey; for an AppCode the code itself is the credential and this is a `Secret`'s mask. */
  readonly label: string
  /** SecretKey or AppSecret; an AppCode has none beyond itself, then it equals the code. */
  readonly secret: Secret
  /** Calls with this key are refused so once it is authenticated: a magic key of the sandbox. */
  readonly scenario?: Fault
}
