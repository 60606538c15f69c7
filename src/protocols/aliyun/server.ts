/** Reads a request of this face up to its credential, and turns it into a call. */
import type { Elements } from '../../domain/elements.ts'
import { type Fault, isFault } from '../../domain/fault.ts'
import type { Key } from '../../domain/key.ts'
import type { ProtocolCall, WireRequest } from '../protocol.ts'
import { APIS, type ApiRow } from './apis.ts'
import { equalCodes } from './appcode.ts'
import { type Credential, faceOf, readCredential } from './credential.ts'
import { type DirectCipher, decryptParameters, looksEncrypted, openEnvelope } from './encrypted.ts'
import { clientOf, type Head, readHead } from './head.ts'
import { readElements, readParameters } from './messages.ts'
import type { Settings } from './options.ts'
import { readProxyCredential, refusalOfProxySignature } from './proxy-signature.ts'
import { refusalOfSignature, repeatDigest, type SignatureGround } from './signature.ts'
import { specimenFault } from './specimens.ts'
import type { Pair } from './text.ts'

/** Methods that are a route of their own, unknown here; every other token is no method at all. */
const ORDINARY_METHODS: ReadonlySet<string> = new Set([
  'POST',
  'GET',
  'PUT',
  'DELETE',
  'HEAD',
  'OPTIONS',
  'PATCH',
])
const STAGES: ReadonlySet<string> = new Set(['RELEASE', 'TEST', 'PRE'])

/** Headers by which two signed calls differ, whether or not the client signs them. */
const REPEATED_HEADERS = ['x-ca-signature-method', 'x-ca-signature', 'x-ca-timestamp']

/** What a wrong AppCode is compared with, so that it costs what a right one costs. */
const NO_CODE = '0'.repeat(32)

/** What calls share. */
export interface Ground extends SignatureGround {
  readonly settings: Settings
}

/** The path with its leading slashes as one; nothing else is normalised. */
export function routeOf(path: string): string {
  return path.startsWith('//') ? path.replace(/^\/+/, '/') : path
}

/** Reads a request in the order of the gateway's checks, up to the credential. */
export function readCall(request: WireRequest, ground: Ground): ProtocolCall | Fault {
  const head = readHead(request)
  const fault = refusalOfHead(request, head, ground.settings)
  if (fault !== undefined) return fault
  const appKey = head.gateway?.get('x-ca-key')
  const { authorization, contentType } = head
  const headers = { authorization, appKey, contentType }
  const credential = isProxied(ground.settings)
    ? readProxyCredential(head.gateway)
    : readCredential(request, headers, ground.settings)
  if (isFault(credential)) return credential
  const api = APIS.get(routeOf(request.path))!
  return new AliyunCall({ request, head, api, credential, ground })
}

/** Whether calls come through the vendor's own gateway, and only through it. */
function isProxied(settings: Settings): boolean {
  return settings.proxySignature === 'required'
}

/** Size, method, route, stage, doubled headers, encoding, announced length: in this order. */
function refusalOfHead(request: WireRequest, head: Head, settings: Settings): Fault | undefined {
  if (head.bytes > settings.headBytesMax) return { fault: 'head_too_large' }
  if (!ORDINARY_METHODS.has(request.method)) return { fault: 'method_unknown' }
  if (request.method !== 'POST' || !APIS.has(routeOf(request.path))) {
    return { fault: 'route_unknown' }
  }
  const stage = head.gateway?.get('x-ca-stage')
  if (stage !== undefined && !STAGES.has(stage)) return { fault: 'stage_unknown' }
  if (head.repeated !== undefined) return { fault: 'header_repeated', field: head.repeated }
  const encoding = head.contentEncoding?.trim()
  if (encoding && encoding.toLowerCase() !== 'identity') {
    return { fault: 'content_encoding_unsupported', reason: encoding }
  }
  // A body whose length was not announced is refused after the credential (`authenticate`).
  if (request.bodyTooLarge && head.contentLength !== undefined) return { fault: 'body_too_large' }
  return undefined
}

interface CallParts {
  readonly request: WireRequest
  readonly head: Head
  readonly api: ApiRow
  readonly credential: Credential
  readonly ground: Ground
}

