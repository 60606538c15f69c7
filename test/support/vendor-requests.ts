/**
 * Right requests of both vendors in each way of signing, with the changes of a provocation laid over
 * them before or after the signature, and the reply read in the vendor's own terms.
 */
import { createHmac, randomUUID } from 'node:crypto'
import { type OutgoingHttpHeaders, request } from 'node:http'
import { SANDBOX_KEYS } from '../../src/accounts/sandbox-keys.ts'
import * as aliyun from '../../src/protocols/aliyun/provocations.ts'
import type { RequestChange } from '../../src/protocols/provocation.ts'
import * as tencent from '../../src/protocols/tencent/provocations.ts'
import { tc3Headers, v1Query } from './tencent-signer.ts'

/** Ways of signing, as the provocations name them. */
export const SIGNINGS = {
  tencent: ['tc3', 'v1'],
  aliyun: ['appcode', 'appkey', 'direct'],
} as const

export type Signing = (typeof SIGNINGS)[keyof typeof SIGNINGS][number]

export interface SignedRequest {
  readonly method: string
  readonly target: string
  readonly headers: NonNullable<RequestChange['headers']>
  readonly body: string
}

/** What a reply says, in whichever way it says it. */
export interface ReplySaid {
  readonly status: number
  /** Error code, business code, platform code or gateway code; empty with a Tencent result. */
  readonly code: string
  readonly message: string
  /** Tencent's Result or Aliyun's state. */
  readonly result?: string
}

const FORM = 'application/x-www-form-urlencoded; charset=UTF-8'

const SIGNERS: Readonly<
  Record<Signing, (url: string, change: RequestChange, operation: string) => SignedRequest>
> = {
  tc3(url, { body, headers, credential, ageS }, action) {
    const text = body ?? JSON.stringify(tencent.RIGHT_PARAMETERS)
    const key = tencentKey(credential)
    const contentType = String(headers?.['Content-Type'] ?? 'application/json')
    const signed = tc3Headers(key, hostOf(url), text, nowS(ageS), action || undefined, contentType)
    return { method: 'POST', target: '/', headers: signed, body: text }
  },
  v1(url, { parameters, credential, ageS }) {
    const all = { ...tencent.RIGHT_PARAMETERS, ...parameters }
    const query = v1Query(tencentKey(credential), hostOf(url), all, nowS(ageS), nonce++)
    return { method: 'GET', target: `/?${query}`, headers: {}, body: '' }
  },
  appcode(_url, { body, credential }, path) {
    const headers = {
      Authorization: `APPCODE ${credential ?? SANDBOX_KEYS.appcode.credential}`,
      'Content-Type': FORM,
    }
    return { method: 'POST', target: path, headers, body: body ?? formBody() }
  },
  appkey(_url, { body, credential, ageS }, path) {
    const form = body ?? formBody()
    const names = ['X-Ca-Key', 'X-Ca-Nonce', 'X-Ca-Timestamp'] as const
    const signed = {
      'X-Ca-Key': credential ?? SANDBOX_KEYS.appkey.credential,
      'X-Ca-Nonce': randomUUID(),
      'X-Ca-Timestamp': String(nowS(ageS) * 1_000),
    }
    const list = names.map((name) => `${name}:${signed[name]}`)
    const pairs = [...new URLSearchParams(form)].sort(([a], [b]) => (a < b ? -1 : 1))
    const sorted = pairs.map(([name, value]) => `${name}=${value}`).join('&')
    const text = ['POST', 'application/json', '', FORM, '', ...list, `${path}?${sorted}`].join('\n')
    const mac = createHmac('sha256', SANDBOX_KEYS.appkey.secret).update(text).digest('base64')
    const headers = {
      ...signed,
      Accept: 'application/json',
      'Content-Type': FORM,
      'X-Ca-Signature-Headers': names.join(','),
      'X-Ca-Signature': mac,
    }
    return { method: 'POST', target: path, headers, body: form }
  },
  direct(_url, { body, credential }, path) {
    const key = credential ?? SANDBOX_KEYS.direct.credential
    const form = `${body ?? formBody()}&key=${key}`
    return { method: 'POST', target: path, headers: { 'Content-Type': FORM }, body: form }
  },
}

let nonce = 1

/** A right request with a change laid over it before it is signed; an operation in place of 4E. */
export function signedRequest(
  url: string,
  signing: Signing,
  change: RequestChange = {},
  operation = '',
): SignedRequest {
  const isTencent = signing === 'tc3' || signing === 'v1'
  const path = operation || '/communication/personal/1887'
  return SIGNERS[signing](url, change, isTencent ? operation : path)
}

/** Lays a change over a request that is signed already. */
export function changed(signed: SignedRequest, change: RequestChange = {}): SignedRequest {
  return {
    method: change.method ?? signed.method,
    target: withParameters(signed.target, change.parameters) + (change.target ?? ''),
    headers: { ...signed.headers, ...change.headers },
    body: change.body ?? signed.body,
  }
}

function withParameters(target: string, parameters: RequestChange['parameters']): string {
  if (parameters === undefined) return target
  const [path = '', query = ''] = target.split('?')
  const pairs = new URLSearchParams(query)
  for (const [name, value] of Object.entries(parameters)) pairs.set(name, value)
  return `${path}?${pairs}`
}

/** Sends a request and reads the reply. */
export async function send(url: string, signed: SignedRequest): Promise<ReplySaid> {
  const { hostname, port } = new URL(url)
  const { method, target: path, body } = signed
  const given = Object.entries(signed.headers).filter(([, value]) => value !== undefined)
  const headers = Object.fromEntries(given) as OutgoingHttpHeaders
  headers['Content-Length'] = Buffer.byteLength(body)
  return new Promise((resolve, reject) => {
    const options = { hostname, port, method, path, headers }
    const outgoing = request(options, (incoming) => {
      const chunks: Buffer[] = []
      incoming.on('data', (chunk: Buffer) => chunks.push(chunk))
      incoming.on('end', () => {
        const text = Buffer.concat(chunks).toString('utf8')
        resolve(said(incoming.statusCode ?? 0, incoming.headers, text))
      })
    })
    outgoing.on('error', reject)
    outgoing.end(body)
  })
}

function said(status: number, headers: NodeJS.Dict<string | string[]>, body: string): ReplySaid {
  const { Response, code, message, data } = body === '' ? {} : JSON.parse(body)
  if (Response?.Error) return { status, code: Response.Error.Code, message: Response.Error.Message }
  if (Response) return { status, code: '', message: Response.Description, result: Response.Result }
  if (code) return { status, code, message, ...(data && { result: data.state }) }
  const error = Buffer.from(String(headers['x-ca-error-message'] ?? ''), 'latin1').toString('utf8')
  return { status, code: String(headers['x-ca-error-code'] ?? ''), message: error }
}

function tencentKey(credential: string | undefined) {
  const { tencent } = SANDBOX_KEYS
  return { secretId: credential ?? tencent.credential, secretKey: tencent.secret }
}

function formBody(): string {
  return new URLSearchParams(aliyun.RIGHT_PARAMETERS).toString()
}

function hostOf(url: string): string {
  return new URL(url).host
}

function nowS(ageS = 0): number {
  return Math.floor(Date.now() / 1_000) - ageS
}
