/** Routes of the session: logging in and out, the first password, and the authenticator. */
import { z } from 'zod'
import { Passwords } from '../../accounts/password.ts'
import { KeySealer } from '../../accounts/seal.ts'
import { newTotpSeed, totpUri } from '../../accounts/totp.ts'
import { ROLES, type User } from '../../accounts/user.ts'
import {
  INVITATION_FORM,
  LOGIN_FORM,
  PASSWORD_FORM,
  TOTP_CODE_FORM,
  TOTP_FORM,
} from '../../accounts/user-forms.ts'
import type { WireRequest } from '../../protocols/protocol.ts'
import { type Attempt, SqlLogins } from '../../storage/sql/logins.ts'
import { SqlSessions } from '../../storage/sql/sessions.ts'
import { SqlUsers } from '../../storage/sql/users.ts'
import type { Caller } from './caller.ts'
import { sessionCookie, sessionTokenOf } from './cookie.ts'
import { type AdminApp, type Asked, Refusal, serve } from './route.ts'
import type { AdminServices } from './services.ts'

/** Groups of IPv6 that a household is given: within them an address can be changed at will. */
const IPV6_NETWORK_BYTES = 8

const Me = z.object({
  name: z.string(),
  /** Empty of whoever is not logged in. */
  roles: z.array(z.enum(ROLES)),
  accountId: z.string().optional(),
  hasTotp: z.boolean(),
  /** Nothing but the session's own routes may be asked before an authenticator is enrolled. */
  mustEnrolTotp: z.boolean(),
  /** Absent of the developer's session, which needs no login and no logout. */
  endsAtMs: z.number().optional(),
  mode: z.enum(['development', 'production']),
  /** Whom to turn to: a web address, a mail address or a telephone number. */
  support: z.string().optional(),
})
const Done = z.object({ done: z.literal(true) })
const DONE = { done: true } as const

/** Adds the routes. */
export function addSession(app: AdminApp, services: AdminServices): void {
  const { engine, keyring } = services.storage
  const parts = {
    ...services,
    users: new SqlUsers(engine),
    sessions: new SqlSessions(engine),
    logins: new SqlLogins(engine, new KeySealer(keyring, 'user.seal')),
    passwords: new Passwords(),
  }
  serve(
    app,
    'GET /api/admin/session',
    { summary: 'Who is logged in, and as what; nobody has no roles', reply: Me },
    ({ caller }) => meOf(caller, services),
  )
  serve(
    app,
    'POST /api/admin/session',
    {
      summary: 'Logs in; a new session takes the place of an old one',
      body: LOGIN_FORM,
      reply: Done,
    },
    (asked) => login(parts, asked),
  )
  serve(
    app,
    'DELETE /api/admin/session',
    { summary: 'Logs out', reply: Done },
    async ({ caller, request, setHeader }) => {
      if (caller.token !== undefined) await parts.sessions.end(caller.token)
      setHeader('Set-Cookie', sessionCookie(request, undefined))
      return DONE
    },
  )
  serve(
    app,
    'POST /api/admin/session/invitation',
    { summary: 'Chooses the first password and logs in', body: INVITATION_FORM, reply: Done },
    (asked) => acceptInvitation(parts, asked),
  )
  serve(
    app,
    'POST /api/admin/session/password',
    { summary: 'Changes the password; all other sessions end', body: PASSWORD_FORM, reply: Done },
    (asked) => changePassword(parts, asked),
  )
  addTotp(app, parts)
}

interface Parts extends AdminServices {
  readonly users: SqlUsers
  readonly sessions: SqlSessions
  readonly logins: SqlLogins
  readonly passwords: Passwords
}

