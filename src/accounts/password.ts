/**
 * Passwords of the console: argon2id (RFC 9106), off the main thread, and few at a time, so that
 * whoever floods the login exhausts neither memory nor the thread pool.
 */
import { type Argon2Parameters, argon2, randomBytes, timingSafeEqual } from 'node:crypto'
import { promisify } from 'node:util'

const MEMORY_KIB = 19_456
const PASSES = 2
const SALT_BYTES = 16
const TAG_BYTES = 32
/** Each costs 19 MiB and a thread of the pool that file and name look-ups share. */
const AT_ONCE_MAX = 2
const WAITING_MAX = 32

const derive: (algorithm: 'argon2id', parameters: Argon2Parameters) => Promise<Buffer> =
  promisify(argon2)

/** Of nobody: an unknown name costs the same work as a wrong password. */
const NOBODY = `argon2id$${'00'.repeat(SALT_BYTES)}$${'00'.repeat(TAG_BYTES)}`

export class Passwords {
  #running = 0
  readonly #waiting: (() => void)[] = []

  /** What is kept of a password. */
  async hash(password: string): Promise<string | 'busy'> {
    const salt = randomBytes(SALT_BYTES)
    const tag = await this.#inTurn(() => tagOf(password, salt))
    return tag === 'busy' ? 'busy' : `argon2id$${salt.toString('hex')}$${tag.toString('hex')}`
  }

  /** Whether it is the password that `kept` was made of; of nobody it never is. */
  async matches(password: string, kept: string | undefined): Promise<boolean | 'busy'> {
    const [, salt = '', tag = ''] = (kept ?? NOBODY).split('$')
    const given = await this.#inTurn(() => tagOf(password, Buffer.from(salt, 'hex')))
    if (given === 'busy') return 'busy'
    return timingSafeEqual(given, Buffer.from(tag, 'hex')) && kept !== undefined
  }

  async #inTurn<T>(work: () => Promise<T>): Promise<T | 'busy'> {
    if (this.#running >= AT_ONCE_MAX) {
      if (this.#waiting.length >= WAITING_MAX) return 'busy'
      // Whoever ends hands his place over, so it is never free in between.
      await new Promise<void>((resolve) => this.#waiting.push(resolve))
    } else {
      this.#running++
    }
    try {
      return await work()
    } finally {
      const next = this.#waiting.shift()
      if (next === undefined) this.#running--
      else next()
    }
  }
}

function tagOf(password: string, salt: Buffer): Promise<Buffer> {
  return derive('argon2id', {
    message: password.normalize('NFKC'),
    nonce: salt,
    parallelism: 1,
    tagLength: TAG_BYTES,
    memory: MEMORY_KIB,
    passes: PASSES,
  })
}
