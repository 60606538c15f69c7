/** What every store behind the registry source promises; each implementation runs this suite. */
import fc from 'fast-check'
import { afterEach, describe, expect, test } from 'vitest'
import { TUPLE_BYTES } from '../domain/token.ts'
import type { CardRecord, CardStatus, RegistryStore } from './store.ts'

/** A card to be loaded. */
export interface LoadedCard extends CardRecord {
  readonly cardToken: string
}

/** One fresh, empty store and the means to fill it. */
export interface RegistryHarness {
  readonly store: RegistryStore
  /** Makes cards visible in `store`, each replacing an earlier record under its token. */
  load(cards: readonly LoadedCard[]): void
  close(): void
}

const STATUSES: readonly CardStatus[] = ['normal', 'card_lost', 'card_abnormal']

const bytes = (length: number) => {
  return fc
    .uint8Array({ minLength: length, maxLength: length })
    .map((array) => Buffer.from(array).toString('latin1'))
}

/** Few first bytes, so that records share buckets and leading bits. */
const cardToken = fc
  .tuple(fc.constantFrom('aaaa', 'aaab', 'zzzz', '\0\0\0\0', 'ÿÿÿÿ'), bytes(12))
  .map(([head, tail]) => head + tail)

const card = fc.record({
  cardToken,
  status: fc.constantFrom(...STATUSES),
  card2: bytes(TUPLE_BYTES),
  card3: bytes(TUPLE_BYTES),
  card4: bytes(TUPLE_BYTES),
  cardId: bytes(TUPLE_BYTES),
})

const cards = fc.uniqueArray(card, { maxLength: 80, selector: (row) => row.cardToken })

/** Declares the suite for one implementation. */
export function describeRegistryStore(name: string, open: () => RegistryHarness): void {
  describe(`${name} as a registry store`, () => {
    const harnesses: RegistryHarness[] = []
    const fresh = () => {
      const harness = open()
      harnesses.push(harness)
      return harness
    }
    afterEach(() => {
      for (const harness of harnesses.splice(0)) harness.close()
    })

    test('an empty store has no record', () => {
      expect(fresh().store.get('a'.repeat(16))).toBeUndefined()
    })

    test('every card loaded is found with all it was loaded with, and no other card', () => {
      fc.assert(
        fc.property(cards, cardToken, (rows, stranger) => {
          const { store, load } = fresh()
          load(rows)
          for (const { cardToken: token, ...record } of rows) {
            expect(store.get(token)).toEqual(record)
          }
          const known = rows.some((row) => row.cardToken === stranger)
          if (!known) expect(store.get(stranger)).toBeUndefined()
        }),
        { numRuns: 30 },
      )
    })

    test('the record loaded last is the valid one, and others stay', () => {
      fc.assert(
        fc.property(cards, cards, (older, newer) => {
          const { store, load } = fresh()
          load(older)
          load(newer.map((row, i) => ({ ...row, cardToken: older[i]?.cardToken ?? row.cardToken })))
          older.forEach(({ cardToken: token, ...record }, i) => {
            const { cardToken: _, ...replacement } = newer[i] ?? { cardToken: '', ...record }
            expect(store.get(token)).toEqual(replacement)
          })
        }),
        { numRuns: 20 },
      )
    })
  })
}
