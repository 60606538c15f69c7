/** Routes of the call log: finding calls, the story of one, and taking them away as CSV. */
import { z } from 'zod'
import type { CallFilter, LoggedCall } from '../../billing/call-log.ts'
import { ENTRY_KINDS } from '../../billing/entry.ts'
import { CallNaming } from '../../domain/call-names.ts'
import { CSV_BOM, csvLine } from '../../domain/csv.ts'
import { isOutcome } from '../../domain/outcome.ts'
import { appendAudit } from '../../storage/sql/audit.ts'
import { type Caller, maySee, scopeOf } from './caller.ts'
import { concernOf } from './concern.ts'
import { ACCOUNT_QUERY, PAGE_QUERY, pageOf } from './paging.ts'
import { invalid } from './problem.ts'
import { type AdminApp, FileReply, Refusal, serve } from './route.ts'
import type { AdminServices } from './services.ts'

/** A file beyond this is for the command line, which streams it. */
const EXPORTED_CALLS_MAX = 50_000

const name = z.string().max(64)
const moment = z.coerce.number().int().min(0)
const FILTERS = {
  ...ACCOUNT_QUERY,
  keyId: name.optional(),
  api: name.optional(),
  source: name.optional(),
  mode: z.enum(['live', 'test']).optional(),
  result: name.optional(),
  charged: z.enum(['true', 'false']).optional(),
  sinceMs: moment.optional(),
  untilMs: moment.optional(),
} as const
const Filters = z.strictObject(FILTERS)

const CallView = z.object({
  requestId: z.string(),
  sequenceCode: z.string(),
  atMs: z.number(),
  accountId: z.string(),
  keyId: z.string(),
  api: z.string(),
  product: z.string(),
  mode: z.string(),
  source: z.string(),
  result: z.string(),
  charged: z.boolean(),
  grantId: z.number().optional(),
  reversed: z.boolean(),
  ruleVersion: z.number(),
  latencyUs: z.number(),
  /** Address of the caller with its end masked. */
  client: z.string(),
})

const CallStory = CallView.extend({
  /** Body of the answer; empty for a refusal, and after the time it is kept. */
  answer: z.string(),
  /** Class of an outcome, or whose business a refusal is: what to do next hangs on it. */
  concerns: z.string(),
  isOutcome: z.boolean(),
  entries: z.array(
    z.object({
      id: z.number(),
      kind: z.enum(ENTRY_KINDS),
      grantId: z.number(),
      units: z.number(),
      atMs: z.number(),
      reason: z.string(),
    }),
  ),
})

/** Columns of the file. */
const HEAD = [
  'time',
  'requestId',
  'sequenceCode',
  'account',
  'key',
  'api',
  'product',
  'mode',
  'source',
  'result',
  'charged',
  'grant',
  'reversed',
  'ruleVersion',
  'latencyMs',
  'client',
]

/** Adds the routes. */
export function addCalls(app: AdminApp, services: AdminServices): void {
  const { calls, keyring } = services.storage
  const naming = new CallNaming(keyring)
  serve(
    app,
    'GET /api/admin/calls',
    {
      summary: 'Calls, the newest first',
      query: z.strictObject({ ...FILTERS, ...PAGE_QUERY }),
      reply: pageOf(CallView),
    },
    async ({ caller, query }) => {
      const { limit, after, ...filters } = query
      const filter = filterOf(caller, filters)
      if (typeof filter === 'string') return filter
      const last = after === undefined ? undefined : await found(services, naming, caller, after)
      if (typeof last === 'string') return new Refusal(invalid('after', 'malformed'))
      const page = await calls.page(filter, limit, last)
      const items = page.calls.map((call) => viewOf(call, naming))
      return { items, ...(page.next && { next: naming.requestId(page.next.serial) }) }
    },
  )
  serve(
    app,
    'GET /api/admin/calls/{name}',
    { summary: 'The story of a call, by its RequestId or sequence number', reply: CallStory },
    async ({ caller, params }) => {
      const call = await found(services, naming, caller, params.name ?? '')
      if (typeof call === 'string') return call
      const entries = await calls.entries(call)
      const { result, answer } = call
      const concerns = concernOf(result)
      return { ...viewOf(call, naming), answer, concerns, isOutcome: isOutcome(result), entries }
    },
  )
  serve(
    app,
    'GET /api/admin/calls.csv',
    { summary: `Calls as CSV, the newest ${EXPORTED_CALLS_MAX} at most`, query: Filters },
    async ({ caller, query, deed }) => {
      const filter = filterOf(caller, query)
      if (typeof filter === 'string') return filter
      const line = { action: 'calls.export', subject: filter.accountId ?? 'all' }
      const { queries } = services.storage.engine
      await appendAudit(queries, { ...deed, ...line, detail: JSON.stringify(query) })
      const lines = [CSV_BOM, csvLine(HEAD)]
      for await (const call of calls.stream(filter)) {
        if (lines.length - 2 >= EXPORTED_CALLS_MAX) break
        lines.push(csvLine(cellsOf(viewOf(call, naming))))
      }
      return new FileReply('text/csv; charset=utf-8', 'calls.csv', lines.join(''))
    },
  )
}

function filterOf(
  caller: Caller,
  { accountId, charged, ...plain }: z.infer<typeof Filters>,
): CallFilter | 'account_unknown' {
  const scope = scopeOf(caller, accountId)
  if (typeof scope === 'string') return scope
  const given = Object.fromEntries(Object.entries(plain).filter(([, value]) => value !== undefined))
  return { ...given, ...scope, ...(charged !== undefined && { charged: charged === 'true' }) }
}

/** A call by one of its names; somebody else's is as unknown as none. */
async function found(
  { storage }: AdminServices,
  naming: CallNaming,
  caller: Caller,
  called: string,
): Promise<LoggedCall | 'call_unknown'> {
  const serial = naming.serialOf(called)
  const call = serial === undefined ? undefined : await storage.calls.find(serial)
  return call !== undefined && maySee(caller, call.accountId) ? call : 'call_unknown'
}

function viewOf(call: LoggedCall, naming: CallNaming): z.infer<typeof CallView> {
  return {
    requestId: naming.requestId(call.serial),
    sequenceCode: naming.sequenceCode(call.serial),
    atMs: call.atMs,
    accountId: call.accountId,
    keyId: call.keyId,
    api: call.api,
    product: call.product,
    mode: call.mode,
    source: call.source,
    result: call.result,
    charged: call.grantId !== undefined && !call.reversed,
    ...(call.grantId !== undefined && { grantId: call.grantId }),
    reversed: call.reversed,
    ruleVersion: call.ruleVersion,
    latencyUs: call.latencyUs,
    client: call.client,
  }
}

function cellsOf(call: z.infer<typeof CallView>) {
  return [
    new Date(call.atMs).toISOString(),
    call.requestId,
    { id: call.sequenceCode },
    call.accountId,
    call.keyId,
    call.api,
    call.product,
    call.mode,
    call.source,
    call.result,
    String(call.charged),
    call.grantId ?? '',
    String(call.reversed),
    call.ruleVersion,
    call.latencyUs / 1_000,
    call.client,
  ]
}
