import { expect, test } from 'vitest'
import { ElementTokens, type Recalled } from './element-token.ts'
import type { Elements } from './elements.ts'
import { Keyring } from './keyring.ts'
import { Secret } from './secret.ts'

const tokens = new ElementTokens(new Keyring(Buffer.alloc(32, 7)))
const elements = (name: string, cardNumber: string): Elements => ({
  name: new Secret(name),
  cardNumber: new Secret(cardNumber),
})

const RECALLED: Recalled = {
  accountId: 'acc_a',
  api: 'vendor.two',
  product: 'card2',
  elements: elements('王芳', '6299991000000018'),
}

test('a token is equal for equal account, API and elements only', () => {
  const token = tokens.of(RECALLED)
  expect(token).toHaveLength(16)
  expect(tokens.of({ ...RECALLED })).toBe(token)
  expect(tokens.of({ ...RECALLED, accountId: 'acc_b' })).not.toBe(token)
  expect(tokens.of({ ...RECALLED, api: 'other.two' })).not.toBe(token)
  const other = elements('王方', '6299991000000018')
  expect(tokens.of({ ...RECALLED, elements: other })).not.toBe(token)
})

test('a character that moves from one field to the next makes another token', () => {
  expect(tokens.of({ ...RECALLED, elements: elements('王1', '23') })).not.toBe(
    tokens.of({ ...RECALLED, elements: elements('王', '123') }),
  )
})
