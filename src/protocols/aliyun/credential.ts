/** Which of the credentials that a request may carry decides (help.aliyun.com document_detail/115437). */
import type { WireRequest } from '../protocol.ts'
import { appCodeOfHeader, appCodeOfQuery } from './appcode.ts'
import { type Head, headerOf } from './head.ts'
import type { Settings } from './options.ts'

/** A credential of this face. */
export interface Credential {
  readonly kind: 'appcode' | 'appkey'
  readonly value: string
}

/** The AppCode header wins over the AppKey, the AppKey over an AppCode in the query. */
export function readCredential(
  request: WireRequest,
  head: Pick<Head, 'authorization' | 'gateway'>,
  settings: Settings,
): Credential | undefined {
  const code = appCodeOfHeader(head.authorization)
  if (code !== undefined) return { kind: 'appcode', value: code }
  const appKey = head.gateway?.get('x-ca-key')
  if (appKey !== undefined && appKey !== '') return { kind: 'appkey', value: appKey }
  if (settings.appCodeIn === 'header') return undefined
  const queryCode = appCodeOfQuery(request.query)
  return queryCode === undefined ? undefined : { kind: 'appcode', value: queryCode }
}

/** Whether the call is signed with an AppKey, asked again when a refusal is worded. */
export function isSigned(request: WireRequest): boolean {
  const code = appCodeOfHeader(headerOf(request, 'authorization'))
  return code === undefined && Boolean(headerOf(request, 'x-ca-key'))
}
