/**
 * The client half of the Aliyun market face: forms to 1887, 1886 and 2140 under an AppCode or an
 * AppKey's signature, and what their replies mean.
 */
import { createHmac } from 'node:crypto'
import type { Product } from '../../domain/product.ts'
import { appCodeHeader, GATEWAY_CODES, readGateway } from '../market-gateway.ts'
import type { WireRequest } from '../protocol.ts'
import { objectIn, replyObject, textIn } from '../reply-json.ts'
import {
  type ClearVendorClient,
  readingOf,
  strange,
  type VendorAsk,
  type VendorRequest,
} from '../vendor-client.ts'
import { APIS, type ApiRow } from './apis.ts'
import { codeRowsOf, STATES } from './client-catalogue.ts'
import { stringsToSign } from './string-to-sign.ts'

const SUCCESS = '10000'
const NONCE_BYTES = 16
const FORM = ['Content-Type', 'application/x-www-form-urlencoded; charset=UTF-8'] as const
const ACCEPT = ['Accept', 'application/json'] as const
const SIGNED = ['X-Ca-Key', 'X-Ca-Nonce', 'X-Ca-Timestamp'] as const

/** Path and row of each product's operation. */
const OPERATIONS: ReadonlyMap<Product, { readonly path: string; readonly row: ApiRow }> = new Map(
  [...APIS].map(([path, row]) => [row.product, { path, row }]),
)

const BUSINESS_CODES = Object.fromEntries(
  [...OPERATIONS.values()].map(({ path, row }) => [`code, ${path}`, codeRowsOf(row.api, '')]),
)

export const aliyun: ClearVendorClient = {
  name: 'aliyun',
  endpoint: 'https://yhkys.market.alicloudapi.com',
  credentials: ['appcode', 'appkey'],
  products: [...OPERATIONS.keys()],
  codes: { 'data.state': STATES, ...BUSINESS_CODES, ...GATEWAY_CODES },

  request(ask) {
    const { path, row } = operationOf(ask)
    const pairs = [...row.fields].map(([name, element]) => [name, ask.elements[element]!.reveal()])
    const request: VendorRequest = {
      method: 'POST',
      target: path,
      headers: [...FORM, ...ACCEPT],
      body: new URLSearchParams(pairs).toString(),
    }
    const credential =
      ask.credential.kind === 'appkey' ? signature(request, ask) : appCodeHeader(ask)
    return { ...request, headers: [...request.headers, ...credential] }
  },

  read(reply, ask) {
    const gateway = readGateway(reply)
    if (gateway !== undefined) return gateway
    const envelope = replyObject(reply.body)
    const code = textIn(envelope, 'code')
    if (code === undefined) return strange('reply_unreadable')
    const sequence = textIn(envelope, 'seqNo')
    if (code !== SUCCESS) {
      const rows = codeRowsOf(operationOf(ask).row.api, textIn(envelope, 'message') ?? '')
      return readingOf(rows, code, sequence)
    }
    const state = textIn(objectIn(envelope?.data), 'state')
    if (state === undefined) return strange('reply_unreadable')
    const reading = readingOf(STATES, state, sequence)
    return { ...reading, code: `${SUCCESS}:${reading.code}` }
  },
}

/** Signs as the first of the ways in which the server half verifies. */
function signature(request: VendorRequest, { credential, nowMs, random }: VendorAsk): string[] {
  const values = [credential.id, random(NONCE_BYTES).toString('hex'), String(nowMs)]
  const signed = SIGNED.flatMap((name, i) => [name, values[i]!])
  const headers = [...request.headers, ...signed, 'X-Ca-Signature-Headers', SIGNED.join(',')]
  const [text = ''] = stringsToSign(asReceived({ ...request, headers }))
  const mac = createHmac('sha256', credential.secret.reveal()).update(text, 'latin1')
  return [...headers.slice(request.headers.length), 'X-Ca-Signature', mac.digest('base64')]
}

/** A request of ours as the vendor will see it. */
function asReceived({ method, target, headers, body }: VendorRequest): WireRequest {
  return {
    method,
    target,
    path: target,
    query: '',
    rawHeaders: headers,
    body: Buffer.from(body),
    bodyTooLarge: false,
    remoteAddress: '',
    secure: true,
  }
}

function operationOf({ product }: VendorAsk): { readonly path: string; readonly row: ApiRow } {
  const operation = OPERATIONS.get(product)
  if (operation === undefined) throw new Error(`this vendor does not sell ${product}`)
  return operation
}
