/** Who is at the screen: his role decides what the menu offers, the server what he may do. */
import { createContext, useCallback, useContext, useEffect, useState } from 'react'
import { ask, onSignedOut } from './admin-api.ts'

export type Role = 'operator' | 'auditor' | 'buyer_admin' | 'buyer_developer' | 'buyer_finance'

export interface Session {
  readonly name: string
  /** One; of the developer at his own machine all. */
  readonly roles: readonly Role[]
  /** Of a buyer, and of the developer the sandbox account. */
  readonly accountId?: string
  readonly hasTotp: boolean
  /** Nothing else may be done before an authenticator is enrolled. */
  readonly mustEnrolTotp: boolean
  /** Absent of the developer's session, which needs no login. */
  readonly endsAtMs?: number
  /** Whom to turn to: a web address, a mail address or a telephone number. */
  readonly support?: string
}

export interface SessionState {
  readonly session: Session
  /** The account whose things are shown; staff choose one, or `all`. */
  readonly accountId: string | undefined
  chooseAccount(accountId: string): void
  /** Reads the session again, after something about it changed. */
  renew(): void
  signOut(): void
}

export const SESSION_PATH = '/api/admin/session'
/** Stands for all accounts where staff could name one. */
export const ALL_ACCOUNTS = 'all'
const ACCOUNT_KEY = 'kayan.account'

export const SessionContext = createContext<SessionState | undefined>(undefined)

/** Whether the address is that of an invitation. */
export function isInvited(): boolean {
  return location.pathname === '/console/invitation'
}

/** The session around. */
export function useSession(): SessionState {
  const state = useContext(SessionContext)
  if (state === undefined) throw new Error('no session around this component')
  return state
}

/** Whether the role of the session is among those given. */
export function useMay(...roles: readonly Role[]): boolean {
  const mine = useSession().session.roles
  return roles.some((role) => mine.includes(role))
}

/** Makes a path name the account whose things are meant; a buyer's is known to the server. */
export function useScoped(): (path: string) => string {
  const { accountId } = useSession()
  const isStaff = useMay('operator', 'auditor')
  return (path) => {
    if (!isStaff || accountId === undefined) return path
    return `${path}${path.includes('?') ? '&' : '?'}accountId=${accountId}`
  }
}

/** The session as the server knows it; undefined until it has said. */
export function useSessionState(): {
  readonly state: SessionState | 'signed_out' | undefined
  enter(): void
} {
  const [session, setSession] = useState<Session | 'signed_out'>()
  const [chosen, setChosen] = useState(() => sessionStorage.getItem(ACCOUNT_KEY) ?? undefined)
  const enter = useCallback(() => {
    void readSession().then(setSession)
  }, [])
  useEffect(enter, [enter])
  useEffect(() => onSignedOut(() => setSession('signed_out')), [])
  if (session === undefined || session === 'signed_out') return { state: session, enter }
  const state: SessionState = {
    session,
    accountId: session.roles.some(isStaff) ? (chosen ?? session.accountId) : session.accountId,
    chooseAccount(accountId) {
      sessionStorage.setItem(ACCOUNT_KEY, accountId)
      setChosen(accountId)
    },
    renew: enter,
    signOut() {
      void ask('DELETE', SESSION_PATH).finally(() => setSession('signed_out'))
    },
  }
  return { state, enter }
}

async function readSession(): Promise<Session | 'signed_out'> {
  try {
    const session = await ask<Session>('GET', SESSION_PATH)
    return session.roles.length === 0 ? 'signed_out' : session
  } catch {
    // Whatever keeps the session from being read is told by the next attempt to sign in.
    return 'signed_out'
  }
}

function isStaff(role: Role): boolean {
  return role === 'operator' || role === 'auditor'
}
