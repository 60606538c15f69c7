import fc from 'fast-check'
import { expect, test } from 'vitest'
import { ElementIndex, INDEX_TOKEN_BYTES, INDEXED } from './element-index.ts'
import { Keyring } from './keyring.ts'
import type { ElementName } from './product.ts'
import { Secret } from './secret.ts'

const index = new ElementIndex(new Keyring(Buffer.alloc(32, 1)))

function tokenOf(account: string, name: ElementName, value: string): string {
  const at = INDEXED.indexOf(name) * INDEX_TOKEN_BYTES
  return index.of(account, { [name]: new Secret(value) }).slice(at, at + INDEX_TOKEN_BYTES)
}

/** What elements look like, and what they could look like by mistake or by malice. */
const VALUE = fc.oneof(
  fc.string({ maxLength: 40, unit: 'binary' }).filter((text) => text.isWellFormed()),
  fc.stringMatching(/^\d{0,40}X?$/),
  fc.constantFrom('王芳', '', '\0', '0', '00', 'X', '1'.repeat(30), '1'.repeat(31)),
)

test('equal elements of an account have equal tokens, alone or beside others', () => {
  const four = {
    name: new Secret('王芳'),
    idNumber: new Secret('11010119900307102X'),
    cardNumber: new Secret('6299991000000018'),
    mobile: new Secret('13800138001'),
  }
  const tokens = INDEXED.map((name) => tokenOf('acc_1', name, four[name as 'name'].reveal()))
  expect(index.of('acc_1', four)).toBe(tokens.join(''))
  expect(new Set(tokens).size).toBe(4)
})

test('no two elements share a token, be they long, short, numbers or not', () => {
  fc.assert(
    fc.property(VALUE, VALUE, (one, other) => {
      expect(tokenOf('acc_1', 'name', one) === tokenOf('acc_1', 'name', other)).toBe(one === other)
    }),
    { numRuns: 2_000 },
  )
})

test('the same digits as card and as mobile, or in another account, have another token', () => {
  const digits = '13800138001'
  const tokens = [
    tokenOf('acc_1', 'cardNumber', digits),
    tokenOf('acc_1', 'mobile', digits),
    tokenOf('acc_2', 'mobile', digits),
  ]
  expect(new Set(tokens).size).toBe(3)
})

test('what is absent is zeros, and no elements are no text', () => {
  const card = index.of('acc_1', { cardNumber: new Secret('6299991000000018') })
  expect(card).toHaveLength(32)
  expect(card.slice(0, 16)).toBe('\0'.repeat(16))
  expect(card.slice(24)).toBe('\0'.repeat(8))
  expect(index.of('acc_1', {})).toBe('')
})
