/** One HTTP message as the protocols read it, whichever version of HTTP brought it. */
import type { WireRequest } from '../protocols/protocol.ts'
import { EMPTY } from './incoming.ts'

/** What a message is made of; a body of undefined was too large. */
interface Message extends Pick<WireRequest, 'method' | 'target' | 'rawHeaders' | 'secure'> {
  readonly remoteAddress: string | undefined
}

/** Parts the target and tells what became of the body. */
export function wireRequest(message: Message, body: Buffer | undefined): WireRequest {
  const { target } = message
  const relative = target.startsWith('/') ? target : withoutAuthority(target)
  const mark = relative.indexOf('?')
  return {
    method: message.method,
    target,
    path: mark < 0 ? relative : relative.slice(0, mark),
    query: mark < 0 ? '' : relative.slice(mark + 1),
    rawHeaders: message.rawHeaders,
    body: body ?? EMPTY,
    bodyTooLarge: body === undefined,
    remoteAddress: message.remoteAddress ?? '',
    secure: message.secure,
  }
}

/** Path and query of an absolute-form target (`http://host/path`); the authority never routes. */
function withoutAuthority(target: string): string {
  const found = /^https?:\/\/[^/?#]*(.*)$/i.exec(target)
  if (found === null) return target
  const rest = found[1]!
  return rest.startsWith('/') ? rest : `/${rest}`
}
