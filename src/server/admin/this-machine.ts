/** Whether a request to the admin API is of this machine. */
import { isLoopback } from '../../protocols/loopback.ts'
import type { WireRequest } from '../../protocols/protocol.ts'
import { headerOf } from '../../protocols/request-header.ts'

/** Names under which a browser reaches this machine; another one is a rebound name. */
const LOOPBACK_HOST = /^(localhost|127\.0\.0\.1|\[::1\])(:\d+)?$/

/** Whether a request comes from this machine, and to this machine by a name of its own. */
export function isAtThisMachine(request: WireRequest): boolean {
  return isLoopback(request.remoteAddress) && LOOPBACK_HOST.test(headerOf(request, 'host') ?? '')
}
