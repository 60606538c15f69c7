/**
 * Reads the AppCode of a call: header `Authorization: APPCODE <code>`, or one of five query
 * spellings (help.aliyun.com document_detail/115437 and 157953).
 */
import { decodePairs } from './text.ts'

const SCHEME = 'APPCODE '
const LENIENT = /^\s*appcode\s+(\S+)\s*$/i
const QUERY_NAMES: ReadonlySet<string> = new Set([
  'AppCode',
  'appcode',
  'appCode',
  'APPCODE',
  'APPCode',
])

/** The code in an Authorization header, or undefined for another scheme or none. */
export function appCodeOfHeader(authorization: string | undefined): string | undefined {
  if (authorization === undefined) return undefined
  if (authorization.startsWith(SCHEME)) {
    const code = authorization.slice(SCHEME.length)
    if (/^\S+$/.test(code)) return code
  }
  return LENIENT.exec(authorization)?.[1]
}

/** The code in the query; the first of several counts. */
export function appCodeOfQuery(query: string): string | undefined {
  if (query === '') return undefined
  const pairs = decodePairs(query, undefined)
  return pairs?.find(({ name, value }) => QUERY_NAMES.has(name) && value !== '')?.value
}

/** Compares in a time that depends only on the length of what the caller sent. */
export function equalCodes(sent: string, kept: string): boolean {
  let difference = sent.length ^ kept.length
  for (let i = 0; i < sent.length; i++) {
    difference |= sent.charCodeAt(i) ^ (i < kept.length ? kept.charCodeAt(i) : 0)
  }
  return difference === 0
}
