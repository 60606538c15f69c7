/** Right requests of both vendors in other than their usual form, byte for byte, and the one reply to each. */
import type { RequestChange } from '../../src/protocols/provocation.ts'
import { judge } from '../faults/fuzz-judge.ts'
import { RawClient, type RawReply } from '../faults/raw-client.ts'
import { type SignedRequest, type Signing, signedRequest } from './vendor-requests.ts'

/** A right request with other lines among its headers, another start or another body. */
export interface Form {
  /** Each ends with CR LF. */
  readonly lines?: string
  /** Method and target. */
  readonly start?: (request: SignedRequest) => string
  /** In place of the right body, which was signed. */
  readonly body?: string | Buffer
  /** Changed before it is signed. */
  readonly signed?: RequestChange
}

/** A form that adds one header line. */
export const line = (text: string): Form => ({ lines: `${text}\r\n` })

export class WireForms {
  readonly #url: string
  readonly #client: RawClient

  constructor(url: string) {
    this.#url = url
    this.#client = new RawClient(Number(new URL(url).port))
  }

  /** The one reply to a form; anything more or less is an error. */
  async replyTo(signing: Signing, form: Form = {}): Promise<RawReply> {
    const request = signedRequest(this.#url, signing, form.signed)
    const body = Buffer.from(form.body ?? request.body)
    const { host } = new URL(this.#url)
    const given = { Host: host, ...request.headers }
    const headers = Object.entries(given).map(([name, value]) => `${name}: ${value}\r\n`)
    const start = form.start?.(request) ?? `${request.method} ${request.target}`
    const length = `Content-Length: ${body.length}\r\n`
    const head = `${start} HTTP/1.1\r\n${headers.join('')}${form.lines ?? ''}${length}\r\n`
    const bytes = Buffer.concat([Buffer.from(head, 'latin1'), body])
    const { replies, surplus } = await this.#client.ask(bytes, start.startsWith('HEAD'))
    const [reply] = replies
    if (reply === undefined || replies.length > 1 || surplus !== '') {
      throw new Error(`${replies.length} replies and ${surplus.length} characters more`)
    }
    return reply
  }

  /** The code of the reply; a reply outside the closed lists is an error. */
  async codeOf(signing: Signing, form: Form = {}): Promise<string> {
    const { code, finding } = judge(await this.replyTo(signing, form))
    if (finding !== undefined) throw new Error(finding)
    return code
  }

  close(): void {
    this.#client.close()
  }
}
