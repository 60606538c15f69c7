/** Sessions of the console: what they are, how long they last, and their unguessable names. */
import { createHash, randomBytes } from 'node:crypto'

const TOKEN_BYTES = 32
/** A working day; then the login is asked for again, however busy somebody is. */
export const SESSION_MS = 43_200_000
/** Without any request. */
export const SESSION_IDLE_MS = 1_800_000
/** A link that lets somebody choose a password. */
export const INVITATION_MS = 259_200_000
/** The link that a fresh installation prints: its terminal may be read by others later. */
export const SETUP_MS = 3_600_000

/** A new token: shown to its owner once, kept as its digest. */
export function newToken(): string {
  return randomBytes(TOKEN_BYTES).toString('base64url')
}

/** What is kept of a token: enough to know it again. */
export function tokenDigest(token: string): string {
  return createHash('sha256').update(token).digest('hex')
}

/** Where an invitation is taken up; its token is in the fragment, which no server logs. */
export function invitationPath(token: string): string {
  return `/console/invitation#${token}`
}
