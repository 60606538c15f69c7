/**
 * The admin API that the console speaks, and its description (`/openapi.json`).
 *
 * - `permissions.ts` is the table of all routes with who may ask them. `gate.ts` stands before all of
 *   them: it knows the route, the session and the role before any route sees the request.
 * - A list answers `{ items, next? }`; `next` is the `after` of the following page. Money is integer
 *   fen, times are milliseconds since 1970, names are in camel case.
 * - Things of an account take `?accountId=`: staff may name any account, or `all` for lists; a buyer
 *   has his own and need not name it. What is somebody else's is as unknown as what is not there: 404.
 * - A refusal is `{ error, field?, message? }`: 400 for a form, 401 without a session, 403 for a role,
 *   409 when the state of things does not allow it, 429 and 503 for later.
 * - A write takes an `Idempotency-Key`: for a day the same request under it changes nothing twice.
 */
import { promisify } from 'node:util'
import { gzip } from 'node:zlib'
import { OpenAPIHono } from '@hono/zod-openapi'
import type { WireRequest } from '../../protocols/protocol.ts'
import { SqlSessions } from '../../storage/sql/sessions.ts'
import { acceptsGzip, ZIPPED_BYTES_MIN } from '../compression.ts'
import type { Handled } from '../http.ts'
import { addAccounts } from './accounts.ts'
import { addAlerts } from './alerts.ts'
import { addCallFile } from './call-file.ts'
import { addCalls } from './calls.ts'
import { addChargeRules } from './charge-rules.ts'
import { addConduct } from './conduct.ts'
import { addDoctor, type DoctorRoutes } from './doctor.ts'
import { addEncryptionKeys } from './encryption-keys.ts'
import { addExplorer, type ExplorerRoutes } from './explorer.ts'
import { addExplorerCalls, type ExplorerCalls } from './explorer-call.ts'
import { addExplorerExports } from './explorer-export.ts'
import { createGate, isAdmitted } from './gate.ts'
import { addGrants } from './grants.ts'
import { addInvoiceTitles } from './invoice-titles.ts'
import { addInvoices } from './invoices.ts'
import { addKeys } from './keys.ts'
import { addOrders } from './orders.ts'
import { addOverview } from './overview.ts'
import { addOwnSessions } from './own-sessions.ts'
import { addPayments } from './payments.ts'
import { addPlans } from './plans.ts'
import { addPostpaid } from './postpaid.ts'
import { NOT_FOUND, type Problem, ProblemSchema, type Refused } from './problem.ts'
import { addReference } from './reference.ts'
import { addRegistry } from './registry.ts'
import type { AdminApp, Admitted } from './route.ts'
import { addSandbox } from './sandbox.ts'
import type { AdminServices } from './services.ts'
import { addSession } from './session.ts'
import { addStatements } from './statements.ts'
import { addSystem } from './system.ts'
import { addUploads } from './uploads.ts'
import { addUsers } from './users.ts'
import { addVendorBills } from './vendor-bills.ts'
import { addVendorComparison } from './vendor-comparison.ts'
import { addVendorCosts } from './vendor-costs.ts'
import { addVendors } from './vendors.ts'

export interface AdminRoutes extends ExplorerRoutes, ExplorerCalls, DoctorRoutes {
  readonly services: AdminServices
  /** Hears of a bug behind a route, whose caller gets no more than that there is one. */
  readonly onFailure: (error: unknown) => void
}

/** Answers a request to the admin API. */
export type AdminHandler = (request: WireRequest) => Promise<Handled>

/** Any base will do: the routes look at the path alone, and nothing is built from a Host header. */
const BASE = 'http://kayan.invalid'

const REPLY_HEADERS = [
  ...['Cache-Control', 'no-store', 'X-Content-Type-Options', 'nosniff'],
  // Whoever opens a reply as a page, such as a file of an invoice, runs nothing that is in it.
  ...['Content-Security-Policy', "default-src 'none'; frame-ancestors 'none'"],
]

