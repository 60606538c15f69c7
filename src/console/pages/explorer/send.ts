/** Makes a call and reads what comes back: from here under a published key, else by the server. */
import { callAdmin } from '../../admin-api.ts'
import type { Api, SentRequest, Values } from './catalogue.ts'

/** One call as the form has it. */
export interface Wish {
  readonly api: Api
  readonly authentication: string
  readonly values: Values
  /** A key of the account; absent for the published one. */
  readonly keyId?: string
}

export type Answer = Reply | { readonly failure: string }

export interface Reply {
  readonly status: number
  readonly durationMs: number
  readonly headers: readonly (readonly [string, string])[]
  readonly body: string
}

/** What was sent, and what came. */
export interface Exchange {
  readonly request?: SentRequest
  readonly answer: Answer
}

/** An exchange that has been made, and whether it may have cost anything. */
export interface MadeExchange extends Exchange {
  readonly isLive: boolean
}

/** A call in the admin API's own form. */
export function wishOf({ api, authentication, values, keyId }: Wish): object {
  const { origin } = location
  return { api: api.id, authentication, origin, values, ...(keyId !== undefined && { keyId }) }
}

/** Sends a prepared request as any client would; one that gets no answer is no exception. */
export async function send(request: SentRequest): Promise<Exchange> {
  const startedMs = performance.now()
  try {
    const response = await fetch(request.path, {
      method: request.method,
      headers: request.headers.map(([name, value]): [string, string] => [name, value]),
      body: request.body,
    })
    const body = await response.text()
    const durationMs = performance.now() - startedMs
    const headers = [...response.headers]
    return { request, answer: { status: response.status, durationMs, headers, body } }
  } catch (error) {
    return { request, answer: { failure: (error as Error).message } }
  }
}

/** Has the server make the call with a key of the account. */
export async function sendOwn(wish: Wish): Promise<Exchange> {
  const made = await callAdmin<{ readonly request: SentRequest; readonly reply: Reply }>(
    '/api/admin/explorer/call',
    wishOf(wish),
  )
  return { request: made.request, answer: made.reply }
}

/** The result code in an answer's body: the number of a result, or the word of an error. */
export function codeOf(body: string): string | undefined {
  try {
    const reply = JSON.parse(body)
    if (reply.Response !== undefined) return reply.Response.Error?.Code ?? reply.Response.Result
    return reply.data?.state === undefined
      ? reply.code
      : `${reply.code} · state ${reply.data.state}`
  } catch {
    return undefined
  }
}

/** The name by which an answer's call is found again. */
export function nameOf(body: string): string | undefined {
  try {
    const reply = JSON.parse(body)
    return reply.Response?.RequestId ?? reply.seqNo
  } catch {
    return undefined
  }
}

/** The text that an answer gives beside its code. */
export function textOf(body: string): string | undefined {
  try {
    const reply = JSON.parse(body)
    if (reply.Response === undefined) return reply.message
    return reply.Response.Error?.Message ?? reply.Response.Description
  } catch {
    return undefined
  }
}
