/** Whether a request is of this machine, or of others through a proxy on it. */
import { isLoopback } from '../../protocols/loopback.ts'
import type { WireRequest } from '../../protocols/protocol.ts'
import { headerOf } from '../../protocols/request-header.ts'

/** Names under which a browser reaches this machine; another one is a rebound name. */
const LOOPBACK_HOST = /^(localhost|127\.0\.0\.1|\[::1\])(:\d+)?$/

/** What proxies say of whom they speak for. */
const RELAYED = ['x-forwarded-for', 'forwarded', 'via']

/** Whether a proxy speaks for somebody else. */
export function isRelayed(request: WireRequest): boolean {
  return RELAYED.some((name) => headerOf(request, name) !== undefined)
}

/** Whether a request comes from this machine, and to this machine by a name of its own. */
export function isAtThisMachine(request: WireRequest): boolean {
  return isLoopback(request.remoteAddress) && LOOPBACK_HOST.test(headerOf(request, 'host') ?? '')
}
