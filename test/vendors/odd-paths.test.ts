/** What an operator does to routes while calls are led over them, as far as customers and bills go. */
import { expect, test, vi } from 'vitest'
import { KeySealer } from '../../src/accounts/seal.ts'
import { Secret } from '../../src/domain/secret.ts'
import type { Running } from '../../src/main.ts'
import { insertAttempts, readUnknowns } from '../../src/storage/sql/attempts.ts'
import { changeRoute, removeRoute } from '../../src/storage/sql/vendor-routes.ts'
import { httpCall } from '../support/http-call.ts'
import { arrangeLive, DEED, eventually, type LiveService, verifyPerson } from './live-service.ts'

const MATCH = '0'
const MISMATCH = '-1'
const BUSY = '-18'
const SLOW_MS = 2_000

/** A call that has reached its slow vendor, and whose answer is still under way. */
async function underWay(live: LiveService, service: Running, n: number, signal?: AbortSignal) {
  const [vendor, line] = [live.vendors[0]!, live.lines[0]!]
  const { asked } = vendor.bill
  line.fault = { delayMs: SLOW_MS }
  const answer = verifyPerson(service, n, undefined, signal)
  await vi.waitFor(() => expect(vendor.bill.asked).toBe(asked + 1), 5_000)
  line.fault = undefined
  return { answer }
}

/** Every cost row is that of a call which its vendor was paid for. */
function allPaid(live: LiveService): Promise<void> {
  return eventually(
    live,
    ({ engine }) => engine.queries.selectFrom('vendor_attempt').select('state').execute(),
    (rows) => {
      const settled = Array.from({ length: live.vendors[0]!.bill.paid }, () => 'settled')
      expect(rows.map(({ state }) => state)).toEqual(settled)
    },
  )
}

test('where no route is of a vendor that this version knows, calls are free and not the register’s', async () => {
  const live = await arrangeLive({
    vendors: ['tencent'],
    setUp: ({ engine }) =>
      engine.queries.updateTable('vendor_route').set({ vendor: 'of-tomorrow' }).execute(),
  })
  const service = await live.serve()
  expect(await verifyPerson(service, 10)).toBe(BUSY)
  expect(await live.charged()).toBe(0)
})

test('a row that a crash left without an end is unknown, though it was written by a clock that was ahead', async () => {
  const live = await arrangeLive({
    vendors: ['tencent'],
    setUp: ({ engine }) =>
      insertAttempts(engine.queries, [
        {
          ...{
            id: 'call.1',
            serial: 1,
            requestId: 'call',
            accountId: 'acc_live',
            product: 'card4',
          },
          ...{ route: 'route-0', vendor: 'tencent', costCentifen: 2_500 },
          atMs: Date.now() + 3_600_000,
        },
      ]),
  })
  await live.serve()
  const unknowns = await live.place.withStorage(({ engine }) => readUnknowns(engine.queries))
  expect(unknowns).toMatchObject({ count: 1, costCentifen: 2_500 })
})

test('the call that reaches a step of the price is the first that costs it', async () => {
  const live = await arrangeLive({
    vendors: ['tencent'],
    setUp: ({ engine }) =>
      engine.queries.updateTable('vendor_route').set({ prices: '0:2500,2:2000' }).execute(),
  })
  const service = await live.serve()
  for (const n of [10, 20, 30]) expect(await verifyPerson(service, n)).toBe('0')
  await eventually(
    live,
    ({ engine }) =>
      engine.queries
        .selectFrom('vendor_attempt')
        .select('cost_centifen as cost')
        .where('state', '=', 'settled')
        .orderBy('serial')
        .execute(),
    (rows) => expect(rows.map(({ cost }) => cost)).toEqual([2_500, 2_500, 2_000]),
  )
})

test('a call under way when the credential is changed ends as it would have, the next one goes by the new', async () => {
  const live = await arrangeLive({ vendors: ['tencent'] })
  const service = await live.serve()
  const { answer } = await underWay(live, service, 10)
  const { id, kind } = live.vendors[0]!.credential
  await live.place.withStorage(async ({ engine, keyring }) => {
    const [name, prices] = ['route-0', [{ fromCalls: 0, costCentifen: 2_500 }]]
    const terms = { profile: 'unionpay', tier: 0, weight: 1 } as const
    const endpoint = `http://127.0.0.1:${live.lines[0]!.port}`
    const credential = { kind, id, secret: new Secret('anotherSecretEXAMPLE') }
    const sealer = new KeySealer(keyring, 'vendor.seal')
    await changeRoute(engine, sealer, { name, prices, ...terms, endpoint, credential }, DEED)
  })
  let n = 20
  await vi.waitFor(async () => {
    n += 10
    expect(await verifyPerson(service, n)).toBe(BUSY)
  }, 5_000)
  expect(await answer).toBe(MATCH)
  expect(await live.charged()).toBe(live.vendors[0]!.bill.paid)
})

test('a call under way when its route is removed ends as it would have', async () => {
  const live = await arrangeLive({ vendors: ['tencent'] })
  const service = await live.serve()
  const { answer } = await underWay(live, service, 10)
  await live.place.withStorage(({ engine }) => removeRoute(engine, 'route-0', DEED))
  await vi.waitFor(async () => expect(await verifyPerson(service, 20)).toBe(MISMATCH), 5_000)
  expect(await answer).toBe(MATCH)
  await allPaid(live)
})

test('whoever shares a call gets its answer though the one who made it went away', async () => {
  const live = await arrangeLive({ vendors: ['tencent'] })
  const service = await live.serve()
  const leaving = new AbortController()
  const first = await underWay(live, service, 10, leaving.signal)
  const second = verifyPerson(service, 10)
  await vi.waitFor(async () => {
    const { body } = await httpCall(service.url, { method: 'GET', path: '/metrics' })
    expect(body).toMatch(/kayan_vendor_shared\w* 1/)
  }, 2_000)
  leaving.abort()
  await expect(first.answer).rejects.toThrow()
  expect(await second).toBe(MATCH)
  expect(live.vendors[0]!.bill.paid).toBe(1)
  await vi.waitFor(async () => expect(await live.charged()).toBe(2), 5_000)
  await allPaid(live)
  // The answer that was lost is given again, free.
  expect(await verifyPerson(service, 10)).toBe(MATCH)
  expect(await live.charged()).toBe(2)
  expect(live.vendors[0]!.bill.paid).toBe(1)
})
