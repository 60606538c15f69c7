import fc from 'fast-check'
import { expect, test } from 'vitest'
import { type Entry, isCharge } from './entry.ts'
import { BALANCE_ACCOUNTS, burnsBefore, type Grant, type Holding, poolKey } from './grant.ts'
import { type Charge, Ledger } from './ledger.ts'
import { applyEntry, emptyTally, type Tally } from './replay.ts'

const POOL = poolKey('acc_1', 'card4', 'live')

function newLedger(): Ledger {
  return new Ledger({ holdings: [], reservations: [], lastEntryId: 0, lastMs: 0 })
}

function grantOf(id: number, terms: Partial<Grant> = {}): Grant {
  return {
    id,
    accountId: 'acc_1',
    product: 'card4',
    mode: 'live',
    units: 3,
    priority: 0,
    startsAtMs: 0,
    expiresAtMs: 1_000,
    createdAtMs: 0,
    reason: '',
    ...terms,
  }
}

const step = fc.oneof(
  { weight: 6, arbitrary: fc.record({ do: fc.constant('burn' as const) }) },
  { weight: 4, arbitrary: fc.record({ do: fc.constant('reserve' as const) }) },
  {
    weight: 5,
    arbitrary: fc.record({
      do: fc.constantFrom('settle' as const, 'release' as const),
      nth: fc.nat(5),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constant('grant' as const),
      units: fc.integer({ min: 1, max: 5 }),
      priority: fc.nat(2),
      startsInMs: fc.integer({ min: -50, max: 50 }),
      lastsMs: fc.integer({ min: 1, max: 300 }),
    }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('expire' as const) }) },
  {
    weight: 1,
    arbitrary: fc.record({
      do: fc.constant('withdraw' as const),
      nth: fc.nat(3),
      units: fc.integer({ min: 0, max: 4 }),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      do: fc.constant('extend' as const),
      nth: fc.nat(3),
      byMs: fc.integer({ min: -50, max: 300 }),
    }),
  },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('reverse' as const), nth: fc.nat(9) }) },
  {
    weight: 4,
    arbitrary: fc.record({
      do: fc.constant('wait' as const),
      ms: fc.integer({ min: -100, max: 100 }),
    }),
  },
)

type Step = typeof step extends fc.Arbitrary<infer T> ? T : never

/** Drives a ledger and keeps what must be true of it, in the most naive way. */
class World {
  readonly ledger = newLedger()
  readonly entries: Entry[] = []
  readonly tallies = new Map<number, Tally>()
  readonly open = new Set<number>()
  readonly ended = new Set<number>()
  nowMs = 1_000
  serial = 0

  run(action: Step): void {
    const grants = this.tallies.size
    switch (action.do) {
      case 'wait':
        this.nowMs += action.ms
        return
      case 'burn':
        this.take(() => this.ledger.burn(POOL, ++this.serial, 1, this.nowMs))
        return
      case 'reserve':
        this.take(() => this.ledger.reserve(POOL, ++this.serial, this.nowMs))
        return
      case 'settle':
      case 'release':
        this.end(action.do, [...this.open][action.nth % Math.max(1, this.open.size)])
        return
      case 'grant':
        this.keep(this.ledger.grant(this.order(action), this.nowMs))
        return
      case 'expire':
        for (const entry of this.ledger.expire(this.nowMs)) this.keep(entry)
        expect(this.ledger.expire(this.nowMs)).toEqual([])
        return
      case 'withdraw':
        this.keep(
          this.ledger.withdraw(1 + (action.nth % (grants + 1)), action.units, 'r', this.nowMs),
        )
        return
      case 'extend': {
        const id = 1 + (action.nth % (grants + 1))
        const expiresAtMs = (this.ledger.holding(id)?.expiresAtMs ?? 0) + action.byMs
        const move = action.byMs < 0 ? 'shorten' : 'extend'
        this.keep(this.ledger[move](id, expiresAtMs, 'r', this.nowMs))
        return
      }
      case 'reverse': {
        const charge = this.charge(action.nth)
        const entry = charge && this.ledger.reverse(charge, 'r', this.nowMs)
        if (charge?.undone) expect(entry).toBe('already_undone')
        this.keep(entry)
      }
    }
  }

  order(terms: { units: number; priority: number; startsInMs: number; lastsMs: number }): Grant {
    const startsAtMs = this.nowMs + terms.startsInMs
    const { units, priority } = terms
    const expiresAtMs = startsAtMs + terms.lastsMs
    const id = this.tallies.size + 1
    return grantOf(id, { units, priority, startsAtMs, expiresAtMs, createdAtMs: this.nowMs })
  }

