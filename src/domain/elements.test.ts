import fc from 'fast-check'
import { expect, test } from 'vitest'
import { type Elements, normalise, type PrecheckPolicy, precheck } from './elements.ts'
import type { Outcome } from './outcome.ts'
import { type ElementName, PRODUCTS, type Product } from './product.ts'
import { Secret } from './secret.ts'

/** Any code point, half characters included. */
const ANY_CHARACTER = fc.nat(0x10ffff).map((c) => String.fromCodePoint(c))

const ELEMENT_NAMES: readonly ElementName[] = PRODUCTS.card4
const POLICIES: readonly PrecheckPolicy[] = ['off', 'format', 'strict']
const PRODUCT_NAMES = Object.keys(PRODUCTS) as Product[]
const GOOD = {
  name: '张三',
  idNumber: '11010519491231002X',
  cardNumber: '6225768888888888',
  mobile: '13636643334',
}
const REFUSALS: Record<ElementName, Outcome> = {
  name: 'name_malformed',
  idNumber: 'id_malformed',
  cardNumber: 'card_malformed',
  mobile: 'mobile_malformed',
}

function secrets(values: Partial<Record<ElementName, string>>): Elements {
  return Object.fromEntries(Object.entries(values).map(([e, value]) => [e, new Secret(value)]))
}

function reveal(elements: Elements): Record<string, string> {
  return Object.fromEntries(Object.entries(elements).map(([e, secret]) => [e, secret.reveal()]))
}

function judge(
  values: Partial<Record<ElementName, string>>,
  policy: PrecheckPolicy,
  product: Product = 'card4',
): Outcome | undefined {
  return precheck(normalise(secrets(values), product), product, policy)
}

test('normalising keeps the product\u2019s elements only and folds each', () => {
  const submitted = secrets({
    name: ' 韦 小宝',
    idNumber: ' 11204416541220243x',
    cardNumber: '6225 7688-8888 8888',
    mobile: '+86 161 3768 8175',
  })
  const folded = {
    name: '韦小宝',
    idNumber: '11204416541220243X',
    cardNumber: '6225768888888888',
    mobile: '16137688175',
  }
  expect(reveal(normalise(submitted, 'card4'))).toEqual(folded)
  const { mobile: _mobile, ...three } = folded
  expect(reveal(normalise(submitted, 'card3'))).toEqual(three)
  expect(reveal(normalise(submitted, 'card2'))).toEqual({
    name: folded.name,
    cardNumber: folded.cardNumber,
  })
})

test('normalising is idempotent and never prints an element', () => {
  const any = fc.string({ unit: ANY_CHARACTER, maxLength: 30 })
  const values = fc.record({ name: any, idNumber: any, cardNumber: any, mobile: any })
  fc.assert(
    fc.property(values, fc.constantFrom(...PRODUCT_NAMES), (submitted, product) => {
      const once = normalise(secrets(submitted), product)
      expect(reveal(normalise(once, product))).toEqual(reveal(once))
      expect(Object.values(once).map(String)).toEqual(PRODUCTS[product].map(() => '***'))
    }),
  )
})

test('the documented samples pass under format', () => {
  const cards = ['6225768888888888', '6226090210146748', ' 6226090210146748', '6217920181755914']
  for (const name of ['韦小宝', '张三']) {
    for (const idNumber of ['11204416541220243X', ' 11204416541220243X', '32132419860817421X']) {
      for (const mobile of ['16137688175', '13636643334']) {
        for (const cardNumber of cards) {
          expect(judge({ name, idNumber, cardNumber, mobile }, 'format')).toBeUndefined()
        }
      }
    }
  }
})

test('good elements pass every policy of every product', () => {
  for (const policy of POLICIES) {
    for (const product of PRODUCT_NAMES) expect(judge(GOOD, policy, product)).toBeUndefined()
  }
})

test('an empty, blank or missing element is refused under every policy', () => {
  for (const policy of POLICIES) {
    for (const element of ELEMENT_NAMES) {
      const { [element]: _missing, ...others } = GOOD
      for (const values of [
        { ...GOOD, [element]: '' },
        { ...GOOD, [element]: ' \u3000' },
        others,
      ]) {
        expect(judge(values, policy)).toBe(REFUSALS[element])
      }
    }
  }
})

test('off refuses nothing that is not empty', () => {
  const filled = fc.string({ unit: ANY_CHARACTER, minLength: 1 }).map((text) => `x${text}x`)
  const values = fc.record({ name: filled, idNumber: filled, cardNumber: filled, mobile: filled })
  fc.assert(fc.property(values, (submitted) => judge(submitted, 'off') === undefined))
})

test('of several failures the first in the order name, ID, card, mobile wins', () => {
  const bad = { name: '\u200b', idNumber: '1', cardNumber: '1', mobile: '1' }
  fc.assert(
    fc.property(fc.subarray([...ELEMENT_NAMES], { minLength: 1 }), (failing) => {
      const values = { ...GOOD, ...Object.fromEntries(failing.map((e) => [e, bad[e]])) }
      expect(judge(values, 'format')).toBe(REFUSALS[failing[0]!])
      expect(judge(values, 'strict')).toBe(REFUSALS[failing[0]!])
    }),
  )
})

test('another document is unsupported in its place in the order', () => {
  const values = { ...GOOD, idNumber: '110105491231002' }
  expect(judge(values, 'format')).toBe('id_type_unsupported')
  expect(judge(values, 'off')).toBeUndefined()
  expect(judge({ ...values, cardNumber: '1', mobile: '1' }, 'format')).toBe('id_type_unsupported')
  expect(judge({ ...values, name: '\u200b' }, 'format')).toBe('name_malformed')
  expect(judge(values, 'format', 'card2')).toBeUndefined()
})

test('strict refuses what format lets pass', () => {
  const doubtful = {
    name: 'JOHN',
    idNumber: '11204416541220243X',
    cardNumber: '6225768888888880',
    mobile: '16137688175',
  }
  for (const element of ELEMENT_NAMES) {
    const values = { ...GOOD, [element]: doubtful[element] }
    expect(judge(values, 'format')).toBeUndefined()
    expect(judge(values, 'strict')).toBe(REFUSALS[element])
  }
})
