/** The source that answers from the operator's own register of tokens; no element is stored. */
import { issuerOf } from '../domain/issuer.ts'
import type { Outcome } from '../domain/outcome.ts'
import type { Tokens } from '../domain/token.ts'
import type { Question, Source } from './source.ts'
import type { RegistryStore } from './store.ts'

/**
 * Makes the registry a source.
 *
 * A card's state is told only to who names its true holder: any difference is `mismatch`, whatever
 * the state. The other order would tell everybody who guesses a card number that the card exists
 * and whether it is lost or blocked. Both tokens are computed before the store is asked, so that a
 * known and an unknown card cost the same work, and one comparison covers all elements, so that
 * nothing depends on which of them differs. Who issued a card is no secret of its holder and comes
 * from the table of issuers.
 */
export function createRegistry(store: RegistryStore, tokens: Tokens): Source<Outcome> {
  return {
    name: 'registry',
    charging: 'burn',
    verify({ product, elements }: Question): Outcome {
      if (elements.cardNumber === undefined) throw new Error('every product has a card number')
      if (product === 'cardInfo') return issuerOf(elements.cardNumber) ? 'match' : 'no_record'
      const tuple = tokens.tuple(product, elements)
      const record = store.get(tokens.card(elements.cardNumber))
      if (record === undefined) return 'no_record'
      if (record[product] !== tuple) return 'mismatch'
      return record.status === 'normal' ? 'match' : record.status
    },
  }
}
