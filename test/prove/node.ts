/** One node of the service under proof: a process that is killed and started again, on one port. */
import { type KayanProcess, serveProcess } from '../support/kayan-process.ts'
import type { History } from './history.ts'

export class ProvenNode {
  /** Counted from 1. */
  readonly number: number
  readonly #dataDir: string
  readonly #variables: Readonly<Record<string, string>>
  readonly #history: History
  #process: KayanProcess | undefined
  #port = '0'
  #printed = ''
  #up = Promise.withResolvers<string>()

  constructor(
    number: number,
    dataDir: string,
    variables: Readonly<Record<string, string>>,
    history: History,
  ) {
    this.number = number
    this.#dataDir = dataDir
    this.#variables = variables
    this.#history = history
  }

  /** Address while it is ready; undefined from its kill until then. */
  url: string | undefined

  /** Resolves with its address when it is ready. */
  get ready(): Promise<string> {
    return this.#up.promise
  }

  /** Process id of the last start. */
  get pid(): number {
    return this.#process?.pid ?? 0
  }

  /** What its processes have printed. */
  get output(): string {
    return this.#printed + (this.#process?.output() ?? '')
  }

  /** Resolves with the exit code when the process of the last start has ended; null for a signal. */
  get exited(): Promise<number | null> {
    return this.#process?.exited ?? Promise.resolve(null)
  }

  /**
   * Starts the process, perhaps under a program that watches it, and waits until it is ready;
   * rejects when it ends before.
   */
  async start(before: readonly string[] = []): Promise<void> {
    const startedMs = performance.now()
    const variables = { ...this.#variables, KAYAN_PORT: this.#port }
    this.#printed = this.output
    this.#process = undefined
    const process = await serveProcess(this.#dataDir, variables, before)
    const ms = Math.round(performance.now() - startedMs)
    this.#process = process
    this.#port = new URL(process.url).port
    this.url = process.url
    this.#history.add({ kind: 'ready', node: this.number, ms })
    this.#up.resolve(process.url)
  }

  /** Takes it out of the clients' sight: it is about to end, or has. */
  lose(): void {
    this.url = undefined
    this.#up = Promise.withResolvers()
    this.#history.add({ kind: 'kill', node: this.number, ms: 0 })
  }

  /** SIGKILL. */
  async kill(): Promise<void> {
    this.lose()
    await this.#process?.kill()
  }

  /** SIGTERM; the exit code. */
  async stop(): Promise<number | null | undefined> {
    return await this.#process?.stop()
  }
}
