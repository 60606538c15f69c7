import { describe, expect, test, vi } from 'vitest'
import { callOf } from '../../test/support/ledger-store.ts'
import {
  balancesAt,
  brokenAt,
  grantAt,
  METER_PLACES,
  type MeterPlace,
} from '../../test/support/meter-places.ts'
import { Repeats } from '../billing/repeats.ts'
import type { CallRow, StoredAnswer } from '../billing/store.ts'
import { isFault } from '../domain/fault.ts'
import type { MeterHandle } from './sqlite/meter-handle.ts'

const SECOND_MS = 1_000
const DAY_MS = 86_400_000
const WAIT_MS = 4_000

function burn(place: MeterPlace, meter: MeterHandle, row: Partial<CallRow> = {}) {
  return meter.burn(callOf(meter.serials.next(), place.clock.nowMs(), row))
}

/** What a caller who sends the same elements again gets free, as the pipeline looks for it. */
async function again(place: MeterPlace, meter: MeterHandle, repeats: Repeats, of: CallRow) {
  const { elementToken } = of
  const lost = repeats.lost(elementToken, place.clock.nowMs())
  if (lost !== undefined) return lost
  const repeatKey = `${of.serial}`.padStart(32, 'x')
  const result = await burn(place, meter, { elementToken, repeatKey })
  return result !== undefined && 'earlier' in result ? result.earlier : undefined
}

/** What a byte-identical request gets. */
async function repeated(meter: MeterHandle, repeats: Repeats, row: CallRow, atMs: number) {
  const stored: StoredAnswer | undefined = await repeats.open(row.repeatKey, atMs)
  if (stored === undefined) repeats.close(row.repeatKey)
  return stored ?? (meter.sight && (await meter.sight(row.repeatKey)))
}