  charge(nth: number): Charge | undefined {
    const charges = this.entries.filter(({ kind }) => isCharge(kind))
    const entry = charges[nth % Math.max(1, charges.length)]
    if (entry === undefined) return undefined
    const undone = this.entries.some(({ undoes }) => undoes === entry.id)
    return { entryId: entry.id, grantId: entry.grantId, serial: entry.serial, undone }
  }

  /** Takes a unit and compares the grant it came from with a plain sort of all that are valid. */
  take(action: () => Entry | string): void {
    const atMs = this.ledger.time(this.nowMs)
    const valid = [...this.ledger.holdings()].filter(
      ({ grant, balance, expiresAtMs }) =>
        grant.startsAtMs <= atMs && atMs < expiresAtMs && balance.available >= 1,
    )
    const expected = valid.toSorted(burnsBefore)[0]?.grant.id
    const entry = action()
    this.keep(entry)
    if (typeof entry === 'string') expect(expected).toBeUndefined()
    else expect(entry.grantId).toBe(expected)
    if (typeof entry !== 'string' && entry.kind === 'reserve') this.open.add(entry.serial)
  }

  end(kind: 'settle' | 'release', serial: number | undefined): void {
    if (serial === undefined) return
    const entry =
      kind === 'settle'
        ? this.ledger.settle(serial, 1, this.nowMs)
        : this.ledger.release(serial, this.nowMs)
    this.keep(entry)
    this.open.delete(serial)
    this.ended.add(serial)
    expect(() => this.ledger.settle(serial, 1, this.nowMs)).toThrow(/holds no reservation/)
    expect(() => this.ledger.release(serial, this.nowMs)).toThrow(/holds no reservation/)
  }

  keep(entry: Entry | string | undefined): void {
    if (entry === undefined || typeof entry === 'string') return
    const last = this.entries.at(-1)
    expect(entry.id).toBe((last?.id ?? 0) + 1)
    expect(entry.atMs).toBeGreaterThanOrEqual(last?.atMs ?? 0)
    this.entries.push(entry)
    const tally = this.tallies.get(entry.grantId) ?? emptyTally()
    this.tallies.set(entry.grantId, tally)
    applyEntry(tally, entry)
  }

  check(): void {
    for (const { grant, balance, expiresAtMs } of this.ledger.holdings()) {
      expect({ ...balance, expiresAtMs }).toEqual(this.tallies.get(grant.id))
      expect(
        Math.min(...BALANCE_ACCOUNTS.map((account) => balance[account])),
      ).toBeGreaterThanOrEqual(0)
      expect(BALANCE_ACCOUNTS.reduce((sum, account) => sum + balance[account], 0)).toBe(grant.units)
    }
    const reserved = [...this.ledger.holdings()].reduce((sum, h) => sum + h.balance.reserved, 0)
    expect(reserved).toBe(this.open.size)
    expect([...this.ledger.reservations()].map(({ serial }) => serial)).toEqual([...this.open])
  }
}

test('after any steps balances are the sum of their entries, burn order holds and time never steps back', () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
      const world = new World()
      for (const action of steps) {
        world.run(action)
        world.check()
      }
    }),
    { numRuns: 300 },
  )
})

test('a ledger loaded from its holdings goes on exactly as the one it was saved from', () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
      const world = new World()
      for (const action of steps) world.run(action)
      const { ledger } = world
      const copy = new Ledger({
        holdings: [...ledger.holdings()].map((holding) => structuredClone(holding)),
        reservations: [...ledger.reservations()],
        lastEntryId: ledger.lastEntryId,
        lastMs: ledger.time(0),
      })
      expect(copy.burn(POOL, 1e6, 1, world.nowMs)).toEqual(ledger.burn(POOL, 1e6, 1, world.nowMs))
    }),
    { numRuns: 100 },
  )
})

test('units burn by earliest expiry, then priority, then age, then id', () => {
  const ledger = newLedger()
  ledger.grant(grantOf(1, { expiresAtMs: 900, units: 1 }), 0)
  ledger.grant(grantOf(2, { expiresAtMs: 800, units: 1, priority: 2 }), 0)
  ledger.grant(grantOf(3, { expiresAtMs: 800, units: 1, priority: 1, createdAtMs: 5 }), 0)
  ledger.grant(grantOf(5, { expiresAtMs: 800, units: 1, priority: 1, createdAtMs: 4 }), 0)
  ledger.grant(grantOf(4, { expiresAtMs: 800, units: 1, priority: 1, createdAtMs: 4 }), 0)
  ledger.grant(grantOf(6, { startsAtMs: 500, expiresAtMs: 700 }), 0)
  const order = [1, 2, 3, 4, 5].map((serial) => {
    const entry = ledger.burn(POOL, serial, 1, 10)
    return typeof entry === 'string' ? entry : entry.grantId
  })
  expect(order).toEqual([4, 5, 3, 2, 1])
  expect(ledger.burn(POOL, 6, 1, 10)).toBe('exhausted')
})

