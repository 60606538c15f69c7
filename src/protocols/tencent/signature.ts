/**
 * TC3-HMAC-SHA256 and v1 signatures of API 3.0 (page 213/30654), verified against every form in which
 * official clients sign one endpoint: with or without port, scheme and path in the signed host.
 */
import { createHmac, hash, timingSafeEqual } from 'node:crypto'
import { HmacSha256Key } from '../../domain/hmac.ts'
import type { Secret } from '../../domain/secret.ts'
import { hostForms, hostWithPath, withoutPort } from './hosts.ts'

/** SHA-256 of nothing, which every GET request signs for its body. */
export const EMPTY_PAYLOAD = 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855'
/** SHA-256 of the words `UNSIGNED-PAYLOAD`. */
export const UNSIGNED_PAYLOAD = '438d4109ef0d676b8c2c7ed13cdfcb418e494d53b843d4634ce3b1085f07bb96'

const SIGNED_HEADERS_MAX = 20
const SIGNED_HEADERS_CHARS_MAX = 1024
/** Longest SecretId and service a scope may hold; both are far shorter in every client. */
const SCOPE_PART_CHARS_MAX = 128
const SIGNING_KEYS_MAX = 1024

const AUTHORIZATION =
  /^TC3-HMAC-SHA256\s+Credential=(([^,/]+)\/(\d{4}-\d{2}-\d{2})\/([^,]*))\/tc3_request,\s*SignedHeaders=([^,]+),\s*Signature=([0-9a-fA-F]{64})$/

/** What an Authorization header of the TC3 family says. */
export interface Authorization {
  /** `SecretId/date/service` as sent. */
  readonly credential: string
  readonly secretId: string
  readonly date: string
  readonly service: string
  readonly signedHeaders: string
  /** Lower-case hex. */
  readonly signature: string
}

/** Reads an Authorization header; undefined when it does not have the documented form. */
export function parseAuthorization(header: string): Authorization | undefined {
  const parts = AUTHORIZATION.exec(header)
  if (parts === null) return undefined
  const [, credential, secretId, date, service, signedHeaders, signature] = parts as string[]
  const authorization: Authorization = {
    credential: credential!,
    secretId: secretId!,
    date: date!,
    service: service!,
    signedHeaders: signedHeaders!,
    signature: signature!.toLowerCase(),
  }
  return isSound(authorization) ? authorization : undefined
}

function isSound({ secretId, service, signedHeaders }: Authorization): boolean {
  if (secretId.length > SCOPE_PART_CHARS_MAX || service.length > SCOPE_PART_CHARS_MAX) return false
  if (signedHeaders === COMMON_HEADERS) return true
  if (signedHeaders.length > SIGNED_HEADERS_CHARS_MAX) return false
  const names = signedHeaders.split(';')
  return (
    names.length <= SIGNED_HEADERS_MAX && names.includes('content-type') && names.includes('host')
  )
}

/** The headers that all nine official clients sign. */
const COMMON_HEADERS = 'content-type;host'

/** What is signed of a TC3 request, but for the host, URI and letter case a client may have chosen. */
export interface SignedRequest {
  readonly authorization: Authorization
  readonly timestamp: string
  readonly method: string
  readonly path: string
  /** Raw query of a GET; empty for a POST. */
  readonly query: string
  readonly contentType: string
  readonly host: string
  readonly payloadHash: string
  /** Value of any other signed header, by lower-case name. */
  readonly header: (lowerName: string) => string
  /** Hosts to try when the received one does not verify. */
  readonly otherHosts: () => readonly string[]
}

/** Whether a TC3 signature is right for the request in any of its permitted forms. */
export function verifyTc3(request: SignedRequest, key: SigningKey): boolean {
  const host = key.signsPort ? request.host : withoutPort(request.host)
  if (matches(request, key, canonicalRequest(request, '/', host, RAW))) return true
  const tried = new Set<string>()
  for (const canonical of canonicalForms(request)) {
    if (tried.has(canonical)) continue
    tried.add(canonical)
    if (!matches(request, key, canonical)) continue
    key.signsPort = canonical.includes(`\nhost:${request.host}\n`)
    return true
  }
  return false
}

function* canonicalForms(request: SignedRequest): Generator<string> {
  const { host, path } = request
  const hosts = [...hostForms(host), ...hostWithPath(host, path), ...request.otherHosts()]
  for (const valueForm of [RAW, LOWER, LOWER_BUT_COMMON]) {
    for (const uri of ['/', path]) {
      for (const signed of hosts) yield canonicalRequest(request, uri, signed, valueForm)
    }
  }
}

type ValueForm = (lowerName: string, value: string) => string
const RAW: ValueForm = (_, value) => value
const LOWER: ValueForm = (_, value) => value.toLowerCase()
const LOWER_BUT_COMMON: ValueForm = (name, value) =>
  name === 'content-type' || name === 'host' ? value : value.toLowerCase()

