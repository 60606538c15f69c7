import { describe, expect, test } from 'vitest'
import { SQL_ENGINES } from '../../../test/support/sql-engines.ts'

const ACCOUNT = { id: 'acc_1', name: 'one', state: 'active', rate_per_second: 20, created_at_ms: 7 }

describe.each([...SQL_ENGINES])('%s', (_name, open) => {
  test('keeps a transaction whole, and gives integers back as numbers', async () => {
    const engine = await open()
    await engine.transact(({ queries }) => queries.insertInto('account').values(ACCOUNT).execute())
    expect(await engine.queries.selectFrom('account').selectAll().execute()).toMatchObject([
      ACCOUNT,
    ])
  })

  test('leaves nothing of a transaction that threw', async () => {
    const engine = await open()
    const failing = engine.transact(async ({ queries }) => {
      await queries.insertInto('account').values(ACCOUNT).execute()
      throw new Error('changed my mind')
    })
    await expect(failing).rejects.toThrow('changed my mind')
    expect(await engine.queries.selectFrom('account').selectAll().execute()).toEqual([])
  })

  test('reads in one snapshot', async () => {
    const engine = await open()
    await engine.transact(({ queries }) => queries.insertInto('account').values(ACCOUNT).execute())
    const counted = await engine.snapshot((queries) =>
      queries
        .selectFrom('account')
        .select(({ fn }) => fn.countAll<number>().as('n'))
        .execute(),
    )
    expect(Number(counted[0]?.n)).toBe(1)
  })
})
