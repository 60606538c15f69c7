/** What an operator keeps of the vendors he buys from, and how calls are led to them. */
import type {
  VendorClient,
  VendorCredential,
  VendorEncryption,
} from '../protocols/vendor-client.ts'
import * as VENDORS from '../protocols/vendors.ts'
import type { GuardProfileName } from './guardian.ts'
import type { PriceStep } from './price-book.ts'
import {
  type RegistryPlace,
  ROUTER_POLICY,
  type RouterPolicy,
  UPSTREAM_LIMITS,
  type UpstreamLimits,
  type UpstreamSettings,
} from './upstream/settings.ts'

/** One vendor under one credential. */
export interface VendorRoute {
  /** For cost rows, metric labels and policies. */
  readonly name: string
  /** Name of the vendor's folder. */
  readonly vendor: string
  readonly credential: VendorCredential
  /** Origin to call in place of the vendor's public one. */
  readonly endpoint?: string
  /** Certificates in PEM to trust in place of the system's. */
  readonly ca?: string
  readonly profile: GuardProfileName
  readonly prices: readonly PriceStep[]
  /** Routes of a lower tier are asked first. */
  readonly tier: number
  readonly weight: number
}

/** What may be said of how an account's calls are routed. */
export type RouteChoice = Pick<RouterPolicy, 'routes' | 'prefer' | 'totalTimeoutMs'> & {
  /** Of ten thousand calls of a day, how many may be paid twice after an unknown. */
  readonly doublePayShare: number
  /** Whether vendors are asked about a card that a registry named before them does not know. */
  readonly noRecordFollows?: boolean
}

/** In whose place a policy stands that is for every account without its own. */
export const EVERY_ACCOUNT = ''

/** The name by which policies lead calls to the own registry; no vendor's route has it. */
export const REGISTRY_ROUTE = 'registry'

/**
 * - `route_taken`, `route_unknown`: something, or nothing, goes by that name.
 * - `route_in_use`: a policy or the comparison names it; that has to change first.
 * - `route_not_stopped`: nobody has set it aside.
 */
export type RouteRefusal = 'route_taken' | 'route_unknown' | 'route_in_use' | 'route_not_stopped'

/** The vendors that can be called, by name. */
export const VENDOR_CLIENTS: ReadonlyMap<string, VendorClient> = new Map(
  Object.values(VENDORS).map((client) => [client.name, client]),
)

/** How a vendor's elements travel under a public key; undefined where it is none that the vendor takes. */
export function encryptionOf(vendor: string, publicKey: string): VendorEncryption | undefined {
  return VENDOR_CLIENTS.get(vendor)?.encryptionOf?.(publicKey)
}

const SHARE_WHOLE = 10_000

/** The policy that a choice comes to; what it leaves open is as usual. */
export function policyOf(
  { doublePayShare, ...choice }: RouteChoice,
  usual: RouterPolicy = ROUTER_POLICY,
): RouterPolicy {
  return {
    ...usual,
    ...choice,
    registry: placeOf(choice.routes),
    attemptTimeoutMs: Math.min(usual.attemptTimeoutMs, choice.totalTimeoutMs),
    doublePayShareMax: doublePayShare / SHARE_WHOLE,
  }
}

/** In front when it is named first, alone when nothing else is. */
function placeOf(routes: readonly string[] = []): RegistryPlace {
  if (!routes.includes(REGISTRY_ROUTE)) return 'none'
  if (routes.length === 1) return 'only'
  return routes[0] === REGISTRY_ROUTE ? 'first' : 'last'
}

/**
 * What a route is called by; undefined of a vendor that this version does not know. `costNow` is what
 * the next paid call costs, in hundredths of a fen, and is asked for each: a copy of the settings
 * would keep the price of its moment.
 */
export function settingsOf(
  { prices: _prices, vendor, ...route }: VendorRoute,
  costNow: () => number,
  limits: UpstreamLimits = UPSTREAM_LIMITS,
): UpstreamSettings | undefined {
  const client = VENDOR_CLIENTS.get(vendor)
  if (client === undefined) return undefined
  return {
    ...route,
    vendor: client,
    limits,
    get costCentifen() {
      return costNow()
    },
  }
}
