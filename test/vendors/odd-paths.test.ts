/** What an operator does to routes while calls are led over them, as far as customers and bills go. */
import { expect, test } from 'vitest'
import { arrangeLive, eventually, verifyPerson } from './live-service.ts'

const BUSY = '-18'

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
