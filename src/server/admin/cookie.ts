/**
 * The cookie of a session. Its name begins with `__Host-`, so that a browser takes it over TLS alone
 * and for this very host; only to this machine itself a plain one is given, for want of TLS there.
 */
import type { WireRequest } from '../../protocols/protocol.ts'
import { headerOf } from '../../protocols/request-header.ts'
import { isAtThisMachine } from './this-machine.ts'

const PLAIN_NAME = 'kayan_session'
const SECURE_NAME = '__Host-kayan_session'
const TOKEN = /^[\w-]{43}$/

/** The token in a request's cookie, if it has the form of one. */
export function sessionTokenOf(request: WireRequest): string | undefined {
  const name = nameFor(request)
  const pairs = (headerOf(request, 'cookie') ?? '').split(';').map((pair) => pair.trim())
  const value = pairs.find((pair) => pair.startsWith(`${name}=`))?.slice(name.length + 1)
  return value !== undefined && TOKEN.test(value) ? value : undefined
}

/** The header that gives a token to the browser, or with `undefined` takes it away. */
export function sessionCookie(request: WireRequest, token: string | undefined): string {
  const name = nameFor(request)
  const secure = name === SECURE_NAME ? '; Secure' : ''
  const value = token === undefined ? '=; Max-Age=0' : `=${token}`
  return `${name}${value}; Path=/; HttpOnly; SameSite=Lax${secure}`
}

/** A proxy that ends TLS speaks plainly to us, but for a name that is not this machine's. */
function nameFor(request: WireRequest): string {
  return !request.secure && isAtThisMachine(request) ? PLAIN_NAME : SECURE_NAME
}
