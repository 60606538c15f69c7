/** Requests, keys and names for the tests of this folder. */
import type { Elements } from '../../domain/elements.ts'
import { type Fault, isFault } from '../../domain/fault.ts'
import type { Key, KeyKind } from '../../domain/key.ts'
import type { Mode } from '../../domain/product.ts'
import { Secret } from '../../domain/secret.ts'
import type { CallNames, Protocol, ProtocolCall, WireRequest } from '../protocol.ts'

export const PATH = '/communication/personal/1887'
export const APP_CODE = '83359fd73fe94948385f570e3c139105'
export const FORM = 'application/x-www-form-urlencoded; charset=UTF-8'

/** The documented sample of the product page. */
export const SAMPLE = {
  name: '张三',
  idNumber: '32132419860817421X',
  cardNumber: '6217920181755914',
  mobile: '13636643334',
} as const

/** The sample as programs send it most: percent-encoded UTF-8. */
export const SAMPLE_FORM =
  'acc_no=6217920181755914&idcard=32132419860817421X&mobile=13636643334&name=%E5%BC%A0%E4%B8%89'

export const NAMES: CallNames = {
  serial: 1,
  atMs: Date.UTC(2017, 3, 6, 8, 18, 30),
  requestId: '7ad052cb-ee8b-4dfd-bbaf-efb340e0a5af',
  sequenceCode: '4XU29Z4D',
}

/** What a test wants different from the documented sample with an AppCode. */
export interface Wish {
  readonly method?: string
  readonly path?: string
  readonly query?: string
  readonly type?: string | undefined
  readonly body?: string | Buffer
  readonly bodyTooLarge?: boolean
  readonly authorization?: string | undefined
  /** Further headers, names and values in alternation. */
  readonly headers?: readonly string[]
}

/** A request of this face. */
export function wireRequest(wish: Wish = {}): WireRequest {
  const { method = 'POST', path = PATH, query = '', body = SAMPLE_FORM, headers = [] } = wish
  const authorization = 'authorization' in wish ? wish.authorization : `APPCODE ${APP_CODE}`
  const type = 'type' in wish ? wish.type : FORM
  const rawHeaders = ['Host', 'yhkys.market.alicloudapi.com', ...headers]
  if (authorization !== undefined) rawHeaders.push('Authorization', authorization)
  if (type !== undefined) rawHeaders.push('Content-Type', type)
  return {
    method,
    target: query === '' ? path : `${path}?${query}`,
    path,
    query,
    rawHeaders,
    body: typeof body === 'string' ? Buffer.from(body) : body,
    bodyTooLarge: wish.bodyTooLarge ?? false,
    remoteAddress: '127.0.0.1',
    secure: false,
  }
}

/** A key; `mode` and `kind` as a test wants them. */
export function keyOf(secret: string, kind: KeyKind = 'appcode', mode: Mode = 'test'): Key {
  const account = { id: 'acc_1', name: 'test', state: 'active', ratePerSecond: 20 } as const
  return { id: 'key_1', account, kind, mode, label: 'test', secret: new Secret(secret) }
}

/** Reads a request that must be understood. */
export function mustRead(protocol: Protocol, request: WireRequest): ProtocolCall {
  const call = protocol.read(request)
  if (isFault(call)) throw new Error(`refused: ${call.fault}`)
  return call
}

/** Elements in clear, for comparison; a fault as it is. */
export function clear(decoded: Elements | Fault): unknown {
  if (isFault(decoded)) return decoded
  return Object.fromEntries(Object.entries(decoded).map(([name, value]) => [name, value.reveal()]))
}

/** Value of a reply header, by its exact spelling. */
export function replyHeader(headers: readonly string[], name: string): string | undefined {
  const at = headers.findIndex((entry, i) => i % 2 === 0 && entry === name)
  return at < 0 ? undefined : headers[at + 1]
}
