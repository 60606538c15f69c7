/** What may be asked about users of the console and their sessions, field by field. */
import { z } from 'zod'
import { ROLES } from './user.ts'

const PASSWORD_LENGTH_MIN = 12
const PASSWORD_LENGTH_MAX = 128

/** As it is typed at the login: case does not count. */
const userName = z
  .string()
  .trim()
  .toLowerCase()
  .regex(/^[a-z0-9](?:[a-z0-9._@-]{0,62}[a-z0-9])?$/)

const newPassword = z.string().min(PASSWORD_LENGTH_MIN).max(PASSWORD_LENGTH_MAX)
const password = z.string().max(PASSWORD_LENGTH_MAX)
const code = z.string().regex(/^\d{6}$/)

/** A new user; buyers belong to an account, which is named beside the form. */
export const USER_FORM = z.strictObject({ name: userName, role: z.enum(ROLES) })

export const LOGIN_FORM = z.strictObject({ name: userName, password, code: code.exactOptional() })

/** The first password, by an invitation. */
export const INVITATION_FORM = z.strictObject({
  token: z.string().regex(/^[\w-]{43}$/),
  password: newPassword,
})

export const PASSWORD_FORM = z.strictObject({ present: password, password: newPassword })

/** Begins an enrolment; whoever has an authenticator proves it with a code. */
export const TOTP_FORM = z.strictObject({ password, code: code.exactOptional() })

export const TOTP_CODE_FORM = z.strictObject({ code })
