/** Health of the process in one word and a status code: `/livez`, `/readyz`. Details are metrics. */
import type { WireReply } from '../protocols/protocol.ts'

/** Why the process cannot take calls, or `ready`. */
export type Readiness = 'ready' | 'draining' | 'store_unavailable' | 'stalled'

/** What the probes look at. */
export interface Vital {
  readonly draining: boolean
  /** Whether the disk took the last write. */
  readonly writable: boolean
  /** Since the last commit or probe write. */
  readonly lastCommitAgeMs: number
  /** How late the event loop's last tick was, in milliseconds. */
  readonly loopLagMs: number
}

const LOOP_LAG_MS_MAX = 1_000
/** The store is probed about each two seconds when nothing else is written. */
const COMMIT_AGE_MS_MAX = 5_000

/** The answer of `/readyz`: draining and a store that cannot write turn it off, a vendor never does. */
export function readiness(vital: Vital): Readiness {
  if (vital.draining) return 'draining'
  if (!vital.writable || vital.lastCommitAgeMs > COMMIT_AGE_MS_MAX) return 'store_unavailable'
  return liveness(vital)
}

/** The answer of `/livez`. */
export function liveness(vital: Vital): 'ready' | 'stalled' {
  return vital.loopLagMs < LOOP_LAG_MS_MAX ? 'ready' : 'stalled'
}

/** A probe's reply: one word. */
export function probeReply(state: Readiness): WireReply {
  return text(state === 'ready' ? 200 : 503, state === 'ready' ? 'ok' : state)
}

/** A plain-text reply of the operations paths. */
export function text(status: number, body: string, type = 'text/plain; charset=utf-8'): WireReply {
  return { status, headers: ['Content-Type', type, 'Cache-Control', 'no-store'], body: `${body}\n` }
}
