/** Sends a prepared request to the API itself, as any client would, and reads what comes back. */
import type { Prepared } from './catalogue.ts'

export type Answer = Reply | { readonly failure: string }

export interface Reply {
  readonly status: number
  readonly durationMs: number
  readonly headers: readonly (readonly [string, string])[]
  readonly body: string
}

/** Sends it; a request that got no answer is a failure, not an exception. */
export async function send({ request }: Prepared): Promise<Answer> {
  const startedMs = performance.now()
  try {
    const response = await fetch(request.path, {
      method: request.method,
      headers: request.headers.map(([name, value]): [string, string] => [name, value]),
      body: request.body,
    })
    const body = await response.text()
    return {
      status: response.status,
      durationMs: performance.now() - startedMs,
      headers: [...response.headers],
      body,
    }
  } catch (error) {
    return { failure: (error as Error).message }
  }
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
