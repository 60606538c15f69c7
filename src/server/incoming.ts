/**
 * A request whose body goes straight from the parser to its reader.
 *
 * `node:http` lets a server name its own class of requests. The parser hands each piece of a body to
 * `push`; here it is kept or counted at once, without the buffers, events and ticks of a stream, which
 * cost a tenth of a whole call (`docs/decisions/0008`). Framing stays the parser's alone.
 */
import { IncomingMessage } from 'node:http'

/** How much of an oversized body is read and dropped so that the refusal reaches its sender. */
const DISCARD_BYTES_MAX = 64 * 1024 * 1024
const DISCARD_MS_MAX = 5_000

export const EMPTY: Buffer = Buffer.alloc(0)

export class Incoming extends IncomingMessage {
  #chunks: Buffer[] = []
  #bytes = 0
  #bytesMax = 0
  #done: ((body: Buffer | undefined) => void) | undefined

  /** Hands on the whole body, or undefined as soon as it is known to be longer than `bytesMax`. */
  readBody(bytesMax: number, done: (body: Buffer | undefined) => void): void {
    this.#bytesMax = bytesMax
    this.#done = done
  }

  /** Called by the parser with each piece of the body, and with null after the last. */
  override push(chunk: Buffer | null): boolean {
    if (chunk === null) this.#end()
    else this.#take(chunk)
    return true
  }

  /** Nothing is buffered that could flow. */
  override resume(): this {
    return this
  }

  #take(chunk: Buffer): void {
    this.#bytes += chunk.length
    if (this.#bytes <= this.#bytesMax) this.#chunks.push(chunk)
    else if (this.#done !== undefined) this.#refuse(this.#done)
    else if (this.#bytes > DISCARD_BYTES_MAX) this.destroy()
  }

  /** Answers now and goes on dropping what is still sent: closing early would lose the reply. */
  #refuse(done: (body: undefined) => void): void {
    this.#chunks = []
    this.#done = undefined
    const timer = setTimeout(() => this.destroy(), DISCARD_MS_MAX)
    this.on('close', () => clearTimeout(timer))
    done(undefined)
  }

  #end(): void {
    const chunks = this.#chunks
    this.#done?.(
      chunks.length === 1 ? chunks[0] : chunks.length === 0 ? EMPTY : Buffer.concat(chunks),
    )
    this.#done = undefined
  }
}
