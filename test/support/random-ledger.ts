/** A ledger that lived through random operations of every kind, for properties of its entries. */
import fc from 'fast-check'
import type { Entry } from '../../src/billing/entry.ts'
import { type Holding, poolKey } from '../../src/billing/grant.ts'
import { Ledger } from '../../src/billing/ledger.ts'
import type { Mode, Product } from '../../src/domain/product.ts'

export interface RandomLedger {
  readonly entries: readonly Entry[]
  readonly holdings: readonly Holding[]
}

const HOUR_MS = 3_600_000
const START_MS = Date.parse('2026-01-30T10:00:00+08:00')
const POOLS: readonly (readonly [Product, Mode])[] = [
  ['card4', 'live'],
  ['card4', 'test'],
  ['card3', 'live'],
]

const STEPS = [
  'grant',
  'burn',
  'reserve',
  'close',
  'expire',
  'withdraw',
  'reverse',
  'extend',
] as const

const step = fc.record({
  kind: fc.oneof(...STEPS.map(fc.constant), fc.constant('burn' as const)),
  hours: fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 200 })),
  units: fc.integer({ min: 1, max: 30 }),
  pick: fc.nat(50),
})

type Step = typeof step extends fc.Arbitrary<infer T> ? T : never

/** Ledgers of account `acc_1`, from about a day to about a year of life. */
export const randomLedgers: fc.Arbitrary<RandomLedger> = fc
  .array(step, { minLength: 1, maxLength: 120 })
  .map((steps) => new Life().live(steps))

class Life {
  readonly #ledger = new Ledger({ holdings: [], reservations: [], lastEntryId: 0, lastMs: 0 })
  readonly #entries: Entry[] = []
  readonly #undone = new Set<number>()
  #nowMs = START_MS
  #serial = 0
  #grants = 0

  live(steps: readonly Step[]): RandomLedger {
    for (const each of steps) {
      this.#nowMs += each.hours * HOUR_MS
      for (const entry of this.#do(each)) if (typeof entry === 'object') this.#entries.push(entry)
    }
    return { entries: this.#entries, holdings: [...this.#ledger.holdings()] }
  }

  #do({ kind, units, pick }: Step): readonly (Entry | string)[] {
    const ledger = this.#ledger
    const [product, mode] = POOLS[pick % POOLS.length]!
    const pool = poolKey('acc_1', product, mode)
    const grantId = 1 + (pick % Math.max(1, this.#grants))
    switch (kind) {
      case 'grant':
        return [this.#grant(product, mode, units, pick)]
      case 'burn':
        return [ledger.burn(pool, ++this.#serial, 1, this.#nowMs)]
      case 'reserve':
        return [ledger.reserve(pool, ++this.#serial, this.#nowMs)]
      case 'close':
        return this.#close(pick)
      case 'expire':
        return ledger.expire(this.#nowMs)
      case 'withdraw':
        return [ledger.withdraw(grantId, units, 'refund', this.#nowMs)]
      case 'reverse':
        return this.#reverse(pick)
      case 'extend':
        return [ledger.extend(grantId, this.#nowMs + units * 5 * HOUR_MS, 'longer', this.#nowMs)]
    }
  }

  #grant(product: Product, mode: Mode, units: number, pick: number): Entry | string {
    const id = ++this.#grants
    return this.#ledger.grant(
      {
        id,
        accountId: 'acc_1',
        product,
        mode,
        units,
        priority: 0,
        startsAtMs: this.#nowMs,
        expiresAtMs: this.#nowMs + (1 + pick) * 10 * HOUR_MS,
        createdAtMs: this.#nowMs,
        reason: 'test',
      },
      this.#nowMs,
    )
  }

  #close(pick: number): readonly Entry[] {
    const [reservation] = this.#ledger.reservations()
    if (reservation === undefined) return []
    const { serial } = reservation
    const settled = pick % 2 === 0
    return [
      settled
        ? this.#ledger.settle(serial, 1, this.#nowMs)
        : this.#ledger.release(serial, this.#nowMs),
    ]
  }

  #reverse(pick: number): readonly (Entry | string)[] {
    const charges = this.#entries.filter(
      ({ id, kind }) => (kind === 'burn' || kind === 'settle') && !this.#undone.has(id),
    )
    const charge = charges[pick % Math.max(1, charges.length)]
    if (charge === undefined) return []
    this.#undone.add(charge.id)
    const { id: entryId, grantId, serial } = charge
    return [this.#ledger.reverse({ entryId, grantId, serial, undone: false }, 'wrong', this.#nowMs)]
  }
}
