/** What an interface charges for by its vendor's catalogue: the first version of its charge rules. */
import { OUTCOME_NAMES, OUTCOMES, type Outcome, type OutcomeClass } from '../domain/outcome.ts'
import type { Product } from '../domain/product.ts'

export interface ChargeTable {
  /** `vendor.operation` */
  readonly api: string
  readonly product: Product
  readonly charged: ReadonlySet<Outcome>
  /**
   * What an operator may ever charge for, in groups that callers cannot tell apart and that are
   * therefore charged alike: else a bill would tell what an answer does not. The rest is free by
   * contract.
   */
  readonly chargeable: readonly (readonly Outcome[])[]
}

/** A row of a catalogue, as far as charging goes. */
interface ChargeRow {
  readonly billable: boolean
}

/** Classes of outcomes that are verdicts. Malformed input, attempt limits and silence are free for ever. */
const VERDICTS: ReadonlySet<OutcomeClass> = new Set(['match', 'mismatch', 'card_state'])

/** The table of an interface; `codeOf` names what the caller sees of an outcome. */
export function chargeTable<Row extends ChargeRow>(
  api: string,
  product: Product,
  rows: Readonly<Record<Outcome, Row>>,
  codeOf: (row: Row) => string,
): ChargeTable {
  const busy = new Set([codeOf(rows.source_busy), codeOf(rows.source_unknown)])
  const verdicts = OUTCOME_NAMES.filter((outcome) => {
    // A verdict that an interface has no code of its own for is told as silence, and is as free.
    return VERDICTS.has(OUTCOMES[outcome]) && !busy.has(codeOf(rows[outcome]))
  })
  return {
    api,
    product,
    charged: new Set(OUTCOME_NAMES.filter((outcome) => rows[outcome].billable)),
    chargeable: [...Map.groupBy(verdicts, (outcome) => codeOf(rows[outcome])).values()],
  }
}
