/** What the admin API reads of a request itself: its headers, and whether it is of this machine. */
import { isLoopback } from '../../protocols/loopback.ts'
import type { WireRequest } from '../../protocols/protocol.ts'

/** Names under which a browser reaches this machine; another one is a rebound name. */
const LOOPBACK_HOST = /^(localhost|127\.0\.0\.1|\[::1\])(:\d+)?$/

/** The first header of a name, given in lower case. */
export function headerOf({ rawHeaders }: WireRequest, lowerName: string): string | undefined {
  const at = rawHeaders.findIndex((name, i) => i % 2 === 0 && name.toLowerCase() === lowerName)
  return at < 0 ? undefined : rawHeaders[at + 1]
}

/** Whether a request comes from this machine, and to this machine by a name of its own. */
export function isAtThisMachine(request: WireRequest): boolean {
  return isLoopback(request.remoteAddress) && LOOPBACK_HOST.test(headerOf(request, 'host') ?? '')
}
