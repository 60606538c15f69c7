/** A client program while it runs: takes one order at a time and gives the answer. */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import type { Answer, Hello, Order } from './protocol.ts'
import type { Command } from './toolchain.ts'

const ANSWER_TIMEOUT_MS = 30_000
const COMPLAINT_CHARACTERS_MAX = 500

export class ClientProcess {
  readonly #child: ChildProcess
  readonly #lines: AsyncIterator<string>
  #complaints = ''

  /** `authority` is the certificate of the server that speaks TLS, which no other program knows. */
  constructor([program, ...args]: Command, authority: string) {
    this.#child = spawn(program, args, {
      // The server is on this machine; a proxy of the environment is for the registries.
      env: {
        ...process.env,
        NO_PROXY: '127.0.0.1,localhost',
        no_proxy: '127.0.0.1,localhost',
        NODE_EXTRA_CA_CERTS: authority,
        SSL_CERT_FILE: authority,
      },
      stdio: ['pipe', 'pipe', 'pipe'],
    })
    this.#child.on('error', (error) => this.#complain(String(error)))
    this.#child.stdin!.on('error', (error) => this.#complain(String(error)))
    this.#child.stderr!.on('data', (chunk) => this.#complain(String(chunk)))
    this.#lines = createInterface({ input: this.#child.stdout! })[Symbol.asyncIterator]()
  }

  /** The line by which the program introduces its client. */
  hello(): Promise<Hello> {
    return this.#next<Hello>()
  }

  /** Has one call made. */
  ask(order: Order): Promise<Answer> {
    this.#child.stdin!.write(`${JSON.stringify(order)}\n`)
    return this.#next<Answer>()
  }

  /** Ends the input, and with it the program. */
  async end(): Promise<void> {
    const { pid, exitCode, signalCode } = this.#child
    if (pid === undefined || exitCode !== null || signalCode !== null) return
    const exit = once(this.#child, 'exit')
    this.#child.stdin!.end()
    await exit
  }

  async #next<T>(): Promise<T> {
    const timer = setTimeout(() => {
      this.#complain(`no answer within ${ANSWER_TIMEOUT_MS} ms`)
      this.#child.kill('SIGKILL')
    }, ANSWER_TIMEOUT_MS)
    const { value, done } = await this.#lines.next()
    clearTimeout(timer)
    if (done) throw new Error(`the client program ended: ${this.#complaints.trim()}`)
    return JSON.parse(value) as T
  }

  #complain(text: string): void {
    this.#complaints = (this.#complaints + text).slice(-COMPLAINT_CHARACTERS_MAX)
  }
}
