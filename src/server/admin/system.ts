/** Routes of the installation itself: its audit, how this node is, and whether the ledger holds. */
import { z } from 'zod'
import type { Queries } from '../../storage/sql/engine.ts'
import { readJobs } from '../../storage/sql/jobs.ts'
import { readNodes } from '../../storage/sql/nodes.ts'
import { type PageCursor, readPage } from '../../storage/sql/pages.ts'
import { lastSeal } from '../../storage/sql/seals.ts'
import type { Storage } from '../../storage/storage.ts'
import { CsvFile } from './csv-file.ts'
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
  node: z.string(),
  version: z.string(),
  runtime: z.string(),
  readiness: z.string(),
  writable: z.boolean(),
  lastCommitAgeMs: z.number(),
  loopLagMs: z.number(),
  /** How far the wall clock has run ahead of the monotonic one. */
  clockAheadMs: z.number(),
  /** Commands that are not durable yet, and the age of the oldest. */
  queued: z.number(),
  queueAgeUs: z.number(),
  /** Of the disk with the data. */
  diskFreeBytes: z.number(),
  diskBytes: z.number(),
  engine: z.enum(['sqlite', 'postgres']),
  schemaVersion: z.number(),
  /** What the database says is wrong with itself; absent when nothing is. */
  damage: z.string().optional(),
  /** Number of the newest seal over ledger and audit; 0 before the first. */
  seal: z.number(),
  /** Nodes that share the database; none where there is one alone. */
  nodes: z.array(z.object({ name: z.string(), state: z.string() })),
  /** When each job of all nodes last had its turn. */
  jobs: z.array(z.object({ name: z.string(), ranAtMs: z.number() })),
  /** How often jobs have failed on this node since it started. */
  jobFailures: z.record(z.string(), z.number()),
})

const Proof = z.object({
  running: z.boolean(),
  startedAtMs: z.number().optional(),
  /** The last attempt could not read the store, which says nothing about the ledger. */
  couldNotRun: z.boolean(),
  /** Absent before the first. */
  last: z
    .object({
      atMs: z.number(),
      tookMs: z.number(),
      holds: z.boolean(),
      checks: z.array(
        z.object({
          id: z.string(),
          ok: z.boolean(),
          bad: z.number(),
          firstBad: z.array(z.string()),
        }),
      ),
      sealNumber: z.number(),
      unknowns: z.number(),
    })
    .optional(),
  /** When it last held; absent when it never did. */
  heldAtMs: z.number().optional(),
})

const AUDIT_QUERY = {
  actor: z.string().max(128).optional(),
  action: z.string().max(64).optional(),
  subject: z.string().max(128).optional(),
} as const

/** Lines of one file. */
const EXPORTED_MAX = 100_000
const PAGE_LINES = 1_000
const EXAMINED_FOR_MS = 600_000

/** Adds the routes. */
export function addSystem(app: AdminApp, services: AdminServices): void {
  const { reader } = services.storage
  serve(
    app,
    'GET /api/admin/audit',
    {
      summary: 'What was done by whom, the newest first',
      query: z.strictObject({
        ...PAGE_QUERY,
        ...AUDIT_QUERY,
      }),
      reply: pageOf(AuditLine),
    },
    async ({ query: { limit, after: text, ...where } }) => {
      const after = cursorOf(text)
      if (typeof after === 'string') return after
      const page = await readPage(reader.queries, 'audit', { limit, after, where })
      const items = page.rows.map(({ at_ms: atMs, ...line }) => ({ atMs, ...line }))
      return { items, ...nextOf(page.next) }
    },
  )
  serve(
    app,
    'GET /api/admin/audit.csv',
    {
      summary: 'The same as CSV, at most 100,000 lines',
      query: z.strictObject(AUDIT_QUERY),
    },
    async ({ query }) => {
      const file = new CsvFile(AUDIT_HEAD)
      for await (const line of auditLines(reader.queries, query)) file.add(line)
      return file.reply('audit.csv')
    },
  )
  addHealth(app, services)
}

function addHealth(app: AdminApp, services: AdminServices): void {
  const { storage, health, ledgerProver, nodeName, jobFailures } = services
  const { engine } = storage
  const examined = examinedNowAndThen(storage)
  serve(
    app,
    'GET /api/admin/health',
    { summary: 'How this node and its store are', reply: Health },
    async ({ nowMs }) => {
      const { version: schemaVersion, damage } = await examined(nowMs)
      const { number: seal } = await lastSeal(engine.queries)
      return {
        node: nodeName,
        ...health(),
        engine: engine.name,
        schemaVersion,
        ...(damage !== undefined && { damage }),
        seal,
        nodes: await readNodes(engine),
        jobs: await readJobs(engine.queries),
        jobFailures: Object.fromEntries(jobFailures()),
      }
    },
  )
  serve(
    app,
    'GET /api/admin/ledger/proof',
    { summary: 'What the last proof of the ledger found', reply: Proof },
    () => ledgerProver.state(engine.queries),
  )
  serve(
    app,
    'POST /api/admin/ledger/proof',
    { summary: 'Begins to prove the ledger', reply: Proof },
    () => {
      ledgerProver.start()
      return ledgerProver.state(engine.queries)
    },
  )
}

/** What the database says of itself; every page of it is read for that, so seldom. */
function examinedNowAndThen(storage: Storage): (nowMs: number) => ReturnType<Storage['examine']> {
  let last: { readonly atMs: number; readonly found: ReturnType<Storage['examine']> } | undefined
  return (nowMs) => {
    if (last === undefined || nowMs - last.atMs > EXAMINED_FOR_MS) {
      last = { atMs: nowMs, found: storage.examine() }
      // A store that could not be read is asked again by the next who looks.
      last.found.catch(() => {
        last = undefined
      })
    }
    return last.found
  }
}

const AUDIT_HEAD = ['id', 'at', 'actor', 'action', 'subject', 'detail']

/** The newest first. */
async function* auditLines(
  queries: Queries,
  where: z.infer<z.ZodObject<typeof AUDIT_QUERY>>,
): AsyncGenerator<(string | number)[]> {
  let after: PageCursor | undefined
  let left = EXPORTED_MAX
  do {
    const page = await readPage(queries, 'audit', {
      limit: Math.min(PAGE_LINES, left),
      after,
      where,
    })
    for (const { id, at_ms, actor, action, subject, detail } of page.rows) {
      yield [id, new Date(at_ms).toISOString(), actor, action, subject, detail]
    }
    left -= page.rows.length
    after = page.next
  } while (after !== undefined && left > 0)
}
