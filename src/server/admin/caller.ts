/** Who asks the admin API, and which account he asks about. */
import { AccountError, type AccountStore } from '../../accounts/store.ts'
import type { Role, User } from '../../accounts/user.ts'

/** Somebody whom the gate has let in. */
export interface Caller {
  readonly user: Pick<User, 'id' | 'name' | 'hasTotp'>
  /** One; of the developer at his own machine all. */
  readonly roles: readonly Role[]
  /** Of a buyer, and of the developer the sandbox account. */
  readonly accountId?: string
  /** In production an operator needs an authenticator before he may do anything else. */
  readonly mustEnrol: boolean
  /** The session's token; absent of the developer, who needs none. */
  readonly token?: string
  readonly endsAtMs?: number
}

/** Whoever asks a route that is open to anyone. */
export const NOBODY: Caller = {
  user: { id: '', name: 'nobody', hasTotp: false },
  roles: [],
  mustEnrol: false,
}

/** Stands for all accounts where one could be named. */
const ALL = 'all'

/** Whether somebody sees every account. */
export function isStaff({ roles }: Caller): boolean {
  return roles.includes('operator') || roles.includes('auditor')
}

/**
 * The account of a list: the one that was named, else the caller's own, else all (`undefined`). A
 * buyer who names another gets the answer of an account that does not exist.
 */
export function scopeOf(
  caller: Caller,
  named: string | undefined,
): { readonly accountId?: string } | 'account_unknown' {
  const wanted = named ?? caller.accountId ?? ALL
  if (!isStaff(caller) && wanted !== caller.accountId) return 'account_unknown'
  return wanted === ALL ? {} : { accountId: wanted }
}

/** The one account that something is done to. */
export function accountOf(caller: Caller, named: string | undefined): string | 'account_unknown' {
  const scope = scopeOf(caller, named)
  return typeof scope === 'string' ? scope : (scope.accountId ?? 'account_unknown')
}

/**
 * The id of the one account that something is done to, which is there: staff may name any, by its
 * name too. Throws `AccountError` for an account that is unknown, or somebody else's.
 */
export async function oneAccount(
  accounts: Pick<AccountStore, 'account'>,
  caller: Caller,
  named: string | undefined,
): Promise<string> {
  const accountId = accountOf(caller, named)
  if (accountId === 'account_unknown') throw new AccountError('account_unknown', named)
  return isStaff(caller) ? (await accounts.account(accountId)).id : accountId
}

/** Whether somebody may know of what belongs to an account. */
export function maySee(caller: Caller, accountId: string): boolean {
  return isStaff(caller) || caller.accountId === accountId
}
