/** Routes to vendors with their sealed credentials, and the policies by which accounts are led there. */
import type { Selectable } from 'kysely'
import type { KeySealer } from '../../accounts/seal.ts'
import type { Deed } from '../../accounts/store.ts'
import type { KeyKind } from '../../domain/key.ts'
import { Secret } from '../../domain/secret.ts'
import type { VendorCredential, VendorEncryption } from '../../protocols/vendor-client.ts'
import type { GuardProfileName } from '../../sources/guardian.ts'
import { parsePrices, pricesText } from '../../sources/price-book.ts'
import {
  encryptionOf,
  REGISTRY_ROUTE,
  type RouteChoice,
  type RouteRefusal,
  type VendorRoute,
} from '../../sources/vendor-route.ts'
import type { Queries, SqlEngine } from './engine.ts'
import { moveRevision, readRevision } from './meta.ts'
import { mutate } from './mutation.ts'
import { isCompared, ROUTING_REVISION } from './shadow-book.ts'
import type { VendorRouteTable } from './vendor-tables.ts'

/** Their rows in `meta` are the locks under which routes and policies change. */
const ROUTES_REVISION = 'vendor_routes_revision'
export const POLICIES_REVISION = 'vendor_policies_revision'

/** A route as administrators see it: no secret. */
export interface RouteSummary extends Omit<VendorRoute, 'credential'> {
  readonly credentialKind: KeyKind
  /** SecretId or AppKey; empty where the secret is all there is. */
  readonly credentialId: string
  /** How elements travel to it; absent for in clear inside TLS. */
  readonly encryption?: VendorEncryption
  readonly createdAtMs: number
}

/** What may be changed of the route that goes by a name. */
export interface RouteChange extends Omit<VendorRoute, 'vendor' | 'credential'> {
  /** Of the same kind; absent where the present one stays. */
  readonly credential?: VendorCredential
}

/** The policy of an account, or of all others. */
export interface RoutePolicy extends RouteChoice {
  /** `EVERY_ACCOUNT` for all that have none of their own. */
  readonly accountId: string
}

/** Adds a route. `sealer` is made for the purpose `vendor.seal`. */
export function addRoute(
  engine: SqlEngine,
  sealer: KeySealer,
  route: VendorRoute,
  deed: Deed,
): Promise<RouteSummary | RouteRefusal> {
  const { name, vendor } = route
  const mutation = { deed, action: 'vendor.add', subject: name, detail: vendor }
  return mutate<RouteSummary | RouteRefusal>(engine, mutation, async ({ queries }) => {
    await moveRevision(queries, ROUTES_REVISION)
    const taken = name === REGISTRY_ROUTE || (await rowNamed(queries, name)) !== undefined
    if (taken) return 'route_taken'
    await queries
      .insertInto('vendor_route')
      .values(cellsOf(route, sealer, deed.atMs))
      .execute()
    return summaryOf((await rowNamed(queries, name))!)
  })
}

/** Other terms of a route, and where it is given another credential; its vendor stays. */
export function changeRoute(
  engine: SqlEngine,
  sealer: KeySealer,
  change: RouteChange,
  deed: Deed,
): Promise<RouteSummary | RouteRefusal> {
  const { name, credential, endpoint, ca, profile, prices, tier, weight } = change
  const detail = `${pricesText(prices)} tier ${tier} weight ${weight}${credential ? ' credential' : ''}`
  const mutation = { deed, action: 'vendor.change', subject: name, detail }
  return mutate<RouteSummary | RouteRefusal>(engine, mutation, async ({ queries }) => {
    await moveRevision(queries, ROUTES_REVISION)
    const row = await rowNamed(queries, name)
    if (row === undefined) return 'route_unknown'
    const terms = { profile, prices: pricesText(prices), tier, weight }
    await queries
      .updateTable('vendor_route')
      .set({ ...terms, endpoint: endpoint ?? null, ca: ca ?? null })
      .$if(credential !== undefined, (update) =>
        update.set(credentialCells(name, credential!, sealer)),
      )
      .where('name', '=', name)
      .execute()
    return summaryOf((await rowNamed(queries, name))!)
  })
}

/** Takes a route out; what it cost stays in the cost rows. */
export function removeRoute(
  engine: SqlEngine,
  name: string,
  deed: Deed,
): Promise<RouteSummary | RouteRefusal> {
  const mutation = { deed, action: 'vendor.remove', subject: name }
  return mutate<RouteSummary | RouteRefusal>(engine, mutation, async ({ queries }) => {
    // First those of whoever names routes: none may begin to name it meanwhile.
    await moveRevision(queries, ROUTING_REVISION)
    await moveRevision(queries, POLICIES_REVISION)
    await moveRevision(queries, ROUTES_REVISION)
    const row = await rowNamed(queries, name)
    if (row === undefined) return 'route_unknown'
    const policies = await readPolicies(queries)
    const led = policies.some(({ routes }) => routes?.includes(name))
    if (led || (await isCompared(queries, name))) return 'route_in_use'
    await queries.deleteFrom('route_stop').where('route', '=', name).execute()
    await queries.deleteFrom('vendor_route').where('name', '=', name).execute()
    return summaryOf(row)
  })
}

/** The routes in the order in which they are asked. */
export async function listRoutes(queries: Queries): Promise<RouteSummary[]> {
  return (await routeRows(queries)).map(summaryOf)
}

