/** What the composition root gives to the pipeline and its checks. */
import type { KeyDirectory } from '../accounts/store.ts'
import type { CallRow, Meter, StoredAnswer } from '../billing/store.ts'
import type { Clock } from '../domain/clock.ts'
import type { Elements, PrecheckPolicy } from '../domain/elements.ts'
import type { Fault } from '../domain/fault.ts'
import type { Key } from '../domain/key.ts'
import type { Mode, Product } from '../domain/product.ts'
import type { Events } from '../observe/events.ts'
import type { CallNames } from '../protocols/protocol.ts'
import type { Source } from '../sources/source.ts'

/** Takes a place in the window of a key and API, or says why not. */
export interface Throttle {
  accept(key: Key, api: string, nowUs: number): Fault | undefined
}

/** Earlier answers that may be given again instead of asking and charging anew. */
export interface Repeats {
  /**
   * The answer of a byte-identical earlier request, perhaps still under way. Nothing found makes the
   * caller the owner of the key, who must `close` it.
   */
  open(
    repeatKey: string,
    nowMs: number,
  ): StoredAnswer | Promise<StoredAnswer | undefined> | undefined
  /** Ends ownership; whoever waited is told what was remembered, if anything. No-op for ''. */
  close(repeatKey: string): void
  /** Keeps an answer that is durable now. */
  remember(row: CallRow): void
  /** A settled answer whose reply was lost on its way to the same account. */
  lost(elementToken: string, nowMs: number): StoredAnswer | undefined
}

export interface Services {
  readonly clock: Clock
  /** Names for a call that is received now. */
  readonly nameCall: (atMs: number) => CallNames
  readonly keys: KeyDirectory
  readonly limiter: Throttle
  readonly repeats: Repeats
  readonly meter: Meter
  /** Test keys reach only the sandbox, live keys the account's route. */
  readonly sources: { readonly [M in Mode]: Source }
  readonly precheck: { readonly [M in Mode]: PrecheckPolicy }
  /** Keyed token (latin1, 16 bytes) of account, product and elements, for undelivered verdicts. */
  readonly elementToken: (accountId: string, product: Product, elements: Elements) => string
  readonly inFlightMax: number
  readonly events: Events
}
