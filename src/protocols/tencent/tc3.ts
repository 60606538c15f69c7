/** Calls signed with TC3-HMAC-SHA256: common parameters in headers, the action's in JSON or the query. */
import { hash } from 'node:crypto'
import { type Fault, isFault } from '../../domain/fault.ts'
import type { Secret } from '../../domain/secret.ts'
import { isLoopback } from '../loopback.ts'
import type { WireRequest } from '../protocol.ts'
import { type CheckedCommon, checkCommon, type Face, queryBesidePost, TencentCall } from './call.ts'
import { readQuery } from './form.ts'
import { type HeaderName, type Headers, valuesOf } from './headers.ts'
import { isTrustedProxy, otherHosts } from './hosts.ts'
import { jsonMessage, type Message, pairsMessage } from './messages.ts'
import type { TencentSettings } from './options.ts'
import {
  type Authorization,
  EMPTY_PAYLOAD,
  parseAuthorization,
  UNSIGNED_PAYLOAD,
  verifyTc3,
} from './signature.ts'

const REQUIRED = ['X-TC-Action', 'X-TC-Version', 'X-TC-Timestamp', 'Content-Type', 'Host'] as const
const DIGEST_HEADER: HeaderName = 'X-TC-Content-SHA256'
const SECONDS_A_DAY = 86_400

/** Reads a request that has an Authorization header. */
export function readTc3(face: Face, request: WireRequest, headers: Headers): Tc3Call | Fault {
  const authorization = parseAuthorization(headers.Authorization ?? '')
  if (authorization === undefined) return { fault: 'credential_malformed' }
  for (const name of REQUIRED) {
    if ((headers[name] ?? '') === '') return { fault: 'header_missing', field: name }
  }
  const repeated = repeatedSignedHeader(authorization, request)
  if (repeated !== undefined) return { fault: 'header_repeated', field: repeated }
  const common = checkCommon(
    {
      secretId: authorization.secretId,
      action: headers['X-TC-Action'] ?? '',
      version: headers['X-TC-Version'] ?? '',
      timestamp: headers['X-TC-Timestamp'] ?? '',
      language: headers['X-TC-Language'],
      token: headers['X-TC-Token'],
      client: headers['X-TC-RequestClient'],
    },
    'X-TC-',
  )
  return isFault(common) ? common : new Tc3Call(face, request, headers, authorization, common)
}

/** A header signed beyond the usual two must have one value, or the signature would mean none. */
function repeatedSignedHeader(
  { signedHeaders }: Authorization,
  { rawHeaders }: WireRequest,
): string | undefined {
  if (signedHeaders === 'content-type;host') return undefined
  return signedHeaders
    .split(';')
    .find((name) => valuesOf(rawHeaders, name.toLowerCase()).length > 1)
}

export class Tc3Call extends TencentCall {
  readonly #headers: Headers
  readonly #authorization: Authorization
  #bodyHash = ''

  constructor(
    face: Face,
    request: WireRequest,
    headers: Headers,
    authorization: Authorization,
    common: CheckedCommon,
  ) {
    super(face, request, common)
    this.#headers = headers
    this.#authorization = authorization
  }

  repeatKey(keyId: string): string {
    const { method, query } = this.request
    const { action, version } = this.common
    const { signature } = this.#authorization
    const parts = [keyId, 'TC3', signature, action, version, method, query, this.#hashBody()]
    return hash('sha256', parts.join('\n'), 'latin1')
  }

  message(): Message | Fault {
    const { method, query, body } = this.request
    if (method === 'GET') {
      const pairs = readQuery(query)
      return isFault(pairs) ? pairs : pairsMessage(pairs, 'in headers')
    }
    return queryBesidePost(this.request) ?? this.#contentFault() ?? jsonMessage(body)
  }

  /** A body of JSON byte for byte. */
  protected override json(): string {
    return this.request.method === 'POST' ? this.request.body.toString() : super.json()
  }

  protected verify(secret: Secret): Fault | undefined {
    if (this.#authorization.date !== utcDate(Number(this.common.timestamp))) return MISMATCH
    const payloadHash = this.#payloadHash()
    if (payloadHash === undefined) return { fault: 'body_digest_mismatch' }
    const { method, path, query, rawHeaders } = this.request
    const signed = {
      authorization: this.#authorization,
      timestamp: this.common.timestamp,
      method,
      path,
      query: method === 'GET' ? query : '',
      contentType: this.#headers['Content-Type'] ?? '',
      host: this.#headers.Host ?? '',
      payloadHash,
      header: (lowerName: string) => valuesOf(rawHeaders, lowerName)[0] ?? '',
      otherHosts: () => otherHosts(this.face.settings, this.request),
    }
    const key = this.face.signingKeys.find(this.#authorization, secret)
    return verifyTc3(signed, key) ? undefined : MISMATCH
  }

  /** Undefined when the content-hash header does not hold for this request. */
  #payloadHash(): string | undefined {
    const declared = this.#headers[DIGEST_HEADER] ?? ''
    if (declared === 'UNSIGNED-PAYLOAD') {
      const allowed = !this.mustSignBody && mayBeUnsigned(this.face.settings, this.request)
      return allowed ? UNSIGNED_PAYLOAD : undefined
    }
    const received = this.#hashBody()
    return declared === '' || declared.toLowerCase() === received ? received : undefined
  }

  /** A GET has no payload; what a body beside it holds is never looked at. */
  #hashBody(): string {
    if (this.request.method === 'GET') return EMPTY_PAYLOAD
    if (this.#bodyHash === '') this.#bodyHash = hash('sha256', this.request.body, 'hex')
    return this.#bodyHash
  }

  #contentFault(): Fault | undefined {
    const encoding = this.#headers['Content-Encoding'] ?? 'identity'
    if (encoding.toLowerCase() !== 'identity') return { fault: 'content_encoding_unsupported' }
    const contentType = this.#headers['Content-Type'] ?? ''
    if (contentType === 'application/json') return undefined
    const mediaType = contentType.split(';', 1)[0]!.trim().toLowerCase()
    if (mediaType === 'application/json') return undefined
    return { fault: 'content_type_unsupported', reason: mediaType }
  }
}

const MISMATCH: Fault = { fault: 'signature_mismatch' }

function mayBeUnsigned(settings: TencentSettings, request: WireRequest): boolean {
  if (settings.unsignedPayload !== 'tls') return settings.unsignedPayload === 'always'
  if (request.secure || isLoopback(request.remoteAddress)) return true
  const scheme = valuesOf(request.rawHeaders, 'x-forwarded-proto')[0] ?? ''
  return isTrustedProxy(settings, request) && scheme.toLowerCase() === 'https'
}

let lastDay = { day: -1, date: '' }

/** `YYYY-MM-DD` of a timestamp in seconds; the day last asked for is remembered. */
function utcDate(seconds: number): string {
  const day = Math.floor(seconds / SECONDS_A_DAY)
  if (day !== lastDay.day) {
    const date = new Date(day * SECONDS_A_DAY * 1000).toISOString().slice(0, 10)
    lastDay = { day, date }
  }
  return lastDay.date
}
