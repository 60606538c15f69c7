/** What attempts on sources promise on every engine of metering: kept with the movement of their call. */
import { describe, expect, test } from 'vitest'
import { callOf } from '../../test/support/ledger-store.ts'
import {
  balancesAt,
  brokenAt,
  grantAt,
  METER_PLACES,
  type MeterPlace,
} from '../../test/support/meter-places.ts'
import { Repeats } from '../billing/repeats.ts'
import type { Limited } from '../billing/store.ts'
import type { GuardEnding, PreparedAttempt } from '../domain/attempt.ts'
import { AttemptTokens } from '../domain/attempt-token.ts'
import { beijingDay, dayStartMs } from '../domain/beijing.ts'
import { Keyring } from '../domain/keyring.ts'
import type { Product } from '../domain/product.ts'
import { Secret } from '../domain/secret.ts'
import { Guard } from '../sources/guard.ts'
import { GUARD_PROFILES, type GuardProfileName } from '../sources/guardian.ts'
import type { GuardStore } from '../sources/store.ts'
import { forgetGuardRows } from './sql/guard-rows.ts'
import type { MeterHandle } from './sqlite/meter-handle.ts'

const DAY_MS = 86_400_000
const TOKENS = new AttemptTokens(new Keyring(Buffer.alloc(32, 1)))
const GUESSERS = 64
const OFF = GUARD_PROFILES.registry

const PERSON = {
  name: '王芳',
  idNumber: '110101199003071022',
  cardNumber: '6299991000000015',
  mobile: '13800138001',
}

interface Wish extends Partial<typeof PERSON> {
  readonly accountId?: string
  readonly product?: Product
  readonly api?: string
}

/** Nobody asks it: what is taken goes with the movements of calls. */
const NO_STORE = {} as GuardStore

function guardAt({ clock }: MeterPlace): Guard {
  return new Guard({ store: NO_STORE, tokens: TOKENS, clock })
}

function questionOf(serial: number, wish: Wish) {
  const { accountId = 'acc_1', product = 'card4', api = 'tencent.x', ...clear } = wish
  const values = Object.entries({ ...PERSON, ...clear })
  const elements = Object.fromEntries(values.map(([name, value]) => [name, new Secret(value)]))
  const call = { serial, requestId: `call-${serial}`, accountId, api, startedUs: 0 }
  return { product, elements, call }
}

function isFull(taken: object | undefined): taken is Limited {
  return taken !== undefined && 'full' in taken
}

/** A call on a source that answers at once; which counter was full, if one was. */
async function burn(place: MeterPlace, meter: MeterHandle, wish: Wish, ending: GuardEnding) {
  const row = callOf(meter.serials.next(), place.clock.nowMs())
  const slotEnd = guardAt(place).counted(questionOf(row.serial, wish), OFF, ending)
  const taken = await meter.burn(row, { slotEnd })
  if (taken !== undefined && !isFull(taken)) throw new Error(JSON.stringify(taken))
  return taken?.full
}

/** A call that is about to be asked of a vendor. */
async function reserve(
  place: MeterPlace,
  meter: MeterHandle,
  wish: Wish,
  profile: GuardProfileName = 'unionpay',
) {
  const row = callOf(meter.serials.next(), place.clock.nowMs())
  const slot = guardAt(place).ask(questionOf(row.serial, wish), GUARD_PROFILES[profile], 1)
  const attempt: PreparedAttempt = {
    id: `call-${row.serial}.1`,
    serial: row.serial,
    requestId: `call-${row.serial}`,
    accountId: 'acc_1',
    route: 'first',
    vendor: 'tencent',
    product: 'card4',
    atMs: place.clock.nowMs(),
    costCentifen: 2_500,
  }
  const taken = await meter.reserve(row, { slot, row: attempt })
  if (taken !== undefined && !isFull(taken)) throw new Error(JSON.stringify(taken))
  const end = async (ending: GuardEnding) => {
    const rowEnd = {
      id: attempt.id,
      end: { state: 'settled', phase: 'replied', code: '0', reference: '', atMs: attempt.atMs },
    } as const
    const slotEnd = { ask: slot, ending, atMs: place.clock.nowMs() }
    const ended = meter.asking.end({ slotEnd, rowEnd })
    expect(await meter.settle(row)).toBeUndefined()
    expect(await ended).toBeUndefined()
  }
  return { full: taken?.full, row, slot, attempt, end }
}

