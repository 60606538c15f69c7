/** What an operator says of one vendor he buys from, and the limits where he says nothing. */
import type { VendorClient, VendorCredential } from '../../protocols/vendor-client.ts'
import type { GuardProfileName } from '../guardian.ts'
import type { HttpLimits } from './http-client.ts'

export interface UpstreamSettings {
  /** Name of the route, for cost rows and metric labels. */
  readonly name: string
  readonly vendor: VendorClient
  readonly credential: VendorCredential
  /** Origin to call in place of the vendor's public one. */
  readonly endpoint?: string
  /** Certificates in PEM to trust in place of the system's. */
  readonly ca?: string
  readonly profile: GuardProfileName
  /** Price of a paid call, in hundredths of a fen. */
  readonly costCentifen: number
  /** Routes of a lower tier are asked first. */
  readonly tier: number
  /** Share of the calls of its tier, in proportion to the others' weights; 0 for the last resort. */
  readonly weight: number
  readonly limits?: UpstreamLimits
}

export interface UpstreamLimits extends HttpLimits {
  /** Calls at one time: the vendor's calls a second times its slow seconds. */
  readonly callsMax: number
  /** How long a call waits for room before it goes elsewhere. */
  readonly queueMs: number
  /** How long a vendor that says "too often" is left alone. */
  readonly restMs: number
}

export const UPSTREAM_LIMITS: UpstreamLimits = {
  connectTimeoutMs: 1_000,
  firstByteTimeoutMs: 5_000,
  lateReadMs: 60_000,
  replyBytesMax: 64 * 1_024,
  connectionsMax: 64,
  callsMax: 64,
  queueMs: 50,
  restMs: 1_000,
}

/** In which order the routes of a tier are asked. */
export type Preference = 'weight' | 'cost' | 'latency'

/** Where the own registry stands among the routes of an account. */
export type RegistryPlace = 'none' | 'only' | 'first' | 'last'

/** How the calls of an account are routed. */
export interface RouterPolicy {
  /** Names of the routes it may be sent to; absent: all. */
  readonly routes?: readonly string[]
  /** From the receipt of a call to its answer. */
  readonly totalTimeoutMs: number
  /** Of one attempt, until it is known what a vendor's answers take; later no more than that. */
  readonly attemptTimeoutMs: number
  /** Of one attempt at least, however fast a vendor mostly is. */
  readonly attemptTimeoutMsMin: number
  /** None is begun with less left, nor with less than what the vendor mostly takes of late. */
  readonly startMsMin: number
  /** Vendors that a call may reach. */
  readonly vendorsMax: number
  /** Share of its calls of a day that may be paid twice after an unknown; 0 for none. */
  readonly doublePayShareMax: number
  readonly prefer: Preference
  readonly registry: RegistryPlace
  /** Whether vendors are asked about a card that a registry before them does not know. */
  readonly noRecordFollows: boolean
}

export const ROUTER_POLICY: RouterPolicy = {
  totalTimeoutMs: 8_000,
  attemptTimeoutMs: 5_000,
  attemptTimeoutMsMin: 1_000,
  startMsMin: 500,
  vendorsMax: 2,
  doublePayShareMax: 0,
  prefer: 'weight',
  registry: 'none',
  noRecordFollows: false,
}
