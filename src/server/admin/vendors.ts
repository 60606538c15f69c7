/** Routes of vendors: which there are, how they are, and by which policies calls are led to them. */
import { randomBytes } from 'node:crypto'
import { z } from 'zod'
import { KeySealer } from '../../accounts/seal.ts'
import { isBearer } from '../../domain/key.ts'
import {
  credentialOfForm,
  POLICY_FORM,
  ROUTE_CHANGE_FORM,
  ROUTE_FORM,
  routeOfForm,
  takesKey,
  VENDOR_PROFILES,
} from '../../sources/vendor-forms.ts'
import { EVERY_ACCOUNT, VENDOR_CLIENTS } from '../../sources/vendor-route.ts'
import { readPassages, setPassage } from '../../storage/sql/vendor-passage.ts'
import {
  addRoute,
  changeRoute,
  listRoutes,
  type RouteSummary,
  readPolicies,
  removePolicy,
  removeRoute,
  setPolicy,
} from '../../storage/sql/vendor-routes.ts'
import { ACCOUNT_QUERY } from './paging.ts'
import { invalid } from './problem.ts'
import { type AdminApp, Refusal, serve } from './route.ts'
import type { AdminServices } from './services.ts'

const Route = z.object({
  name: z.string(),
  vendor: z.string(),
  credentialKind: z.string(),
  /** SecretId or AppKey; empty where the secret is all there is. */
  credentialId: z.string(),
  endpoint: z.string().optional(),
  /** Whether it has certificates of its own to trust. */
  hasCertificate: z.boolean(),
  profile: z.string(),
  /** Hundredths of a fen a paid call, from so many paid calls of a month on. */
  prices: z.array(z.object({ fromCalls: z.number(), costCentifen: z.number() })),
  tier: z.number(),
  weight: z.number(),
  /** How elements travel there; absent for in clear inside TLS. */
  encryption: z.enum(['aes', 'sm']).optional(),
  createdAtMs: z.number(),
})

const Health = z.object({
  route: z.string(),
  /** Of its breaker: open while it is left alone. */
  state: z.enum(['closed', 'open', 'half_open']),
  /** What its answers mostly take; 0 before the first. */
  medianMs: z.number(),
  inFlight: z.number(),
  waiting: z.number(),
})

const Policy = z.object({
  /** Empty for all accounts that have none of their own. */
  accountId: z.string(),
  routes: z.array(z.string()).optional(),
  prefer: z.string().optional(),
  totalTimeoutMs: z.number().optional(),
  /** Of ten thousand calls of a day, how many may be paid twice after an unknown. */
  doublePayShare: z.number(),
  /** A card that a registry named before them does not know goes on to the vendors. */
  noRecordFollows: z.boolean().optional(),
})

const Vendors = z.object({
  routes: z.array(Route),
  policies: z.array(Policy),
  /** Accounts whose messages that only the vendor can read are passed on unread. */
  passages: z.array(z.string()),
  /** As the node sees them that answers this. */
  health: z.array(Health),
  node: z.string(),
  /** Whom a route can be made to, and by which rules cards are guarded. */
  known: z.array(
    z.object({
      vendor: z.string(),
      endpoint: z.string(),
      kinds: z.array(z.string()),
      products: z.array(z.string()),
      /** A free question is known, so that the credential can be tried. */
      canBeAsked: z.boolean(),
    }),
  ),
  profiles: z.array(z.string()),
})

const Reach = z.object({ route: z.string(), trouble: z.string().optional() })
const Trial = z.object({
  route: z.string(),
  passed: z.boolean(),
  phase: z.string(),
  code: z.string(),
  fault: z.string().optional(),
  charge: z.string(),
})

/** Adds the routes. */
export function addVendors(app: AdminApp, services: AdminServices): void {
  const { storage, vendorHealth, nodeName } = services
  const { engine } = storage
  serve(
    app,
    'GET /api/admin/vendors',
    { summary: 'Routes to vendors, how they are, and policies', reply: Vendors },
    () =>
      engine.snapshot(async (queries) => ({
        routes: (await listRoutes(queries)).map(viewOf),
        policies: await readPolicies(queries),
        passages: [...(await readPassages(queries))].sort(),
        health: vendorHealth(),
        node: nodeName,
        known: KNOWN,
        profiles: VENDOR_PROFILES,
      })),
  )
  addChanges(app, services)
  addPolicies(app, services)
  addPassages(app, services)
  addTrials(app, services)
}

