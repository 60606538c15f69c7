/** The newest logins and failures of each person, for him to see whether all of them were his. */
import type { Queries } from './engine.ts'

/** More would let a stranger fill the disk by guessing. */
const KEPT_EVENTS = 20

export interface LoginEvent {
  readonly atMs: number
  /** Where it came from. */
  readonly network: string
  readonly kind: 'begun' | 'failed'
}

/**
 * Remembers a login or a failure, and forgets the oldest beyond those kept. Names that nobody has are
 * kept alike under the empty id, so that the time it takes does not tell which names there are.
 */
export async function rememberLogin(
  queries: Queries,
  userId: string,
  { atMs, network, kind }: LoginEvent,
): Promise<void> {
  await queries
    .insertInto('login_event')
    .values({ user_id: userId, at_ms: atMs, network, kind })
    .execute()
  const events = await loginEvents(queries, userId)
  const oldest = events[KEPT_EVENTS - 1]
  if (oldest === undefined) return
  await queries
    .deleteFrom('login_event')
    .where('user_id', '=', userId)
    .where('at_ms', '<', oldest.atMs)
    .execute()
}

/** The events of a person, the newest first. */
export async function loginEvents(
  queries: Queries,
  userId: string,
): Promise<readonly LoginEvent[]> {
  const rows = await queries
    .selectFrom('login_event')
    .select(['at_ms as atMs', 'network', 'kind'])
    .where('user_id', '=', userId)
    .orderBy('at_ms', 'desc')
    .limit(KEPT_EVENTS)
    .execute()
  return rows
}