/** One call of this face. */
export class AliyunCall implements ProtocolCall {
  readonly product: ApiRow['product']
  readonly api: string
  readonly credential: Credential
  readonly client?: string
  readonly #parts: CallParts
  /** Whether the key is a test key; known once the call is authenticated. */
  #tests = false
  /** Set by `authenticate` when the call is encrypted. */
  #opened: { readonly cipher: DirectCipher; readonly secret: string } | undefined

  constructor(parts: CallParts) {
    this.product = parts.api.product
    this.api = parts.api.api
    this.credential = parts.credential
    const client = clientOf(parts.head)
    if (client !== undefined) this.client = client
    this.#parts = parts
  }

  authenticate(key: Key | undefined, nowMs: number): Fault | undefined {
    const { request, head, credential, ground } = this.#parts
    this.#tests = key?.mode === 'test'
    const proxied = isProxied(ground.settings)
    const signed = credential.kind === 'appkey'
    if (!signed && !equalCodes(credential.value, key?.secret.reveal() ?? NO_CODE)) {
      return { fault: 'key_unknown' }
    }
    const stage = head.gateway?.get('x-ca-stage') ?? 'RELEASE'
    // Only the sandbox is published on the stages before release.
    if (key?.mode === 'live' && stage !== 'RELEASE') return { fault: 'route_unknown' }
    if (request.bodyTooLarge) {
      const stranger = proxied ? 'permission_denied' : 'key_unknown'
      return { fault: key === undefined ? stranger : 'body_too_large' }
    }
    if (!signed) return key === undefined ? { fault: 'key_unknown' } : this.#open(key, nowMs)
    const call = { request, headers: head.gateway!, key, nowMs }
    return proxied
      ? refusalOfProxySignature(call, ground.secrets)
      : refusalOfSignature(call, ground)
  }

  repeatKey(keyId: string): string | undefined {
    const { request, head, credential, ground } = this.#parts
    const headers = head.gateway
    if (this.#opened !== undefined) {
      return repeatDigest([keyId, credential.kind, this.api, request.query], request.body)
    }
    // The gateway signs neither time nor nonce: two equal calls may be two customers' calls.
    if (isProxied(ground.settings)) return undefined
    // An AppCode signs nothing, and a repeated nonce is refused: in both cases nothing is a repeat.
    if (credential.kind !== 'appkey' || headers?.get('x-ca-nonce')) return undefined
    const signed = REPEATED_HEADERS.map((name) => headers?.get(name) ?? '')
    return repeatDigest([keyId, ...signed, this.api, request.query], request.body)
  }

  decode(): Elements | Fault {
    const { request, api, ground } = this.#parts
    const parameters = this.#clearParameters()
    const elements = isFault(parameters) ? parameters : readElements(parameters, api)
    if (!this.#tests || isFault(elements)) return elements
    const isDirect = () => faceOf(request, ground.settings) === 'direct'
    return specimenFault(elements, isDirect) ?? elements
  }

  /** Encrypts what is answered, in the cipher of the call; undefined when that came in clear. */
  get encrypt(): ((text: string) => string) | undefined {
    if (this.#opened === undefined) return undefined
    const { cipher, secret } = this.#opened
    return (text) => cipher.encrypt(text, secret)
  }

  /** A direct key is for encrypted calls or for plain ones, never for both. */
  #open(key: Key, nowMs: number): Fault | undefined {
    if (this.credential.kind !== 'direct') return undefined
    const { request, head } = this.#parts
    const parameters = readParameters(request, head.contentType)
    if (isFault(parameters)) return parameters
    const secret = key.cipherSecret?.reveal()
    if (looksEncrypted(parameters) !== (secret !== undefined)) {
      return { fault: 'encrypt_not_authorized' }
    }
    if (secret === undefined) return undefined
    const cipher = openEnvelope(parameters, secret, nowMs)
    if (isFault(cipher)) return cipher
    this.#opened = { cipher, secret }
    return undefined
  }

  #clearParameters(): readonly Pair[] | Fault {
    const { request, head, api } = this.#parts
    const parameters = readParameters(request, head.contentType)
    if (this.#opened === undefined || isFault(parameters)) return parameters
    const { cipher, secret } = this.#opened
    return decryptParameters(parameters, api.fields, cipher, secret)
  }
}
