/** The captured requests of official clients, as the server would hand them to the face. */
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
  return JSON.parse(readFileSync(join(FOLDER, file), 'utf8'))
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
