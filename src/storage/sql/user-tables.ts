/** People of the console, their sessions, and who failed to log in, as both engines hold them. */
import type { Role, UserState } from '../../accounts/user.ts'

export interface UserTables {
  console_user: ConsoleUserTable
  console_session: ConsoleSessionTable
  login_failure: LoginFailureTable
  login_event: LoginEventTable
}

export interface ConsoleUserTable {
  id: string
  name: string
  role: Role
  account_id: string | null
  state: UserState
  /** Null until the invitation is taken up. */
  password_hash: string | null
  totp_sealed: Uint8Array | null
  /** A seed that no code has confirmed yet. */
  totp_pending_sealed: Uint8Array | null
  /** Step of the last code that was taken; none is taken twice. */
  totp_step: number
  invitation_digest: string | null
  invitation_ends_at_ms: number | null
  created_at_ms: number
}

interface ConsoleSessionTable {
  /** Of the token in the cookie. */
  digest: string
  user_id: string
  created_at_ms: number
  /** Last request, to within a minute. */
  seen_at_ms: number
  /** Where it was begun. */
  network: string
}

interface LoginFailureTable {
  /** Digest of a name; empty for all names. */
  name_digest: string
  network: string
  failures: number
  last_at_ms: number
}

interface LoginEventTable {
  /** Empty where nobody has the name. */
  user_id: string
  at_ms: number
  network: string
  kind: 'begun' | 'failed'
}
