/** People of the console: who they are, how they are let in for the first time, and let out. */
import type { Selectable } from 'kysely'
import { newId } from '../../accounts/key.ts'
import { tokenDigest } from '../../accounts/session.ts'
import type { Deed } from '../../accounts/store.ts'
import { isBuyer, type User, type UserRefusal } from '../../accounts/user.ts'
import { appendAudit } from './audit.ts'
import type { Queries, SqlEngine } from './engine.ts'
import { mutate } from './mutation.ts'
import type { ConsoleUserTable } from './user-tables.ts'

/** A user as somebody wishes him. */
export type UserWish = Pick<User, 'name' | 'role' | 'accountId'>

/** A way in that is sent to a person: who holds the token may choose the password, once. */
export interface Invitation {
  readonly token: string
  readonly endsAtMs: number
}

/** Name of the operator whom a fresh installation begins with. */
const FIRST_OPERATOR = 'operator'
const ACTIVE = { state: 'active', invitation_digest: null, invitation_ends_at_ms: null } as const

export class SqlUsers {
  readonly #engine: SqlEngine

  constructor(engine: SqlEngine) {
    this.#engine = engine
  }

  /** Adds somebody who comes in by an invitation. */
  add(wish: UserWish, invitation: Invitation, deed: Deed): Promise<User | UserRefusal> {
    const { name, role, accountId } = wish
    const subject = ({ id }: User) => id
    return mutate<User | UserRefusal>(
      this.#engine,
      { deed, action: 'user.add', subject, detail: `${name} ${role} ${accountId ?? ''}`.trim() },
      async ({ queries }) => {
        if (isBuyer(role) && accountId === undefined) return 'account_needed'
        if (!isBuyer(role) && accountId !== undefined) return 'account_unwanted'
        return insertUser(queries, wish, invitation, deed.atMs)
      },
    )
  }

  /**
   * Lets somebody begin anew: password, authenticator and sessions are void, and the invitation is
   * the only way in. Somebody who was disabled is let in again by it. With `accountId` only people of
   * that account are known.
   */
  invite(
    userId: string,
    invitation: Invitation,
    deed: Deed,
    accountId?: string,
  ): Promise<User | UserRefusal> {
    const values = {
      state: 'invited',
      password_hash: null,
      totp_sealed: null,
      totp_pending_sealed: null,
      invitation_digest: tokenDigest(invitation.token),
      invitation_ends_at_ms: invitation.endsAtMs,
    } as const
    return this.#change({ userId, accountId }, 'user.invite', deed, values)
  }

  /** Lets somebody in no more; what he did stays his. `accountId` is as for `invite`. */
  disable(userId: string, deed: Deed, accountId?: string): Promise<User | UserRefusal> {
    const values = {
      state: 'disabled',
      invitation_digest: null,
      invitation_ends_at_ms: null,
    } as const
    return this.#change({ userId, accountId }, 'user.disable', deed, values)
  }

  /** Ends all sessions, since whoever knew the old password may hold one. */
  setPassword(userId: string, passwordHash: string, deed: Deed): Promise<User | UserRefusal> {
    return this.#change({ userId }, 'user.password', deed, { password_hash: passwordHash })
  }

  /** Whether an invitation could be taken up now. */
  async isInvitation(token: string, nowMs: number): Promise<boolean> {
    const row = await this.#engine.queries
      .selectFrom('console_user')
      .select('id')
      .where('invitation_digest', '=', tokenDigest(token))
      .where('invitation_ends_at_ms', '>', nowMs)
      .executeTakeFirst()
    return row !== undefined
  }

