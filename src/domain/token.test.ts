import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { Keyring } from './keyring.ts'
import { Secret } from './secret.ts'
import { deriveTokenKeys, sealCard, Tokens, TUPLE_BYTES, unsealCard } from './token.ts'

const keyringOf = (byte: number) => new Keyring(Buffer.alloc(32, byte))
const tokens = new Tokens(deriveTokenKeys(keyringOf(1)))

const raw = fc.record({
  name: fc.string({ maxLength: 12 }),
  idNumber: fc.string({ maxLength: 12 }),
  cardNumber: fc.string({ maxLength: 12 }),
  mobile: fc.string({ maxLength: 12 }),
})

function secrets(elements: { name: string; idNumber: string; cardNumber: string; mobile: string }) {
  return {
    name: new Secret(elements.name),
    idNumber: new Secret(elements.idNumber),
    cardNumber: new Secret(elements.cardNumber),
    mobile: new Secret(elements.mobile),
  }
}

describe('tokens', () => {
  test('two lists of elements have one tuple token only when they are the same list', () => {
    fc.assert(
      fc.property(raw, raw, (a, b) => {
        const same =
          a.name === b.name &&
          a.idNumber === b.idNumber &&
          a.cardNumber === b.cardNumber &&
          a.mobile === b.mobile
        const equal = tokens.tuple('card4', secrets(a)) === tokens.tuple('card4', secrets(b))
        expect(equal).toBe(same)
      }),
    )
  })

  test('text moved from one element to the next makes another token', () => {
    const one = secrets({ name: 'ab', idNumber: 'c', cardNumber: '1', mobile: '2' })
    const two = secrets({ name: 'a', idNumber: 'bc', cardNumber: '1', mobile: '2' })
    expect(tokens.tuple('card3', one)).not.toBe(tokens.tuple('card3', two))
  })

  test('the tokens made at once are those of each product', () => {
    fc.assert(
      fc.property(raw, (elements) => {
        const all = tokens.tuples(secrets(elements))
        for (const product of ['card2', 'card3', 'card4'] as const) {
          expect(all[product]).toBe(tokens.tuple(product, secrets(elements)))
          expect(all[product]).toHaveLength(TUPLE_BYTES)
        }
      }),
    )
  })

  test('one text under different purposes or root keys makes unrelated tokens', () => {
    const text = new Secret('110101199003071022')
    const other = new Tokens(deriveTokenKeys(keyringOf(2)))
    const seen = [
      tokens.card(text),
      tokens.subject(text).token,
      tokens.subject(text).key,
      other.card(text),
      other.subject(text).token,
    ]
    expect(new Set(seen).size).toBe(seen.length)
  })

  test('a missing element is an error, never a token', () => {
    expect(() => tokens.tuple('card4', { cardNumber: new Secret('1') })).toThrow()
  })
})

describe('sealed cards', () => {
  const subject = tokens.subject(new Secret('110101199003071022'))
  const token = fc.uint8Array({ minLength: 16, maxLength: 16 }).map((bytes) => {
    return Buffer.from(bytes).toString('latin1')
  })

  test('a sealed card is opened by its person and by nobody else', () => {
    const stranger = tokens.subject(new Secret('110101199003071030'))
    fc.assert(
      fc.property(token, (card) => {
        const { salt, sealed } = sealCard(subject, card)
        expect(unsealCard(subject, salt, sealed)).toBe(card)
        expect(unsealCard(stranger, salt, sealed)).not.toBe(card)
      }),
    )
  })

  test('two entries of a person do not combine into their cards', () => {
    const xor = (a: string, b: string) => {
      return Buffer.from(a, 'latin1').map((byte, i) => byte ^ b.charCodeAt(i))
    }
    fc.assert(
      fc.property(token, token, (a, b) => {
        fc.pre(a !== b)
        const sealed = xor(sealCard(subject, a).sealed, sealCard(subject, b).sealed)
        expect(Buffer.from(sealed).equals(Buffer.from(xor(a, b)))).toBe(false)
      }),
    )
  })

  test('sealing the same card twice gives the same entry, so that importing again changes nothing', () => {
    const card = tokens.card(new Secret('6299990000000000018'))
    expect(sealCard(subject, card)).toEqual(sealCard(subject, card))
  })
})
