/** A browser's part at the admin API: it keeps a cookie and says where its page is from. */
import { httpCall } from './http-call.ts'

export interface ConsoleReply {
  readonly status: number
  readonly json: Record<string, unknown>
  readonly text: string
  readonly setCookie: string
}

export class ConsoleClient {
  readonly #url: string
  /** `name=value` of the session. */
  cookie = ''
  /** More headers, such as another origin or who a proxy speaks for. */
  headers: Readonly<Record<string, string>> = {}

  constructor(url: string) {
    this.#url = url
  }

  get(path: string): Promise<ConsoleReply> {
    return this.ask('GET', path)
  }

  post(path: string, body: unknown = {}): Promise<ConsoleReply> {
    return this.ask('POST', path, JSON.stringify(body))
  }

  async ask(method: string, path: string, body: string | Buffer = ''): Promise<ConsoleReply> {
    const reply = await httpCall(this.#url, {
      method,
      path,
      headers: {
        ...(method !== 'GET' && { Origin: this.#url }),
        ...(this.cookie !== '' && { Cookie: this.cookie }),
        ...this.headers,
      },
      body,
    })
    const setCookie = String(reply.headers['set-cookie'] ?? '')
    if (setCookie !== '') this.cookie = setCookie.split(';')[0] ?? ''
    return { status: reply.status, text: reply.body, setCookie, json: parsed(reply.body) }
  }
}

function parsed(text: string): Record<string, unknown> {
  try {
    return JSON.parse(text)
  } catch {
    return {}
  }
}
