/** One HTTP call over a keep-alive agent, with the reply exactly as it came. */
import { type Agent, request } from 'node:http'

export interface HttpReply {
  readonly status: number
  /** Names as on the wire, in alternation with their values. */
  readonly rawHeaders: readonly string[]
  readonly headers: NodeJS.Dict<string | string[]>
  readonly body: string
}

export interface HttpCall {
  readonly method?: string
  readonly path?: string
  readonly headers?: Record<string, string>
  readonly body?: string | Buffer
  readonly agent?: Agent
  /** Gives the call up. */
  readonly signal?: AbortSignal
}

/** Sends a call to a server's base URL; rejects when no whole reply arrives. */
export function httpCall(baseUrl: string, call: HttpCall): Promise<HttpReply> {
  const { hostname, port } = new URL(baseUrl)
  return new Promise((resolve, reject) => {
    const outgoing = request(
      {
        hostname,
        port,
        method: call.method ?? 'POST',
        path: call.path ?? '/',
        headers: { ...call.headers, 'Content-Length': Buffer.byteLength(call.body ?? '') },
        ...(call.agent && { agent: call.agent }),
        ...(call.signal && { signal: call.signal }),
      },
      (incoming) => {
        const chunks: Buffer[] = []
        incoming.on('data', (chunk: Buffer) => chunks.push(chunk))
        incoming.on('error', reject)
        incoming.on('aborted', () => reject(new Error('reply cut short')))
        incoming.on('end', () =>
          resolve({
            status: incoming.statusCode!,
            rawHeaders: incoming.rawHeaders,
            headers: incoming.headers,
            body: Buffer.concat(chunks).toString('utf8'),
          }),
        )
      },
    )
    outgoing.on('error', reject)
    outgoing.end(call.body ?? '')
  })
}
