/** Codes of an authenticator app (RFC 6238 over RFC 4226): six digits, thirty seconds, SHA-1. */
import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto'

const STEP_MS = 30_000
const DIGITS = 6
const SEED_BYTES = 20
/** Steps by which the clock of a telephone may be off, either way. */
const DRIFT_STEPS = 1
const BASE32 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'
const ISSUER = 'Kayan'

/** A new seed, as authenticators take it (base32). */
export function newTotpSeed(): string {
  const bits = [...randomBytes(SEED_BYTES)]
    .map((byte) => byte.toString(2).padStart(8, '0'))
    .join('')
  return bits.replace(/.{5}/g, (five) => BASE32[Number.parseInt(five, 2)]!)
}

/** The code of a seed in a step of thirty seconds since 1970. */
export function totpCode(seed: string, step: number): string {
  const counter = Buffer.alloc(8)
  counter.writeBigUInt64BE(BigInt(step))
  const mac = createHmac('sha1', bytesOf(seed)).update(counter).digest()
  const offset = mac.at(-1)! & 0xf
  const number = (mac.readUInt32BE(offset) & 0x7fff_ffff) % 10 ** DIGITS
  return String(number).padStart(DIGITS, '0')
}

/** The step whose code was given; undefined when it is none of about now. */
export function totpStep(seed: string, code: string, nowMs: number): number | undefined {
  const present = Math.floor(nowMs / STEP_MS)
  const given = Buffer.from(code)
  let found: number | undefined
  for (let step = present - DRIFT_STEPS; step <= present + DRIFT_STEPS; step++) {
    const expected = Buffer.from(totpCode(seed, step))
    if (given.length === expected.length && timingSafeEqual(given, expected)) found = step
  }
  return found
}

/** What the QR code of an enrolment says. */
export function totpUri(userName: string, seed: string): string {
  const label = `${ISSUER}:${encodeURIComponent(userName)}`
  return `otpauth://totp/${label}?secret=${seed}&issuer=${ISSUER}`
}

function bytesOf(seed: string): Buffer {
  const bits = [...seed].map((one) => BASE32.indexOf(one).toString(2).padStart(5, '0')).join('')
  const bytes = bits.match(/.{8}/g) ?? []
  return Buffer.from(bytes.map((eight) => Number.parseInt(eight, 2)))
}