function mobileOf(n: number): string {
  return `138${String(n).padStart(8, '0')}`
}

/** Noon in Beijing, so that a test does not cross midnight unless it wants to. */
async function placeAtNoon(openPlace: () => Promise<MeterPlace>): Promise<MeterPlace> {
  const place = await openPlace()
  const { clock } = place
  const noonMs = dayStartMs(beijingDay(clock.nowMs()) + 1) + DAY_MS / 2
  clock.wait(noonMs - clock.nowMs())
  await grantAt(place, 1_000, { expiresAtMs: clock.nowMs() + 400 * DAY_MS })
  return place
}

describe.each([...METER_PLACES])('%s', (_name, openPlace) => {
  test('slot and cost row are there with the reservation, or none of them is', async () => {
    const place = await placeAtNoon(openPlace)
    const meter = await place.open()
    const attempts = place.engine.queries.selectFrom('vendor_attempt').selectAll()
    for (const n of [1, 2]) {
      const { full, end } = await reserve(place, meter, { mobile: mobileOf(n) })
      expect(full).toBeUndefined()
      await end('failed')
    }
    const refused = await reserve(place, meter, { mobile: mobileOf(3) })
    expect(refused.full).toBe('consecutive')
    expect(await attempts.execute()).toHaveLength(2)
    expect(await attempts.where('state', '=', 'settled').execute()).toHaveLength(2)
    expect(await balancesAt(place)).toMatchObject([{ reserved: 0, used: 2 }])
    expect(await brokenAt(place)).toEqual([])
  })

  test('a call that finds no unit takes no slot', async () => {
    const place = await openPlace()
    await grantAt(place, 1)
    const meter = await place.open()
    expect((await reserve(place, meter, {})).full).toBeUndefined()
    for (let n = 0; n < 5; n++) await expect(reserve(place, meter, {})).rejects.toThrow('quota')
    await grantAt(place, 5)
    await place.announceChange()
    expect((await reserve(place, meter, { mobile: mobileOf(2) })).full).toBeUndefined()
    expect((await reserve(place, meter, { mobile: mobileOf(3) })).full).toBe('consecutive')
  })

  test('a match gives its slot back, and is remembered', async () => {
    const place = await placeAtNoon(openPlace)
    const meter = await place.open()
    for (let n = 0; n < 5; n++) await (await reserve(place, meter, {})).end('matched')
    const full: unknown[] = []
    for (let n = 0; n < 4; n++)
      full.push((await reserve(place, meter, { mobile: mobileOf(n) })).full)
    expect(full).toEqual([undefined, undefined, undefined, 'consecutive'])
  })

  test('what ends after its time, or twice, does not count twice', async () => {
    const place = await placeAtNoon(openPlace)
    const meter = await place.open()
    const { slot, end } = await reserve(place, meter, {})
    await end('failed')
    const late = { slotEnd: { ask: slot, ending: 'matched', atMs: place.clock.nowMs() } } as const
    expect(await meter.asking.end(late)).toBeUndefined()
    expect(await meter.asking.end(late)).toBeUndefined()
    const full: unknown[] = []
    for (let n = 0; n < 4; n++)
      full.push((await reserve(place, meter, { mobile: mobileOf(n) })).full)
    expect(full).toEqual([undefined, undefined, undefined, 'consecutive'])
  })

  test('slots that a server left open when it ended are failures, and so are counted ones (E2)', async () => {
    const place = await placeAtNoon(openPlace)
    const first = await place.open()
    await reserve(place, first, { mobile: mobileOf(1) })
    for (let n = 0; n < 5; n++) {
      const wish = { cardNumber: '6299991000000023', mobile: mobileOf(n), idNumber: `${n}` }
      expect(await burn(place, first, wish, 'failed')).toBeUndefined()
    }
    await first.close()
    const next = await place.open()
    expect((await reserve(place, next, { mobile: mobileOf(2) })).full).toBeUndefined()
    expect((await reserve(place, next, { mobile: mobileOf(3) })).full).toBe('consecutive')
    const wish = { cardNumber: '6299991000000023', mobile: mobileOf(9), idNumber: '9' }
    expect(await burn(place, next, wish, 'matched')).toBe('accountCard')
  })

  test('of a call that may have been paid when its server ended its repeat hears so, of no other', async () => {
    const place = await placeAtNoon(openPlace)
    const first = await place.open()
    const { row: asked } = await reserve(place, first, {})
    const free = await reserve(place, first, { cardNumber: '6299991000000023' })
    const end = { state: 'free', phase: 'unreached', code: '', reference: '', atMs: 0 } as const
    await first.asking.end({ rowEnd: { id: free.attempt.id, end } })
    const unasked = callOf(first.serials.next(), place.clock.nowMs())
    await first.reserve(unasked)
    await first.close()

    const nowMs = place.clock.nowMs()
    const next = await place.open()
    const repeats = new Repeats(next, next.recentAnswers(nowMs - 1_000))
    for (const { repeatKey } of [free.row, unasked]) {
      expect(await repeats.open(repeatKey, nowMs)).toBeUndefined()
      repeats.close(repeatKey)
    }
    const { repeatKey } = asked
    expect(await repeats.open(repeatKey, nowMs)).toMatchObject({ serial: asked.serial, answer: '' })
    const joined = repeats.open(repeatKey, nowMs)
    const untold = { result: 'source_unknown', billable: false, answer: 'unknown' } as const
    const told = callOf(next.serials.next(), nowMs, { ...untold, repeatKey })
    expect(await next.record(told)).toBeUndefined()
    repeats.remember(told)
    for (const again of [joined, repeats.open(repeatKey, nowMs)]) {
      expect(await again).toMatchObject({ serial: told.serial, answer: 'unknown' })
    }
    await next.close()

    const last = await place.open()
    const kept = new Repeats(last, last.recentAnswers(nowMs - 1_000))
    expect(await kept.open(repeatKey, nowMs)).toMatchObject({ answer: 'unknown' })
    expect(await balancesAt(place)).toMatchObject([{ reserved: 0, used: 0 }])
    expect(await brokenAt(place)).toEqual([])
  })

  test('on nodes that do not look first the call itself finds that it was lost', async () => {
    const place = await placeAtNoon(openPlace)
    if (place.nodesMax === 1) return
    const first = await place.open()
    const { row } = await reserve(place, first, {})
    await first.close()
    const next = await place.open()
    const again = callOf(next.serials.next(), place.clock.nowMs(), { repeatKey: row.repeatKey })
    expect(await next.reserve(again)).toMatchObject({ earlier: { answer: '' } })
    expect(await balancesAt(place)).toMatchObject([{ reserved: 0 }])
  })

  test('at a limit the verdict is dropped, whatever it is, and nothing is charged', async () => {
    const place = await placeAtNoon(openPlace)
    const meter = await place.open()
    for (let n = 0; n < 5; n++) {
      expect(await burn(place, meter, { mobile: mobileOf(n) }, 'failed')).toBeUndefined()
    }
    for (const ending of ['matched', 'failed'] as const) {
      expect(await burn(place, meter, { mobile: mobileOf(99) }, ending)).toBe('accountCard')
    }
    expect(await balancesAt(place)).toMatchObject([{ used: 5 }])
    const calls = await place.engine.queries.selectFrom('call').selectAll().execute()
    expect(calls).toHaveLength(5)
    expect(await brokenAt(place)).toEqual([])
  })

  test('of 64 guesses at once at one below the limit exactly one passes, on all nodes (E4)', async () => {
    const place = await placeAtNoon(openPlace)
    const meters: MeterHandle[] = []
    for (let n = 0; n < place.nodesMax; n++) meters.push(await place.open({ nodeName: `n${n}` }))
    for (let n = 0; n < 4; n++) await burn(place, meters[0]!, { mobile: mobileOf(n) }, 'failed')
    const guesses = Array.from({ length: GUESSERS }, (_, n) => {
      return burn(place, meters[n % meters.length]!, { mobile: mobileOf(100 + n) }, 'failed')
    })
    const passed = (await Promise.all(guesses)).filter((full) => full === undefined)
    expect(passed).toHaveLength(1)
  })

  test('of guesses at once at vendors as many pass as a card bears, and no more', async () => {
    const place = await placeAtNoon(openPlace)
    const meters: MeterHandle[] = []
    for (let n = 0; n < place.nodesMax; n++) meters.push(await place.open({ nodeName: `n${n}` }))
    const guesses = Array.from({ length: GUESSERS }, (_, n) => {
      const wish = { mobile: mobileOf(n), accountId: `acc_${n}` }
      return reserve(place, meters[n % meters.length]!, wish)
    })
    const taken = await Promise.all(guesses)
    // The third and last is kept for who has matched the card before.
    expect(taken.filter(({ full }) => full === undefined)).toHaveLength(2)
  })

  test('fifteen wrong guesses at a card pass on a day, whoever makes them, and its owner is let in (E1)', async () => {
    const place = await placeAtNoon(openPlace)
    const meter = await place.open()
    expect(await burn(place, meter, { accountId: 'owner' }, 'matched')).toBeUndefined()
    let passed = 0
    for (let n = 0; n < 60; n++) {
      const wish = { accountId: `acc_${n % 12}`, mobile: mobileOf(n), idNumber: `${n}` }
      if ((await burn(place, meter, wish, 'failed')) === undefined) passed++
    }
    expect(passed).toBe(15)
    const other = { mobile: mobileOf(99), idNumber: '99' }
    expect(await burn(place, meter, { ...other, accountId: 'owner' }, 'failed')).toBeUndefined()
    const fewer = { ...other, accountId: 'owner', product: 'card3' } as const
    expect(await burn(place, meter, fewer, 'failed')).toBe('card')
  })

  test('the day rolls at midnight in Beijing, and a clock stepped back reopens nothing (E3)', async () => {
    const place = await placeAtNoon(openPlace)
    const { clock } = place
    const meter = await place.open()
    const midnightMs = dayStartMs(beijingDay(clock.nowMs()) + 1)
    clock.wait(midnightMs - 1 - clock.nowMs())
    for (let n = 0; n < 5; n++) await burn(place, meter, { mobile: mobileOf(n) }, 'failed')
    expect(await burn(place, meter, { mobile: mobileOf(5) }, 'failed')).toBe('accountCard')
    clock.wait(1)
    expect(await burn(place, meter, { mobile: mobileOf(5) }, 'failed')).toBeUndefined()
    clock.wait(-1)
    expect(await burn(place, meter, { mobile: mobileOf(6) }, 'failed')).toBe('accountCard')
  })

  test('an element is asked about five hundred times a day, and a tuple ten times where the face says so', async () => {
    const place = await placeAtNoon(openPlace)
    const meter = await place.open()
    const calls = Array.from({ length: 500 }, (_, n) => {
      const wish = { cardNumber: String(6e15 + n), idNumber: `${n}`, mobile: mobileOf(n) }
      return burn(place, meter, wish, 'matched')
    })
    expect(new Set(await Promise.all(calls))).toEqual(new Set([undefined]))
    const more = { cardNumber: '6', idNumber: '6', mobile: mobileOf(600) }
    expect(await burn(place, meter, more, 'matched')).toBe('element')
    const tuple = { ...more, name: '李雷', api: 'aliyun.x' }
    for (let n = 0; n < 10; n++) expect(await burn(place, meter, tuple, 'matched')).toBeUndefined()
    expect(await burn(place, meter, tuple, 'matched')).toBe('repeat')
  })

  test('what no question can look at any more is forgotten, and no element is ever kept', async () => {
    const place = await placeAtNoon(openPlace)
    const { clock, engine } = place
    const meter = await place.open()
    await burn(place, meter, {}, 'failed')
    await burn(place, meter, { accountId: 'owner' }, 'matched')
    await meter.close()
    const rows = async () => [
      ...(await engine.queries.selectFrom('guard_row').selectAll().execute()),
      ...(await engine.queries.selectFrom('guard_match').selectAll().execute()),
    ]
    const kept = await rows()
    expect(kept).toHaveLength(5)
    expect(JSON.stringify(kept)).not.toMatch(/13800138001|6299991000000015|110101199003071022/)
    await forgetGuardRows(engine.queries, clock.nowMs() + 3 * DAY_MS)
    expect(await rows()).toHaveLength(5)
    await forgetGuardRows(engine.queries, clock.nowMs() + 6 * DAY_MS)
    expect(await rows()).toHaveLength(1)
    await forgetGuardRows(engine.queries, clock.nowMs() + 60 * DAY_MS)
    expect(await rows()).toEqual([])
  })
})
