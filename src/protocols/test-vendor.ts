/** An ask and its bytes for the tests of client halves, and the way between both halves of a vendor. */
import type { Elements } from '../domain/elements.ts'
import type { Key } from '../domain/key.ts'
import type { ElementName } from '../domain/product.ts'
import { Secret } from '../domain/secret.ts'
import type { CallNames, WireReply, WireRequest } from './protocol.ts'
import type { VendorAsk, VendorCredential, VendorReply, VendorRequest } from './vendor-client.ts'

/** Nobody lives behind these; the card lies in a range that no issuer has. */
export const CLEAR: Readonly<Record<ElementName, string>> = {
  name: '王芳·阿依',
  idNumber: '110101199003071022',
  cardNumber: '6299991000000015',
  mobile: '13800138001',
}

export const ELEMENTS: Elements = Object.fromEntries(
  Object.entries(CLEAR).map(([name, value]) => [name, new Secret(value)]),
)

export const ASKED_AT_MS = Date.UTC(2026, 10, 22, 1, 2, 3)

export const NAMES: CallNames = {
  serial: 1,
  atMs: ASKED_AT_MS,
  requestId: '7ad052cb-ee8b-4dfd-bbaf-efb340e0a5af',
  sequenceCode: '4XU29Z4D',
}

/** An ask of the full product, with what a test wants different. */
export function askOf(credential: VendorCredential, wish: Partial<VendorAsk> = {}): VendorAsk {
  return {
    product: 'card4',
    elements: ELEMENTS,
    credential,
    requestId: 'c2a4f1de-0d3a-4a38-9a54-0a3a6c2f9b11',
    nowMs: ASKED_AT_MS,
    host: 'vendor.test',
    random: (bytes) => Buffer.alloc(bytes, 7),
    ...wish,
  }
}

/** The key that the vendor has under a credential. */
export function keyOf({ kind, id, secret, token }: VendorCredential): Key {
  const key = {
    id: 'key_1',
    account: { id: 'acc_1', name: 'one', state: 'active', ratePerSecond: 20 },
    kind,
    mode: 'live',
    label: id,
    secret,
    ...(token && { token }),
  }
  return key as unknown as Key
}

/** A request as the vendor's server half receives it. */
export function received(request: VendorRequest, host = 'vendor.test'): WireRequest {
  const [path = '', query = ''] = request.target.split('?')
  const body = Buffer.from(request.body)
  const length = request.method === 'POST' ? ['Content-Length', String(body.length)] : []
  return {
    method: request.method,
    target: request.target,
    path,
    query,
    rawHeaders: ['Host', host, ...request.headers, ...length],
    body,
    bodyTooLarge: false,
    remoteAddress: '192.0.2.1',
    secure: true,
  }
}

/** A reply as the client half receives it. */
export function replied({ status, headers, body }: WireReply): VendorReply {
  return { status, headers, body: Buffer.from(body) }
}

/** A reply with a JSON body. */
export function jsonReply(body: unknown, status = 200, headers: readonly string[] = []) {
  return { status, headers, body: Buffer.from(JSON.stringify(body)) } satisfies VendorReply
}

/** A request as it goes on the wire, as text for a golden file. */
export function wireText({ method, target, headers, body }: VendorRequest): string {
  const lines = headers.flatMap((name, i) => (i % 2 === 0 ? [`${name}: ${headers[i + 1]}`] : []))
  return [`${method} ${target} HTTP/1.1`, ...lines, '', body, ''].join('\n')
}
