/**
 * The gate before the admin API: it knows the route, refuses writes from foreign pages, finds the
 * session and compares its role with the table of permissions. What it does not let in, no route
 * sees.
 */
import { SANDBOX_ACCOUNT_ID } from '../../accounts/sandbox-keys.ts'
import { ROLES } from '../../accounts/user.ts'
import type { Clock } from '../../domain/clock.ts'
import type { WireRequest } from '../../protocols/protocol.ts'
import { headerOf } from '../../protocols/request-header.ts'
import type { Session, SqlSessions } from '../../storage/sql/sessions.ts'
import { type Caller, NOBODY } from './caller.ts'
import { sessionTokenOf } from './cookie.ts'
import { PERMISSIONS, type Permission, routeOf } from './permissions.ts'
import { NOT_FOUND, type Refused } from './problem.ts'
import type { Admitted } from './route.ts'
import { isAtThisMachine, isRelayed } from './this-machine.ts'

export interface GateParts {
  readonly sessions: SqlSessions
  readonly clock: Clock
  readonly production: boolean
  /** As routes are given it. */
  readonly digestKey: Uint8Array
}

/** Lets a request in, or says why not. */
export type Gate = (request: WireRequest) => Promise<Admitted | Refused>

/** The developer at his own machine, where nothing is worth a login. */
const DEVELOPER: Caller = {
  user: { id: 'sandbox', name: 'sandbox', hasTotp: false },
  roles: ROLES,
  accountId: SANDBOX_ACCOUNT_ID,
  mustEnrol: false,
}

const UNAUTHENTICATED: Refused = { status: 401, problem: { error: 'unauthenticated' } }
const FORBIDDEN: Refused = { status: 403, problem: { error: 'forbidden' } }

/** Builds the gate. */
export function createGate({ sessions, clock, production, digestKey }: GateParts): Gate {
  const callerOf = async (request: WireRequest, nowMs: number): Promise<Caller | undefined> => {
    const token = sessionTokenOf(request)
    const session = token === undefined ? undefined : await sessions.find(token, nowMs)
    if (token !== undefined && session !== undefined) return signedIn(session, token, production)
    return !production && isDeveloper(request) ? DEVELOPER : undefined
  }
  return async (request) => {
    const route = routeOf(request.method, request.path)
    if (route === undefined) return NOT_FOUND
    if (!mayWrite(request)) return FORBIDDEN
    const permission: Permission = PERMISSIONS[route]
    const nowMs = clock.nowMs()
    const known = permission === 'anyone' ? NOBODY : await callerOf(request, nowMs)
    const caller = known ?? (permission === 'visitor' ? NOBODY : undefined)
    if (caller === undefined) return UNAUTHENTICATED
    return refusalFor(caller, permission) ?? { caller, request, nowMs, digestKey }
  }
}

/** Whether a gate has let a request in. */
export function isAdmitted(result: Admitted | Refused): result is Admitted {
  return 'caller' in result
}

/** A proxy on this machine speaks for others. */
function isDeveloper(request: WireRequest): boolean {
  return isAtThisMachine(request) && !isRelayed(request)
}

function refusalFor(caller: Caller, permission: Permission): Refused | undefined {
  if (typeof permission === 'string') return undefined
  if (caller.mustEnrol) return { status: 403, problem: { error: 'totp_required' } }
  return caller.roles.some((role) => permission.includes(role)) ? undefined : FORBIDDEN
}

function signedIn({ user, endsAtMs }: Session, token: string, production: boolean): Caller {
  return {
    user,
    roles: [user.role],
    ...(user.accountId !== undefined && { accountId: user.accountId }),
    mustEnrol: production && user.role === 'operator' && !user.hasTotp,
    token,
    endsAtMs,
  }
}

/**
 * Whether a request is a read, or a write from a page of ours or from no page at all. A browser names
 * the page's origin with every write; what names none, and no site either, is no browser.
 */
function mayWrite(request: WireRequest): boolean {
  if (request.method === 'GET' || request.path.startsWith('/api/payments/')) return true
  const origin = headerOf(request, 'origin')
  const site = headerOf(request, 'sec-fetch-site')
  if (site !== undefined && site !== 'same-origin' && site !== 'none') return false
  if (origin === undefined) return true
  const host = headerOf(request, 'host') ?? ''
  return origin === `https://${host}` || (!request.secure && origin === `http://${host}`)
}
