/** Request headers and common parameters of API 3.0, read in one pass over what was received. */
import type { Fault } from '../../domain/fault.ts'

/** The headers this face looks at, by lower-case name. */
const KNOWN = {
  host: 'Host',
  ':authority': ':authority',
  authorization: 'Authorization',
  'content-type': 'Content-Type',
  'content-encoding': 'Content-Encoding',
  'content-length': 'Content-Length',
  'x-tc-action': 'X-TC-Action',
  'x-tc-version': 'X-TC-Version',
  'x-tc-timestamp': 'X-TC-Timestamp',
  'x-tc-region': 'X-TC-Region',
  'x-tc-token': 'X-TC-Token',
  'x-tc-language': 'X-TC-Language',
  'x-tc-requestclient': 'X-TC-RequestClient',
  'x-tc-traceid': 'X-TC-TraceId',
  'x-tc-content-sha256': 'X-TC-Content-SHA256',
} as const

type Lower = keyof typeof KNOWN
export type HeaderName = (typeof KNOWN)[Lower]

/** Values by the vendor's spelling of the name; HTTP/2 has its authority in place of a host. */
export type Headers = { [N in HeaderName]?: string }

interface Known {
  readonly lower: string
  readonly name: HeaderName
}

/** The known names by length: most headers are told apart by it without being looked at. */
const BY_LENGTH: readonly (readonly Known[] | undefined)[] = byLength()

/** Turns an ASCII capital into its small letter; digits, `-` and `:` stay what they are. */
const SMALL = 0x20

const TRACE = /^[\x21-\x7e]{1,128}$/
const CLIENT = /^[\x20-\x7e]{1,64}$/

/** Names and values together. */
const HEADERS_BYTES_MAX = 16 * 1024

/** The headers, or the refusal of one that came twice or of too much of them. */
export function readHeaders(rawHeaders: readonly string[]): Headers | Fault {
  const headers: Headers = {}
  let bytes = 0
  for (let i = 0; i < rawHeaders.length; i += 2) {
    bytes += rawHeaders[i]!.length + rawHeaders[i + 1]!.length
    const name = knownName(rawHeaders[i]!)
    if (name === undefined) continue
    if (headers[name] !== undefined) return repeated(name)
    headers[name] = rawHeaders[i + 1]!
  }
  if (bytes > HEADERS_BYTES_MAX) return { fault: 'head_too_large' }
  if (headers[':authority'] !== undefined) headers.Host = headers[':authority']
  return headers
}

function knownName(spelling: string): HeaderName | undefined {
  const candidates = BY_LENGTH[spelling.length]
  if (candidates === undefined) return undefined
  for (const { lower, name } of candidates) if (isSpellingOf(spelling, lower)) return name
  return undefined
}

/** Whether a name of the same length is the lower-case one in any case; from its end, where names differ. */
function isSpellingOf(spelling: string, lower: string): boolean {
  for (let i = lower.length - 1; i >= 0; i--) {
    if ((spelling.charCodeAt(i) | SMALL) !== lower.charCodeAt(i)) return false
  }
  return true
}

function byLength(): Known[][] {
  const table: Known[][] = []
  for (const [lower, name] of Object.entries(KNOWN)) {
    const row = table[lower.length] ?? []
    row.push({ lower, name })
    table[lower.length] = row
  }
  return table
}

function repeated(name: HeaderName): Fault {
  return name === 'Authorization'
    ? { fault: 'credential_malformed' }
    : { fault: 'header_repeated', field: name }
}

/** Every value of a header, for the few that are asked for by name. */
export function valuesOf(rawHeaders: readonly string[], lowerName: string): string[] {
  const values: string[] = []
  for (let i = 0; i < rawHeaders.length; i += 2) {
    if (rawHeaders[i]!.toLowerCase() === lowerName) values.push(rawHeaders[i + 1]!)
  }
  return values
}

/** The trace id to be echoed; undefined when there is none or it is not 1–128 visible characters. */
export function traceIdOf(rawHeaders: readonly string[]): string | undefined {
  for (let i = 0; i < rawHeaders.length; i += 2) {
    if (knownName(rawHeaders[i]!) !== 'X-TC-TraceId') continue
    const value = rawHeaders[i + 1]!
    return TRACE.test(value) ? value : undefined
  }
  return undefined
}

/** The client's name for itself, where it is fit for a log. */
export function clientName(text: string | undefined): string | undefined {
  return text !== undefined && CLIENT.test(text) ? text : undefined
}
