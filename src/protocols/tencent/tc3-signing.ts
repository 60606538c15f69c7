/**
 * The client's side of TC3-HMAC-SHA256 (page 213/30654), step by step: what a caller signs, and the
 * header that comes of it. The server's side is `signature.ts`.
 */
import { hash } from 'node:crypto'
import type { Secret } from '../../domain/secret.ts'
import { SigningKey } from './signature.ts'

export const JSON_TYPE = 'application/json; charset=utf-8'
const SIGNED_HEADERS = 'content-type;host;x-tc-action'
const DATE_CHARS = 10

export interface Tc3Signing {
  readonly secretId: string
  readonly secret: Secret
  /** As it will be in the Host header, the port included. */
  readonly host: string
  /** First label of the vendor's host; any word is accepted as long as the scope says the same. */
  readonly service: string
  readonly action: string
  /** The JSON text of the body. */
  readonly body: string
  readonly nowMs: number
}

export interface Tc3Signed {
  /** Seconds since 1970, for `X-TC-Timestamp`. */
  readonly timestamp: string
  readonly canonicalRequest: string
  readonly stringToSign: string
  /** Value of the Authorization header. */
  readonly authorization: string
}

/** Signs a POST with a JSON body. */
export function signTc3(call: Tc3Signing): Tc3Signed {
  const timestamp = String(Math.floor(call.nowMs / 1000))
  const date = new Date(Number(timestamp) * 1000).toISOString().slice(0, DATE_CHARS)
  const scope = `${date}/${call.service}/tc3_request`
  const headers = `content-type:${JSON_TYPE}\nhost:${call.host}\nx-tc-action:${call.action.toLowerCase()}\n`
  const canonicalRequest = `POST\n/\n\n${headers}\n${SIGNED_HEADERS}\n${hash('sha256', call.body)}`
  const stringToSign = `TC3-HMAC-SHA256\n${timestamp}\n${scope}\n${hash('sha256', canonicalRequest)}`
  const signature = new SigningKey(call.secret, date, call.service).sign(stringToSign)
  const credential = `Credential=${call.secretId}/${scope}`
  return {
    timestamp,
    canonicalRequest,
    stringToSign,
    authorization: `TC3-HMAC-SHA256 ${credential}, SignedHeaders=${SIGNED_HEADERS}, Signature=${signature}`,
  }
}
