/** Routes of the own registry: its figures, and the import of a file with its progress. */
import { closeSync, openSync, readSync } from 'node:fs'
import { z } from 'zod'
import { registryStats } from '../../storage/records/stats.ts'
import { type AdminApp, FileReply, serve } from './route.ts'
import type { AdminServices } from './services.ts'

/** Of the rejected rows, which are told line by line: the first of them. */
const REJECTED_BYTES_MAX = 8 * 2 ** 20

const Registry = z.object({
  cards: z.number(),
  cardsByStatus: z.record(z.string(), z.number()),
  segments: z.number(),
  bytes: z.number(),
  bytesPerCard: z.number(),
  /** Empty when nothing was ever imported. */
  keyFingerprint: z.string(),
})

const Import = z.object({
  /** `stopped` can go on where it was; a file that `failed` is mended and uploaded anew. */
  state: z.enum(['none', 'running', 'stopped', 'done', 'failed']),
  startedAtMs: z.number().optional(),
  endedAtMs: z.number().optional(),
  startedBy: z.string().optional(),
  progress: z
    .object({
      phase: z.enum(['read', 'write']),
      rows: z.number(),
      rejected: z.number(),
      rowsPerSecond: z.number(),
      bytesDone: z.number(),
      bytesTotal: z.number(),
      secondsLeft: z.number().optional(),
    })
    .optional(),
  report: z
    .object({
      rows: z.number(),
      rejected: z.number(),
      added: z.number(),
      changed: z.number(),
      unchanged: z.number(),
      superseded: z.number(),
      encoding: z.string(),
      resumed: z.boolean(),
      seconds: z.number(),
    })
    .optional(),
  problem: z.string().optional(),
  /** A column or its position, never a value. */
  detail: z.string().optional(),
})

const IMPORT_FORM = z.strictObject({ uploadId: z.string().max(64) })

/** Adds the routes. */
export function addRegistry(
  app: AdminApp,
  { registryDir, registryImport, uploads }: AdminServices,
) {
  serve(
    app,
    'GET /api/admin/registry',
    { summary: 'Figures of the registry', reply: Registry },
    () => {
      const { cardsByStatus, ...stats } = registryStats(registryDir)
      return { ...stats, cardsByStatus: { ...cardsByStatus } as Record<string, number> }
    },
  )
  serve(
    app,
    'GET /api/admin/registry/import',
    { summary: 'The import that runs on this node, or the last one', reply: Import },
    () => viewOf(registryImport.job),
  )
  serve(
    app,
    'POST /api/admin/registry/import',
    { summary: 'Imports an uploaded CSV', body: IMPORT_FORM, reply: Import },
    ({ body, deed }) => {
      if (registryImport.job.state === 'running') return 'import_running'
      const file = uploads.take(body.uploadId)
      return typeof file === 'string' ? file : told(registryImport.start(file.path, deed.actor))
    },
  )
  serve(
    app,
    'POST /api/admin/registry/import/stop',
    { summary: 'Stops the import; what it has made is kept', reply: Import },
    () => told(registryImport.stop()),
  )
  serve(
    app,
    'POST /api/admin/registry/import/resume',
    { summary: 'Goes on where the import was stopped', reply: Import },
    ({ deed }) => told(registryImport.resume(deed.actor)),
  )
  serve(
    app,
    'DELETE /api/admin/registry/import',
    {
      summary: 'Removes the file of a stopped import, and what is known of the last one',
      reply: Import,
    },
    () => told(registryImport.discard()),
  )
  serve(
    app,
    'GET /api/admin/registry/import/rejected.csv',
    { summary: 'Rows that were not taken, by line and reason' },
    () => {
      const { rejectedPath } = registryImport
      if (rejectedPath === undefined) return 'rejected_unknown'
      return new FileReply('text/csv; charset=utf-8', 'rejected.csv', headOf(rejectedPath))
    },
  )
}

type Job = AdminServices['registryImport']['job']

function told(job: Job | string) {
  return typeof job === 'string' ? job : viewOf(job)
}

/** Seconds that are not known yet are left out. */
function viewOf({ progress, ...job }: Job) {
  if (progress === undefined) return job
  const { secondsLeft, ...known } = progress
  return { ...job, progress: { ...known, ...(secondsLeft !== undefined && { secondsLeft }) } }
}

/** The first lines of a file, whole ones. */
function headOf(path: string): Buffer {
  const file = openSync(path, 'r')
  try {
    const bytes = Buffer.alloc(REJECTED_BYTES_MAX)
    const head = bytes.subarray(0, readSync(file, bytes, 0, REJECTED_BYTES_MAX, 0))
    return head.length < REJECTED_BYTES_MAX ? head : head.subarray(0, head.lastIndexOf('\n') + 1)
  } finally {
    closeSync(file)
  }
}
