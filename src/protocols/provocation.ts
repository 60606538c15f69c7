/**
 * How a caller's own request brings a refusal about, as data: each vendor's folder lists its ways,
 * the tests perform them on the wire, the reference page describes them.
 */
import type { FaultName } from '../domain/fault.ts'

export interface Provocation {
  readonly fault: FaultName
  /** How the request is signed; each vendor names its own ways. */
  readonly signing: string
  readonly how: { readonly zh: string; readonly en: string }
  /** Laid over a right request before it is signed. */
  readonly before?: RequestChange
  /** Laid over the signed request. */
  readonly after?: RequestChange
  /** How often the same bytes are sent; the last reply is meant. Absent: once. */
  readonly times?: number
}

/** A change of a request; what is absent stays as it is. */
export interface RequestChange {
  readonly method?: string
  /** Appended to the request target. */
  readonly target?: string
  /** Set, given several times, or with `undefined` taken away. */
  readonly headers?: Readonly<Record<string, string | readonly string[] | undefined>>
  readonly body?: string
  /** Parameters of a request that has them in its query. */
  readonly parameters?: Readonly<Record<string, string>>
  /** In place of the sandbox's SecretId, AppCode or AppKey. */
  readonly credential?: string
  /** How old the signature is. */
  readonly ageS?: number
}
