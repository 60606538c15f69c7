/** What an operator does to routes while calls are led over them, as far as customers and bills go. */
import { expect, test } from 'vitest'
import { arrangeLive, verifyPerson } from './live-service.ts'

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