function addTotp(app: AdminApp, parts: Parts): void {
  const { logins } = parts
  serve(
    app,
    'POST /api/admin/session/totp',
    {
      summary: 'Begins to enrol an authenticator: its seed is shown once',
      body: TOTP_FORM,
      reply: z.object({ secret: z.string(), uri: z.string() }),
    },
    async ({ caller, body, nowMs }) => {
      const refusal = await proven(parts, caller, body, nowMs)
      if (refusal !== undefined) return refusal
      const secret = newTotpSeed()
      await logins.prepareTotp(caller.user.id, secret)
      return { secret, uri: totpUri(caller.user.name, secret) }
    },
  )
  serve(
    app,
    'POST /api/admin/session/totp/confirmation',
    {
      summary: 'Ends the enrolment with a code; all other sessions end',
      body: TOTP_CODE_FORM,
      reply: Done,
    },
    async (asked) => {
      const { caller, body, deed } = asked
      if (caller.token === undefined) return 'forbidden'
      const confirmed = await logins.confirmTotp(caller.user.id, body.code, deed)
      return typeof confirmed === 'string' ? confirmed : begun(parts, asked, confirmed.id)
    },
  )
  serve(
    app,
    'DELETE /api/admin/session/totp',
    {
      summary: 'Asks for no code any more; operators in production keep theirs',
      body: TOTP_FORM,
      reply: Done,
    },
    async ({ caller, body, deed, nowMs }) => {
      const refusal = await proven(parts, caller, body, nowMs)
      if (refusal !== undefined) return refusal
      if (parts.production && caller.roles.includes('operator')) return 'totp_required'
      await logins.removeTotp(caller.user.id, deed)
      return DONE
    },
  )
}

/** Begins a session, which takes the place of the one that asks. */
async function begun(
  parts: Parts,
  { request, nowMs, setHeader }: Asked<object, unknown>,
  userId: string,
): Promise<typeof DONE> {
  const replaced = sessionTokenOf(request)
  const token = await parts.sessions.begin(userId, nowMs, replaced, networkOf(parts, request))
  setHeader('Set-Cookie', sessionCookie(request, token))
  return DONE
}

async function login(
  parts: Parts,
  asked: Asked<object, z.infer<typeof LOGIN_FORM>>,
): Promise<typeof DONE | Refusal | string> {
  const { logins, passwords } = parts
  const { body, request, nowMs } = asked
  const attempt = { name: body.name, network: networkOf(parts, request) }
  const waitMs = await logins.begin(attempt, nowMs)
  if (waitMs > 0) return tooMany(waitMs)
  const found = await logins.credentials(body.name)
  const matches = await passwords.matches(body.password, found?.passwordHash)
  if (matches === 'busy') return uncounted(parts, attempt, nowMs, 'busy')
  const fail = async () => {
    await logins.fail(attempt, found?.user, nowMs)
    return 'credentials_wrong'
  }
  if (!matches || found === undefined) return fail()
  const { user } = found
  if (user.hasTotp) {
    if (body.code === undefined) return uncounted(parts, attempt, nowMs, 'code_needed')
    const taken = await takenCode(parts, user, body.code, nowMs)
    if (taken instanceof Refusal) return taken
    if (!taken) return fail()
  }
  await logins.succeed(attempt, user, { actor: `user:${user.name}`, atMs: nowMs })
  return begun(parts, asked, user.id)
}

/** Answers an attempt that was no failure, and not the end of it either. */
async function uncounted<Word extends string>(
  { logins }: Pick<Parts, 'logins'>,
  attempt: Attempt,
  nowMs: number,
  word: Word,
): Promise<Word> {
  await logins.undo(attempt, nowMs)
  return word
}

async function acceptInvitation(
  parts: Parts,
  asked: Asked<object, z.infer<typeof INVITATION_FORM>>,
): Promise<typeof DONE | string> {
  const { passwords, users } = parts
  const { body, nowMs } = asked
  // Before the work of a hash, which anybody could ask for.
  if (!(await users.isInvitation(body.token, nowMs))) return 'invitation_invalid'
  const hash = await passwords.hash(body.password)
  if (hash === 'busy') return 'busy'
  const user = await users.accept(body.token, hash, nowMs)
  return typeof user === 'string' ? user : begun(parts, asked, user.id)
}