function addChanges(app: AdminApp, { storage }: AdminServices): void {
  const { engine, keyring } = storage
  const sealer = new KeySealer(keyring, 'vendor.seal')
  serve(
    app,
    'POST /api/admin/vendors/routes',
    {
      summary: 'Adds a route; its secret is sealed and never shown',
      body: ROUTE_FORM,
      reply: Route,
    },
    async ({ body, deed }) => {
      const added = await addRoute(engine, sealer, routeOfForm(body), deed)
      return typeof added === 'string' ? added : viewOf(added)
    },
  )
  serve(
    app,
    'PUT /api/admin/vendors/routes/{route}',
    {
      summary: 'Other terms, and where it is sent another credential, of a route',
      body: ROUTE_CHANGE_FORM,
      reply: Route,
    },
    async ({ params, body: { credential, ...terms }, deed }) => {
      const name = params.route ?? ''
      const present = (await listRoutes(engine.queries)).find((route) => route.name === name)
      if (present === undefined) return 'route_unknown'
      const kind = present.credentialKind
      if (credential !== undefined && credential.id === undefined && !isBearer(kind)) {
        return new Refusal(invalid('credential.id', 'missing'))
      }
      const publicKey = credential?.publicKey
      if (publicKey !== undefined && !takesKey(present.vendor, publicKey)) {
        return new Refusal(invalid('credential.publicKey', 'malformed'))
      }
      const change = {
        ...terms,
        name,
        ...(credential !== undefined && { credential: credentialOfForm(kind, credential) }),
      }
      const changed = await changeRoute(engine, sealer, change, deed)
      return typeof changed === 'string' ? changed : viewOf(changed)
    },
  )
  serve(
    app,
    'DELETE /api/admin/vendors/routes/{route}',
    { summary: 'Takes a route out; what it cost stays', reply: Route },
    async ({ params, deed }) => {
      const removed = await removeRoute(engine, params.route ?? '', deed)
      return typeof removed === 'string' ? removed : viewOf(removed)
    },
  )
}

function addPolicies(app: AdminApp, { storage }: AdminServices): void {
  const { engine, accounts } = storage
  const idOf = async (accountId?: string) =>
    accountId === undefined || accountId === 'all'
      ? EVERY_ACCOUNT
      : (await accounts.account(accountId)).id
  serve(
    app,
    'PUT /api/admin/vendors/policies',
    {
      summary: 'How calls of an account are led, or of all that have no policy of their own',
      query: z.strictObject(ACCOUNT_QUERY),
      body: POLICY_FORM,
      reply: Policy,
    },
    async ({ query, body, deed }) => {
      return setPolicy(engine, { ...body, accountId: await idOf(query.accountId) }, deed)
    },
  )
  serve(
    app,
    'DELETE /api/admin/vendors/policies',
    {
      summary: 'Takes the policy of an account away, or that of all others',
      query: z.strictObject(ACCOUNT_QUERY),
      reply: z.object({ accountId: z.string() }),
    },
    async ({ query, deed }) => removePolicy(engine, await idOf(query.accountId), deed),
  )
}

function addPassages(app: AdminApp, { storage }: AdminServices): void {
  const { engine, accounts } = storage
  serve(
    app,
    'PUT /api/admin/vendors/passages',
    {
      summary: 'Whether encrypted live calls of an account go to the vendor unread',
      query: z.strictObject(ACCOUNT_QUERY),
      body: z.strictObject({ open: z.boolean() }),
      reply: z.object({ accountId: z.string(), open: z.boolean() }),
    },
    async ({ query: { accountId }, body: { open }, deed }) => {
      if (accountId === undefined || accountId === 'all') {
        return new Refusal(invalid('accountId', 'missing'))
      }
      const { id } = await accounts.account(accountId)
      await setPassage(engine, id, open, deed)
      return { accountId: id, open }
    },
  )
}

function addTrials(app: AdminApp, { storage, clock, chance }: AdminServices): void {
  const { engine, keyring } = storage
  // With it comes the client of the vendors, which few processes need for their console.
  const trials = async () => {
    const { VendorTrials } = await import('../vendor-trials.ts')
    return new VendorTrials({ engine, keyring, clock, chance, random: randomBytes })
  }
  serve(
    app,
    'POST /api/admin/vendors/routes/{route}/reach',
    { summary: 'Connects to a vendor and hangs up', reply: Reach },
    async ({ params }) => (await (await trials()).reach(params.route))[0] ?? 'route_unknown',
  )
  serve(
    app,
    'POST /api/admin/vendors/routes/{route}/trial',
    { summary: 'Asks a vendor what it answers free of charge', reply: Trial },
    async ({ params }) => (await trials()).ask(params.route ?? ''),
  )
}

const KNOWN = [...VENDOR_CLIENTS.values()].map((client) => ({
  vendor: client.name,
  endpoint: client.endpoint,
  kinds: client.credentials,
  products: client.products,
  canBeAsked: client.probe !== undefined,
}))

/** Certificates are long and say nothing: only that there are some. */
function viewOf({ ca, ...route }: RouteSummary) {
  return { ...route, hasCertificate: ca !== undefined }
}