/** On another thread: a file of calls takes a second to compress. */
const zipped: (plain: Buffer) => Promise<Buffer> = promisify(gzip)

/** In the order of the description; fixed words before parameters of the same place. */
const RESOURCES = [
  addSession,
  addOwnSessions,
  addOverview,
  addKeys,
  addEncryptionKeys,
  addPlans,
  addOrders,
  addAlerts,
  addStatements,
  addInvoiceTitles,
  addInvoices,
  addCalls,
  addCallFile,
  addChargeRules,
  addAccounts,
  addGrants,
  addUsers,
  addPayments,
  addVendors,
  addVendorCosts,
  addVendorBills,
  addVendorComparison,
  addRegistry,
  addUploads,
  addPostpaid,
  addConduct,
  addSandbox,
  addSystem,
]

/** Builds the admin API. */
export function createAdminApp(routes: AdminRoutes): AdminHandler {
  const { services } = routes
  const { storage, clock, production } = services
  const app: AdminApp = Object.assign(new OpenAPIHono<{ Bindings: Admitted }>(), {
    describing: [],
  })
  app.openAPIRegistry.register('Problem', ProblemSchema)
  addExplorer(app, routes, services)
  addExplorerCalls(app, routes, services)
  addExplorerExports(app, routes.explorers)
  addReference(app, routes.explorers)
  addDoctor(app, routes, services)
  for (const add of RESOURCES) add(app, services)
  let description: string | undefined
  app.get('/openapi.json', (context) => {
    description ??= describe(app)
    return context.body(description, 200, { 'Content-Type': 'application/json' })
  })
  app.notFound((context) => context.json(NOT_FOUND.problem, 404))
  app.onError((error, context) => {
    routes.onFailure(error)
    return context.json({ error: 'internal' } satisfies Problem, 500)
  })

  const sessions = new SqlSessions(storage.engine)
  const digestKey = storage.keyring.derive('request.digest')
  const gate = createGate({ sessions, clock, production, digestKey })
  return async (request) => {
    try {
      if (request.bodyTooLarge) return refused({ status: 413, problem: { error: 'too_large' } })
      const admitted = await gate(request)
      if (!isAdmitted(admitted)) return refused(admitted)
      return written(await app.fetch(toFetch(request), admitted), acceptsGzip(request))
    } catch (error) {
      routes.onFailure(error)
      return refused({ status: 503, problem: { error: 'store_unavailable' } })
    }
  }
}

/** Anybody may ask for it, so it is made once. */
function describe(app: AdminApp): string {
  for (const add of app.describing) add()
  const info = { title: 'Kayan admin API', version: '1' }
  return JSON.stringify(app.getOpenAPI31Document({ openapi: '3.1.0', info }))
}

function refused({ status, problem }: Refused): Handled {
  return {
    reply: {
      status,
      headers: ['Content-Type', 'application/json', ...REPLY_HEADERS],
      body: JSON.stringify(problem),
    },
  }
}

function toFetch({ method, path, query, rawHeaders, body }: WireRequest): Request {
  const headers = new Headers()
  for (let i = 0; i + 1 < rawHeaders.length; i += 2) {
    headers.append(rawHeaders[i]!, rawHeaders[i + 1]!)
  }
  const bodiless = method === 'GET' || method === 'HEAD' || body.length === 0
  // The path that the gate has judged, and no other reading of the target.
  return new Request(`${BASE}${path}${query === '' ? '' : `?${query}`}`, {
    method,
    headers,
    ...(!bodiless && { body: new Uint8Array(body) }),
  })
}

async function written(response: Response, mayZip: boolean): Promise<Handled> {
  const headers = [...response.headers].flat()
  const plain = Buffer.from(await response.arrayBuffer())
  const zips = mayZip && plain.length >= ZIPPED_BYTES_MIN
  return {
    reply: {
      status: response.status,
      headers: [...headers, ...REPLY_HEADERS, ...(zips ? ['Content-Encoding', 'gzip'] : [])],
      body: zips ? await zipped(plain) : plain,
    },
  }
}
