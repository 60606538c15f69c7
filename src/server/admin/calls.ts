/** Routes of the call log: finding calls, and the story of one. */
import { z } from 'zod'
import type { CallCursor, CallFilter, LoggedCall } from '../../billing/call-log.ts'
import { readSteps } from '../../billing/call-steps.ts'
import { ENTRY_KINDS } from '../../billing/entry.ts'
import { UNDELIVERED_KEPT_MS } from '../../billing/repeats.ts'
import { CallNaming } from '../../domain/call-names.ts'
import { isOutcome } from '../../domain/outcome.ts'
import { PRODUCTS } from '../../domain/product.ts'
import { Secret } from '../../domain/secret.ts'
import { elementFilter } from '../../storage/element-filter.ts'
import { appendAudit } from '../../storage/sql/audit.ts'
import { attemptsOf, elementsOf, isUndelivered } from '../../storage/sql/call-facts.ts'
import type { Storage } from '../../storage/storage.ts'
import { type Caller, isStaff, maySee, scopeOf } from './caller.ts'
import { concernOf } from './concern.ts'
import { ACCOUNT_QUERY, PAGE_QUERY, pageOf } from './paging.ts'
import { invalid } from './problem.ts'
import { type AdminApp, Refusal, serve } from './route.ts'
import type { AdminServices } from './services.ts'

const name = z.string().max(64)
const moment = z.coerce.number().int().min(0)
const ELEMENTS = z.enum(PRODUCTS.card4)
const FILTERS = {
  keyId: name.optional(),
  api: name.optional(),
  source: name.optional(),
  mode: z.enum(['live', 'test']).optional(),
  result: name.optional(),
  charged: z.enum(['true', 'false']).optional(),
  sinceMs: moment.optional(),
  untilMs: moment.optional(),
} as const
/** Query of whatever shows several calls. */
export const Filters = z.strictObject({ ...ACCOUNT_QUERY, ...FILTERS })
/** An element comes in a body, for addresses are logged and remembered. */
const SEARCH_FORM = z.strictObject({
  ...FILTERS,
  element: ELEMENTS,
  value: z.string().trim().min(1).max(128),
})