async function changePassword(
  parts: Parts,
  asked: Asked<object, z.infer<typeof PASSWORD_FORM>>,
): Promise<typeof DONE | Refusal | string> {
  const { passwords, users } = parts
  const { caller, body, deed, nowMs } = asked
  const refusal = await knownPassword(parts, caller, body.present, nowMs)
  if (refusal !== undefined) return refusal
  const hash = await passwords.hash(body.password)
  if (hash === 'busy') return 'busy'
  const changed = await users.setPassword(caller.user.id, hash, deed)
  return typeof changed === 'string' ? changed : begun(parts, asked, changed.id)
}

/** Whether it is still the person himself: his password, and where he has one a code. */
async function proven(
  parts: Parts,
  caller: Caller,
  { password, code }: z.infer<typeof TOTP_FORM>,
  nowMs: number,
): Promise<Refusal | string | undefined> {
  const refusal = await knownPassword(parts, caller, password, nowMs)
  if (refusal !== undefined || !caller.user.hasTotp) return refusal
  const taken = code !== undefined && (await takenCode(parts, caller.user, code, nowMs))
  if (taken instanceof Refusal) return taken
  return taken ? undefined : 'code_wrong'
}

/**
 * Whether it is a code of this moment, and the first time that it is given. Guesses are counted from
 * wherever they come: only somebody with the password gets here, so no stranger keeps the owner out,
 * and whoever has a stolen password and many addresses guesses no faster for them.
 */
async function takenCode(
  { logins }: Parts,
  { id, name }: Pick<User, 'id' | 'name'>,
  code: string,
  nowMs: number,
): Promise<boolean | Refusal> {
  const attempt = { name, network: `code ${id}` }
  const waitMs = await logins.begin(attempt, nowMs)
  if (waitMs > 0) return tooMany(waitMs)
  const taken = await logins.takeCode(id, code, nowMs)
  if (taken) await logins.forgive(attempt, nowMs)
  return taken
}

/** A stolen session may not guess faster than a stranger at the login. */
async function knownPassword(
  { logins, passwords }: Parts,
  { user, token }: Caller,
  password: string,
  nowMs: number,
): Promise<Refusal | string | undefined> {
  if (token === undefined) return 'forbidden'
  // Everybody has a count of his own: what is guessed in one session keeps nobody else waiting.
  const attempt = { name: user.name, network: `session ${user.id}` }
  const waitMs = await logins.begin(attempt, nowMs)
  if (waitMs > 0) return tooMany(waitMs)
  const found = await logins.credentials(user.name)
  const matches = await passwords.matches(password, found?.passwordHash)
  if (matches === 'busy') return uncounted({ logins }, attempt, nowMs, 'busy')
  if (!matches) return 'password_wrong'
  await logins.forgive(attempt, nowMs)
  return undefined
}

function tooMany(retryAfterMs: number): Refusal {
  return new Refusal({ status: 429, problem: { error: 'too_many_attempts', retryAfterMs } })
}

/** The address of a caller, of IPv6 the network in which he may choose one. */
function networkOf({ clients }: AdminServices, request: WireRequest): string {
  const { bytes } = clients.of(request)
  if (bytes === undefined) return ''
  return bytes.length > IPV6_NETWORK_BYTES
    ? Buffer.from(bytes.slice(0, IPV6_NETWORK_BYTES)).toString('hex')
    : bytes.join('.')
}

function meOf(caller: Caller, { production, supportContact }: AdminServices) {
  const { user, roles, accountId, mustEnrol, endsAtMs } = caller
  return {
    name: user.name,
    roles,
    ...(accountId !== undefined && { accountId }),
    hasTotp: user.hasTotp,
    mustEnrolTotp: mustEnrol,
    ...(endsAtMs !== undefined && { endsAtMs }),
    mode: production ? ('production' as const) : ('development' as const),
    ...(supportContact !== undefined && { support: supportContact }),
  }
}
