/**
 * How long somebody must wait who keeps guessing. Failures are counted for a name from one network,
 * so that a stranger's guesses never keep the owner of the name out; and for a network over all
 * names, so that many names are not guessed at in turn.
 */

/** What is known of the failures of one name from one network, or of one network. */
export interface Failures {
  readonly count: number
  readonly lastAtMs: number
}

const FREE_PER_NAME = 5
const FREE_PER_NETWORK = 50
const FIRST_WAIT_MS = 30_000
const WAIT_MS_MAX = 3_600_000
/** After a day without failures all is forgotten. */
export const FAILURES_KEPT_MS = 86_400_000

/** Milliseconds until the next attempt is looked at; 0 when it is now. */
export function loginWaitMs(
  { count, lastAtMs }: Failures,
  scope: 'name' | 'network',
  nowMs: number,
): number {
  const free = scope === 'name' ? FREE_PER_NAME : FREE_PER_NETWORK
  if (count < free) return 0
  const waitMs = Math.min(FIRST_WAIT_MS * 2 ** Math.min(count - free, 16), WAIT_MS_MAX)
  // A clock that was stepped back keeps nobody out for longer than that.
  return Math.min(waitMs, Math.max(0, lastAtMs + waitMs - nowMs))
}