export const CallView = z.object({
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

const Attempt = z.object({
  route: z.string(),
  vendor: z.string(),
  state: z.string(),
  phase: z.string(),
  code: z.string(),
  reference: z.string(),
  costCentifen: z.number(),
  atMs: z.number(),
  endedAtMs: z.number().optional(),
})

const CallStory = CallView.extend({
  /** The elements that the call brought, by name alone; absent when that is not kept any more. */
  elements: z.array(ELEMENTS).optional(),
  /** Microseconds since the call began at which its steps were done; what follows the last, the source took. */
  steps: z.object({
    admitted: z.number().optional(),
    checked: z.number().optional(),
    reserved: z.number().optional(),
  }),
  /** Requests to vendors; the operator's business, not the buyer's. */
  attempts: z.array(Attempt).optional(),
  /** Until when the same question is answered free, because its answer is known not to have arrived. */
  repeatableUntilMs: z.number().optional(),
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

/** Adds the routes. */
export function addCalls(app: AdminApp, services: AdminServices): void {
  const naming = new CallNaming(services.storage.keyring)
  addLists(app, services, naming)
  addStory(app, services, naming)
}

function addLists(app: AdminApp, { storage }: AdminServices, naming: CallNaming): void {
  const { calls, engine } = storage
  const listed = async (filter: CallFilter, { limit, after }: Paging) => {
    const last = await cursorOf(storage, naming, after)
    if (last === 'cursor_invalid') return new Refusal(invalid('after', 'malformed'))
    const page = await calls.glance(filter, limit, last)
    const items = page.calls.map((call) => viewOf(call, naming))
    return { items, ...(page.next && { next: naming.requestId(page.next.serial) }) }
  }
  serve(
    app,
    'GET /api/admin/calls',
    {
      summary: 'Calls, the newest first; a page with a `next` may be short of its limit',
      query: z.strictObject({ ...ACCOUNT_QUERY, ...FILTERS, ...PAGE_QUERY }),
      reply: pageOf(CallView),
    },
    ({ caller, query: { limit, after, ...filters } }) => {
      const filter = filterOf(caller, filters)
      return typeof filter === 'string' ? filter : listed(filter, { limit, after })
    },
  )
  serve(
    app,
    'POST /api/admin/calls/search',
    {
      summary: 'Calls that brought an element; the search leaves a line in the audit',
      query: z.strictObject({ ...ACCOUNT_QUERY, ...PAGE_QUERY }),
      body: SEARCH_FORM,
      reply: pageOf(CallView),
    },
    async ({ caller, query: { accountId, ...paging }, body, deed }) => {
      const { element, value, ...filters } = body
      const filter = filterOf(caller, { ...filters, accountId })
      if (typeof filter === 'string') return filter
      const line = { action: 'calls.search', subject: filter.accountId ?? 'all' }
      await appendAudit(engine.queries, { ...deed, ...line, detail: `by ${element}` })
      const wanted = await elementFilter(storage, element, new Secret(value), filter.accountId)
      return listed({ ...filter, element: wanted }, paging)
    },
  )
}

function addStory(app: AdminApp, services: AdminServices, naming: CallNaming): void {
  const { storage } = services
  serve(
    app,
    'GET /api/admin/calls/{name}',
    { summary: 'The story of a call, by its RequestId or sequence number', reply: CallStory },
    async ({ caller, params, nowMs }) => {
      const call = await found(services, naming, caller, params.name ?? '')
      if (typeof call === 'string') return call
      return {
        ...viewOf(call, naming),
        ...(await factsOf(storage, call, nowMs)),
        ...(isStaff(caller) && {
          attempts: await attemptsOf(storage.engine.queries, {
            serial: call.serial,
            requestId: naming.requestId(call.serial),
          }),
        }),
      }
    },
  )
}

interface Paging {
  readonly limit: number
  readonly after?: string | undefined
}

/** What of a story is known to its account. */
async function factsOf({ calls, engine }: Storage, call: LoggedCall, nowMs: number) {
  const { serial, atMs, result, answer, steps } = call
  const elements = await elementsOf(engine.queries, serial)
  const isFresh = nowMs < atMs + UNDELIVERED_KEPT_MS
  return {
    answer,
    concerns: concernOf(result),
    isOutcome: isOutcome(result),
    steps: readSteps(steps),
    entries: await calls.entries(call),
    ...(elements && { elements }),
    ...(isFresh &&
      (await isUndelivered(engine, serial)) && { repeatableUntilMs: atMs + UNDELIVERED_KEPT_MS }),
  }
}

/** The calls that somebody asks for, among those that he may see. */
export function filterOf(
  caller: Caller,
  { accountId, charged, ...plain }: z.infer<typeof Filters>,
): CallFilter | 'account_unknown' {
  const scope = scopeOf(caller, accountId)
  if (typeof scope === 'string') return scope
  const given = Object.fromEntries(Object.entries(plain).filter(([, value]) => value !== undefined))
  return { ...given, ...scope, ...(charged !== undefined && { charged: charged === 'true' }) }
}

/**
 * Where a page ended: a call by its name, or on SQLite a place between calls. It may be anybody's,
 * for nothing is told of it.
 */
async function cursorOf(
  { calls, engine }: Storage,
  naming: CallNaming,
  after: string | undefined,
): Promise<CallCursor | undefined | 'cursor_invalid'> {
  if (after === undefined) return undefined
  const serial = naming.serialOf(after)
  if (serial === undefined) return 'cursor_invalid'
  if (engine.name === 'sqlite') return { serial, atMs: 0 }
  return (await calls.find(serial)) ?? 'cursor_invalid'
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

/** A call as lists show it. */
export function viewOf(call: LoggedCall, naming: CallNaming): z.infer<typeof CallView> {
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
