/** Sessions of the console: begun by a login, found by their cookie, ended by time or by hand. */
import { newToken, SESSION_IDLE_MS, SESSION_MS, tokenDigest } from '../../accounts/session.ts'
import type { User } from '../../accounts/user.ts'
import type { SqlEngine } from './engine.ts'
import { userOf } from './users.ts'

/** A request does not write each time it is seen. */
const SEEN_TO_WITHIN_MS = 60_000

/** A session that may be used. */
export interface Session {
  readonly user: User
  readonly endsAtMs: number
}

/** A session as its owner sees it. */
export interface OwnSession {
  /** Names it; no way in. */
  readonly id: string
  readonly beganAtMs: number
  /** Last request, to within a minute. */
  readonly seenAtMs: number
  /** Where it was begun. */
  readonly network: string
  /** Whether it is the one that asks. */
  readonly isThis: boolean
}

/** Characters of a digest that tell sessions apart. */
const ID_CHARACTERS = 16

export class SqlSessions {
  readonly #engine: SqlEngine

  constructor(engine: SqlEngine) {
    this.#engine = engine
  }

  /** Begins a session under a new token, which is told only here; `replaced` is over. */
  async begin(userId: string, nowMs: number, replaced?: string, network = ''): Promise<string> {
    const token = newToken()
    await this.#engine.transact(async ({ queries }) => {
      await queries
        .deleteFrom('console_session')
        .where(({ or, eb }) =>
          or([
            eb('created_at_ms', '<=', nowMs - SESSION_MS),
            eb('digest', '=', replaced === undefined ? '' : tokenDigest(replaced)),
          ]),
        )
        .execute()
      await queries
        .insertInto('console_session')
        .values({
          digest: tokenDigest(token),
          user_id: userId,
          created_at_ms: nowMs,
          seen_at_ms: nowMs,
          network,
        })
        .execute()
    })
    return token
  }

  /** The session of a token, of a user who may still come in. */
  async find(token: string, nowMs: number): Promise<Session | undefined> {
    const digest = tokenDigest(token)
    const row = await this.#engine.queries
      .selectFrom('console_session as s')
      .innerJoin('console_user as u', 'u.id', 's.user_id')
      .selectAll('u')
      .select(['s.created_at_ms as begun_at_ms', 's.seen_at_ms'])
      .where('s.digest', '=', digest)
      .where('s.created_at_ms', '>', nowMs - SESSION_MS)
      .where('s.seen_at_ms', '>', nowMs - SESSION_IDLE_MS)
      .where('u.state', '=', 'active')
      .executeTakeFirst()
    if (row === undefined) return undefined
    if (row.seen_at_ms <= nowMs - SEEN_TO_WITHIN_MS) await this.#seen(digest, nowMs)
    return { user: userOf(row), endsAtMs: row.begun_at_ms + SESSION_MS }
  }

  /** The sessions of a user that may be used, the newest first; `token` is that of who asks. */
  async list(userId: string, token: string, nowMs: number): Promise<OwnSession[]> {
    const rows = await this.#engine.queries
      .selectFrom('console_session')
      .selectAll()
      .where('user_id', '=', userId)
      .where('created_at_ms', '>', nowMs - SESSION_MS)
      .where('seen_at_ms', '>', nowMs - SESSION_IDLE_MS)
      .orderBy('created_at_ms', 'desc')
      .orderBy('digest')
      .execute()
    return rows.map((row) => ({
      id: row.digest.slice(0, ID_CHARACTERS),
      beganAtMs: row.created_at_ms,
      seenAtMs: row.seen_at_ms,
      network: row.network,
      isThis: row.digest === tokenDigest(token),
    }))
  }

  /** Ends a session of a user by its id; false when he has none of that id. */
  async endOne(userId: string, id: string): Promise<boolean> {
    const ended = await this.#engine.queries
      .deleteFrom('console_session')
      .where('user_id', '=', userId)
      .where(({ fn, val }) => fn('substr', ['digest', val(1), val(ID_CHARACTERS)]), '=', id)
      .executeTakeFirst()
    return ended.numDeletedRows > 0n
  }

  async end(token: string): Promise<void> {
    await this.#engine.queries
      .deleteFrom('console_session')
      .where('digest', '=', tokenDigest(token))
      .execute()
  }

  async #seen(digest: string, nowMs: number): Promise<void> {
    await this.#engine.queries
      .updateTable('console_session')
      .set({ seen_at_ms: nowMs })
      .where('digest', '=', digest)
      .execute()
  }
}
