/**
 * The sandbox: documented samples, magic cards and twelve synthetic people, inside the real
 * protocols. It is metered like an upstream (`reserve`), so that a test key walks the whole road.
 */
import type { Elements } from '../domain/elements.ts'
import { issuerOf } from '../domain/issuer.ts'
import { type ElementName, PRODUCTS, type Product } from '../domain/product.ts'
import { PEOPLE } from '../sandbox/people.ts'
import { SAMPLES, SCENARIOS, type Scenario } from '../sandbox/scenarios.ts'
import type { Finding, Question, Source } from './source.ts'

/** The seam through which waiting enters, so that tests need not wait. */
export type Sleep = (durationMs: number) => Promise<void>

const MAGIC: ReadonlyMap<string, Scenario> = new Map(SCENARIOS.map((row) => [row.cardNumber, row]))
const HOLDERS = new Map(PEOPLE.map((person) => [person.cardNumber, person]))

/** The sandbox source. `sleep` waits for scenarios with a delay. */
export function createSandbox(sleep: Sleep): Source<Finding> {
  return {
    name: 'sandbox',
    charging: 'reserve',
    verify(question) {
      const cardNumber = question.elements.cardNumber?.reveal() ?? ''
      const magic = MAGIC.get(cardNumber)
      if (magic === undefined) return sampleVerdict(question) ?? personVerdict(question, cardNumber)
      const verdict: Finding = 'outcome' in magic ? magic.outcome : { fault: magic.fault }
      return magic.delayMs === undefined ? verdict : sleep(magic.delayMs).then(() => verdict)
    },
  }
}

function sampleVerdict({ product, elements }: Question): Finding | undefined {
  return SAMPLES.find((sample) => sample.product === product && agree(product, elements, sample))
    ?.outcome
}

function personVerdict({ product, elements }: Question, cardNumber: string): Finding {
  const holder = HOLDERS.get(cardNumber)
  if (holder === undefined) return issued(product, elements) ? 'match' : 'no_record'
  return agree(product, elements, holder) ? 'match' : 'mismatch'
}

/** A card that nobody of ours holds has an issuer all the same. */
function issued(product: Product, { cardNumber }: Elements): boolean {
  return product === 'cardInfo' && cardNumber !== undefined && issuerOf(cardNumber) !== undefined
}

function agree(
  product: Product,
  elements: Elements,
  record: { readonly [E in ElementName]?: string },
): boolean {
  return PRODUCTS[product].every((element) => elements[element]?.reveal() === record[element])
}
