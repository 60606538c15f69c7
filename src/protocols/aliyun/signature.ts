/**
 * AppKey signature of the gateway (help.aliyun.com document_detail/143207 and 29475): HMAC over
 * method, four headers, the listed headers, path and parameters.
 *
 * Everything is handled as byte strings (latin1 text of UTF-8 bytes), the form in which header
 * values arrive, so that a signed header in Chinese needs no decoding and sorting is by bytes.
 */
import { createHash, createHmac, hash, timingSafeEqual } from 'node:crypto'
import type { Fault } from '../../domain/fault.ts'
import type { Key } from '../../domain/key.ts'
import type { WireRequest } from '../protocol.ts'
import { REASONS } from './catalogue.ts'
import { headerOf } from './head.ts'
import { formPairs, isFormType } from './messages.ts'
import { NONCE_WINDOW_MS, type NonceMemory } from './nonces.ts'
import { charsetOf, decodePairs } from './text.ts'

const MIDDLE_HEADERS = ['accept', 'content-md5', 'content-type', 'date'] as const
const NEVER_LISTED: ReadonlySet<string> = new Set([
  ...MIDDLE_HEADERS,
  'x-ca-signature',
  'x-ca-signature-headers',
])
/** Names in one list; a longer list is not one that a client made. */
const LISTED_MAX = 32

/** How far a client's clock may be off, in either direction. */
const WINDOW_MS = 15 * 60_000
/** What an unknown key is verified with. */
const NO_SECRET = '0'.repeat(32)

const ALGORITHMS = { HmacSHA256: 'sha256', HmacSHA1: 'sha1' } as const

/** One signed call, ready to be judged. */
export interface SignedCall {
  readonly request: WireRequest
  /** Its `X-Ca-*` headers by lower-case name. */
  readonly headers: ReadonlyMap<string, string>
  readonly key: Key | undefined
  readonly nowMs: number
}

/**
 * Judges a signed call in the gateway's order: signature present, key, time, digest, signature,
 * nonce. An unknown key costs the same work. The nonce is recorded last, else anybody could burn it.
 */
export function refusalOfSignature(call: SignedCall, nonces: NonceMemory): Fault | undefined {
  const { request, headers, key, nowMs } = call
  const signature = headers.get('x-ca-signature')
  if (!signature) return { fault: 'signature_missing' }
  const algorithm = algorithmOf(headers.get('x-ca-signature-method'))
  const fits = verifies(
    stringsToSign(request),
    key?.secret.reveal() ?? NO_SECRET,
    algorithm ?? 'sha256',
    signature,
  )
  if (key === undefined) return { fault: 'key_unknown' }
  if (algorithm === undefined) {
    const field = 'X-Ca-Signature-Method'
    return { fault: 'header_invalid', field, reason: REASONS.signatureMethod }
  }
  const sentAtMs = timeOf(headers.get('x-ca-timestamp') ?? String(nowMs))
  if (sentAtMs === undefined) {
    return { fault: 'header_invalid', field: 'X-Ca-Timestamp', reason: REASONS.timestamp }
  }
  if (Math.abs(nowMs - sentAtMs) > WINDOW_MS) return { fault: 'signature_expired' }
  const contentMd5 = headerOf(request, 'content-md5')
  if (contentMd5 && !isDigestOf(contentMd5, request.body)) {
    return { fault: 'body_digest_mismatch', reason: REASONS.bodyDigest }
  }
  if (!fits) return { fault: 'signature_mismatch' }
  return refusalOfNonce(call, key, Math.max(nowMs, sentAtMs) + NONCE_WINDOW_MS, nonces)
}

function refusalOfNonce(
  { headers, nowMs }: SignedCall,
  key: Key,
  untilMs: number,
  nonces: NonceMemory,
): Fault | undefined {
  const nonce = headers.get('x-ca-nonce')
  if (!nonce) return undefined
  const use = nonces.use(key.id, nonce, nowMs, untilMs)
  if (use === 'fresh') return undefined
  return { fault: use === 'repeated' ? 'nonce_replayed' : 'rate_limited' }
}