describe.each([...METER_PLACES])('%s', (_name, openPlace) => {
  test('a burned call is in the store with its charge when the promise resolves', async () => {
    const place = await openPlace()
    await grantAt(place, 5)
    const meter = await place.open()
    const row = callOf(meter.serials.next(), place.clock.nowMs(), {
      answer: '{"说":"一致","\\\\":"\\""}',
      client: '203.0.113.*',
      elementIndex: '\0\u00ff'.repeat(16),
    })
    expect(await meter.burn(row)).toBeUndefined()
    const { queries } = place.engine
    const call = await queries.selectFrom('call').selectAll().executeTakeFirstOrThrow()
    const { serial, answer, client } = row
    expect(call).toMatchObject({ serial, answer, client, result: 'match', billable: 1 })
    expect(Buffer.from(call.element_index!).toString('latin1')).toBe(row.elementIndex)
    const entry = await queries
      .selectFrom('entry')
      .selectAll()
      .where('id', '=', call.entry_id)
      .executeTakeFirst()
    expect(entry).toMatchObject({ kind: 'burn', serial, units: 1 })
    expect(await balancesAt(place)).toMatchObject([{ available: 4, used: 1 }])
    expect(await brokenAt(place)).toEqual([])
  })

  test('64 callers race for the last units and exactly as many as there are get one', async () => {
    const place = await openPlace()
    for (let units = 1; units <= 10; units++) await grantAt(place, units)
    const meter = await place.open()
    const outcomes = await Promise.all(Array.from({ length: 64 }, () => burn(place, meter)))
    const refused = outcomes.filter((each) => isFault(each) && each.fault === 'quota_exhausted')
    const charged = outcomes.filter((each) => each === undefined)
    expect([charged.length, refused.length]).toEqual([55, 9])
    expect(meter.availability('acc_1', 'card4', 'live')).toBe('exhausted')
    expect(await brokenAt(place)).toEqual([])
  })

  test('with one unit and two calls in flight the second is refused even if the first is given back', async () => {
    const place = await openPlace()
    await grantAt(place, 1)
    const meter = await place.open()
    const held = callOf(meter.serials.next(), place.clock.nowMs())
    const second = callOf(meter.serials.next(), place.clock.nowMs())
    expect(await meter.reserve(held)).toBeUndefined()
    expect(await meter.reserve(second)).toEqual({ fault: 'quota_exhausted' })
    const busy = { ...held, result: 'source_busy', billable: false, repeatKey: '' } as const
    expect(await meter.release({ ...busy, elementToken: '' })).toBeUndefined()
    expect(await burn(place, meter)).toBeUndefined()
    expect(await brokenAt(place)).toEqual([])
  })

  test('a reservation that is settled charges its own grant, and free calls are only recorded', async () => {
    const place = await openPlace()
    await grantAt(place, 2)
    const meter = await place.open()
    const held = callOf(meter.serials.next(), place.clock.nowMs())
    await meter.reserve(held)
    expect(await meter.settle(held)).toBeUndefined()
    const free = { result: 'card_malformed', billable: false } as const
    const recorded = callOf(meter.serials.next(), place.clock.nowMs(), free)
    expect(await meter.record(recorded)).toBeUndefined()
    const noted = {
      result: 'rate_limited',
      billable: false,
      repeatKey: '',
      elementToken: '',
    } as const
    meter.note(callOf(meter.serials.next(), place.clock.nowMs(), noted))
    await meter.close()
    expect(await balancesAt(place)).toEqual([
      { available: 1, reserved: 0, used: 1, expired: 0, withdrawn: 0 },
    ])
    expect(await place.engine.queries.selectFrom('call').select('serial').execute()).toHaveLength(3)
    expect(await brokenAt(place)).toEqual([])
  })

  test('one row that cannot be stored is refused alone and its batch is kept', async () => {
    const place = await openPlace()
    await grantAt(place, 10)
    const meter = await place.open()
    const nowMs = place.clock.nowMs()
    const good = [meter.serials.next(), meter.serials.next(), meter.serials.next()]
    const faults = await Promise.all([
      meter.burn(callOf(good[0]!, nowMs)),
      meter.burn(callOf(good[1]!, nowMs, { repeatKey: 'too short' })),
      meter.burn(callOf(good[0]!, nowMs, { repeatKey: 'r'.repeat(32) })),
      burn(place, meter, { result: 'source_busy', billable: false }),
      meter.settle(callOf(meter.serials.next(), nowMs)),
      meter.burn(callOf(good[2]!, nowMs)),
    ])
    const internal = { fault: 'internal' }
    expect(faults).toEqual([undefined, internal, internal, internal, internal, undefined])
    expect(await balancesAt(place)).toMatchObject([{ available: 8, used: 2 }])
    expect(place.fatal).toEqual([])
    expect(await brokenAt(place)).toEqual([])
  })

  test('a grant that an operator adds beside the server is seen without traffic and spent exactly', async () => {
    const place = await openPlace()
    const meter = await place.open()
    const availability = () => meter.availability('acc_1', 'card4', 'live')
    await vi.waitFor(() => expect(availability()).toBe('none'), WAIT_MS)
    const { id: grantId } = await grantAt(place, 2)
    await vi.waitFor(() => expect(availability()).toBe('usable'), WAIT_MS)
    expect(await burn(place, meter)).toBeUndefined()
    const order = { grantId, units: 1, reason: 'refund' }
    await place.engine.transact(({ ledger }) => ledger.withdrawGrant(order, place.clock.nowMs()))
    expect(await burn(place, meter)).toEqual({ fault: 'quota_exhausted' })
    expect(await balancesAt(place)).toMatchObject([{ available: 0, used: 1, withdrawn: 1 }])
    expect(await brokenAt(place)).toEqual([])
  })

  test('an operator can extend, shorten, reverse and expire beside the server', async () => {
    const place = await openPlace()
    const { id: grantId, expiresAtMs } = await grantAt(place, 3)
    const meter = await place.open()
    const { clock, engine } = place
    const serial = meter.serials.next()
    await meter.burn(callOf(serial, clock.nowMs()))
    const change = { serial, grantId, reason: 'test' }
    const until = (ms: number) => ({ ...change, expiresAtMs: ms })
    const done = await engine.transact(async ({ ledger }) => [
      await ledger.reverseCharge(change, clock.nowMs()),
      await ledger.reverseCharge(change, clock.nowMs()),
      await ledger.extendGrant(until(expiresAtMs + DAY_MS), clock.nowMs()),
      await ledger.shortenGrant(until(clock.nowMs()), clock.nowMs()),
      await ledger.expireGrants(clock.nowMs()),
      await ledger.expireGrants(clock.nowMs()),
      await ledger.withdrawGrant({ ...change, units: 1 }, clock.nowMs()),
      await ledger.reverseCharge({ ...change, serial: serial + 1 }, clock.nowMs()),
      await ledger.extendGrant({ ...until(1), grantId: 99 }, clock.nowMs()),
    ])
    expect(done).toMatchObject([
      { kind: 'reverse', units: 1 },
      'already_undone',
      { kind: 'extend', units: 0 },
      { kind: 'extend', units: 0 },
      [{ kind: 'expire', units: 3 }],
      [],
      'units_short',
      'not_charged',
      'grant_unknown',
    ])
    expect(await burn(place, meter)).toEqual({ fault: 'subscription_expired' })
    expect(await brokenAt(place)).toEqual([])
  })

  test('the grant that ends first is burned first, whichever was given first', async () => {
    const place = await openPlace()
    const nowMs = place.clock.nowMs()
    for (const [units, lastsMs] of [
      [2, 9],
      [1, 3],
      [1, 6],
    ] as const) {
      await grantAt(place, units, { expiresAtMs: nowMs + lastsMs * DAY_MS })
    }
    const meter = await place.open()
    for (let i = 0; i < 3; i++) await burn(place, meter)
    expect((await balancesAt(place)).map(({ used }) => used)).toEqual([1, 1, 1])
    expect(await brokenAt(place)).toEqual([])
  })

  test('grants end by themselves, and the sweep expires what is left', async () => {
    const place = await openPlace()
    await grantAt(place, 3, { expiresAtMs: place.clock.nowMs() + SECOND_MS })
    const meter = await place.open()
    place.clock.wait(SECOND_MS)
    expect(await burn(place, meter)).toEqual({ fault: 'subscription_expired' })
    expect(meter.availability('acc_1', 'card4', 'live')).toBe('expired')
    place.clock.wait(60 * SECOND_MS)
    await vi.waitFor(async () => {
      expect(await balancesAt(place)).toMatchObject([{ available: 0, expired: 3 }])
    }, WAIT_MS)
    expect(await brokenAt(place)).toEqual([])
  })

  test('charged replies that were not handed over are known after a restart, and no others', async () => {
    const place = await openPlace()
    await grantAt(place, 10)
    const meter = await place.open()
    const rows = Array.from({ length: 4 }, () => callOf(meter.serials.next(), place.clock.nowMs()))
    for (const row of rows) await meter.burn(row)
    meter.delivered(rows[0]!.serial, true)
    meter.delivered(rows[1]!.serial, false)
    meter.delivered(rows[3]!.serial, true)
    await meter.close()
    const next = await place.open()
    const repeats = new Repeats(next, next.recentAnswers(place.clock.nowMs() - SECOND_MS))
    expect(await repeated(next, repeats, rows[0]!, place.clock.nowMs())).toMatchObject({
      answer: rows[0]!.answer,
    })
    const given = await again(place, next, repeats, rows[1]!)
    expect(given).toMatchObject({ serial: rows[1]!.serial, answer: rows[1]!.answer })
    repeats.delivered({ ...rows[1]!, billable: false }, true)
    expect(await again(place, next, repeats, rows[1]!)).toBeUndefined()
    expect(await again(place, next, repeats, rows[2]!)).toMatchObject({ serial: rows[2]!.serial })
    expect(await again(place, next, repeats, rows[3]!)).toBeUndefined()
    expect(await brokenAt(place)).toEqual([])
  })

  test('repeats are forgotten when they are old enough, and their calls are kept', async () => {
    const place = await openPlace()
    await grantAt(place, 1_000)
    const meter = await place.open()
    const row = () => callOf(meter.serials.next(), place.clock.nowMs())
    const old = Array.from({ length: 300 }, row)
    await Promise.all(old.map((each) => meter.burn(each)))
    place.clock.wait(700 * SECOND_MS)
    const young = row()
    await meter.burn(young)
    // The same bytes again, after everything that would recognise them is too old.
    const late = { ...row(), repeatKey: old[0]!.repeatKey }
    expect(await meter.burn(late)).toBeUndefined()
    place.clock.wait(60 * SECOND_MS)
    const repeats = new Repeats(meter, meter.recentAnswers(0))
    const seen = (each: CallRow) => repeated(meter, repeats, each, place.clock.nowMs())
    await vi.waitFor(async () => {
      expect(await seen(old[1]!)).toBeUndefined()
      expect(meter.answerOf(old[1]!.serial)).toBeUndefined()
    }, WAIT_MS)
    expect(await brokenAt(place)).toEqual([])
  })

  test('calls lose their answers and what they are searched by when they are old enough, and nothing else', async () => {
    const place = await openPlace()
    await grantAt(place, 10)
    const meter = await place.open({ callRetentionMs: DAY_MS })
    const terms = { client: '203.0.113.*', elementIndex: 'e'.repeat(32) }
    const old = callOf(meter.serials.next(), place.clock.nowMs(), terms)
    await meter.burn(old)
    place.clock.wait(DAY_MS + SECOND_MS)
    const young = callOf(meter.serials.next(), place.clock.nowMs(), terms)
    await grantAt(place, 10)
    await meter.burn(young)
    const stored = () =>
      place.engine.queries.selectFrom('call').selectAll().orderBy('serial').execute()
    await vi.waitFor(async () => {
      expect((await stored())[0]).toMatchObject({ answer: '', client: null, element_index: null })
    }, WAIT_MS)
    expect((await stored())[1]).toMatchObject({ answer: young.answer, client: young.client })
    expect(await brokenAt(place)).toEqual([])
  })

  test('what a dead server had reserved is given back at the next start, once', async () => {
    const place = await openPlace()
    await grantAt(place, 2)
    const meter = await place.open()
    await meter.reserve(callOf(meter.serials.next(), place.clock.nowMs()))
    await meter.close()
    expect(await balancesAt(place)).toMatchObject([{ available: 1, reserved: 1 }])
    for (let start = 0; start < 2; start++) await place.open().then((next) => next.close())
    expect(await balancesAt(place)).toMatchObject([{ available: 2, reserved: 0 }])
    expect(await brokenAt(place)).toEqual([])
  })

  test('a reservation that lost its request is given back by the server that holds it', async () => {
    const place = await openPlace()
    await grantAt(place, 1)
    const meter = await place.open()
    await meter.reserve(callOf(meter.serials.next(), place.clock.nowMs()))
    place.clock.wait(200 * SECOND_MS)
    await vi.waitFor(async () => {
      expect(await balancesAt(place)).toMatchObject([{ available: 1, reserved: 0 }])
    }, WAIT_MS)
    expect(await brokenAt(place)).toEqual([])
  })

  test('serial numbers never come again, whatever became of the block before', async () => {
    const place = await openPlace()
    const seen = new Set<number>()
    let given = 0
    for (let start = 0; start < 3; start++) {
      const meter = await place.open({ serialBlock: 16 })
      for (let i = 0; i < 5 + 7 * start; i++, given++) {
        seen.add(meter.serials.next())
        if (i % 8 === 7) await meter.record(callOf(meter.serials.next(), 0, { billable: false }))
      }
      await meter.close()
    }
    expect(seen.size).toBe(given)
  })

  test('closing waits for everything that was asked for', async () => {
    const place = await openPlace()
    await grantAt(place, 1_000)
    const meter = await place.open()
    const burns = Array.from({ length: 700 }, () => burn(place, meter))
    await meter.close()
    expect((await Promise.all(burns)).filter((fault) => fault !== undefined)).toEqual([])
    expect(await balancesAt(place)).toMatchObject([{ used: 700 }])
    expect(await brokenAt(place)).toEqual([])
  })

  test('on a broken invariant the process is told to stop before anybody is, and nobody gets a reply', async () => {
    const place = await openPlace()
    await grantAt(place, 10)
    const meter = await place.open()
    await place.engine.transact(({ queries }) =>
      queries.updateTable('balance').set({ used: 3 }).execute(),
    )
    await place.announceChange()
    const told: string[] = []
    await burn(place, meter).catch((error: Error) => {
      told.push(`${place.fatal.length} ${error.name}`)
    })
    expect(told).toEqual(['1 CommitUnknown'])
    expect(place.fatal[0]?.message).toMatch(/grant 1 does not balance/)
    expect(meter.health().writable).toBe(false)
    expect(await burn(place, meter)).toEqual({ fault: 'store_unavailable' })
  })

  test('a key takes no more units on a day than its cap, over restarts, and goes on the next day', async () => {
    const place = await openPlace()
    await grantAt(place, 100)
    const capped = { keyId: 'key_capped', dailyCap: 3 }
    const cap = { fault: 'key_cap_reached' }
    const first = await place.open()
    const reserve = async (row: CallRow) => [await first.reserve(row), row] as const
    const calls = Array.from({ length: 6 }, () =>
      callOf(first.serials.next(), place.clock.nowMs(), capped),
    )
    const outcomes = await Promise.all(calls.map(reserve))
    expect(outcomes.map(([taken]) => taken)).toEqual([
      undefined,
      undefined,
      undefined,
      cap,
      cap,
      cap,
    ])
    // A call that ends free gives its unit back, a charged one does not.
    const free = {
      result: 'source_busy',
      billable: false,
      repeatKey: '',
      elementToken: '',
    } as const
    await first.release({ ...calls[0]!, ...free })
    await first.settle(calls[1]!)
    await first.settle(calls[2]!)
    expect(await burn(place, first, capped)).toBeUndefined()
    expect(await burn(place, first, { ...capped, product: 'card4' })).toEqual(cap)
    expect(await burn(place, first)).toBeUndefined()
    expect(await burn(place, first, { ...capped, dailyCap: 4 })).toBeUndefined()
    await first.close()
    const second = await place.open()
    expect(await burn(place, second, capped)).toEqual(cap)
    place.clock.wait(DAY_MS / 2)
    place.clock.wait(DAY_MS / 2 - SECOND_MS * 2_000)
    expect(await burn(place, second, capped)).toBeUndefined()
    expect(await brokenAt(place)).toEqual([])
  })

  test('10,000 concurrent calls on 5,000 units: 5,000 are charged, 5,000 refused, nothing is left', async () => {
    const place = await openPlace()
    await grantAt(place, 2_500)
    await grantAt(place, 2_500)
    const names = Array.from({ length: place.nodesMax }, (_, i) => `node ${i}`)
    const meters = await Promise.all(names.map((nodeName) => place.open({ nodeName })))
    const calls = Array.from({ length: 10_000 }, (_, i) => burn(place, meters[i % meters.length]!))
    const outcomes = await Promise.all(calls)
    const refused = outcomes.filter((each) => isFault(each) && each.fault === 'quota_exhausted')
    expect(outcomes.filter((each) => each === undefined)).toHaveLength(5_000)
    expect(refused).toHaveLength(5_000)
    expect(await balancesAt(place)).toMatchObject([
      { available: 0, used: 2_500 },
      { available: 0, used: 2_500 },
    ])
    expect(await brokenAt(place)).toEqual([])
  })
})
