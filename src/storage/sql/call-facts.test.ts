import { sql } from 'kysely'
import { describe, expect, test } from 'vitest'
import { callOf } from '../../../test/support/ledger-store.ts'
import { grantAt, METER_PLACES } from '../../../test/support/meter-places.ts'
import { attemptId } from '../../domain/attempt.ts'
import { insertAttempts } from './attempts.ts'
import { attemptsOf, elementsOf, isUndelivered } from './call-facts.ts'

const TOKEN = 'abcdefgh'
const ABSENT = '\0'.repeat(8)

describe.each([...METER_PLACES])('%s', (_name, openPlace) => {
  test('tells which elements a call brought, and nothing where that is not kept', async () => {
    const place = await openPlace()
    await grantAt(place, 10)
    const meter = await place.open()
    const [whole, bare] = [meter.serials.next(), meter.serials.next()]
    const elementIndex = TOKEN + ABSENT + TOKEN + ABSENT
    await meter.burn(callOf(whole, place.clock.nowMs(), { elementIndex }))
    await meter.burn(callOf(bare, place.clock.nowMs()))
    const { queries } = place.engine
    expect(await elementsOf(queries, whole)).toEqual(['name', 'cardNumber'])
    expect(await elementsOf(queries, bare)).toBeUndefined()
    expect(await elementsOf(queries, 999_999_999)).toBeUndefined()
  })

  test('tells that a reply is known not to have arrived', async () => {
    const place = await openPlace()
    const { engine } = place
    const [serial, other] = [7, 8]
    if (engine.name === 'sqlite') {
      await sql`INSERT INTO undelivered (serial) VALUES (${serial})`.execute(engine.queries)
    } else {
      for (const [row, undelivered] of [
        [serial, 1],
        [other, 0],
      ]) {
        await sql`INSERT INTO repeat (serial, account_id, at_ms, undelivered)
          VALUES (${row}, 'acc_1', 0, ${undelivered})`.execute(engine.queries)
      }
    }
    expect(await isUndelivered(engine, serial)).toBe(true)
    expect(await isUndelivered(engine, other)).toBe(false)
  })

  test('tells the requests to vendors of one call in their order, and of no other', async () => {
    const { engine } = await openPlace()
    const call = { serial: 7, requestId: 'aa' }
    const attempt = {
      requestId: 'aa',
      accountId: 'acc_1',
      vendor: 'tencent',
      product: 'card4',
      costCentifen: 2_500,
    } as const
    await engine.transact(({ queries }) =>
      insertAttempts(queries, [
        { ...attempt, serial: 7, id: attemptId(call, 2), route: 'second', atMs: 20 },
        { ...attempt, serial: 7, id: attemptId(call, 1), route: 'first', atMs: 10 },
        {
          ...attempt,
          serial: 70,
          id: attemptId({ ...call, serial: 70 }, 1),
          route: 'other',
          atMs: 10,
        },
      ]),
    )
    const found = await attemptsOf(engine.queries, call)
    expect(found).toMatchObject([
      { route: 'first', state: 'prepared', costCentifen: 2_500 },
      { route: 'second', state: 'prepared' },
    ])
    expect(found[0]).not.toHaveProperty('endedAtMs')
  })
})