test('a shortage says whether there was never a grant, all have ended, or one is used up', () => {
  const ledger = newLedger()
  expect(ledger.burn(POOL, 1, 1, 10)).toBe('none')
  ledger.grant(grantOf(1, { expiresAtMs: 100 }), 10)
  expect(ledger.burn(POOL, 9, 1, 99)).toMatchObject({ grantId: 1 })
  expect(ledger.burn(POOL, 2, 1, 100)).toBe('expired')
  ledger.grant(grantOf(2, { units: 1 }), 100)
  ledger.burn(POOL, 3, 1, 100)
  expect(ledger.burn(POOL, 4, 1, 100)).toBe('exhausted')
  expect(ledger.burn(poolKey('acc_1', 'card4', 'test'), 5, 1, 100)).toBe('none')
  expect(ledger.burn(poolKey('acc_2', 'card4', 'live'), 6, 1, 100)).toBe('none')
})

test('a reservation settles after its grant has ended, and one given back then is expired', () => {
  const ledger = newLedger()
  ledger.grant(grantOf(1, { expiresAtMs: 100 }), 10)
  ledger.reserve(POOL, 1, 99)
  ledger.reserve(POOL, 2, 99)
  ledger.settle(1, 1, 200)
  ledger.release(2, 200)
  expect(ledger.holding(1)?.balance).toEqual({
    available: 1,
    reserved: 0,
    used: 1,
    expired: 1,
    withdrawn: 0,
  })
})

test('a clock stepped back resurrects no grant', () => {
  const ledger = newLedger()
  ledger.grant(grantOf(1, { expiresAtMs: 100 }), 10)
  ledger.expire(100)
  expect(ledger.burn(POOL, 1, 1, 50)).toBe('expired')
  ledger.grant(grantOf(2, { startsAtMs: 60, expiresAtMs: 100 }), 50)
  expect(ledger.burn(POOL, 2, 1, 70)).toBe('expired')
})

test('an extension brings expired units back and only ever moves the end later', () => {
  const ledger = newLedger()
  ledger.grant(grantOf(1, { expiresAtMs: 100 }), 10)
  ledger.expire(150)
  expect(ledger.extend(1, 140, '', 150)).toBe('expiry_invalid')
  expect(ledger.extend(1, 90, '', 150)).toBe('expiry_invalid')
  expect(ledger.extend(9, 900, '', 150)).toBe('grant_unknown')
  expect(ledger.extend(1, 900, '', 150)).toMatchObject({ units: 3, expiresAtMs: 900 })
  expect(ledger.burn(POOL, 1, 1, 150)).toMatchObject({ grantId: 1 })
})

test('an extended grant takes its new place in the burn order', () => {
  const ledger = newLedger()
  ledger.grant(grantOf(1, { expiresAtMs: 800 }), 0)
  ledger.grant(grantOf(2, { expiresAtMs: 900 }), 0)
  ledger.extend(1, 1_000, '', 10)
  expect(ledger.burn(POOL, 1, 1, 10)).toMatchObject({ grantId: 2 })
})

test('a shortened grant ends sooner, moves no unit, and an extension brings it back', () => {
  const ledger = newLedger()
  ledger.grant(grantOf(1, { units: 3, expiresAtMs: 900 }), 10)
  expect(ledger.shorten(1, 900, '', 20)).toBe('expiry_invalid')
  expect(ledger.shorten(9, 100, '', 20)).toBe('grant_unknown')
  expect(ledger.shorten(1, 15, '', 20)).toMatchObject({ kind: 'extend', units: 0, expiresAtMs: 15 })
  expect(ledger.burn(POOL, 1, 1, 30)).toBe('expired')
  ledger.expire(30)
  expect(ledger.extend(1, 900, '', 40)).toMatchObject({ units: 3 })
  expect(ledger.burn(POOL, 2, 1, 50)).toMatchObject({ grantId: 1 })
})

test('a holding that does not balance stops the ledger', () => {
  const holding: Holding = {
    grant: grantOf(1),
    balance: { available: 5, reserved: 0, used: 0, expired: 0, withdrawn: 0 },
    expiresAtMs: 1_000,
  }
  const ledger = new Ledger({ holdings: [holding], reservations: [], lastEntryId: 0, lastMs: 0 })
  expect(() => ledger.burn(POOL, 1, 1, 10)).toThrow(
    expect.objectContaining({ name: 'InvariantBroken' }),
  )
})
