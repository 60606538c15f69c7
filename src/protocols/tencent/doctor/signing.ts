/** A TC3 signature from parts, each of which a caller may get wrong by itself. */
import { createHmac } from 'node:crypto'

export interface Signing {
  readonly secret: string
  /** Date and service from which the key is derived, and those in the scope. */
  readonly keyDate: string
  readonly keyService: string
  readonly date: string
  readonly service: string
  readonly timestamp: string
  readonly method: string
  readonly uri: string
  readonly query: string
  readonly signedHeaders: string
  readonly headerLines: readonly (readonly [name: string, value: string])[]
  readonly body: string
  /** Instead of the digest of the body. */
  readonly payloadHash: string | undefined
  /** How lines become a text. */
  readonly layout: (lines: readonly string[]) => string
  readonly digestOf: (text: string) => string
}

export function canonicalText(signing: Signing): string {
  return signing.layout([
    signing.method,
    signing.uri,
    signing.query,
    ...signing.headerLines.map(([name, value]) => `${name}:${value}`),
    '',
    signing.signedHeaders,
    signing.payloadHash ?? signing.digestOf(signing.body),
  ])
}

export function toSign(signing: Signing): string {
  return [
    'TC3-HMAC-SHA256',
    signing.timestamp,
    `${signing.date}/${signing.service}/tc3_request`,
    signing.digestOf(canonicalText(signing)),
  ].join('\n')
}

/** Lower-case hex. */
export function signatureOf(signing: Signing): string {
  const hmac = (key: string | Buffer, text: string) => createHmac('sha256', key).update(text)
  const kDate = hmac(`TC3${signing.secret}`, signing.keyDate).digest()
  const kService = hmac(kDate, signing.keyService).digest()
  const kSigning = hmac(kService, 'tc3_request').digest()
  return hmac(kSigning, toSign(signing)).digest('hex')
}
