/**
 * Signed messages between servers: HMAC-SHA-256 over the time of sending and the body. The time is
 * part of what is signed, so that an old message cannot be sent again later.
 */
import { createHmac, timingSafeEqual } from 'node:crypto'
import type { Secret } from './secret.ts'

/** How far the sender's clock, and the way, may put a message off. */
const AGE_SECONDS_MAX = 300
const SIGNATURE = /^[0-9a-f]{64}$/

export interface SignedBody {
  /** Seconds since 1970, in decimal digits. */
  readonly timestamp: string
  /** Hexadecimal digits. */
  readonly signature: string
  readonly body: string
}

/** Why a message is not believed. */
export type SignatureRefusal = 'signature_mismatch' | 'signature_expired'

/** Signs a body at a moment. */
export function signBody(secret: Secret, body: string, atMs: number): SignedBody {
  const timestamp = String(Math.floor(atMs / 1_000))
  return { timestamp, signature: macOf(secret, timestamp, body).toString('hex'), body }
}

/** Judges a message; undefined when it is genuine and fresh. Forged and stale cost the same work. */
export function judgeBody(
  secret: Secret,
  { timestamp, signature, body }: SignedBody,
  nowMs: number,
): SignatureRefusal | undefined {
  const given = Buffer.from(SIGNATURE.test(signature) ? signature : '0'.repeat(64), 'hex')
  if (!timingSafeEqual(given, macOf(secret, timestamp, body))) return 'signature_mismatch'
  const ageSeconds = Math.abs(nowMs / 1_000 - Number(timestamp))
  return ageSeconds <= AGE_SECONDS_MAX ? undefined : 'signature_expired'
}

function macOf(secret: Secret, timestamp: string, body: string): Buffer {
  return createHmac('sha256', secret.reveal()).update(`${timestamp}.${body}`).digest()
}
