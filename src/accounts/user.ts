/** People who use the console: what they may be, and why a wish about them is refused. */

/**
 * `operator` runs the business, `auditor` reads all of it; the buyer's three roles belong to one
 * account: `buyer_admin` does everything there, `buyer_developer` keys, `buyer_finance` money.
 */
export const ROLES = [
  'operator',
  'auditor',
  'buyer_admin',
  'buyer_developer',
  'buyer_finance',
] as const

export type Role = (typeof ROLES)[number]

/** `invited` has no password yet, `disabled` may not come in any more. */
export type UserState = 'invited' | 'active' | 'disabled'

export interface User {
  /** `usr_…` */
  readonly id: string
  /** What is typed at the login; lower case, never given to somebody else. */
  readonly name: string
  readonly role: Role
  /** Of a buyer: the account that is his. */
  readonly accountId?: string
  readonly state: UserState
  /** Whether the login asks for a code of an authenticator (RFC 6238). */
  readonly hasTotp: boolean
  readonly createdAtMs: number
}

/**
 * - `user_unknown`: nobody goes by that name or id.
 * - `user_name_taken`: names are never given twice, so that the audit means one person.
 * - `account_needed`, `account_unwanted`: a buyer belongs to an account, and nobody else does.
 * - `invitation_invalid`: it was used, has ended, or never was.
 * - `code_wrong`: not the code of this moment, or used before.
 * - `totp_required`: an operator in production keeps his second factor.
 */
export type UserRefusal =
  | 'user_unknown'
  | 'user_name_taken'
  | 'account_needed'
  | 'account_unwanted'
  | 'invitation_invalid'
  | 'password_wrong'
  | 'code_wrong'
  | 'totp_required'

/** Whether people of a role belong to one account. */
export function isBuyer(role: Role): boolean {
  return role.startsWith('buyer_')
}
