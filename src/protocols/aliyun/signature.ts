/**
 * Judges AppKey signatures (help.aliyun.com document_detail/143207 and 29475): HMAC over the string
 * to sign, a window of time, a digest of the body and a memory of nonces.
 */
import { createHmac, hash, timingSafeEqual } from 'node:crypto'
import type { Fault } from '../../domain/fault.ts'
import { HmacSha256Key } from '../../domain/hmac.ts'
import type { Key } from '../../domain/key.ts'
import type { WireRequest } from '../protocol.ts'
import { headerOf } from '../request-header.ts'
import { REASONS } from './catalogue.ts'
import { NONCE_WINDOW_MS, type NonceMemory } from './nonces.ts'
import { stringsToSign } from './string-to-sign.ts'

/** How far a client's clock may be off, in either direction. */
const WINDOW_MS = 15 * 60_000
/** What an unknown key is verified with. */
const NO_SECRET = '0'.repeat(32)

const ALGORITHMS = { HmacSHA256: 'sha256', HmacSHA1: 'sha1' } as const

type Algorithm = (typeof ALGORITHMS)[keyof typeof ALGORITHMS]

/** What the judgement of signatures remembers between calls. */
export interface SignatureGround {
  readonly nonces: NonceMemory
  readonly secrets: AppSecrets
}

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
export function refusalOfSignature(
  call: SignedCall,
  { nonces, secrets }: SignatureGround,
): Fault | undefined {
  const { request, headers, key, nowMs } = call
  const signature = headers.get('x-ca-signature')
  if (!signature) return { fault: 'signature_missing' }
  const algorithm = algorithmOf(headers.get('x-ca-signature-method'))
  const fits = verifies(call, algorithm ?? 'sha256', signature, secrets)
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
function algorithmOf(method: string | undefined): Algorithm | undefined {
  if (method === undefined || method === '') return 'sha256'
  return Object.hasOwn(ALGORITHMS, method)
    ? ALGORITHMS[method as keyof typeof ALGORITHMS]
    : undefined
}

/** The HMAC keys of AppSecrets, prepared once for each key that calls. */
export class AppSecrets {
  readonly #prepared = new WeakMap<Key, HmacSha256Key>()
  readonly #nobody = new HmacSha256Key(Buffer.from(NO_SECRET))

  /** MAC of a byte string; without a key, by a secret that nobody has. */
  mac(algorithm: Algorithm, key: Key | undefined, byteText: string): Buffer {
    if (algorithm === 'sha1') {
      const secret = key?.secret.reveal() ?? NO_SECRET
      return createHmac('sha1', secret).update(byteText, 'latin1').digest()
    }
    const prepared = key === undefined ? this.#nobody : this.#prepare(key)
    return Buffer.from(prepared.digest(Buffer.from(byteText, 'latin1'), 'latin1'), 'latin1')
  }

  #prepare(key: Key): HmacSha256Key {
    const found = this.#prepared.get(key)
    if (found !== undefined) return found
    const prepared = new HmacSha256Key(Buffer.from(key.secret.reveal()))
    this.#prepared.set(key, prepared)
    return prepared
  }
}

/** Whether one of the strings to sign gives the signature; each is compared in the same time. */
function verifies(call: SignedCall, algorithm: Algorithm, signature: string, secrets: AppSecrets) {
  const sent = Buffer.from(signature, 'base64')
  for (const candidate of stringsToSign(call.request)) {
    const expected = secrets.mac(algorithm, call.key, candidate)
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
  const lengths = parts.map((part) => part.length)
  const bodyDigest = hash('sha256', body, 'hex')
  return hash('sha256', [...lengths, ...parts, bodyDigest].join('\n'), 'latin1')
}