/** The routes with their credentials opened. */
export async function readRoutes(queries: Queries, sealer: KeySealer): Promise<VendorRoute[]> {
  return (await routeRows(queries)).map((row) => {
    const summary = summaryOf(row)
    const { credentialKind, credentialId, encryption: _, createdAtMs: __, ...route } = summary
    const secrets = JSON.parse(sealer.open(row.credential_sealed, row.name).reveal()) as Secrets
    const credential: VendorCredential = {
      kind: credentialKind,
      id: credentialId,
      secret: new Secret(secrets.secret),
      ...(secrets.token !== undefined && { token: new Secret(secrets.token) }),
      ...(row.public_key !== null && { publicKey: row.public_key }),
    }
    return { ...route, credential }
  })
}

/** Sets how an account is routed, or, under `EVERY_ACCOUNT`, all that have no policy of their own. */
export function setPolicy(
  engine: SqlEngine,
  policy: RoutePolicy,
  deed: Deed,
): Promise<RoutePolicy | RouteRefusal> {
  const { accountId, routes = [], prefer, totalTimeoutMs, doublePayShare } = policy
  const { noRecordFollows = false } = policy
  const follows = noRecordFollows ? ' no record follows' : ''
  const detail = `${routes.join(',')} ${prefer} ${totalTimeoutMs} ms ${doublePayShare}/10000${follows}`
  const mutation = { deed, action: 'vendor.route', subject: accountId || 'default', detail }
  return mutate<RoutePolicy | RouteRefusal>(engine, mutation, async ({ queries }) => {
    await moveRevision(queries, POLICIES_REVISION)
    const known = new Set([...(await listRoutes(queries)).map(({ name }) => name), REGISTRY_ROUTE])
    if (!routes.every((name) => known.has(name))) return 'route_unknown'
    const cells = {
      routes: routes.join(','),
      prefer,
      total_timeout_ms: totalTimeoutMs,
      double_pay_share: doublePayShare,
      no_record_follows: noRecordFollows ? 1 : 0,
    }
    await queries
      .insertInto('vendor_policy')
      .values({ account_id: accountId, ...cells })
      .onConflict((conflict) => conflict.column('account_id').doUpdateSet(cells))
      .execute()
    return policy
  })
}

/** Takes a policy away: the account is led like all others, and those as the service does by itself. */
export function removePolicy(
  engine: SqlEngine,
  accountId: string,
  deed: Deed,
): Promise<Pick<RoutePolicy, 'accountId'> | 'policy_unknown'> {
  const mutation = { deed, action: 'vendor.unroute', subject: accountId || 'default' }
  return mutate<Pick<RoutePolicy, 'accountId'> | 'policy_unknown'>(
    engine,
    mutation,
    async ({ queries }) => {
      await moveRevision(queries, POLICIES_REVISION)
      const removed = await queries
        .deleteFrom('vendor_policy')
        .where('account_id', '=', accountId)
        .executeTakeFirst()
      return removed.numDeletedRows === 0n ? 'policy_unknown' : { accountId }
    },
  )
}

/** All policies. */
export async function readPolicies(queries: Queries): Promise<RoutePolicy[]> {
  const rows = await queries.selectFrom('vendor_policy').selectAll().orderBy('account_id').execute()
  return rows.map((row) => ({
    accountId: row.account_id,
    ...(row.routes !== '' && { routes: row.routes.split(',') }),
    prefer: row.prefer,
    totalTimeoutMs: row.total_timeout_ms,
    doublePayShare: row.double_pay_share,
    ...(row.no_record_follows === 1 && { noRecordFollows: true }),
  }))
}

/** Moves with every change of a route. */
export function routesRevision(queries: Queries): Promise<number> {
  return readRevision(queries, ROUTES_REVISION)
}

/** Moves with every change of a policy. */
export function policiesRevision(queries: Queries): Promise<number> {
  return readRevision(queries, POLICIES_REVISION)
}

/** What is sealed of a credential. */
interface Secrets {
  readonly secret: string
  readonly token?: string
}

function credentialCells(
  name: string,
  { kind, id, secret, token, publicKey }: VendorCredential,
  sealer: KeySealer,
) {
  const secrets: Secrets = {
    secret: secret.reveal(),
    ...(token !== undefined && { token: token.reveal() }),
  }
  return {
    credential_kind: kind,
    credential_id: id,
    credential_sealed: sealer.seal(JSON.stringify(secrets), name),
    public_key: publicKey ?? null,
  }
}

function cellsOf(route: VendorRoute, sealer: KeySealer, createdAtMs: number): VendorRouteTable {
  return {
    name: route.name,
    vendor: route.vendor,
    ...credentialCells(route.name, route.credential, sealer),
    endpoint: route.endpoint ?? null,
    ca: route.ca ?? null,
    profile: route.profile,
    prices: pricesText(route.prices),
    tier: route.tier,
    weight: route.weight,
    created_at_ms: createdAtMs,
  }
}

function summaryOf(row: Selectable<VendorRouteTable>): RouteSummary {
  const encryption = row.public_key === null ? undefined : encryptionOf(row.vendor, row.public_key)
  return {
    name: row.name,
    vendor: row.vendor,
    credentialKind: row.credential_kind as KeyKind,
    credentialId: row.credential_id,
    ...(encryption !== undefined && { encryption }),
    ...(row.endpoint !== null && { endpoint: row.endpoint }),
    ...(row.ca !== null && { ca: row.ca }),
    profile: row.profile as GuardProfileName,
    prices: parsePrices(row.prices) ?? [],
    tier: row.tier,
    weight: row.weight,
    createdAtMs: row.created_at_ms,
  }
}

function routeRows(queries: Queries) {
  return queries.selectFrom('vendor_route').selectAll().orderBy('tier').orderBy('name').execute()
}

function rowNamed(queries: Queries, name: string) {
  return queries.selectFrom('vendor_route').selectAll().where('name', '=', name).executeTakeFirst()
}
