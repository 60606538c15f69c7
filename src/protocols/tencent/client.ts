/**
 * The client half of the Tencent face: signed JSON calls of three actions (pages 213/30654 and
 * 1007/35775), encrypted on demand, and what their replies mean.
 */
import { hash } from 'node:crypto'
import { type FaultName, isFault } from '../../domain/fault.ts'
import type { Product } from '../../domain/product.ts'
import { Secret } from '../../domain/secret.ts'
import {
  type ReplyRow,
  readingOf,
  replyHeader,
  strange,
  type VendorAsk,
  type VendorClient,
  type VendorOccasion,
  type VendorReading,
  type VendorReply,
  type VendorRequest,
} from '../vendor-client.ts'
import type { Action } from './catalogue.ts'
import { ERROR_ROWS, resultRowsOf } from './client-catalogue.ts'
import { JsonNumber, type JsonObject, type JsonValue, readJsonObject } from './json.ts'
import { ACTIONS, VERSION } from './messages.ts'
import { sealParameters, suiteOfKey } from './seal.ts'
import { SigningKey } from './signature.ts'

const SERVICE = 'faceid'
const CONTENT_TYPE = 'application/json'
const MS_A_SECOND = 1_000

const ACTION_OF: { readonly [P in Product]?: Action } = {
  card4: 'BankCard4EVerification',
  card3: 'BankCardVerification',
  card2: 'BankCard2EVerification',
}

const RESULT_ROWS: ReadonlyMap<Product, ReadonlyMap<string, ReplyRow>> = new Map(
  Object.entries(ACTION_OF).map(([product, action]) => [product as Product, resultRowsOf(action)]),
)

const RESULT_CODES = Object.fromEntries(
  [...RESULT_ROWS].map(([product, rows]) => [`Result, ${ACTION_OF[product]}`, rows]),
)

/** A card number with a wrong check digit: the vendor answers that it is malformed, for nothing. */
const PROBE = {
  product: 'card4',
  elements: {
    name: new Secret('韦小宝'),
    idNumber: new Secret('11204416541220243X'),
    cardNumber: new Secret('6225768888888887'),
    mobile: new Secret('13800138000'),
  },
} as const

/** No number as long as one that belongs to a person. */
const PLAIN_CODE = /^(?:-?\d{1,3}|[A-Za-z_]+(?:\.[A-Za-z_]+)*)$/
const REQUEST_ID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/

const ENCRYPTIONS = { 'AES-256-CBC': 'aes', 'SM4-GCM': 'sm' } as const

/** The vendor cannot open a message, or may not, or it names a field that is none. */
const MESSAGE_REFUSALS: ReadonlyMap<string, FaultName> = new Map([
  ['FailedOperation.DecryptSystemError', 'decrypt_failed'],
  ['FailedOperation.StsUnAuthErrError', 'encrypt_not_authorized'],
  ['InvalidParameter.UnsupportEncryptField', 'encrypt_field_unsupported'],
])

const DERIVED = new WeakMap<Secret, { readonly date: string; readonly key: SigningKey }>()

export const tencent: VendorClient = {
  name: 'tencent',
  endpoint: 'https://faceid.tencentcloudapi.com',
  credentials: ['tencent'],
  products: Object.keys(ACTION_OF) as Product[],
  probe: PROBE,
  codes: { ...RESULT_CODES, 'Error.Code': ERROR_ROWS },

  encryptionOf(publicKey) {
    const suite = suiteOfKey(publicKey)
    return suite && ENCRYPTIONS[suite]
  },

  passOn: {
    refusals: MESSAGE_REFUSALS,
    request: ({ parameters }, occasion) => signed(occasion, parameters.reveal()),
    read: (reply, occasion) => withoutElements(readReply(reply, occasion)),
  },

  request(ask) {
    const { credential, random } = ask
    const clear = parametersOf(ask)
    if (credential.publicKey === undefined) return signed(ask, JSON.stringify(clear))
    return sealParameters(clear, credential.publicKey, random).then(({ parameters, encryption }) =>
      signed(ask, JSON.stringify({ ...parameters, Encryption: encryption })),
    )
  },

  read: readReply,
}

