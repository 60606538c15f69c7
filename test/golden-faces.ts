/** The protocol faces whose replies are pinned byte for byte, each with a request that reaches them. */
import type { Fault, FaultName } from '../src/domain/fault.ts'
import { createAliyun } from '../src/protocols/aliyun/index.ts'
import type { Protocol, WireRequest } from '../src/protocols/protocol.ts'
import { createTencent } from '../src/protocols/tencent/index.ts'

/** One face; a new vendor is one more row of `FACES`. */
export interface GoldenFace {
  readonly protocol: Protocol
  /** A request that `read` turns into a call of the four-element operation. */
  readonly request: WireRequest
  /** What a refusal names, where its text has room for it. */
  readonly details: { readonly [F in FaultName]?: Omit<Fault, 'fault'> }
  /** Requests that cause a refusal whose text shows them. */
  readonly causes: { readonly [F in FaultName]?: Partial<WireRequest> }
}

const SAMPLE = {
  aliyun:
    'acc_no=6217920181755914&idcard=32132419860817421X&mobile=13636643334&name=%E5%BC%A0%E4%B8%89',
  tencent:
    '{"Name":"韦小宝","BankCard":"6225768888888888","Phone":"16137688175","IdCard":"11204416541220243X"}',
} as const

const ALIYUN_SIGNED = [
  ['Content-Type', 'application/x-www-form-urlencoded; charset=UTF-8'],
  ['Accept', 'application/json'],
  ['X-Ca-Key', '100000001'],
  ['X-Ca-Timestamp', '1525872629832'],
  ['X-Ca-Signature-Headers', 'X-Ca-Key,X-Ca-Timestamp'],
  ['X-Ca-Signature', 'AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA='],
].flat()

/** Every face, in the order of its folder's name. */
export const FACES: readonly GoldenFace[] = [
  {
    protocol: createAliyun(),
    request: wireRequest('/communication/personal/1887', SAMPLE.aliyun, {
      Authorization: 'APPCODE 83359fd73fe94948385f570e3c139105',
      'Content-Type': 'application/x-www-form-urlencoded; charset=UTF-8',
    }),
    details: {
      header_missing: { field: 'X-Ca-Key' },
      header_invalid: { field: 'X-Ca-Timestamp', reason: 'is not a number of milliseconds' },
      header_repeated: { field: 'Authorization' },
      content_type_unsupported: { reason: 'image/png' },
      content_encoding_unsupported: { reason: 'gzip' },
      body_digest_mismatch: { reason: 'does not match the body' },
      rate_limited: { count: 21, limit: 20 },
    },
    causes: {
      route_unknown: { method: 'GET' },
      method_unknown: { method: 'FOO' },
      signature_mismatch: { rawHeaders: ALIYUN_SIGNED },
    },
  },
  {
    protocol: createTencent(),
    request: wireRequest('/', SAMPLE.tencent, {
      Host: 'faceid.tencentcloudapi.com',
      'Content-Type': 'application/json',
      'X-TC-Action': 'BankCard4EVerification',
      'X-TC-Version': '2018-03-01',
      'X-TC-Timestamp': '1551113065',
      Authorization:
        'TC3-HMAC-SHA256 Credential=AKIDKayanSandboxEXAMPLE/2019-02-25/faceid/tc3_request, ' +
        `SignedHeaders=content-type;host, Signature=${'0'.repeat(64)}`,
    }),
    details: {
      header_missing: { field: 'X-TC-Timestamp' },
      header_invalid: { field: 'X-TC-Timestamp' },
      header_repeated: { field: 'X-TC-Action' },
      action_unknown: { field: 'X-TC-Action', reason: 'BankCard5EVerification' },
      version_unknown: { field: 'X-TC-Version', reason: '2018-03-02' },
      content_type_unsupported: { reason: 'multipart/form-data' },
      parameter_missing: { field: 'BankCard' },
      parameter_unknown: { field: 'Card' },
      parameter_repeated: { field: 'BankCard' },
      parameter_type_invalid: { field: 'BankCard' },
      parameter_value_invalid: { field: 'CertType' },
      parameter_list_invalid: { field: 'EncryptList' },
      rate_limited: { count: 21, limit: 20 },
    },
    causes: {},
  },
]

/** A POST as a client would send it. */
function wireRequest(path: string, body: string, headers: Record<string, string>): WireRequest {
  return {
    method: 'POST',
    target: path,
    path,
    query: '',
    rawHeaders: Object.entries(headers).flat(),
    body: Buffer.from(body),
    bodyTooLarge: false,
    remoteAddress: '127.0.0.1',
    secure: false,
  }
}
