/** Calls signed with HmacSHA1 or HmacSHA256 (v1): every parameter in the query or in a form body. */
import { hash } from 'node:crypto'
import { type Fault, isFault } from '../../domain/fault.ts'
import type { Secret } from '../../domain/secret.ts'
import type { WireRequest } from '../protocol.ts'
import { type CheckedCommon, checkCommon, type Face, queryBesidePost, TencentCall } from './call.ts'
import { type Pairs, readForm, readQuery } from './form.ts'
import type { Headers } from './headers.ts'
import { hostForms, otherHosts } from './hosts.ts'
import { type Message, pairsMessage, V1_REQUIRED } from './messages.ts'
import { type V1Method, v1MethodOf, v1SignedText, verifyV1 } from './signature.ts'

const FORM = /^application\/x-www-form-urlencoded\s*(?:;|$)/i
const NONCE = /^\d{1,20}$/

/** Reads a request without Authorization header. */
export function readV1(face: Face, request: WireRequest, headers: Headers): V1Call | Fault {
  const pairs = readPairs(request, headers)
  if (isFault(pairs)) return pairs
  if (headers['X-TC-Action'] !== undefined && !pairs.has('SecretId')) {
    return { fault: 'credential_missing' }
  }
  for (const name of V1_REQUIRED) {
    if ((pairs.get(name) ?? '') === '') return { fault: 'parameter_missing', field: name }
  }
  if ((pairs.get('Signature') ?? '') === '') return { fault: 'signature_missing' }
  if (!NONCE.test(pairs.get('Nonce')!)) return { fault: 'header_invalid', field: 'Nonce' }
  const method = v1MethodOf(pairs.get('SignatureMethod'))
  if (method === undefined) return { fault: 'parameter_value_invalid', field: 'SignatureMethod' }
  const common = checkCommon(
    {
      secretId: pairs.get('SecretId')!,
      action: pairs.get('Action')!,
      version: pairs.get('Version')!,
      timestamp: pairs.get('Timestamp')!,
      language: pairs.get('Language'),
      token: pairs.get('Token'),
      client: pairs.get('RequestClient'),
    },
    '',
  )
  return isFault(common) ? common : new V1Call(face, request, headers, { pairs, method, common })
}

function readPairs(request: WireRequest, headers: Headers): Pairs | Fault {
  if (request.method === 'GET') return readQuery(request.query)
  return FORM.test(headers['Content-Type'] ?? '') ? readForm(request.body) : new Map()
}

export class V1Call extends TencentCall {
  readonly #headers: Headers
  readonly #pairs: Pairs
  readonly #method: V1Method
  readonly #signature: string
  readonly #signedText: string

  constructor(
    face: Face,
    request: WireRequest,
    headers: Headers,
    read: { pairs: Pairs; method: V1Method; common: CheckedCommon },
  ) {
    super(face, request, read.common)
    this.#headers = headers
    this.#pairs = read.pairs
    this.#method = read.method
    this.#signature = read.pairs.get('Signature')!.trim()
    this.#signedText = v1SignedText(read.pairs)
  }

  /**
   * Over the signed text in place of the raw query or body: their pairs can be put in another order
   * without touching the signature, and must not make a new call of a captured one.
   */
  repeatKey(keyId: string): string {
    const { action, version } = this.common
    const { method } = this.request
    const signed = hash('sha256', this.#signedText, 'hex')
    const parts = [keyId, this.#method, this.#signature, action, version, method, signed]
    return hash('sha256', parts.join('\n'), 'latin1')
  }

  message(): Message | Fault {
    return queryBesidePost(this.request) ?? pairsMessage(this.#pairs, 'among pairs')
  }

  protected verify(secret: Secret): Fault | undefined {
    const host = this.#headers.Host ?? ''
    const verified = verifyV1(
      {
        signatureMethod: this.#method,
        signature: this.#signature,
        method: this.request.method,
        path: this.request.path,
        signedText: this.#signedText,
        hosts: [...hostForms(host), ...otherHosts(this.face.settings, this.request)],
      },
      secret,
    )
    return verified ? undefined : { fault: 'signature_mismatch' }
  }
}
