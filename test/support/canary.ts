/**
 * Looks for people's elements where none may be: in clear and in the usual codings, and as the digests
 * that whoever has the value can make.
 */
import { createHash } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { encodeGb18030, type SyntheticPerson } from '../../src/testing/people-csv.ts'

const DIGESTS = ['md5', 'sha1', 'sha256'] as const
/** Shorter ones are found by chance. */
const BYTES_MIN = 6
const TRIPLE_BYTES = 3
const TRIPLES = 1 << (8 * TRIPLE_BYTES)

interface Needle {
  readonly label: string
  readonly bytes: Buffer
}

/** Many needles, looked for in one walk over each haystack. */
export class Canary {
  /** By their first bytes. */
  readonly #needles = new Map<number, Needle[]>()
  /** Whether any begins with these three: most places need no further look. */
  readonly #begins = new Uint8Array(TRIPLES)
  #count = 0

  /** Needles that are looked for. */
  get count(): number {
    return this.#count
  }

  /** Looks for every element of a person from now on. */
  watch(person: SyntheticPerson): void {
    for (const [element, value] of Object.entries(person)) this.watchValue(element, value)
  }

  /** Looks for a value and its digests as they are and in hex: enough where there are very many. */
  watchPlainly(label: string, value: string): void {
    this.#add(label, Buffer.from(value))
    for (const algorithm of DIGESTS) {
      const digest = createHash(algorithm).update(value).digest()
      this.#add(`${algorithm} of ${label}`, digest)
      this.#add(`${algorithm} of ${label}`, Buffer.from(digest.toString('hex')))
    }
  }

  /** Looks for one value from now on; `label` is what a finding says, never the value. */
  watchValue(label: string, value: string): void {
    const clear = Buffer.from(value)
    this.#add(label, clear)
    this.#add(`${label} in UTF-16`, Buffer.from(value, 'utf16le'))
    this.#addCodings(label, clear)
    if (!/^[\x20-\x7e]+$/.test(value)) {
      this.#add(`${label} in GB18030`, encodeGb18030(value))
      this.#add(`${label} in a URL`, Buffer.from(encodeURIComponent(value)))
      const escaped = [...value].map((c) => `\\u${c.charCodeAt(0).toString(16)}`).join('')
      this.#add(`${label} escaped`, Buffer.from(escaped))
    }
    for (const algorithm of DIGESTS) {
      const digest = createHash(algorithm).update(value).digest()
      this.#add(`${algorithm} of ${label}`, digest)
      this.#addCodings(`${algorithm} of ${label}`, digest)
    }
  }

  /** What of all that is in these bytes. */
  hits(haystack: Buffer): Set<string> {
    const found = new Set<string>()
    for (let at = 0; at + BYTES_MIN <= haystack.length; at++) {
      if (this.#begins[haystack.readUIntLE(at, TRIPLE_BYTES)] === 0) continue
      const needles = this.#needles.get(haystack.readUIntLE(at, BYTES_MIN)) ?? []
      for (const { label, bytes } of needles) {
        if (haystack.subarray(at, at + bytes.length).equals(bytes)) found.add(label)
      }
    }
    return found
  }

  #addCodings(label: string, bytes: Buffer): void {
    this.#add(`${label} in hex`, Buffer.from(bytes.toString('hex')))
    this.#add(`${label} in hex`, Buffer.from(bytes.toString('hex').toUpperCase()))
    for (const coding of ['base64', 'base64url'] as const) {
      for (const shift of [0, 1, 2]) {
        this.#add(`${label} in ${coding}`, Buffer.from(inside(bytes, shift, coding)))
      }
    }
  }

  #add(label: string, bytes: Buffer): void {
    if (bytes.length < BYTES_MIN) return
    this.#begins[bytes.readUIntLE(0, TRIPLE_BYTES)] = 1
    const head = bytes.readUIntLE(0, BYTES_MIN)
    const known = this.#needles.get(head)
    if (known === undefined) this.#needles.set(head, [{ label, bytes }])
    else known.push({ label, bytes })
    this.#count++
  }
}

/** The characters that bytes are in a longer text in Base64, so many bytes behind a group of three. */
function inside(bytes: Buffer, shift: number, coding: 'base64' | 'base64url'): string {
  const text = Buffer.concat([Buffer.alloc(shift), bytes])
    .toString(coding)
    .replace(/=+$/, '')
  const whole = Math.floor(((shift + bytes.length) * 8) / 6)
  return text.slice(Math.ceil((shift * 8) / 6), whole)
}

/** Every file below a directory, by its name. */
export function filesBelow(directory: string): ReadonlyMap<string, Buffer> {
  const files = readdirSync(directory, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
  return new Map(files.map((path) => [path, readFileSync(path)]))
}
