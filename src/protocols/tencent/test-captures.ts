/** The captured requests of official clients, as the server would hand them to the face. */
import { createHash, createHmac } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Key } from '../../domain/key.ts'
import { Secret } from '../../domain/secret.ts'
import type { CallNames, WireRequest } from '../protocol.ts'

const FOLDER = join(import.meta.dirname, '../../../test/vectors/tencent')

/** One row of `expect.json`. */
export interface Capture {
  readonly file: string
  readonly auth: string
  readonly method: string
  readonly expect: 'verified' | 'refused'
  readonly reply: string
  readonly params: Record<string, unknown> | null
}

export const CAPTURES: readonly Capture[] = readJson('requests/expect.json').captures
export const KNOWN_ANSWERS = readJson('kat.json')

/** A clock at which all captures are within their window. */
export const CAPTURED_AT_MS = 1_795_283_650_000

export const NAMES: CallNames = {
  serial: 1,
  atMs: CAPTURED_AT_MS,
  requestId: '74e742e8-f91d-49c3-9744-c20f3baca117',
  sequenceCode: '00000001',
}

/** The example key of the public signature documentation. */
export const EXAMPLE_KEY: Key = keyOf(
  'AKIDz8krbsJ5yKBZQpn74WFkmLPx3EXAMPLE',
  'Gu5t9xGARNpq86cd98joQYCN3EXAMPLE',
)

export function keyOf(secretId: string, secretKey: string): Key {
  return {
    id: 'key_1',
    account: { id: 'acc_1', name: 'Example', state: 'active', ratePerSecond: 20 },
    kind: 'tencent',
    mode: 'live',
    label: secretId,
    secret: new Secret(secretKey),
  }
}

export function readJson(file: string) {
  return JSON.parse(readText(file))
}

/** Text of a file among the vectors. */
export function readText(file: string): string {
  return readFileSync(join(FOLDER, file), 'utf8')
}

/** One captured request, unchanged but for what `changes` says. */
export function captured(file: string, changes: Partial<WireRequest> = {}): WireRequest {
  return { ...parseRequest(readFileSync(join(FOLDER, 'requests', file))), ...changes }
}

/** Takes the bytes of one HTTP request apart without judging them. */
export function parseRequest(bytes: Buffer): WireRequest {
  const end = bytes.indexOf('\r\n\r\n')
  const [line, ...fields] = bytes.toString('latin1', 0, end).split('\r\n')
  const [method, target] = line!.split(' ') as [string, string]
  const rawHeaders = fields.flatMap((field) => {
    const colon = field.indexOf(':')
    return [field.slice(0, colon), field.slice(colon + 1).trim()]
  })
  return {
    method,
    ...locationOf(target),
    rawHeaders,
    body: bytes.subarray(end + 4),
    bodyTooLarge: false,
    remoteAddress: '127.0.0.1',
    secure: false,
  }
}

/** Target, path and query of a request line. */
export function locationOf(target: string): Pick<WireRequest, 'target' | 'path' | 'query'> {
  const mark = target.indexOf('?')
  if (mark === -1) return { target, path: target, query: '' }
  return { target, path: target.slice(0, mark), query: target.slice(mark + 1) }
}

/** The request with one header replaced, added, or (value undefined) left out. */
export function withHeader(
  request: WireRequest,
  name: string,
  value: string | undefined,
): WireRequest {
  const rawHeaders: string[] = []
  for (let i = 0; i < request.rawHeaders.length; i += 2) {
    if (request.rawHeaders[i]!.toLowerCase() === name.toLowerCase()) continue
    rawHeaders.push(request.rawHeaders[i]!, request.rawHeaders[i + 1]!)
  }
  if (value !== undefined) rawHeaders.push(name, value)
  return { ...request, rawHeaders }
}

