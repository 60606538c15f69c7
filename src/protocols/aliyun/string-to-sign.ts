/**
 * The string to sign of an AppKey call (help.aliyun.com document_detail/143207): method, four
 * headers, the listed headers, path and parameters.
 *
 * Everything is handled as byte strings (latin1 text of UTF-8 bytes), the form in which header
 * values arrive, so that a signed header in Chinese needs no decoding and sorting is by bytes.
 */
import type { WireRequest } from '../protocol.ts'
import { headerOf } from '../request-header.ts'
import { formPairs, isFormType } from './messages.ts'
import { charsetOf, decodePairs } from './text.ts'

const MIDDLE_HEADERS = ['accept', 'content-md5', 'content-type', 'date'] as const
const NEVER_LISTED: ReadonlySet<string> = new Set([
  ...MIDDLE_HEADERS,
  'x-ca-signature',
  'x-ca-signature-headers',
])
/** Names in one list; a longer list is not one that a client made. */
const LISTED_MAX = 32

/**
 * The strings that a client may have signed, the likeliest first: lists sorted or as sent, names as
 * listed or lower-cased, the path as sent or with its leading slashes collapsed. Secret, method,
 * type, path and parameters are in each of them, so more candidates do not weaken the scheme.
 */
export function* stringsToSign(request: WireRequest): Generator<string> {
  const opening = openingOf(request)
  const parameters = parameterText(signedParameters(request))
  const collapsed = request.path.replace(/^\/+/, '/')
  const paths = collapsed === request.path ? [collapsed] : [request.path, collapsed]
  const seen = new Set<string>()
  for (const block of headerBlocks(request)) {
    if (seen.has(block)) continue
    seen.add(block)
    for (const path of paths) yield opening + block + path + parameters
  }
}

/** How the echo of a string to sign shows what it holds. */
export interface EchoMask {
  header(name: string, value: string): string
  /** Name and value of one parameter, decoded. */
  parameter(name: string, value: string): readonly [name: string, value: string]
}

/** The likeliest string to sign as the caller may see it, line ends as `#`. */
export function echoOf(request: WireRequest, mask: EchoMask): string {
  const names = listedNames(headerOf(request, 'x-ca-signature-headers') ?? '', ',').toSorted()
  const headers = names.map((name) => {
    return `${name}:${mask.header(name, headerOf(request, name.toLowerCase()) ?? '')}\n`
  })
  const shown = signedParameters(request).map(([name, value]) => mask.parameter(name, value))
  const path = request.path.replace(/^\/+/, '/')
  return (openingOf(request) + headers.join('') + path + parameterText(shown)).replaceAll('\n', '#')
}

/** Method and the four middle headers, each with its line end. */
function openingOf(request: WireRequest): string {
  const middle = MIDDLE_HEADERS.map((name) => headerOf(request, name) ?? '')
  return `${[request.method, ...middle].join('\n')}\n`
}

/** The forms that the signed headers may take. */
function* headerBlocks(request: WireRequest): Generator<string> {
  const listed = headerOf(request, 'x-ca-signature-headers')
  // Without a list the signer may have signed no header, or his key in either spelling.
  const lists = listed === undefined ? [[], ['X-Ca-Key'], ['x-ca-key']] : listOrders(listed)
  for (const names of lists) yield headerBlock(request, names)
}

/** One page of the manual separates names by colons, every client by commas. */
function* listOrders(listed: string): Generator<readonly string[]> {
  for (const separator of listed.includes(':') ? [',', /[,:]/] : [',']) {
    const names = listedNames(listed, separator)
    yield names.toSorted()
    const lower = names.map((name) => name.toLowerCase())
    yield lower.toSorted()
    yield names
    yield lower
  }
}

function listedNames(listed: string, separator: string | RegExp): string[] {
  return listed
    .split(separator, LISTED_MAX)
    .map((name) => name.trim())
    .filter((name) => name !== '' && !NEVER_LISTED.has(name.toLowerCase()))
}

function headerBlock(request: WireRequest, names: readonly string[]): string {
  return names.map((name) => `${name}:${headerOf(request, name.toLowerCase()) ?? ''}\n`).join('')
}

/**
 * Decoded parameters that take part, sorted by the bytes of their names; of a repeated one the first
 * counts, form before query. A body that cannot be decoded has none; such a call fails at decoding.
 */
export function signedParameters(request: WireRequest): [name: string, value: string][] {
  const type = headerOf(request, 'content-type')
  const form = isFormType(type) ? formPairs(request.body, charsetOf(type)) : undefined
  const query = request.query === '' ? [] : decodePairs(request.query, undefined)
  const merged = new Map<string, string>()
  for (const { name, value } of [...(form ?? []), ...(query ?? [])]) {
    const key = byteText(name)
    if (!merged.has(key)) merged.set(key, byteText(value ?? ''))
  }
  return [...merged].toSorted(([a], [b]) => (a < b ? -1 : 1))
}

/** `?` and the parameters; an empty value leaves its name without `=`. */
function parameterText(pairs: readonly (readonly [name: string, value: string])[]): string {
  if (pairs.length === 0) return ''
  return `?${pairs.map(([name, value]) => (value === '' ? name : `${name}=${value}`)).join('&')}`
}

/** UTF-8 bytes of a text, one character a byte. */
function byteText(text: string): string {
  return Buffer.from(text, 'utf8').toString('latin1')
}
