/** The closed lists of both vendors, and the judgement of one reply by them. */
import * as aliyun from '../../src/protocols/aliyun/catalogue.ts'
import * as tencent from '../../src/protocols/tencent/catalogue.ts'
import { SPECIMENS } from '../../src/protocols/tencent/specimens.ts'
import type { RawReply } from './raw-client.ts'

/** What a reply turned out to be: a code of a list, or a finding. */
export interface Judgement {
  readonly vendor: 'tencent' | 'aliyun' | 'http'
  readonly code: string
  readonly finding?: string
}

/** What the HTTP layer may say on its own, always without a body. */
const HTTP_STATUSES: ReadonlySet<number> = new Set([400, 408, 413, 431])
/** An answer is one of the action's table, and nothing that was sent can bring these about. */
const BUGS: ReadonlySet<string> = new Set(['InternalError', '10004', 'SYSTEM_999', 'X500ER'])
const LEAK =
  /\n {4}at |\.[tj]s:\d|node:internal|\/src\/|kayan-test-|sqlite|\b(?:Type|Range|Syntax|Reference)Error\b|\bSELECT\b|\bINSERT INTO\b/i

const RESULTS = new Set(
  Object.values(tencent.RESULTS)
    .flatMap((table) => Object.values(table))
    .map(({ result, description }) => `${result} ${description}`),
)
const ERRORS = new Set(
  [...Object.values(tencent.ERRORS), ...Object.values(tencent.DATA_KEY_ERRORS), ...SPECIMENS].map(
    ({ code }) => code,
  ),
)
const TENCENT_SHAPES: ReadonlySet<string> = new Set([
  'Error,RequestId',
  'Result,Description,RequestId',
  'AccountBank,AccountType,Result,Description,RequestId',
  'Result,Description,AccountBank,AccountType,RequestId',
  'KeyId,Plaintext,CiphertextBlob,RequestId',
])
const REQUEST_ID = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/
const SEQUENCE = /^[0-9A-Z]{8}\d{10}$/
const GATEWAY = new Set(
  Object.values(aliyun.GATEWAY).map(({ status, code }) => `${status} ${code}`),
)

/** Judges a reply; a request's own bytes are never in question. */
export function judge(reply: RawReply): Judgement {
  const said = read(reply)
  const leak = LEAK.exec(`${reply.head}\n${reply.body}`)
  if (leak !== null) return { ...said, finding: `tells of its inside: ${leak[0].trim()}` }
  if (BUGS.has(said.code)) return { ...said, finding: `${said.code} without a cause` }
  return said
}

function read(reply: RawReply): Judgement {
  const type = reply.headers.get('content-type')
  if (type === 'application/json') return readTencent(reply)
  if (type === 'application/json;charset=UTF-8') return readBusiness(reply)
  if (type === 'application/oct-stream') return readGateway(reply)
  const code = String(reply.status)
  const known = HTTP_STATUSES.has(reply.status) ? reply.body === '' : isOperation(reply)
  return { vendor: 'http', code, ...(!known && { finding: `unknown reply ${code}: ${type}` }) }
}

/** Paths of no vendor. */
function isOperation({ status, body, bodiless }: RawReply): boolean {
  const texts: Readonly<Record<number, RegExp>> = {
    200: /./s,
    403: /^loopback only\n?$/,
    404: /^not found\n?$/,
  }
  return bodiless ? status in texts : texts[status]?.test(body) === true
}

function readTencent({ status, body, bodiless }: RawReply): Judgement {
  const vendor = 'tencent'
  if (bodiless) return { vendor, code: 'HEAD' }
  const response = parsed(body)?.Response as Record<string, unknown> | undefined
  if (status !== 200 || response === undefined) return odd(vendor, 'no envelope')
  const shape = Object.keys(response).join()
  if (!TENCENT_SHAPES.has(shape)) return odd(vendor, `envelope of ${shape}`)
  if (!REQUEST_ID.test(String(response.RequestId))) return odd(vendor, 'RequestId')
  const error = response.Error as { Code: string; Message: string } | undefined
  if (error !== undefined) {
    const known = ERRORS.has(error.Code) && error.Message !== ''
    return known ? { vendor, code: error.Code } : odd(vendor, `error ${error.Code}`)
  }
  if (response.Result === undefined) return { vendor, code: 'data key' }
  const known = RESULTS.has(`${response.Result} ${response.Description}`)
  return known ? { vendor, code: `Result ${response.Result}` } : odd(vendor, 'unknown Result')
}

function readBusiness({ status, body, bodiless }: RawReply): Judgement {
  const vendor = 'aliyun'
  if (bodiless) return { vendor, code: 'HEAD' }
  const envelope = parsed(body)
  const keys = Object.keys(envelope ?? {}).join()
  if (status !== 200 || keys !== 'code,message,data,seqNo')
    return odd(vendor, `envelope of ${keys}`)
  const { code, data, seqNo } = envelope as {
    code: string
    data: { state?: string }
    seqNo: string
  }
  const isKnown = Object.hasOwn(aliyun.TEXTS, code) || Object.hasOwn(aliyun.PLATFORM_TEXTS, code)
  if (!isKnown) return odd(vendor, `code ${code}`)
  if (!SEQUENCE.test(seqNo)) return odd(vendor, 'seqNo')
  const right = code === '10000' ? /^[123]$/.test(data?.state ?? '') : data === null
  return right ? { vendor, code } : odd(vendor, `data beside ${code}`)
}

function readGateway({ status, headers, body }: RawReply): Judgement {
  const vendor = 'aliyun'
  const code = headers.get('x-ca-error-code') ?? ''
  const known = GATEWAY.has(`${status} ${code}`) && body === '' && headers.has('x-ca-error-message')
  return known ? { vendor, code } : odd(vendor, `gateway reply ${status} ${code}`)
}

function odd(vendor: 'tencent' | 'aliyun', finding: string): Judgement {
  return { vendor, code: '?', finding }
}

function parsed(body: string): Record<string, unknown> | undefined {
  try {
    return JSON.parse(body)
  } catch {
    return undefined
  }
}
