/**
 * The port each vendor's wire protocol implements (server half).
 *
 * A protocol is pure: bytes in, values out, values in, bytes out. It asks no store and no clock; the
 * pipeline (`gateway/pipeline.ts`) owns the order in which its parts are called.
 */

import type { Elements } from '../domain/elements.ts'
import type { Fault } from '../domain/fault.ts'
import type { Key, KeyKind } from '../domain/key.ts'
import type { Outcome } from '../domain/outcome.ts'
import type { Product } from '../domain/product.ts'
import type { Secret } from '../domain/secret.ts'
import type { ChargeTable } from './charge-table.ts'
import type { Vault } from './vault.ts'

/** One HTTP request as received, within the server's limits. */
export interface WireRequest {
  readonly method: string
  /** Raw request target, byte for byte (latin1). */
  readonly target: string
  /** The target's path; of an absolute-form target the path alone. Not decoded, not normalised. */
  readonly path: string
  /** Raw query without `?`; empty when there is none. */
  readonly query: string
  /** Names and values in alternation as received, values as latin1 text. */
  readonly rawHeaders: readonly string[]
  /** Whole body; empty when `bodyTooLarge`. */
  readonly body: Buffer
  readonly bodyTooLarge: boolean
  readonly remoteAddress: string
  /** Whether it came over TLS. */
  readonly secure: boolean
}

/** One reply, ready to be written. */
export interface WireReply {
  readonly status: number
  /** Names and values in alternation, spelled as they go on the wire; no Content-Length, no Date. */
  readonly headers: readonly string[]
  /** UTF-8 text; header values are latin1 text. */
  readonly body: string
}

/** The names one call goes by; all derive from one serial number, hence unique for ever. */
export interface CallNames {
  /** Position in the call log. */
  readonly serial: number
  /** When the request was received, milliseconds UTC. */
  readonly atMs: number
  /** Lower-case UUID v4. */
  readonly requestId: string
  /** Eight characters `[0-9A-Z]`. */
  readonly sequenceCode: string
}

/** A message with elements that only a vendor can read, to be passed on to it as it came. */
export interface SealedMessage {
  /** Name of the vendor it is encrypted for. */
  readonly vendor: string
  /** All of its parameters as they came; whoever wrote it may have left some in clear. */
  readonly parameters: Secret
}

/** A request whose protocol, action and credential have been read; nothing is verified yet. */
export interface ProtocolCall {
  /** What is metered. */
  readonly product: Product
  /** `vendor.operation`, for rate limits, call rows and metric labels. */
  readonly api: string
  readonly credential: { readonly kind: KeyKind; readonly value: string }
  /** Name and version of the client as it calls itself, at most 64 visible ASCII characters. */
  readonly client?: string
  /**
   * Verifies the signature. With `key` undefined it does the same work with a dummy secret and
   * returns the vendor's fault for an unknown key.
   */
  authenticate(key: Key | undefined, nowMs: number): Fault | undefined
  /**
   * Digest (latin1 text of 32 bytes) that is equal for byte-identical repeats of a signed request
   * and for nothing else; undefined where two equal requests are two calls (no signature).
   */
  repeatKey(keyId: string): string | undefined
  /** The elements as submitted: trimming and folding are the domain's work. */
  decode(): Elements | Fault
  /**
   * The elements in clear, or undefined when they came so; asked after `decode`. Absent where the
   * protocol has no encryption.
   */
  decrypt?(vault: Vault, key: Key, nowMs: number): Promise<Elements | Fault> | undefined
  /**
   * The message as it came, or undefined when its elements are in clear; asked after `decode`. Absent
   * where the protocol has no encryption that a vendor could open.
   */
  sealed?(): SealedMessage | undefined
  /** The body that answers an action without a source, for nothing; absent of all other actions. */
  immediate?(vault: Vault, key: Key, names: CallNames): Promise<string | Fault>
}

/** The steps between authentication and verdict; each vendor lists them in its own order. */
export type Check =
  | 'account'
  | 'immediate'
  | 'subscription'
  | 'throttle'
  | 'repeat'
  | 'decode'
  | 'decrypt'
  | 'format'

export interface Protocol {
  readonly name: string
  /** Order in which the checks are made, and so which refusal wins. */
  readonly precedence: readonly Check[]
  /** Set where the addresses a key may be used from are judged before its signature. */
  readonly addressFirst?: true
  /** What each of its interfaces charges for, until an operator adds a version (`ChargeRules`). */
  readonly charges: readonly ChargeTable[]
  /** Whether requests on this path belong to this protocol. Never decided by Host. */
  owns(path: string): boolean
  read(request: WireRequest): ProtocolCall | Fault
  /** The body that is stored with the call and repeated byte for byte. */
  answer(call: ProtocolCall, outcome: Outcome, names: CallNames): string
  /** Headers and status around a fresh or stored answer. */
  writeAnswer(request: WireRequest, body: string, names: CallNames): WireReply
  writeFault(request: WireRequest, fault: Fault, names: CallNames): WireReply
}
