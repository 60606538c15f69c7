/**
 * Posts a message to another server, at the addresses the policy allows and nowhere else: the name is
 * resolved once, what it leads to is judged, and that same address is connected to. Redirects are
 * not followed, and nothing of the reply but its status is looked at.
 */
import { lookup } from 'node:dns'
import type { LookupFunction } from 'node:net'
import type { Agent } from 'undici'
import {
  judgeAddress,
  judgeTarget,
  type TargetRefusal,
  type WebhookPolicy,
} from './webhook-target.ts'

/** One message. */
export interface Post {
  readonly url: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
}

/** A status, or what kept us from having one. */
export type PostResult = number | TargetRefusal | 'timed_out' | 'unreachable'

export type Poster = (post: Post) => Promise<PostResult>

const CONNECT_TIMEOUT_MS = 5_000
const REPLY_TIMEOUT_MS = 10_000
const REPLY_HEAD_BYTES_MAX = 16_384
const REPLY_BYTES_READ_MAX = 16_384
const TIMEOUTS = ['UND_ERR_CONNECT_TIMEOUT', 'UND_ERR_HEADERS_TIMEOUT', 'ETIMEDOUT']

/** Makes the sender; `resolve` is how names become addresses. */
export function createHttpSender(policy: WebhookPolicy, resolve: Resolve = lookup): Poster {
  return async ({ url: address, headers, body }) => {
    const url = new URL(address)
    const refusal = judgeTarget(policy, url)
    if (refusal !== undefined) return refusal
    const agent = await agentFor(policy, url, resolve)
    try {
      return await exchange(agent, url, headers, body)
    } catch (error) {
      return troubleOf(error)
    } finally {
      await agent.destroy()
    }
  }
}

/** `dns.lookup`, as far as it is used. */
export type Resolve = (
  hostname: string,
  options: { readonly all: true },
  done: (
    error: NodeJS.ErrnoException | null,
    addresses: { address: string; family: number }[],
  ) => void,
) => void

/** A name led to none but refused addresses. */
class RefusedAddress extends Error {
  readonly refusal: TargetRefusal

  constructor(refusal: TargetRefusal) {
    super(refusal)
    this.refusal = refusal
  }
}

/**
 * Connections are not kept: alerts are rare, and the next name is judged anew. The client is loaded
 * for the first of them, since most services have none to send.
 */
async function agentFor(policy: WebhookPolicy, url: URL, resolve: Resolve): Promise<Agent> {
  const judged: LookupFunction = (hostname, options, done) => {
    resolve(hostname, { all: true }, (error, addresses) => {
      if (error) return done(error, [])
      const refusals = addresses.map(({ address }) => judgeAddress(policy, url, address))
      const allowed = addresses.filter((_, at) => refusals[at] === undefined)
      const [first] = allowed
      if (first === undefined) {
        return done(new RefusedAddress(refusals[0] ?? 'address_refused'), [])
      }
      if (options.all) done(null, allowed)
      else done(null, first.address, first.family)
    })
  }
  const { Agent: Client } = await import('undici')
  return new Client({
    connect: { lookup: judged, timeout: CONNECT_TIMEOUT_MS },
    headersTimeout: REPLY_TIMEOUT_MS,
    bodyTimeout: REPLY_TIMEOUT_MS,
    maxHeaderSize: REPLY_HEAD_BYTES_MAX,
    allowH2: false,
  })
}

async function exchange(
  agent: Agent,
  url: URL,
  headers: Post['headers'],
  body: string,
): Promise<number> {
  const { origin, pathname, search } = url
  const path = `${pathname}${search}`
  const reply = await agent.request({ origin, path, method: 'POST', headers, body })
  await reply.body.dump({ limit: REPLY_BYTES_READ_MAX }).catch(() => {})
  return reply.statusCode
}

function troubleOf(error: unknown): Exclude<PostResult, number> {
  if (error instanceof RefusedAddress) return error.refusal
  const code = error instanceof Error && 'code' in error ? String(error.code) : ''
  return TIMEOUTS.includes(code) ? 'timed_out' : 'unreachable'
}
