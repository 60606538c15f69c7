import fc from 'fast-check'
import { expect, test } from 'vitest'
import { type Elements, normalise } from '../domain/elements.ts'
import { Keyring } from '../domain/keyring.ts'
import {
  type ComparingProduct,
  type ElementName,
  PRODUCTS,
  type Product,
} from '../domain/product.ts'
import { Secret } from '../domain/secret.ts'
import { deriveTokenKeys, Tokens } from '../domain/token.ts'
import { type SyntheticPerson, syntheticPerson } from '../testing/people-csv.ts'
import { createRegistry } from './registry.ts'
import type { CardRecord, CardStatus } from './store.ts'

const tokens = new Tokens(deriveTokenKeys(new Keyring(Buffer.alloc(32, 3))))
const NAMES = PRODUCTS.card4
const COMPARING: readonly ComparingProduct[] = ['card4', 'card3', 'card2', 'cardId']

function elementsOf(person: SyntheticPerson, product: Product): Elements {
  const submitted = Object.fromEntries(NAMES.map((name) => [name, new Secret(person[name])]))
  return normalise(submitted, product)
}

function registryOf(people: readonly SyntheticPerson[], status: CardStatus = 'normal') {
  const records = new Map<string, CardRecord>()
  for (const person of people) {
    const token = tokens.card(new Secret(person.cardNumber))
    const elements = elementsOf(person, 'card4')
    const cardId = tokens.tuple('cardId', elements)
    records.set(token, { status, ...tokens.tuples(elements), cardId })
  }
  return createRegistry({ get: (token) => records.get(token) }, tokens)
}

/** `person` with the elements of `wrong` taken from somebody else. */
function mixed(person: SyntheticPerson, other: SyntheticPerson, wrong: readonly ElementName[]) {
  const mixture = { ...person }
  for (const name of wrong) mixture[name] = other[name]
  return mixture
}

test('for any people, every combination of right and wrong elements is answered by the set that is asked', () => {
  const people = Array.from({ length: 50 }, (_, index) => syntheticPerson(5, index))
  const registry = registryOf(people)
  const index = fc.nat({ max: people.length - 1 })
  fc.assert(
    fc.property(index, index, fc.subarray([...NAMES]), (one, two, wrong) => {
      const [person, other] = [people[one], people[two]]
      fc.pre(person !== undefined && other !== undefined)
      fc.pre(NAMES.every((name) => person?.[name] !== other?.[name]))
      if (!person || !other) return
      for (const product of COMPARING) {
        const asked: readonly ElementName[] = PRODUCTS[product]
        const differing = asked.filter((name) => wrong.includes(name))
        // With all of them "wrong" they are the other person's, and right again.
        const right = differing.length === 0 || differing.length === asked.length
        const elements = elementsOf(mixed(person, other, wrong), product)
        expect(registry.verify({ product, elements })).toBe(right ? 'match' : 'mismatch')
      }
    }),
  )
})

test('a card that is not registered is no record', () => {
  const registry = registryOf([syntheticPerson(5, 0)])
  const elements = elementsOf(syntheticPerson(5, 1), 'card4')
  expect(registry.verify({ product: 'card4', elements })).toBe('no_record')
})

test('the state of a card is told to its true holder only', () => {
  const [holder, other] = [syntheticPerson(5, 0), syntheticPerson(5, 1)]
  const registry = registryOf([holder], 'card_lost')
  const verify = (person: SyntheticPerson) => {
    return registry.verify({ product: 'card4', elements: elementsOf(person, 'card4') })
  }
  expect(verify(holder)).toBe('card_lost')
  for (const name of ['name', 'idNumber', 'mobile'] as const) {
    expect(verify(mixed(holder, other, [name]))).toBe('mismatch')
  }
})

test('a name written with full-width letters and spaces is the name that was registered', () => {
  const person = { ...syntheticPerson(5, 0), name: 'ANNA MARIA' }
  const registry = registryOf([person])
  const spelled = { ...person, name: 'ＡＮＮＡ　ＭＡＲＩＡ' }
  expect(registry.verify({ product: 'card4', elements: elementsOf(spelled, 'card4') })).toBe(
    'match',
  )
})

test('who issued a card is told of every card whose first digits are known, registered or not', () => {
  const registry = registryOf([])
  const verify = (digits: string) => {
    return registry.verify({ product: 'cardInfo', elements: { cardNumber: new Secret(digits) } })
  }
  expect(verify('6225768888888888')).toBe('match')
  expect(verify('6299991000000018')).toBe('no_record')
})