function readReply(reply: VendorReply, { requestId, product }: VendorOccasion): VendorReading {
  const traceId = replyHeader(reply, 'x-tc-traceid')
  if (traceId !== undefined && traceId !== requestId) return strange('reply_foreign')
  // The vendor answers everything with this status; under another nothing is its own word.
  if (reply.status !== 200) return strange('failed')
  const envelope = readJsonObject(reply.body)
  const response = isFault(envelope) ? undefined : objectOf(envelope.get('Response'))
  return response === undefined ? strange('reply_unreadable') : readResponse(response, product)
}

/** Nobody here knows the elements of a message that was passed on, to know them in an odd reply. */
function withoutElements(reading: VendorReading): VendorReading {
  const { code, reference } = reading
  return {
    ...reading,
    code: PLAIN_CODE.test(code) ? code : '',
    reference: REQUEST_ID.test(reference) ? reference : '',
  }
}

function readResponse(response: JsonObject, product: Product): VendorReading {
  const requestId = textOf(response.get('RequestId'))
  const error = objectOf(response.get('Error'))
  const code = textOf(error?.get('Code'))
  if (code !== undefined) return readingOf(ERROR_ROWS, code, requestId)
  const result = textOf(response.get('Result'))
  const rows = RESULT_ROWS.get(product)
  if (error !== undefined || result === undefined || rows === undefined) {
    return strange('reply_unreadable')
  }
  return readingOf(rows, result, requestId)
}

function parametersOf({ product, elements }: VendorAsk): Record<string, string> {
  const clear = Object.entries(ACTIONS[actionOf(product)].elements).map(([name, element]) => {
    return [name, elements[element]!.reveal()]
  })
  return Object.fromEntries(clear)
}

function signed(occasion: VendorOccasion, body: string): VendorRequest {
  return { method: 'POST', target: '/', headers: signedHeaders(occasion, body), body }
}

function signedHeaders(occasion: VendorOccasion, body: string): string[] {
  const { credential, host, product, requestId, nowMs } = occasion
  const timestamp = String(Math.floor(nowMs / MS_A_SECOND))
  const date = new Date(nowMs).toISOString().slice(0, 10)
  const canonical = [
    'POST',
    '/',
    '',
    `content-type:${CONTENT_TYPE}\nhost:${host}\n`,
    'content-type;host',
    hash('sha256', body, 'hex'),
  ].join('\n')
  const scope = `${date}/${SERVICE}/tc3_request`
  const text = `TC3-HMAC-SHA256\n${timestamp}\n${scope}\n${hash('sha256', canonical, 'hex')}`
  const signature = signingKeyOf(credential.secret, date).sign(text)
  const parts = [
    `Credential=${credential.id}/${scope}`,
    'SignedHeaders=content-type;host',
    `Signature=${signature}`,
  ]
  return [
    'Authorization',
    `TC3-HMAC-SHA256 ${parts.join(', ')}`,
    'Content-Type',
    CONTENT_TYPE,
    'X-TC-Action',
    actionOf(product),
    'X-TC-Version',
    VERSION,
    'X-TC-Timestamp',
    timestamp,
    'X-TC-TraceId',
    requestId,
    ...(credential.token === undefined ? [] : ['X-TC-Token', credential.token.reveal()]),
  ]
}

/** The derived key of a secret and day; each is used for a day of calls. */
function signingKeyOf(secret: Secret, date: string): SigningKey {
  const known = DERIVED.get(secret)
  if (known?.date === date) return known.key
  const key = new SigningKey(secret, date, SERVICE)
  DERIVED.set(secret, { date, key })
  return key
}

function actionOf(product: Product): Action {
  const action = ACTION_OF[product]
  if (action === undefined) throw new Error(`this vendor does not sell ${product}`)
  return action
}

function objectOf(value: JsonValue | undefined): JsonObject | undefined {
  return value instanceof Map ? value : undefined
}

function textOf(value: JsonValue | undefined): string | undefined {
  if (typeof value === 'string') return value
  return value instanceof JsonNumber ? value.source : undefined
}
