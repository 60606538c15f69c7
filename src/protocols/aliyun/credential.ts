/** Which of the credentials that a request may carry decides (help.aliyun.com document_detail/115437). */
import { type Fault, isFault } from '../../domain/fault.ts'
import type { WireRequest } from '../protocol.ts'
import { headerOf } from '../request-header.ts'
import { appCodeOfHeader, appCodeOfQuery } from './appcode.ts'
import { readParameters } from './messages.ts'
import type { Settings } from './options.ts'
import type { Pair } from './text.ts'

/** Parameter of the vendor's own host that names the API key. */
const DIRECT_NAME = 'key'

/** A credential of this face. */
export interface Credential {
  readonly kind: 'appcode' | 'appkey' | 'direct'
  readonly value: string
}

/** The headers that a credential may stand in. */
interface CredentialHeaders {
  readonly authorization: string | undefined
  readonly appKey: string | undefined
  readonly contentType: string | undefined
}

/**
 * The AppCode header wins over the AppKey, the AppKey over an AppCode in the query, and only what
 * has none of them can be a call of the direct face.
 */
export function readCredential(
  request: WireRequest,
  headers: CredentialHeaders,
  settings: Settings,
): Credential | Fault {
  const found = gatewayCredential(request, headers, settings)
  if (found !== undefined) return found
  const key = settings.directFace === 'on' ? directKey(request, headers.contentType) : undefined
  if (key !== undefined && (isFault(key) || key !== '')) {
    return isFault(key) ? key : { kind: 'direct', value: key }
  }
  return {
    fault: headers.authorization === undefined ? 'credential_missing' : 'credential_malformed',
  }
}

/** The face that a request addresses, asked again when a refusal is worded. */
export function faceOf(request: WireRequest, settings: Settings): Credential['kind'] {
  const headers = {
    authorization: headerOf(request, 'authorization'),
    appKey: headerOf(request, 'x-ca-key'),
    contentType: headerOf(request, 'content-type'),
  }
  const found = gatewayCredential(request, headers, settings)
  if (found !== undefined) return found.kind
  if (settings.directFace === 'off') return 'appcode'
  return directKey(request, headers.contentType) === undefined ? 'appcode' : 'direct'
}

function gatewayCredential(
  request: WireRequest,
  headers: CredentialHeaders,
  settings: Settings,
): Credential | undefined {
  const code = appCodeOfHeader(headers.authorization)
  if (code !== undefined) return { kind: 'appcode', value: code }
  if (headers.appKey) return { kind: 'appkey', value: headers.appKey }
  if (settings.appCodeIn === 'header') return undefined
  const queryCode = appCodeOfQuery(request.query)
  return queryCode === undefined ? undefined : { kind: 'appcode', value: queryCode }
}

/** The parameter `key` of query or body; empty when it is there without a value. */
function directKey(
  request: WireRequest,
  contentType: string | undefined,
): string | Fault | undefined {
  const parameters = readParameters(request, contentType)
  if (isFault(parameters)) return undefined
  const values = new Set(parameters.filter(isDirectKey).map(({ value }) => value?.trim() ?? ''))
  if (values.size > 1) return { fault: 'parameter_repeated', field: DIRECT_NAME }
  return [...values][0]
}

function isDirectKey({ name }: Pair): boolean {
  return name === DIRECT_NAME
}