function canonicalRequest(
  request: SignedRequest,
  uri: string,
  host: string,
  form: ValueForm,
): string {
  const { signedHeaders } = request.authorization
  let lines = ''
  if (signedHeaders === COMMON_HEADERS) {
    lines = `content-type:${form('content-type', request.contentType)}\nhost:${form('host', host)}\n`
  } else {
    for (const name of signedHeaders.split(';')) {
      const lower = name.toLowerCase()
      const value = lower === 'host' ? host : request.header(lower)
      lines += `${lower}:${form(lower, value).trim()}\n`
    }
  }
  return `${request.method}\n${uri}\n${request.query}\n${lines}\n${signedHeaders}\n${request.payloadHash}`
}

function matches({ authorization, timestamp }: SignedRequest, key: SigningKey, canonical: string) {
  const { date, service, signature } = authorization
  const digest = hash('sha256', Buffer.from(canonical, 'latin1'), 'hex')
  const text = `TC3-HMAC-SHA256\n${timestamp}\n${date}/${service}/tc3_request\n${digest}`
  return HEX_SHA256.equal(key.sign(text), signature)
}

/** The key of one SecretId, day and service, derived once. */
export class SigningKey {
  readonly secret: Secret
  /** Whether the last request that verified under this key had signed the host with its port. */
  signsPort = true
  readonly #key: HmacSha256Key

  constructor(secret: Secret, date: string, service: string) {
    this.secret = secret
    const kDate = createHmac('sha256', `TC3${secret.reveal()}`).update(date).digest()
    const kService = createHmac('sha256', kDate).update(service, 'latin1').digest()
    this.#key = new HmacSha256Key(createHmac('sha256', kService).update('tc3_request').digest())
  }

  /** Lower-case hex; the text is taken as latin1, as HTTP delivered it. */
  sign(text: string): string {
    return this.#key.digest(Buffer.from(text, 'latin1'), 'hex')
  }
}

/** Derived keys by credential scope, the oldest forgotten first. */
export class SigningKeys {
  readonly #keys = new Map<string, SigningKey>()

  /** The derived key, made anew when the secret behind the scope is not the one it was made of. */
  find({ credential, date, service }: Authorization, secret: Secret): SigningKey {
    const known = this.#keys.get(credential)
    if (known !== undefined && isSame(known.secret, secret)) return known
    const made = new SigningKey(secret, date, service)
    this.#keys.delete(credential)
    if (this.#keys.size >= SIGNING_KEYS_MAX) {
      this.#keys.delete(this.#keys.keys().next().value as string)
    }
    this.#keys.set(credential, made)
    return made
  }
}

function isSame(a: Secret, b: Secret): boolean {
  return a === b || a.reveal() === b.reveal()
}

/** Compares texts of one fixed length in constant time without making buffers. */
class FixedText {
  readonly #a: Buffer
  readonly #b: Buffer

  constructor(length: number) {
    this.#a = Buffer.alloc(length)
    this.#b = Buffer.alloc(length)
  }

  /** Both texts must be ASCII. */
  equal(a: string, b: string): boolean {
    if (a.length !== this.#a.length || b.length !== this.#b.length) return false
    this.#a.write(a, 'latin1')
    this.#b.write(b, 'latin1')
    return timingSafeEqual(this.#a, this.#b)
  }
}

const HEX_SHA256 = new FixedText(64)

/** Digests of the v1 family and what compares their base64 texts. */
const V1_METHODS = {
  HmacSHA1: { digest: 'sha1', texts: new FixedText(28) },
  HmacSHA256: { digest: 'sha256', texts: new FixedText(44) },
} as const

export type V1Method = keyof typeof V1_METHODS

/** The v1 method a request names; SHA-1 where it names none, undefined where there is no such. */
export function v1MethodOf(name: string | undefined): V1Method | undefined {
  if (name === undefined || name === '') return 'HmacSHA1'
  return Object.hasOwn(V1_METHODS, name) ? (name as V1Method) : undefined
}

/** What a v1 request signs after the method, host and path: decoded pairs in the order of bytes. */
export function v1SignedText(pairs: ReadonlyMap<string, string>): string {
  return [...pairs.keys()]
    .filter((name) => name !== 'Signature')
    .sort((a, b) => (a < b ? -1 : 1))
    .map((name) => `${name}=${pairs.get(name)}`)
    .join('&')
}

export interface V1SignedRequest {
  readonly signatureMethod: V1Method
  /** Base64 as received, without outer white space. */
  readonly signature: string
  readonly method: string
  readonly path: string
  readonly signedText: string
  readonly hosts: readonly string[]
}

/** Whether a v1 signature is right for any of the hosts, with or without the path that was called. */
export function verifyV1(request: V1SignedRequest, secret: Secret): boolean {
  const { digest, texts } = V1_METHODS[request.signatureMethod]
  if (!/^[A-Za-z0-9+/]+={0,2}$/.test(request.signature)) return false
  const paths = new Set([request.path, '/', request.path.replace(/(.)\/$/, '$1')])
  for (const host of new Set(request.hosts)) {
    for (const path of paths) {
      const text = `${request.method}${host}${path}?${request.signedText}`
      const expected = createHmac(digest, secret.reveal()).update(text).digest('base64')
      if (texts.equal(expected, request.signature)) return true
    }
  }
  return false
}
