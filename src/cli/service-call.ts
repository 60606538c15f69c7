/** One call to a running service through its Aliyun face, as any client would make it. */
import { request as httpRequest } from 'node:http'
import { request as httpsRequest } from 'node:https'
import { text } from 'node:stream/consumers'
import type { ElementName } from '../domain/product.ts'
import { CliError, type Context } from './context.ts'

/** The elements as typed: here they are plain text on their way into `Secret`s, a mask or the wire. */
export type Typed = { readonly [E in ElementName]?: string }

/** What the service said. */
export interface ServiceReply {
  readonly code: string
  readonly message: string
  /** 1 match, 2 mismatch, 3 cannot be verified; empty in a refusal. */
  readonly state: string
  readonly sequence: string
}

const PATH = 'communication/personal/1887'
const TIMEOUT_MS = 30_000

/** Calls and reads the answer; every way to fail is a `CliError`. */
export async function callService(
  context: Context,
  call: { readonly url: string; readonly appCode: string; readonly typed: Typed },
): Promise<ServiceReply> {
  const { name = '', idNumber = '', cardNumber = '', mobile = '' } = call.typed
  const form = new URLSearchParams({ name, idcard: idNumber, acc_no: cardNumber, mobile })
  const { status, reason, body } = await post(context, call, form.toString())
  const reply = parse(body)
  if (reply) return reply
  const { serverRefused, notOurs } = context.locale.verify
  throw new CliError(reason ? serverRefused(status, reason) : notOurs(call.url))
}

interface Answer {
  readonly status: number
  /** Why the gateway refused, in its own words. */
  readonly reason: string
  readonly body: string
}

async function post(
  context: Context,
  { url, appCode }: { readonly url: string; readonly appCode: string },
  form: string,
): Promise<Answer> {
  const target = URL.parse(PATH, url.endsWith('/') ? url : `${url}/`)
  if (!target?.protocol.startsWith('http')) {
    throw new CliError(context.locale.verify.serverUnreachable(url))
  }
  const request = target.protocol === 'https:' ? httpsRequest : httpRequest
  return new Promise((resolve, reject) => {
    const unreachable = () => reject(new CliError(context.locale.verify.serverUnreachable(url)))
    const outgoing = request(
      target,
      {
        method: 'POST',
        timeout: TIMEOUT_MS,
        headers: {
          authorization: `APPCODE ${appCode}`,
          'content-type': 'application/x-www-form-urlencoded; charset=utf-8',
        },
      },
      (incoming) => {
        const reason = String(incoming.headers['x-ca-error-message'] ?? '')
        const status = incoming.statusCode ?? 0
        text(incoming).then((body) => resolve({ status, reason, body }), unreachable)
      },
    )
    outgoing.once('error', unreachable)
    outgoing.once('timeout', () => outgoing.destroy())
    outgoing.end(form)
  })
}

function parse(body: string): ServiceReply | undefined {
  try {
    const { code, message, data, seqNo } = JSON.parse(body)
    if (typeof code !== 'string') return undefined
    return {
      code,
      message: String(message),
      state: String(data?.state ?? ''),
      sequence: String(seqNo ?? ''),
    }
  } catch {
    return undefined
  }
}
