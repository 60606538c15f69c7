/** What the composition root gives to the pipeline and its checks. */
import type { KeyDirectory } from '../accounts/store.ts'
import type { ChargeRules } from '../billing/charge-rules.ts'
import type { Repeats } from '../billing/repeats.ts'
import type { Meter } from '../billing/store.ts'
import type { Clock } from '../domain/clock.ts'
import type { Recalled } from '../domain/element-token.ts'
import type { Elements, PrecheckPolicy } from '../domain/elements.ts'
import type { Mode } from '../domain/product.ts'
import type { Events } from '../observe/events.ts'
import type { CallNames } from '../protocols/protocol.ts'
import type { Vault } from '../protocols/vault.ts'
import type { Source } from '../sources/source.ts'
import type { ClientAddresses } from './client-address.ts'

/** The number of requests in the last second, this one included; above `limit` it is refused. */
export interface RateLimiter {
  take(keyId: string, api: string, limit: number, nowUs: number): number | Promise<number>
}

export interface Services {
  readonly clock: Clock
  /** Names for a call that is received now. */
  readonly nameCall: (atMs: number) => CallNames
  readonly keys: KeyDirectory
  /** Counts a request; a promise only where nodes share their windows. */
  readonly limiter: RateLimiter
  readonly repeats: Pick<Repeats, 'open' | 'close' | 'remember' | 'lost' | 'elsewhere'>
  readonly meter: Meter
  /** What costs a unit, by interface and time. */
  readonly chargeRules: Pick<ChargeRules, 'at'>
  /** Test keys reach only the sandbox, live keys the account's route. */
  readonly sources: { readonly [M in Mode]: Source }
  readonly precheck: { readonly [M in Mode]: PrecheckPolicy }
  /** Keyed token (latin1, 16 bytes) under which a lost answer is found again. */
  readonly elementToken: (recalled: Recalled) => string
  /** Keyed tokens of each element, by which the call log is searched (`CallRow.elementIndex`). */
  readonly elementIndex: (accountId: string, elements: Elements) => string
  readonly clients: Pick<ClientAddresses, 'of' | 'permits'>
  /** Opens encrypted elements; `conceal` waits until a refusal to do so tells nothing by its time. */
  readonly vault: Vault & { conceal(startedUs: number): Promise<void> }
  readonly inFlightMax: number
  readonly events: Events
}
