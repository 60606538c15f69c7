/** Routes of what a person can see of his own logins: his sessions, and who tried to be him. */
import { z } from 'zod'
import { loginEvents } from '../../storage/sql/login-events.ts'
import { SqlSessions } from '../../storage/sql/sessions.ts'
import { type AdminApp, serve } from './route.ts'
import type { AdminServices } from './services.ts'

const OwnSession = z.object({
  id: z.string(),
  beganAtMs: z.number(),
  /** Last request, to within a minute. */
  seenAtMs: z.number(),
  /** Where it was begun. */
  network: z.string(),
  /** Whether it is the one that asks. */
  isThis: z.boolean(),
})

const Logins = z.object({
  sessions: z.array(OwnSession),
  /** The newest logins and failures under one's name, the newest first. */
  events: z.array(
    z.object({ atMs: z.number(), network: z.string(), kind: z.enum(['begun', 'failed']) }),
  ),
})

/** Adds the routes. */
export function addOwnSessions(app: AdminApp, { storage }: AdminServices): void {
  const { engine } = storage
  const sessions = new SqlSessions(engine)
  serve(
    app,
    'GET /api/admin/session/logins',
    { summary: "One's own sessions, and the newest logins under one's name", reply: Logins },
    async ({ caller: { user, token }, nowMs }) => {
      if (token === undefined) return { sessions: [], events: [] }
      return {
        sessions: await sessions.list(user.id, token, nowMs),
        events: await loginEvents(engine.queries, user.id),
      }
    },
  )
  serve(
    app,
    'DELETE /api/admin/session/logins/{sessionId}',
    { summary: "Ends one of one's own sessions", reply: z.object({ done: z.literal(true) }) },
    async ({ caller: { user }, params }) => {
      const ended = await sessions.endOne(user.id, params.sessionId ?? '')
      return ended ? { done: true as const } : 'session_unknown'
    },
  )
}
