/**
 * Routes of users: whoever keeps them invites them, invites them anew, and lets them in no more. An
 * operator keeps all of them, a buyer's administrator those of his account.
 */
import { z } from 'zod'
import { INVITATION_MS, invitationPath, newToken } from '../../accounts/session.ts'
import type { Deed } from '../../accounts/store.ts'
import { isBuyer, ROLES, type Role, type User, type UserRefusal } from '../../accounts/user.ts'
import { USER_FORM } from '../../accounts/user-forms.ts'
import { readPage } from '../../storage/sql/pages.ts'
import { type Invitation, SqlUsers, userOf } from '../../storage/sql/users.ts'
import { accountOf, type Caller, isStaff, scopeOf } from './caller.ts'
import { ACCOUNT_QUERY, cursorOf, nextOf, PAGE_QUERY, pageOf } from './paging.ts'
import { type AdminApp, serve } from './route.ts'
import type { AdminServices } from './services.ts'

const UserView = z.object({
  id: z.string(),
  name: z.string(),
  role: z.enum(ROLES),
  accountId: z.string().optional(),
  state: z.enum(['invited', 'active', 'disabled']),
  hasTotp: z.boolean(),
  createdAtMs: z.number(),
})

/** `path` is to be opened at the console's own address by the person who is invited. */
const Invited = z.object({ user: UserView, path: z.string(), endsAtMs: z.number() })

/** Adds the routes. */
export function addUsers(app: AdminApp, { storage }: AdminServices): void {
  const { accounts, engine, reader } = storage
  const users = new SqlUsers(engine)
  /** The account of a new user; a buyer's administrator makes buyers of his own. */
  const accountFor = async (caller: Caller, named: string | undefined, role: Role) => {
    if (!isStaff(caller)) return isBuyer(role) ? accountOf(caller, named) : 'forbidden'
    return named !== undefined && isBuyer(role) ? (await accounts.account(named)).id : named
  }
  serve(
    app,
    'GET /api/admin/users',
    {
      summary: 'Users, the newest first',
      query: z.strictObject({ ...PAGE_QUERY, ...ACCOUNT_QUERY }),
      reply: pageOf(UserView),
    },
    async ({ caller, query }) => {
      const scope = scopeOf(caller, query.accountId ?? (isStaff(caller) ? 'all' : undefined))
      const after = cursorOf(query.after)
      if (typeof scope === 'string') return scope
      if (typeof after === 'string') return after
      const where = { account_id: scope.accountId }
      const wanted = { limit: query.limit, after, where }
      const page = await readPage(reader.queries, 'console_user', wanted)
      return { items: page.rows.map(userOf), ...nextOf(page.next) }
    },
  )
  serve(
    app,
    'POST /api/admin/users',
    {
      summary: 'Invites somebody; a buyer to the account that is named',
      query: z.strictObject(ACCOUNT_QUERY),
      body: USER_FORM,
      reply: Invited,
    },
    async ({ caller, query, body, deed }) => {
      const accountId = await accountFor(caller, query.accountId, body.role)
      if (accountId === 'account_unknown' || accountId === 'forbidden') return accountId
      const wish = { ...body, ...(accountId !== undefined && { accountId }) }
      return invited(deed, (invitation, once) => users.add(wish, invitation, once))
    },
  )
  serve(
    app,
    'POST /api/admin/users/{userId}/invitation',
    { summary: 'Voids password, authenticator and sessions, and invites anew', reply: Invited },
    ({ caller, params, deed }) => {
      const { userId = '' } = params
      if (userId === caller.user.id) return 'own_user'
      const whose = keptBy(caller)
      return invited(deed, (invitation, once) => users.invite(userId, invitation, once, whose))
    },
  )
  serve(
    app,
    'POST /api/admin/users/{userId}/disabling',
    { summary: 'Lets somebody in no more', reply: UserView },
    async ({ caller, params, deed }) => {
      // Whoever locks himself out could be the last one.
      if (params.userId === caller.user.id) return 'own_user'
      return users.disable(params.userId ?? '', deed, keptBy(caller))
    },
  )
}

/** The account whose people somebody keeps; undefined of who keeps all. */
function keptBy(caller: Caller): string | undefined {
  return isStaff(caller) ? undefined : (caller.accountId ?? '')
}

/** An invitation is told once, so a repetition makes a new one. */
async function invited(
  { actor, atMs }: Deed,
  invite: (invitation: Invitation, deed: Deed) => Promise<User | UserRefusal>,
) {
  const invitation = { token: newToken(), endsAtMs: atMs + INVITATION_MS }
  const user = await invite(invitation, { actor, atMs })
  if (typeof user === 'string') return user
  return { user, path: invitationPath(invitation.token), endsAtMs: invitation.endsAtMs }
}
