/** What the routes of the admin API work with. */
import type { Clock } from '../../domain/clock.ts'
import type { ClientAddresses } from '../../gateway/client-address.ts'
import type { ChargeTable } from '../../protocols/charge-table.ts'
import type { Storage } from '../../storage/storage.ts'
import type { Readiness } from '../health.ts'
import type { RouteHealth } from '../live-route.ts'
import type { Operations } from '../operations.ts'

export interface AdminServices extends Operations {
  readonly storage: Storage
  readonly clock: Clock
  readonly production: boolean
  /** Whose address a request comes from, behind proxies too. */
  readonly clients: ClientAddresses
  readonly appCodeReveal: 'audited' | 'never'
  readonly invoiceFileBytesMax: number
  /** Whom buyers turn to: a web address, a mail address or a telephone number. */
  readonly supportContact?: string
  readonly registryDir: string
  /** The first versions, one an interface. */
  readonly chargeTables: readonly ChargeTable[]
  /** 0 to 1, exclusive. */
  readonly chance: () => number
  /** How the vendors are, as this node sees them. */
  readonly vendorHealth: () => readonly RouteHealth[]
  /** Of this node, to people who have several. */
  readonly nodeName: string
  /** Refusals of the guardian by counter, since this node started. */
  readonly guardedBy: () => ReadonlyMap<string, number>
  /** How often each job has failed since then. */
  readonly jobFailures: () => ReadonlyMap<string, number>
  /** The state of this node. */
  readonly health: () => SystemHealth
}

/** One node, as an operator looks at it. */
export interface SystemHealth {
  readonly readiness: Readiness
  readonly writable: boolean
  readonly lastCommitAgeMs: number
  readonly loopLagMs: number
  readonly clockAheadMs: number
  readonly queued: number
  readonly queueAgeUs: number
  readonly diskFreeBytes: number
  readonly diskBytes: number
  /** Of Kayan, and of what it runs on. */
  readonly version: string
  readonly runtime: string
}
