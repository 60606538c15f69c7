/** The main thread's end of the line to the writer thread. */
import { extname } from 'node:path'
import { Worker } from 'node:worker_threads'
import { StorageError } from '../storage-error.ts'
import type { WriterReply, WriterRequest, WriterSettings } from './messages.ts'

type Reply<T extends WriterReply['type']> = Extract<WriterReply, { type: T }>
export type ReadyReply = Reply<'ready'>
export type CommittedReply = Reply<'committed'>
export type LeasedReply = Reply<'leased'>
export type TickedReply = Reply<'ticked'>

export class WriterLink {
  readonly #worker: Worker
  /** Who waits for the next replies, in the order of the requests. */
  readonly #expecting: ((reply: WriterReply) => void)[] = []
  readonly #onDeath: (error: Error) => void
  #ended = false

  private constructor(worker: Worker, onDeath: (error: Error) => void) {
    this.#worker = worker
    this.#onDeath = onDeath
    worker.on('message', (reply: WriterReply) => this.#receive(reply))
    worker.on('error', (error) => this.#die(error as Error))
    worker.on('exit', () => this.#die(new Error('the writer thread ended')))
  }

  /** Starts the thread; rejects with `StorageError` when the store cannot be taken over. */
  static start(
    settings: WriterSettings,
    onDeath: (error: Error) => void,
  ): Promise<{ link: WriterLink; ready: ReadyReply }> {
    // The same file with the extension this one runs under: source or emitted.
    const url = new URL(`./writer-thread${extname(import.meta.url)}`, import.meta.url)
    const worker = new Worker(url, { workerData: settings })
    const { promise, resolve, reject } = Promise.withResolvers<{
      link: WriterLink
      ready: ReadyReply
    }>()
    const link = new WriterLink(worker, (error) => {
      reject(error)
      onDeath(error)
    })
    link.#expecting.push((reply) => {
      if (reply.type === 'ready') return resolve({ link, ready: reply })
      link.#ended = true
      if (reply.type !== 'failed') return
      reject(new StorageError(reply.code, reply.message))
    })
    return promise
  }

  /** Sends a request; `handler` gets its reply, unless the writer dies first. */
  request(request: WriterRequest, handler: (reply: WriterReply) => void): void {
    this.#expecting.push(handler)
    this.#worker.postMessage(request)
  }

  /** Lets the writer finish and waits for the end of its thread. */
  async close(): Promise<void> {
    if (this.#ended) return
    const exited = new Promise<void>((resolve) => this.#worker.once('exit', () => resolve()))
    this.request({ type: 'close' }, () => {
      this.#ended = true
    })
    await exited
  }

  #receive(reply: WriterReply): void {
    if (reply.type === 'fatal') this.#die(new Error(reply.message))
    else this.#expecting.shift()?.(reply)
  }

  #die(error: Error): void {
    if (this.#ended) return
    this.#ended = true
    this.#onDeath(error)
  }
}