/** Value of a header of a captured request. */
export function headerOf(request: WireRequest, name: string): string {
  const at = request.rawHeaders.findIndex(
    (field, i) => i % 2 === 0 && field.toLowerCase() === name.toLowerCase(),
  )
  return request.rawHeaders[at + 1] ?? ''
}

const ELEMENTS = {
  Name: '韦小宝',
  BankCard: '6225768888888888',
  Phone: '16137688175',
  IdCard: '11204416541220243X',
}

/** The documented sample with members added, changed or (undefined) left out. */
export function sample(changes: Record<string, unknown> = {}): string {
  return JSON.stringify({ ...ELEMENTS, ...changes })
}

/** A TC3 POST signed by the documented steps, as the Go client would send it. */
export function signedPost(
  body: string | Buffer,
  headers: Readonly<Record<string, string>> = {},
  key: Key = EXAMPLE_KEY,
): WireRequest {
  const bytes = Buffer.from(body)
  const seconds = Math.floor(CAPTURED_AT_MS / 1000)
  const date = new Date(CAPTURED_AT_MS).toISOString().slice(0, 10)
  const fields = {
    Host: '127.0.0.1:8080',
    'Content-Type': 'application/json',
    'X-TC-Action': 'BankCard4EVerification',
    'X-TC-Version': '2018-03-01',
    'X-TC-Timestamp': String(seconds),
    ...headers,
  }
  const canonical = [
    'POST\n/\n',
    `content-type:${fields['Content-Type']}`,
    `host:${fields.Host}\n`,
    'content-type;host',
    createHash('sha256').update(bytes).digest('hex'),
  ].join('\n')
  const digest = createHash('sha256').update(canonical).digest('hex')
  const text = `TC3-HMAC-SHA256\n${seconds}\n${date}/faceid/tc3_request\n${digest}`
  const mac = (secret: string | Buffer, message: string) =>
    createHmac('sha256', secret).update(message).digest()
  const signing = mac(mac(mac(`TC3${key.secret.reveal()}`, date), 'faceid'), 'tc3_request')
  const credential = `Credential=${key.label}/${date}/faceid/tc3_request`
  const signature = `Signature=${mac(signing, text).toString('hex')}`
  const authorization = `TC3-HMAC-SHA256 ${credential}, SignedHeaders=content-type;host, ${signature}`
  return {
    method: 'POST',
    ...locationOf('/'),
    rawHeaders: Object.entries({ ...fields, Authorization: authorization }).flat(),
    body: bytes,
    bodyTooLarge: false,
    remoteAddress: '127.0.0.1',
    secure: false,
  }
}

/** A v1 GET signed by the documented steps; pairs may be added, changed or (undefined) left out. */
export function signedV1Get(
  changes: Readonly<Record<string, string | undefined>> = {},
  method: 'HmacSHA1' | 'HmacSHA256' = 'HmacSHA1',
): WireRequest {
  const pairs = Object.entries({
    ...ELEMENTS,
    Action: 'BankCard4EVerification',
    Version: '2018-03-01',
    Timestamp: String(Math.floor(CAPTURED_AT_MS / 1000)),
    Nonce: '11886',
    SecretId: EXAMPLE_KEY.label,
    ...(method !== 'HmacSHA1' && { SignatureMethod: method }),
    ...changes,
  }).filter((pair): pair is [string, string] => pair[1] !== undefined)
  const signed = pairs
    .map(([name, value]) => `${name}=${value}`)
    .sort()
    .join('&')
  const mac = createHmac(method.slice(4), EXAMPLE_KEY.secret.reveal())
  const signature = mac.update(`GET127.0.0.1:8080/?${signed}`).digest('base64')
  const query = new URLSearchParams([...pairs, ['Signature', signature]]).toString()
  return {
    method: 'GET',
    ...locationOf(`/?${query}`),
    rawHeaders: ['Host', '127.0.0.1:8080'],
    body: Buffer.alloc(0),
    bodyTooLarge: false,
    remoteAddress: '127.0.0.1',
    secure: false,
  }
}
