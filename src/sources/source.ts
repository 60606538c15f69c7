/** The port behind which every verdict is found: own registry, upstream vendor or sandbox. */
import type { Elements } from '../domain/elements.ts'
import type { Fault } from '../domain/fault.ts'
import type { Outcome } from '../domain/outcome.ts'
import type { Product } from '../domain/product.ts'

/** What a source is asked. Elements are normalised and passed the pre-check. */
export interface Question {
  readonly product: Product
  readonly elements: Elements
}

/** A source answers with an outcome; only the sandbox, which plays the platform too, with a fault. */
export type Verdict = Outcome | Fault

/**
 * A source of verdicts.
 *
 * `charging` says how a call on it is metered (`docs/architecture.md`, metering):
 * - `burn`: local and free to ask; one transaction after the verdict, which is dropped unseen when
 *   no unit is left.
 * - `reserve`: a unit is reserved durably before the source is asked, then settled or released.
 */
export interface Source {
  readonly name: string
  readonly charging: 'burn' | 'reserve'
  /** Never throws for a business answer; an exception is a bug and becomes `source_unknown`. */
  verify(question: Question): Verdict | Promise<Verdict>
}
