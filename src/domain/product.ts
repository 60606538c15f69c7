/** What is sold and metered: one product an element set, shared by all protocol faces. */

/** Elements by our own names; vendor spellings stay in the vendor's folder. */
export type ElementName = 'name' | 'idNumber' | 'cardNumber' | 'mobile'

/**
 * The elements each product compares. `card4` is 四要素, `card3` 三要素, `card2` name and card,
 * `cardId` ID number and card; `cardInfo` compares nothing but asks who issued a card.
 */
export const PRODUCTS = {
  card4: ['name', 'idNumber', 'cardNumber', 'mobile'],
  card3: ['name', 'idNumber', 'cardNumber'],
  card2: ['name', 'cardNumber'],
  cardId: ['idNumber', 'cardNumber'],
  cardInfo: ['cardNumber'],
} as const satisfies Record<string, readonly ElementName[]>

export type Product = keyof typeof PRODUCTS

/** The products that say whether elements belong together. */
export type ComparingProduct = Exclude<Product, 'cardInfo'>

/** Test keys reach only the sandbox and spend only test grants; live keys the account's route. */
export type Mode = 'test' | 'live'
