/** Requests of the load generator: the bytes a client sends, and how to know the right reply. */
import { createHash, hash } from 'node:crypto'
import { HmacSha256Key } from '../src/domain/hmac.ts'
import { syntheticPerson } from '../src/testing/people-csv.ts'

/** `constant` and `answered` for servers that answer everything alike; `refused` has a wrong signature. */
export type RequestKind = 'constant' | 'answered' | 'tencent' | 'aliyun' | 'refused'

export interface RequestPlan {
  readonly port: number
  readonly kind: RequestKind
  readonly round: number
  readonly seconds: number
  readonly peopleSeed: number
  readonly people: number
}

export interface Requests {
  next(): Buffer
  /** Whether a whole reply (head and body) is the right one. */
  expected(reply: Buffer): boolean
}

export const BENCH_KEY = {
  secretId: 'AKIDkayanBenchEXAMPLE',
  secretKey: 'kayanBenchSecretKeyEXAMPLE',
}
export const BENCH_APP_CODE = 'kayanbenchappcodeexample'

const TOKENS: Readonly<Record<RequestKind, Buffer>> = {
  constant: Buffer.from('HTTP/1.1 200 OK'),
  answered: Buffer.from('"state":"1"'),
  tencent: Buffer.from('"Result":"0"'),
  aliyun: Buffer.from('"state":"1"'),
  refused: Buffer.from('AuthFailure.SignatureFailure'),
}

/** How far before now the first timestamp of a round lies, within the window of five minutes. */
const TIMESTAMP_SPAN_S = 200

/** Requests made before the clock starts, for each second: signing must not steal from the server. */
const PREPARED_PER_SECOND = 30_000

/** The endless sequence of requests of one round; no two signed ones are equal. */
export function createRequests(plan: RequestPlan): Requests {
  const make = plan.kind === 'aliyun' ? aliyunRequest : tencentRequest
  const wanted = TOKENS[plan.kind]
  const signing = new Map<string, HmacSha256Key>()
  const nowS = Math.floor(Date.now() / 1000)
  const first = plan.round * 1_000_003
  const makeOne = (i: number) => make(plan, first + i, nowS, signing)
  const expected = (reply: Buffer) => reply.includes(wanted)
  // The servers that answer everything alike, and the refusal, may be asked the same again.
  if (plan.kind === 'constant' || plan.kind === 'answered' || plan.kind === 'refused') {
    const only = makeOne(0)
    return { next: () => only, expected }
  }
  const prepared = Array.from({ length: plan.seconds * PREPARED_PER_SECOND }, (_, i) => makeOne(i))
  let i = 0
  return { next: () => prepared[i++] ?? makeOne(i), expected }
}

function tencentRequest(
  plan: RequestPlan,
  i: number,
  nowS: number,
  signing: Map<string, HmacSha256Key>,
): Buffer {
  const person = syntheticPerson(plan.peopleSeed, i % plan.people)
  const timestampS = nowS - (Math.floor(i / plan.people) % TIMESTAMP_SPAN_S)
  const body = JSON.stringify({
    Name: person.name,
    BankCard: person.cardNumber,
    Phone: person.mobile,
    IdCard: person.idNumber,
    CertType: 0,
  })
  const host = `127.0.0.1:${plan.port}`
  const date = new Date(timestampS * 1000).toISOString().slice(0, 10)
  const scope = `${date}/faceid/tc3_request`
  const canonical = `POST\n/\n\ncontent-type:application/json\nhost:${host}\n\ncontent-type;host\n${hash('sha256', body)}`
  const toSign = `TC3-HMAC-SHA256\n${timestampS}\n${scope}\n${hash('sha256', canonical)}`
  const signature =
    plan.kind === 'refused'
      ? createHash('sha256').update(toSign).digest('hex')
      : signingKey(date, signing).digest(toSign, 'hex')
  return Buffer.from(
    `POST / HTTP/1.1\r\nX-TC-TraceId: 0311073d-233e-4717-bb4c-d7675d87f8f5\r\nHost: ${host}\r\nX-TC-Action: BankCard4EVerification\r\nX-TC-Timestamp: ${timestampS}\r\nX-TC-Version: 2018-03-01\r\nX-TC-RequestClient: SDK_NODEJS_4.1.220\r\nContent-Type: application/json\r\nAuthorization: TC3-HMAC-SHA256 Credential=${BENCH_KEY.secretId}/${scope}, SignedHeaders=content-type;host, Signature=${signature}\r\nContent-Length: ${Buffer.byteLength(body)}\r\nConnection: keep-alive\r\n\r\n${body}`,
  )
}

function signingKey(date: string, cache: Map<string, HmacSha256Key>): HmacSha256Key {
  let key = cache.get(date)
  if (key === undefined) {
    const step = (bytes: Buffer, text: string) =>
      Buffer.from(new HmacSha256Key(bytes).digest(text, 'hex'), 'hex')
    const kDate = step(Buffer.from(`TC3${BENCH_KEY.secretKey}`), date)
    key = new HmacSha256Key(step(step(kDate, 'faceid'), 'tc3_request'))
    cache.set(date, key)
  }
  return key
}

function aliyunRequest(plan: RequestPlan, i: number): Buffer {
  const person = syntheticPerson(plan.peopleSeed, i % plan.people)
  const body = `acc_no=${person.cardNumber}&idcard=${person.idNumber}&mobile=${person.mobile}&name=${encodeURIComponent(person.name)}`
  return Buffer.from(
    `POST /communication/personal/1887 HTTP/1.1\r\nHost: 127.0.0.1:${plan.port}\r\nAuthorization: APPCODE ${BENCH_APP_CODE}\r\nContent-Type: application/x-www-form-urlencoded; charset=UTF-8\r\nContent-Length: ${body.length}\r\nConnection: keep-alive\r\n\r\n${body}`,
  )
}
