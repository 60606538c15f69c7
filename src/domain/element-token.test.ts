import { expect, test } from 'vitest'
import { ElementTokens } from './element-token.ts'
import type { Elements } from './elements.ts'
import { Keyring } from './keyring.ts'
import { Secret } from './secret.ts'

const tokens = new ElementTokens(new Keyring(Buffer.alloc(32, 7)))
const elements = (name: string, cardNumber: string): Elements => ({
  name: new Secret(name),
  cardNumber: new Secret(cardNumber),
})

test('a token is equal for equal account, product and elements only', () => {
  const token = tokens.of('acc_a', 'card2', elements('王芳', '6299991000000018'))
  expect(token).toHaveLength(16)
  expect(tokens.of('acc_a', 'card2', elements('王芳', '6299991000000018'))).toBe(token)
  expect(tokens.of('acc_b', 'card2', elements('王芳', '6299991000000018'))).not.toBe(token)
  expect(tokens.of('acc_a', 'card3', elements('王芳', '6299991000000018'))).not.toBe(token)
  expect(tokens.of('acc_a', 'card2', elements('王方', '6299991000000018'))).not.toBe(token)
})

test('a character that moves from one field to the next makes another token', () => {
  expect(tokens.of('acc_a', 'card2', elements('王1', '23'))).not.toBe(
    tokens.of('acc_a', 'card2', elements('王', '123')),
  )
})
