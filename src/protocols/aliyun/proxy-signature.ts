/**
 * The signature by which the vendor's gateway proves to the service behind it that a call came through
 * it (`Sign.java` of aliyun/api-gateway-demo-sign-backend-java).
 *
 * A shared secret is a key of kind `appkey`: its account is the one that pays, and during a rotation
 * there are two of them.
 */
import { hash, timingSafeEqual } from 'node:crypto'
import type { Fault } from '../../domain/fault.ts'
import type { WireRequest } from '../protocol.ts'
import { headerOf } from '../request-header.ts'
import type { Credential } from './credential.ts'
import { isFormType } from './messages.ts'
import type { AppSecrets, SignedCall } from './signature.ts'
import { signedParameters } from './string-to-sign.ts'

const SIGNATURE = 'x-ca-proxy-signature'
const SIGNED_HEADERS = 'x-ca-proxy-signature-headers'
const SECRET_ID = 'x-ca-proxy-signature-secret-key'
/** Names in one list; a longer list is not one that a gateway made. */
const LISTED_MAX = 64

/** One refusal for all: whoever goes round the gateway learns nothing. */
const REFUSED: Fault = { fault: 'permission_denied' }

/** The secret that the gateway names, if it signed at all. */
export function readProxyCredential(
  headers: ReadonlyMap<string, string> | undefined,
): Credential | Fault {
  const value = headers?.get(SECRET_ID)
  return value && headers?.get(SIGNATURE) ? { kind: 'appkey', value } : REFUSED
}

/** Judges the gateway's signature; an unknown secret costs the same work. */
export function refusalOfProxySignature(
  { request, headers, key }: SignedCall,
  secrets: AppSecrets,
): Fault | undefined {
  const sent = Buffer.from(headers.get(SIGNATURE) ?? '', 'base64')
  const expected = secrets.mac('sha256', key, proxyStringToSign(request))
  const fits = sent.length === expected.length && timingSafeEqual(sent, expected)
  return fits && key !== undefined ? undefined : REFUSED
}

/** Method, digest of a body that is no form, the listed headers, path and parameters, as byte text. */
export function proxyStringToSign(request: WireRequest): string {
  const isForm = isFormType(headerOf(request, 'content-type'))
  const digest = isForm || request.body.length === 0 ? '' : hash('md5', request.body, 'base64')
  const pairs = signedParameters(request).map(([name, value]) => `${name}=${value}`)
  const parameters = pairs.length === 0 ? '' : `?${pairs.join('&')}`
  return `${request.method}\n${digest}\n${headerBlock(request)}${request.path}${parameters}`
}

/** One line for each listed header that is there, by lower-case name. */
function headerBlock(request: WireRequest): string {
  const listed = (headerOf(request, SIGNED_HEADERS) ?? '').toLowerCase().split(',', LISTED_MAX)
  const names = new Set(listed.map((name) => name.trim()))
  const lines = [...names].toSorted().map((name) => {
    const value = headerOf(request, name)
    return value === undefined ? '' : `${name}:${value}\n`
  })
  return lines.join('')
}
