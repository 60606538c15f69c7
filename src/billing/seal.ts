/**
 * Seals make the past of the ledger and of the audit tell of every change: each closes the rows since
 * the one before under a digest over both, and is signed with a key that is not in the store.
 */
import { createHash, createHmac, type Hash, timingSafeEqual } from 'node:crypto'

/** Up to where one kind of row is sealed. */
export interface SealedUpTo {
  /** Of the last row. */
  readonly id: number
  /** In this seal. */
  readonly rows: number
}

export interface Seal {
  /** 1, 2, … without a gap. */
  readonly number: number
  readonly atMs: number
  readonly entries: SealedUpTo
  readonly audit: SealedUpTo
  /** SHA-256 over the digest of the seal before and all its rows; hexadecimal. */
  readonly digest: string
  /** HMAC-SHA-256 of the digest under the installation's key of this purpose; hexadecimal. */
  readonly signature: string
}

/** What the first seal takes as the one before it. */
export const NO_SEAL: Pick<Seal, 'number' | 'entries' | 'audit' | 'digest'> = {
  number: 0,
  entries: { id: 0, rows: 0 },
  audit: { id: 0, rows: 0 },
  digest: '',
}

const FORMAT = 'kayan-seal/1'

/** Builds the digest of one seal, its entries first, then its lines of the audit. */
export class SealDigest {
  readonly #hash: Hash

  constructor(previousDigest: string, head: Pick<Seal, 'number' | 'atMs'>) {
    this.#hash = createHash('sha256').update(
      `${JSON.stringify([FORMAT, previousDigest, head.number, head.atMs])}\n`,
    )
  }

  /** Adds rows, each a line that tells all of its values apart. */
  add(lines: readonly string[]): void {
    let text = ''
    // Behind its length, so that no line can pass for two.
    for (const line of lines) {
      text += `${line.length}:${line}\n`
      // Short strings are forgotten sooner by the collector of garbage than long ones.
      if (text.length > 8_192) {
        this.#hash.update(text)
        text = ''
      }
    }
    this.#hash.update(text)
  }

  finish({ entries, audit }: Pick<Seal, 'entries' | 'audit'>): string {
    const ends = [entries.id, entries.rows, audit.id, audit.rows]
    return this.#hash.update(JSON.stringify(ends)).digest('hex')
  }
}

/** Signs a digest with the key of `ledger.seal`. */
export function signSeal(digest: string, key: Uint8Array): string {
  return createHmac('sha256', key).update(digest).digest('hex')
}

/** Whether a seal was signed with the key. */
export function sealSigned({ digest, signature }: Seal, key: Uint8Array): boolean {
  const expected = Buffer.from(signSeal(digest, key))
  const given = Buffer.from(signature)
  return given.length === expected.length && timingSafeEqual(given, expected)
}

/** Names a seal for who keeps it elsewhere: by it, a past that was cut or rewritten is recognised. */
export function checkpointOf({ number, digest }: Pick<Seal, 'number' | 'digest'>): string {
  return `${number}-${digest}`
}

export interface Checkpoint {
  readonly number: number
  readonly digest: string
}

/** Reads what `checkpointOf` wrote; undefined for anything else. */
export function parseCheckpoint(text: string): Checkpoint | undefined {
  const [, number, digest] = /^([1-9]\d{0,14})-([0-9a-f]{64})$/.exec(text) ?? []
  return number === undefined || digest === undefined
    ? undefined
    : { number: Number(number), digest }
}
