/** A caller for tests of the doctor, written from the signature page: it makes the mistakes it is told to. */
import { createHmac, hash } from 'node:crypto'
import type { SuspectRequest } from '../../doctor.ts'

export const BODY = '{"Name":"韦小宝","BankCard":"6225768888888888"}'
export const QUERY = 'Name=%E9%9F%A6&BankCard=6225768888888888'

/** A client of its own, written from the signature page; each option is one way to get it wrong. */
export interface Client {
  readonly secret?: string
  readonly signedHost?: string
  readonly signedBody?: string
  readonly signedType?: string
  readonly payloadHash?: string
  readonly timestamp?: number
  readonly date?: string
  readonly keyService?: string
  readonly signedQuery?: string
  readonly query?: string
  readonly newline?: string
  readonly leftOut?: string
}

/** Whom it calls, as whom, and when. */
export interface Ground {
  readonly host: string
  readonly secretId: string
  readonly secret: string
  readonly nowMs: number
}

/** Makes requests by the client's mistakes. */
export function callerAt(ground: Ground): (client: Client) => SuspectRequest {
  return (client) => requestOf(client, ground)
}

function requestOf(client: Client, ground: Ground): SuspectRequest {
  const { timestamp = Math.floor(ground.nowMs / 1000), newline = '\n', query } = client
  const date = client.date ?? new Date(timestamp * 1000).toISOString().slice(0, 10)
  const type = 'application/json; charset=utf-8'
  const lines = [
    query === undefined ? 'POST' : 'GET',
    '/',
    client.signedQuery ?? query ?? '',
    `content-type:${client.signedType ?? type}`,
    `host:${client.signedHost ?? ground.host}`,
    '',
    'content-type;host',
    client.payloadHash ?? hash('sha256', query === undefined ? (client.signedBody ?? BODY) : ''),
  ]
  const scope = `${date}/faceid/tc3_request`
  const toSign = `TC3-HMAC-SHA256\n${timestamp}\n${scope}\n${hash('sha256', lines.join(newline))}`
  const mac = (key: string | Buffer, text: string) =>
    createHmac('sha256', key).update(text).digest()
  const kDate = mac(`TC3${client.secret ?? ground.secret}`, date)
  const kSigning = mac(mac(kDate, client.keyService ?? 'faceid'), 'tc3_request')
  const signature = mac(kSigning, toSign).toString('hex')
  const headers: [string, string][] = [
    ['Host', ground.host],
    ['Content-Type', type],
    ['X-TC-Action', 'BankCard4EVerification'],
    ['X-TC-Version', '2018-03-01'],
    ['X-TC-Timestamp', String(timestamp)],
    [
      'Authorization',
      `TC3-HMAC-SHA256 Credential=${ground.secretId}/${scope}, SignedHeaders=content-type;host, Signature=${signature}`,
    ],
  ]
  return {
    method: query === undefined ? 'POST' : 'GET',
    target: query === undefined ? '/' : `/?${query}`,
    headers: headers.filter(([name]) => name !== client.leftOut),
    body: query === undefined ? BODY : '',
  }
}
