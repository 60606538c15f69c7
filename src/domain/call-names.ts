/**
 * The names of one call: RequestId (UUID v4, RFC 9562) and the eight characters of a seqNo.
 *
 * Both are keyed permutations of the call's serial number. Serials are leased from the store and
 * never given twice, so the names are unique for ever without a query; they disclose no volume, and
 * they lead back to the serial, so that a call is found by either name without an index.
 */
import type { Keyring } from './keyring.ts'

/** Serials are below this: the number of eight-character codes in base 36. */
export const SERIALS_MAX: number = 36 ** 8

const TWO_32 = 2 ** 32
const HALF_BITS = 21
const HALF = 2 ** HALF_BITS
const ROUNDS = 6

const HEX: readonly string[] = Array.from({ length: 256 }, (_, i) =>
  i.toString(16).padStart(2, '0'),
)
const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/

/** A seqNo begins with the call's own characters; a date follows. */
const SEQUENCE_CODE_CHARACTERS = 8

/** Makes and reads the names of calls under one installation's key. */
export class CallNaming {
  readonly #keys: Int32Array

  constructor(keyring: Keyring) {
    const bytes = keyring.derive('call.names')
    this.#keys = new Int32Array(ROUNDS + 2)
    for (let i = 0; i < this.#keys.length; i++) this.#keys[i] = bytes.readInt32BE(i * 4)
  }

  /** Lower-case UUID v4: 64 permuted bits of the serial and 58 bits that check them. */
  requestId(serial: number): string {
    let left = (serial / TWO_32) | 0
    let right = serial | 0
    for (let round = 0; round < ROUNDS; round++) {
      const next = left ^ mix(right, this.#keys[round]!)
      left = right
      right = next
    }
    const check = this.#check(left, right)
    const more = mix(check, left)
    const tail = mix(more, right)
    return (
      hex32(left) +
      '-' +
      hex16(right >>> 16) +
      '-' +
      hex16(0x4000 | ((right >>> 4) & 0xfff)) +
      '-' +
      hex16(0x8000 | ((right & 0xf) << 10) | (check & 0x3ff)) +
      '-' +
      hex32(more) +
      hex16(tail & 0xffff)
    )
  }

  /** Serial of a RequestId in either case, or undefined when it is none of ours. */
  serialOfRequestId(requestId: string): number | undefined {
    const text = requestId.toLowerCase()
    if (!UUID.test(text)) return undefined
    let left = Number.parseInt(text.slice(0, 8), 16) | 0
    const high = Number.parseInt(text.slice(9, 13), 16)
    const middle = Number.parseInt(text.slice(15, 18), 16)
    const low = (Number.parseInt(text.slice(19, 23), 16) >>> 10) & 0xf
    let right = (high << 16) | (middle << 4) | low
    for (let round = ROUNDS - 1; round >= 0; round--) {
      const previous = right ^ mix(left, this.#keys[round]!)
      right = left
      left = previous
    }
    const serial = (left >>> 0) * TWO_32 + (right >>> 0)
    return serial < SERIALS_MAX && this.requestId(serial) === text ? serial : undefined
  }

  /** Eight characters `[0-9A-Z]`. */
  sequenceCode(serial: number): string {
    let value = serial
    do value = this.#permuteHalves(value)
    while (value >= SERIALS_MAX)
    return value.toString(36).toUpperCase().padStart(8, '0')
  }

  /** Serial of the eight characters a seqNo begins with, or undefined when they are malformed. */
  serialOfSequenceCode(code: string): number | undefined {
    if (!/^[0-9A-Z]{8}$/.test(code)) return undefined
    let value = Number.parseInt(code, 36)
    do value = this.#restoreHalves(value)
    while (value >= SERIALS_MAX)
    return value
  }

  /** Serial of a call by its RequestId or by a seqNo, or undefined when it can be neither. */
  serialOf(name: string): number | undefined {
    const code = name.slice(0, SEQUENCE_CODE_CHARACTERS)
    return this.serialOfRequestId(name) ?? this.serialOfSequenceCode(code)
  }

  /** The names of a call that is received at `atMs`; each is made when it is first read. */
  name(serial: number, atMs: number): NamedCall {
    return new NamedCall(this, serial, atMs)
  }

  #check(left: number, right: number): number {
    return mix(left ^ this.#keys[ROUNDS]!, right ^ this.#keys[ROUNDS + 1]!)
  }

  #permuteHalves(value: number): number {
    let left = Math.floor(value / HALF)
    let right = value % HALF
    for (let round = 0; round < ROUNDS; round++) {
      const next = left ^ (mix(right, this.#keys[round]!) & (HALF - 1))
      left = right
      right = next
    }
    return left * HALF + right
  }

  #restoreHalves(value: number): number {
    let left = Math.floor(value / HALF)
    let right = value % HALF
    for (let round = ROUNDS - 1; round >= 0; round--) {
      const previous = right ^ (mix(left, this.#keys[round]!) & (HALF - 1))
      right = left
      left = previous
    }
    return left * HALF + right
  }
}

/** The names one call goes by; all derive from one serial number, hence unique for ever. */
export class NamedCall {
  readonly #naming: Pick<CallNaming, 'requestId' | 'sequenceCode'>
  /** Position in the call log. */
  readonly serial: number
  /** When the request was received, milliseconds UTC. */
  readonly atMs: number
  #requestId: string | undefined

  constructor(
    naming: Pick<CallNaming, 'requestId' | 'sequenceCode'>,
    serial: number,
    atMs: number,
  ) {
    this.#naming = naming
    this.serial = serial
    this.atMs = atMs
  }

  /** Lower-case UUID v4. */
  get requestId(): string {
    this.#requestId ??= this.#naming.requestId(this.serial)
    return this.#requestId
  }

  /** Eight characters `[0-9A-Z]`. */
  get sequenceCode(): string {
    return this.#naming.sequenceCode(this.serial)
  }
}

/** Round function: mixes 32 bits under a key so that each input bit moves about half of the output. */
function mix(value: number, key: number): number {
  let x = Math.imul(value ^ key ^ (value >>> 16), 0x21f0aaad)
  x = Math.imul(x ^ (x >>> 15) ^ (key >>> 7), 0x735a2d97)
  return x ^ (x >>> 15)
}

function hex16(value: number): string {
  return HEX[(value >>> 8) & 255]! + HEX[value & 255]!
}

function hex32(value: number): string {
  return hex16(value >>> 16) + hex16(value)
}
