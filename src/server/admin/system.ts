/** Routes of the installation itself: its audit, and how this node is. */
import { z } from 'zod'
import { readPage } from '../../storage/sql/pages.ts'
import { lastSeal } from '../../storage/sql/seals.ts'
import { cursorOf, nextOf, PAGE_QUERY, pageOf } from './paging.ts'
import { type AdminApp, serve } from './route.ts'
import type { AdminServices } from './services.ts'

const AuditLine = z.object({
  id: z.number(),
  atMs: z.number(),
  actor: z.string(),
  action: z.string(),
  subject: z.string(),
  detail: z.string(),
})

const Health = z.object({
  readiness: z.string(),
  writable: z.boolean(),
  lastCommitAgeMs: z.number(),
  loopLagMs: z.number(),
  engine: z.enum(['sqlite', 'postgres']),
  schemaVersion: z.number(),
  /** What the database says is wrong with itself; absent when nothing is. */
  damage: z.string().optional(),
  /** Number of the newest seal over ledger and audit; 0 before the first. */
  seal: z.number(),
})

/** Adds the routes. */
export function addSystem(app: AdminApp, services: AdminServices): void {
  const { storage, health } = services
  const { engine } = storage
  serve(
    app,
    'GET /api/admin/audit',
    {
      summary: 'What was done by whom, the newest first',
      query: z.strictObject({
        ...PAGE_QUERY,
        actor: z.string().max(128).optional(),
        action: z.string().max(64).optional(),
        subject: z.string().max(128).optional(),
      }),
      reply: pageOf(AuditLine),
    },
    async ({ query: { limit, after: text, ...where } }) => {
      const after = cursorOf(text)
      if (typeof after === 'string') return after
      const page = await readPage(engine.queries, 'audit', { limit, after, where })
      const items = page.rows.map(({ at_ms: atMs, ...line }) => ({ atMs, ...line }))
      return { items, ...nextOf(page.next) }
    },
  )
  serve(
    app,
    'GET /api/admin/health',
    { summary: 'How this node and its store are', reply: Health },
    async () => {
      const { version, damage } = await storage.examine()
      const { number: seal } = await lastSeal(engine.queries)
      return {
        ...health(),
        engine: engine.name,
        schemaVersion: version,
        ...(damage !== undefined && { damage }),
        seal,
      }
    },
  )
}