  /** Takes an invitation up, which is void from then on; leaves its line in the audit. */
  async accept(
    token: string,
    passwordHash: string,
    nowMs: number,
  ): Promise<User | 'invitation_invalid'> {
    const digest = tokenDigest(token)
    return this.#engine.transact(async ({ queries }) => {
      const row = await queries
        .updateTable('console_user')
        .set({ ...ACTIVE, password_hash: passwordHash })
        .where('invitation_digest', '=', digest)
        .where('invitation_ends_at_ms', '>', nowMs)
        .where('state', '=', 'invited')
        .returningAll()
        .executeTakeFirst()
      if (row === undefined) return 'invitation_invalid'
      const who = { actor: `user:${row.name}`, atMs: nowMs, subject: row.id }
      await appendAudit(queries, { ...who, action: 'user.accept', detail: '' })
      return userOf(row)
    })
  }

  /**
   * Where no operator can come in, invites the first one; undefined where one can. An earlier
   * invitation of his is void.
   */
  async inviteFirstOperator(invitation: Invitation, deed: Deed): Promise<User | undefined> {
    const users = await this.list()
    const operators = users.filter(({ role }) => role === 'operator')
    if (operators.some(({ state }) => state === 'active')) return undefined
    const first = operators.find(({ name }) => name === FIRST_OPERATOR)
    const wish = { name: FIRST_OPERATOR, role: 'operator' } as const
    const invited =
      first === undefined
        ? await this.add(wish, invitation, deed)
        : await this.invite(first.id, invitation, deed)
    return typeof invited === 'string' ? undefined : invited
  }

  /** By id or name. */
  async find(idOrName: string): Promise<User | undefined> {
    const row = await this.#engine.queries
      .selectFrom('console_user')
      .selectAll()
      .where(({ or, eb }) => or([eb('id', '=', idOrName), eb('name', '=', idOrName)]))
      .executeTakeFirst()
    return row && userOf(row)
  }

  /** In the order in which they were added. */
  async list(): Promise<User[]> {
    const rows = await this.#engine.queries
      .selectFrom('console_user')
      .selectAll()
      .orderBy('created_at_ms')
      .orderBy('id')
      .execute()
    return rows.map(userOf)
  }

  #change(
    { userId, accountId }: { userId: string; accountId?: string | undefined },
    action: string,
    deed: Deed,
    values: Partial<ConsoleUserTable>,
  ): Promise<User | UserRefusal> {
    return mutate<User | UserRefusal>(
      this.#engine,
      { deed, action, subject: userId },
      async ({ queries }) => {
        const row = await queries
          .updateTable('console_user')
          .set(values)
          .where('id', '=', userId)
          .$if(accountId !== undefined, (query) => query.where('account_id', '=', accountId!))
          .returningAll()
          .executeTakeFirst()
        if (row === undefined) return 'user_unknown'
        await queries.deleteFrom('console_session').where('user_id', '=', userId).execute()
        return userOf(row)
      },
    )
  }
}

/** A user as others see him. */
export function userOf(row: Selectable<ConsoleUserTable>): User {
  return {
    id: row.id,
    name: row.name,
    role: row.role,
    ...(row.account_id !== null && { accountId: row.account_id }),
    state: row.state,
    hasTotp: row.totp_sealed !== null,
    createdAtMs: row.created_at_ms,
  }
}

async function insertUser(
  queries: Queries,
  { name, role, accountId }: UserWish,
  { token, endsAtMs }: Invitation,
  atMs: number,
): Promise<User | UserRefusal> {
  const row = {
    id: newId('usr'),
    name,
    role,
    account_id: accountId ?? null,
    state: 'invited',
    password_hash: null,
    totp_sealed: null,
    totp_pending_sealed: null,
    totp_step: 0,
    invitation_digest: tokenDigest(token),
    invitation_ends_at_ms: endsAtMs,
    created_at_ms: atMs,
  } as const
  const inserted = await queries
    .insertInto('console_user')
    .values(row)
    .onConflict((conflict) => conflict.column('name').doNothing())
    .executeTakeFirst()
  return inserted.numInsertedOrUpdatedRows === 0n ? 'user_name_taken' : userOf(row)
}
