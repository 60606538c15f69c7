/** How the first operator of a fresh installation comes in: by a link that the service prints. */
import { invitationPath, newToken, SETUP_MS } from '../../accounts/session.ts'
import type { SqlEngine } from '../../storage/sql/engine.ts'
import { SqlUsers } from '../../storage/sql/users.ts'

/** Who the audit says invited the first operator. */
const ACTOR = 'setup'

/** Path of the link, for the length of an hour; undefined once an operator can log in. */
export async function inviteFirstOperator(
  engine: SqlEngine,
  nowMs: number,
): Promise<string | undefined> {
  const invitation = { token: newToken(), endsAtMs: nowMs + SETUP_MS }
  const deed = { actor: ACTOR, atMs: nowMs }
  const invited = await new SqlUsers(engine).inviteFirstOperator(invitation, deed)
  return invited && invitationPath(invitation.token)
}
