/** Remembers the nonces of signed calls, so that a captured call cannot be sent again. */
import { hash } from 'node:crypto'

/** How long a nonce stays unique for its AppKey. */
export const NONCE_WINDOW_MS: number = 15 * 60_000

/** Remembers which nonces a key has used. */
export interface NonceMemory {
  /**
   * Records a nonce until a time. `repeated` when the key's earlier use has not run out, `full` when
   * the key has no room.
   */
  use(keyId: string, nonce: string, nowMs: number, untilMs: number): 'fresh' | 'repeated' | 'full'
}

/**
 * No nonce is kept longer: a client's clock may be ahead by one window, and then it counts for one
 * more. A generation lasts that long and two are kept, so forgetting is dropping a map.
 */
const GENERATION_MS = 2 * NONCE_WINDOW_MS
/** Longer nonces are kept as their digest. */
const NONCE_CHARS_MAX = 40

interface Generations {
  readonly startedAtMs: number
  /** Nonce → when its use runs out. */
  readonly current: Map<string, number>
  readonly previous: ReadonlyMap<string, number>
}

/**
 * The memory of one process. The bound is per key, so that a flood by one key never opens the door
 * to a replay on another; a full key is refused, never forgotten.
 */
export function createNonceMemory(noncesPerKeyMax: number): NonceMemory {
  const byKey = new Map<string, Generations>()
  return {
    use(keyId, nonce, nowMs, untilMs) {
      const kept = turned(byKey.get(keyId), nowMs)
      byKey.set(keyId, kept)
      const short = nonce.length > NONCE_CHARS_MAX ? hash('sha256', nonce, 'base64') : nonce
      const until = kept.current.get(short) ?? kept.previous.get(short)
      if (until !== undefined && until > nowMs) return 'repeated'
      if (kept.current.size >= noncesPerKeyMax) return 'full'
      kept.current.set(short, untilMs)
      return 'fresh'
    },
  }
}

/** The generations as of now: a new one begins when the current one has lasted its time. */
function turned(kept: Generations | undefined, nowMs: number): Generations {
  const ageMs = kept === undefined ? Number.POSITIVE_INFINITY : nowMs - kept.startedAtMs
  if (kept !== undefined && ageMs < GENERATION_MS) return kept
  const previous = kept !== undefined && ageMs < 2 * GENERATION_MS ? kept.current : new Map()
  return { startedAtMs: nowMs, current: new Map(), previous }
}
