/** What this face reads from the head of a request, found in one pass over the raw header list. */
import type { WireRequest } from '../protocol.ts'

/** Bytes of a request line without method and target, and of the empty line that ends the head. */
const FRAME_BYTES = '  HTTP/1.1\r\n\r\n'.length
/** Bytes of the colon, the blank and the line end of a header. */
const HEADER_FRAME_BYTES = 4
const CLIENT_CHARS_MAX = 64

/** The headers that decide, values as latin1 text. */
export interface Head {
  /** Request line and headers as they were on the wire. */
  bytes: number
  authorization: string | undefined
  contentType: string | undefined
  contentEncoding: string | undefined
  contentLength: string | undefined
  userAgent: string | undefined
  /** `X-Ca-*` headers by lower-case name; undefined when there is none. */
  gateway: Map<string, string> | undefined
  /** First header of the protocol that came twice, in the caller's spelling. */
  repeated: string | undefined
}

/** Reads the head. Of a repeated header the first counts, as in Node. */
export function readHead(request: WireRequest): Head {
  const head: Head = {
    bytes: request.method.length + request.target.length + FRAME_BYTES,
    authorization: undefined,
    contentType: undefined,
    contentEncoding: undefined,
    contentLength: undefined,
    userAgent: undefined,
    gateway: undefined,
    repeated: undefined,
  }
  const raw = request.rawHeaders
  for (let i = 0; i + 1 < raw.length; i += 2) {
    const name = raw[i]!
    const value = raw[i + 1]!
    head.bytes += name.length + value.length + HEADER_FRAME_BYTES
    if (!take(head, name, value)) head.repeated ??= name
  }
  return head
}

/** Name and version of the client: the first word of its User-Agent. */
export function clientOf(head: Head): string | undefined {
  if (head.userAgent === undefined) return undefined
  const word = /^[\x21-\x7e]+/.exec(head.userAgent)?.[0]
  return word?.slice(0, CLIENT_CHARS_MAX)
}

/** Keeps one header; false when it may come once and came before. */
function take(head: Head, name: string, value: string): boolean {
  if (isGatewayName(name)) return takeGateway(head, name.toLowerCase(), value)
  // The length tells most headers apart, so that only a likely one is lower-cased.
  switch (name.length) {
    case 13:
      if (name.toLowerCase() !== 'authorization') return true
      if (head.authorization !== undefined) return false
      head.authorization = value
      return true
    case 12:
      if (name.toLowerCase() !== 'content-type') return true
      if (head.contentType !== undefined) return false
      head.contentType = value
      return true
    case 16:
      if (name.toLowerCase() === 'content-encoding') {
        head.contentEncoding = head.contentEncoding ? `${head.contentEncoding}, ${value}` : value
      }
      return true
    case 14:
      if (name.toLowerCase() === 'content-length') head.contentLength = value
      return true
    case 10:
      if (name.toLowerCase() === 'user-agent') head.userAgent ??= value
      return true
    default:
      return true
  }
}

/** Whether a name begins with `X-Ca-` in any case. */
function isGatewayName(name: string): boolean {
  return (
    name.length > 5 &&
    name.charCodeAt(1) === 0x2d &&
    name.charCodeAt(4) === 0x2d &&
    name.slice(0, 5).toLowerCase() === 'x-ca-'
  )
}

function takeGateway(head: Head, name: string, value: string): boolean {
  head.gateway ??= new Map()
  if (head.gateway.has(name)) return false
  head.gateway.set(name, value)
  return true
}
