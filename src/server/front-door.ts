/** Where a request goes once it has been read: probes and metrics, a vendor's protocol, or nowhere. */
import type { Sent } from '../billing/repeats.ts'
import { dispatch } from '../gateway/dispatch.ts'
import type { Pipeline } from '../gateway/pipeline.ts'
import { isLoopback } from '../protocols/loopback.ts'
import type { Protocol, WireReply, WireRequest } from '../protocols/protocol.ts'
import type { AdminHandler } from './admin/index.ts'
import { isRelayed } from './admin/this-machine.ts'
import { isConsolePath } from './console.ts'
import { liveness, probeReply, readiness, text, type Vital } from './health.ts'
import type { Handled, Handler } from './http.ts'

export interface FrontDoor {
  readonly protocols: readonly Protocol[]
  readonly pipeline: Pipeline
  readonly vital: () => Vital
  readonly metrics: () => Promise<string>
  /** Hears of every verdict whether its reply was handed to the operating system. */
  readonly delivered: (sent: Sent, delivered: boolean) => void
  /** `/api/admin`, `/api/payments` and `/openapi.json`. */
  readonly admin: AdminHandler
  /** `/console`; absent where it was not built. */
  readonly console?: ((request: WireRequest) => Handled) | undefined
}

/** The handler under the listener. */
export function createHandler(door: FrontDoor): Handler {
  const operations: Readonly<Record<string, () => WireReply | Promise<WireReply>>> = {
    '/livez': () => probeReply(liveness(door.vital())),
    '/readyz': () => probeReply(readiness(door.vital())),
    '/metrics': async () => text(200, await door.metrics(), 'text/plain; version=0.0.4'),
  }

  return async (request: WireRequest): Promise<Handled> => {
    const protocol = dispatch(door.protocols, request.path)
    if (protocol === undefined) {
      const operation = Object.hasOwn(operations, request.path) && operations[request.path]
      if (!operation) return visitors(door, request)
      // Counters tell how a business goes: only this machine may read them, and no proxy on it.
      const isOwn = isLoopback(request.remoteAddress) && !isRelayed(request)
      if (request.path === '/metrics' && !isOwn) return { reply: text(403, 'loopback only') }
      return { reply: await operation() }
    }
    const reply = await door.pipeline(protocol, request)
    const { answered } = reply
    if (answered === undefined) return { reply }
    return { reply, written: (delivered) => door.delivered(answered, delivered) }
  }
}

/** What people open in a browser. */
async function visitors(door: FrontDoor, request: WireRequest): Promise<Handled> {
  const { path } = request
  if (door.console !== undefined && isConsolePath(path)) return door.console(request)
  if (path.startsWith('/api/') || path === '/openapi.json') return await door.admin(request)
  return { reply: text(404, 'not found') }
}
