/**
 * HMAC-SHA-256 (RFC 2104) under a key that is used many times.
 *
 * Two one-shot hashes over pre-padded key blocks cost about a third of `createHmac` for the short
 * messages of this service (`bench/`, row "hmac"); the digest never becomes a Buffer on the way.
 */
import { createHmac, hash } from 'node:crypto'

const BLOCK_BYTES = 64
const DIGEST_BYTES = 32
/** Longer messages take the ordinary road; every token and string to sign fits. */
const MESSAGE_LENGTH_MAX = 1024
/** Bytes of UTF-8 that one UTF-16 unit can need at the most. */
const UTF8_BYTES_MAX = 3

export type DigestEncoding = 'hex' | 'latin1' | 'base64'

export class HmacSha256Key {
  readonly #key: Buffer
  readonly #inner: Buffer
  readonly #outer: Buffer
  /** By length; short messages of few lengths make up all traffic. */
  readonly #views: Buffer[] = []

  constructor(key: Uint8Array) {
    const block =
      key.length > BLOCK_BYTES ? Buffer.from(hash('sha256', key, 'hex'), 'hex') : Buffer.from(key)
    this.#key = block
    this.#inner = Buffer.alloc(BLOCK_BYTES + MESSAGE_LENGTH_MAX * UTF8_BYTES_MAX, 0)
    this.#outer = Buffer.alloc(BLOCK_BYTES + DIGEST_BYTES, 0)
    this.#inner.fill(0x36, 0, BLOCK_BYTES)
    this.#outer.fill(0x5c, 0, BLOCK_BYTES)
    for (const [i, byte] of block.entries()) {
      this.#inner[i] = byte ^ 0x36
      this.#outer[i] = byte ^ 0x5c
    }
  }

  /** MAC of a message; text is taken as UTF-8. */
  digest(message: string | Buffer, encoding: DigestEncoding): string {
    if (message.length > MESSAGE_LENGTH_MAX) {
      const mac = createHmac('sha256', this.#key).update(message)
      return mac.digest(encoding === 'latin1' ? 'binary' : encoding)
    }
    const bytes =
      typeof message === 'string'
        ? this.#inner.write(message, BLOCK_BYTES, 'utf8')
        : message.copy(this.#inner, BLOCK_BYTES)
    const inner = hash('sha256', this.#view(BLOCK_BYTES + bytes), 'latin1')
    this.#outer.write(inner, BLOCK_BYTES, 'latin1')
    return hash('sha256', this.#outer, encoding)
  }

  /** The first bytes of the inner block; a view of each length is made once. */
  #view(bytes: number): Buffer {
    let view = this.#views[bytes]
    if (view === undefined) {
      view = this.#inner.subarray(0, bytes)
      this.#views[bytes] = view
    }
    return view
  }
}
