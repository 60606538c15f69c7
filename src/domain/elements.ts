/** The elements of one verification: their types, their canonical form, the check before a source. */
import { foldCardNumber, isWellFormedCardNumber } from './card-number.ts'
import { checkIdNumber, foldIdNumber } from './id-number.ts'
import { foldMobile, isWellFormedMobile } from './mobile.ts'
import { foldName, isWellFormedName } from './names.ts'
import type { Outcome } from './outcome.ts'
import { type ElementName, PRODUCTS, type Product } from './product.ts'
import { Secret } from './secret.ts'

/**
 * Elements of a product. As submitted (decoded from the wire, not yet folded) or normalised: the
 * type is the same, `normalise` makes the second from the first.
 */
export type Elements = { readonly [E in ElementName]?: Secret }

/** How strictly the four are judged before a source is asked. */
export type PrecheckPolicy = 'off' | 'format' | 'strict'

const FOLDS: { readonly [E in ElementName]: (raw: string) => string } = {
  name: foldName,
  idNumber: foldIdNumber,
  cardNumber: foldCardNumber,
  mobile: foldMobile,
}

const MALFORMED = {
  name: 'name_malformed',
  idNumber: 'id_malformed',
  cardNumber: 'card_malformed',
  mobile: 'mobile_malformed',
} as const satisfies Record<ElementName, Outcome>

/** The product's elements, each in its canonical form; others are left behind, missing stay so. */
export function normalise(submitted: Elements, product: Product): Elements {
  const normalised: { [E in ElementName]?: Secret } = {}
  for (const element of PRODUCTS[product]) {
    const secret = submitted[element]
    if (secret === undefined) continue
    const raw = secret.reveal()
    const folded = FOLDS[element](raw)
    normalised[element] = folded === raw ? secret : new Secret(folded)
  }
  return normalised
}

/**
 * What is wrong with normalised elements before any source is asked, or nothing. Of several failures
 * the first in the product's order wins. `off` refuses only what is empty or missing.
 */
export function precheck(
  elements: Elements,
  product: Product,
  policy: PrecheckPolicy,
): Outcome | undefined {
  for (const element of PRODUCTS[product]) {
    const value = elements[element]?.reveal() ?? ''
    if (value === '') return MALFORMED[element]
    const outcome = policy === 'off' ? undefined : judge(element, value, policy)
    if (outcome !== undefined) return outcome
  }
  return undefined
}

function judge(
  element: ElementName,
  value: string,
  policy: 'format' | 'strict',
): Outcome | undefined {
  if (element === 'idNumber') {
    const verdict = checkIdNumber(value, policy)
    if (verdict === 'unsupported') return 'id_type_unsupported'
    return verdict === 'ok' ? undefined : MALFORMED.idNumber
  }
  return isWellFormed(element, value, policy) ? undefined : MALFORMED[element]
}

function isWellFormed(
  element: Exclude<ElementName, 'idNumber'>,
  value: string,
  policy: 'format' | 'strict',
): boolean {
  if (element === 'name') return isWellFormedName(value, policy === 'strict')
  if (element === 'cardNumber') return isWellFormedCardNumber(value, policy)
  return isWellFormedMobile(value, policy)
}