/** Milliseconds of a timestamp; ten digits are seconds. */
function timeOf(timestamp: string): number | undefined {
  if (!/^\d{1,15}$/.test(timestamp)) return undefined
  return timestamp.length === 10 ? Number(timestamp) * 1000 : Number(timestamp)
}

/** The digest that `X-Ca-Signature-Method` names, or undefined for one that is not known. */
function algorithmOf(method: string | undefined): 'sha256' | 'sha1' | undefined {
  if (method === undefined || method === '') return 'sha256'
  return Object.hasOwn(ALGORITHMS, method)
    ? ALGORITHMS[method as keyof typeof ALGORITHMS]
    : undefined
}

/**
 * The strings that a client may have signed, the likeliest first: lists sorted or as sent, names as
 * listed or lower-cased, the path as sent or with its leading slashes collapsed. Secret, method,
 * type, path and parameters are in each of them, so more candidates do not weaken the scheme.
 */
export function stringsToSign(request: WireRequest): string[] {
  const parameters = parameterText(signedParameters(request))
  const listed = headerOf(request, 'x-ca-signature-headers')
  const blocks = listed === undefined ? unlistedBlocks(request) : listedBlocks(request, listed)
  const collapsed = request.path.replace(/^\/+/, '/')
  const paths = collapsed === request.path ? [collapsed] : [request.path, collapsed]
  const opening = openingOf(request)
  return paths.flatMap((path) => blocks.map((block) => opening + block + path + parameters))
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

/** Whether one of the strings gives the signature. Every comparison takes the same time. */
function verifies(
  candidatesToSign: readonly string[],
  secret: string,
  algorithm: 'sha256' | 'sha1',
  signature: string,
): boolean {
  const sent = Buffer.from(signature, 'base64')
  for (const candidate of candidatesToSign) {
    const expected = createHmac(algorithm, secret).update(candidate, 'latin1').digest()
    if (sent.length === expected.length && timingSafeEqual(sent, expected)) return true
  }
  return false
}

/** Whether a `Content-MD5` is the digest of a body; an empty body has none. */
function isDigestOf(contentMd5: string, body: Buffer): boolean {
  return body.length > 0 && contentMd5 === hash('md5', body, 'base64')
}

/**
 * Digest (latin1 text of 32 bytes) of everything by which two signed calls differ. The body is in
 * it because only form fields and `Content-MD5` bind it to the signature.
 */
export function repeatDigest(parts: readonly string[], body: Buffer): string {
  const digest = createHash('sha256')
  for (const part of parts) digest.update(`${Buffer.byteLength(part)}:${part}`)
  return digest.update(hash('sha256', body, 'hex')).digest('latin1')
}

/** Method and the four middle headers, each with its line end. */
function openingOf(request: WireRequest): string {
  const middle = MIDDLE_HEADERS.map((name) => headerOf(request, name) ?? '')
  return `${[request.method, ...middle].join('\n')}\n`
}

/** Without a list the signer may have signed no header, or his key in either spelling. */
function unlistedBlocks(request: WireRequest): string[] {
  return ['', headerBlock(request, ['X-Ca-Key']), headerBlock(request, ['x-ca-key'])]
}

/** The forms that the listed headers may take; one page of the manual separates by colons. */
function listedBlocks(request: WireRequest, listed: string): string[] {
  const separators = listed.includes(':') ? [',', /[,:]/] : [',']
  const blocks = separators.flatMap((separator) => {
    const names = listedNames(listed, separator)
    const lower = names.map((name) => name.toLowerCase())
    const orders = [names.toSorted(), lower.toSorted(), names, lower]
    return orders.map((order) => headerBlock(request, order))
  })
  return [...new Set(blocks)]
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
 * counts, form before query. A body that cannot be decoded has none, so its signature never fits.
 */
function signedParameters(request: WireRequest): [name: string, value: string][] {
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
