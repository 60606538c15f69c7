import fc from 'fast-check'
import { expect, test } from 'vitest'
import {
  ATTEMPT_TOKEN_BYTES,
  AttemptTokens,
  firstTokenOf,
  NO_DAY,
  type TokenWish,
} from './attempt-token.ts'
import { Keyring } from './keyring.ts'
import { PRODUCTS, type Product } from './product.ts'
import { Secret } from './secret.ts'

const tokens = new AttemptTokens(new Keyring(Buffer.alloc(32, 1)))

function elementsOf(clear: Readonly<Record<string, string>>) {
  const secrets = Object.entries(clear).map(([name, value]) => [name, new Secret(value)])
  return Object.fromEntries(secrets)
}

const PERSON = {
  name: '王芳',
  idNumber: '110101199003071022',
  cardNumber: '6299991000000015',
  mobile: '13800138001',
}

function tokenOf(wish: Partial<TokenWish>, clear: Readonly<Record<string, string>> = PERSON) {
  const whole = { counter: 'card', scope: 'all', day: 1, of: ['cardNumber'], ...wish } as const
  return tokens.make(tokens.plan([whole]), elementsOf(clear))
}

test('a token depends on counter, scope, day and element, and on nothing else', () => {
  const changes: Partial<TokenWish>[] = [
    {},
    { counter: 'lock' },
    { scope: 'acc_1' },
    { day: 2 },
    { of: ['mobile'] },
    { of: ['cardNumber', 'mobile'] },
  ]
  const made = changes.map((change) => tokenOf(change))
  expect(new Set(made).size).toBe(changes.length)
  for (const token of made) expect(token).toHaveLength(ATTEMPT_TOKEN_BYTES)
  expect(tokenOf({}, { ...PERSON, mobile: '13900139001', name: '李雷' })).toBe(made[0])
})

test('all tokens of a question in one go are those that are made one by one', () => {
  const wishes: TokenWish[] = [
    { counter: 'card', scope: 'all', day: 1, of: ['cardNumber'] },
    { counter: 'requests', scope: 'acc_1', day: 1, of: ['name'] },
    { counter: 'tuple', scope: 'all', day: 1, of: PRODUCTS.card4 },
  ]
  const together = tokens.make(tokens.plan(wishes), elementsOf(PERSON))
  expect(together).toBe(wishes.map((wish) => tokenOf(wish)).join(''))
})

test('tokens of a day lie before those of every later day, and behind what is of no day', () => {
  const of = (day: number) => Buffer.from(tokenOf({ day }), 'latin1')
  for (const day of [1, 255, 256, 20_000]) {
    const [last, first] = [of(day), firstTokenOf(day + 1)]
    expect(Buffer.compare(of(0), firstTokenOf(day))).toBe(-1)
    expect(Buffer.compare(firstTokenOf(day), last)).toBe(-1)
    expect(Buffer.compare(last, first)).toBe(-1)
    expect(Buffer.compare(first, of(day + 1))).toBe(-1)
  }
})

test('a clock before all days makes tokens too, one a day, which are forgotten first', () => {
  const made = [-2, -1, NO_DAY].map((day) => tokenOf({ day }))
  expect(new Set(made).size).toBe(3)
  for (const token of made) {
    expect(Buffer.compare(Buffer.from(token, 'latin1'), firstTokenOf(1))).toBe(-1)
  }
  expect(firstTokenOf(-1)).toEqual(firstTokenOf(NO_DAY))
})

test('equal tuples have equal tokens, and any other tuple, product or order of values another', () => {
  const digits = fc.stringMatching(/^\d{4,12}$/)
  const person = fc.record({
    name: fc.string(),
    idNumber: digits,
    cardNumber: digits,
    mobile: digits,
  })
  const product = fc.constantFrom(...(Object.keys(PRODUCTS) as Product[]))
  const seen = new Map<string, string>()
  fc.assert(
    fc.property(person, product, (clear, of) => {
      const token = tokens.tuple(of, elementsOf(clear), 'acc_1', 0)
      const known = JSON.stringify([of, ...PRODUCTS[of].map((name) => clear[name])])
      expect(seen.get(token) ?? known).toBe(known)
      seen.set(token, known)
      expect(tokens.tuple(of, elementsOf(clear), 'acc_1', 0)).toBe(token)
    }),
    { numRuns: 500 },
  )
  const swapped = { ...PERSON, cardNumber: PERSON.mobile, mobile: PERSON.cardNumber }
  const of = (clear: typeof PERSON) => tokens.tuple('card4', elementsOf(clear), 'acc_1', 0)
  expect(of(swapped)).not.toBe(of(PERSON))
})

test('another key makes other tokens', () => {
  const other = new AttemptTokens(new Keyring(Buffer.alloc(32, 2)))
  const made = (with_: AttemptTokens) => with_.tuple('card4', elementsOf(PERSON), 'all', 1)
  expect(made(other)).not.toBe(made(tokens))
})
