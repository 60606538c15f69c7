/** Routes of vendors' bills: held against what was asked, and calls that no bill has closed. */
import { readFileSync, rmSync } from 'node:fs'
import { z } from 'zod'
import { referencesIn } from '../../sources/statement-lines.ts'
import { splitLine } from '../../storage/registry-import/csv-line.ts'
import {
  closeByHand,
  readOpenAttempts,
  readVendorTrouble,
  reconcileBill,
} from '../../storage/sql/vendor-bills.ts'
import { invalid } from './problem.ts'
import { type AdminApp, Refusal, serve } from './route.ts'
import type { AdminServices } from './services.ts'

const OPEN_MAX = 200
/** Of an attempt that a bill and our rows tell differently: as many as somebody would look up. */
const NAMED_MAX = 100

const moment = z.int().min(0)
const line = z
  .string()
  .trim()
  .min(1)
  .max(200)
  .regex(/^[^\p{Cc}]*$/u)

/** The lines of an uploaded bill, or the sum of calls that a bill without lines charges. */
const BILL_FORM = z
  .strictObject({
    fromMs: moment,
    toMs: moment,
    /** How the bill is called, as the evidence of what it closes. */
    evidence: line,
    uploadId: z.string().max(64).exactOptional(),
    referenceColumn: z.string().max(64).exactOptional(),
    total: z.int().min(0).max(1_000_000_000).exactOptional(),
  })
  .refine(({ fromMs, toMs }) => fromMs < toMs, {
    path: ['toMs'],
    params: { problem: 'out_of_range' },
  })
  .refine(({ uploadId, total }) => (uploadId === undefined) !== (total === undefined), {
    path: ['total'],
    params: { problem: 'missing' },
  })

const CLOSING_FORM = z.strictObject({ state: z.enum(['settled', 'free']), reason: line })

const Attempt = z.object({
  id: z.string(),
  requestId: z.string(),
  route: z.string(),
  atMs: z.number(),
  phase: z.string(),
  code: z.string(),
  costCentifen: z.number(),
})

const Reconciled = z.object({
  /** Unknowns that the bill has closed, and those it tells nothing of. */
  settled: z.number(),
  free: z.number(),
  open: z.number(),
  /** Calls that the bill charges, and how many these are more than we have as paid. */
  billed: z.number(),
  difference: z.number(),
  /** Calls on which bill and rows disagree. */
  unexplained: z.number(),
  /** Lines that name no call of ours. */
  strangers: z.number(),
  unbilled: z.array(z.string()),
  disputed: z.array(z.string()),
})

const Bills = z.object({
  /** The oldest first. */
  open: z.array(Attempt),
  overdue: z.object({
    count: z.number(),
    costCentifen: z.number(),
    oldestAtMs: z.number().optional(),
  }),
  /** Bills that disagree with our rows, as they were last held against them. */
  differing: z.array(
    z.object({
      route: z.string(),
      evidence: z.string(),
      fromMs: z.number(),
      toMs: z.number(),
      atMs: z.number(),
      billed: z.number(),
      difference: z.number(),
      unexplained: z.number(),
    }),
  ),
})

/** Adds the routes. */
export function addVendorBills(app: AdminApp, { storage, uploads }: AdminServices): void {
  const { engine, reader } = storage
  serve(
    app,
    'GET /api/admin/vendors/bills',
    { summary: 'Calls that may be paid or not, and bills that differ from our rows', reply: Bills },
    ({ nowMs }) =>
      reader.snapshot(async (queries) => {
        const { overdue, bills } = await readVendorTrouble(queries, nowMs)
        const open = await readOpenAttempts(queries, { limit: OPEN_MAX })
        return { open, overdue, differing: bills }
      }),
  )
  serve(
    app,
    'POST /api/admin/vendors/routes/{route}/bills',
    {
      summary: 'Holds a bill against our rows and closes what it proves',
      body: BILL_FORM,
      reply: Reconciled,
    },
    async ({ params, body, deed }) => {
      const { fromMs, toMs, evidence } = body
      const route = params.route ?? ''
      const billed = billedOf(body, uploads)
      if (billed instanceof Refusal || typeof billed === 'string') return billed
      const result = await reconcileBill(engine, { route, evidence, fromMs, toMs, billed }, deed)
      if (typeof result === 'string') return result
      const { settled, free, open, unbilled, disputed, ...sums } = result
      return {
        ...sums,
        ...{ settled: settled.length, free: free.length, open: open.length },
        ...{ unbilled: unbilled.slice(0, NAMED_MAX), disputed: disputed.slice(0, NAMED_MAX) },
      }
    },
  )
  serve(
    app,
    'POST /api/admin/vendors/attempts/{attemptId}/closing',
    {
      summary: 'Closes one unknown by the word of whoever knows',
      body: CLOSING_FORM,
      reply: Attempt,
    },
    ({ params, body, deed }) => closeByHand(engine, params.attemptId ?? '', body, deed),
  )
}

function billedOf(
  { uploadId, referenceColumn = 'reference', total }: z.infer<typeof BILL_FORM>,
  uploads: AdminServices['uploads'],
) {
  if (uploadId === undefined) return { total: total ?? 0 }
  const file = uploads.take(uploadId)
  if (typeof file === 'string') return file
  try {
    const lines = referencesIn(readFileSync(file.path, 'utf8'), referenceColumn, splitLine)
    return lines === undefined ? new Refusal(invalid('referenceColumn', 'missing')) : { lines }
  } finally {
    rmSync(file.path, { force: true })
  }
}
