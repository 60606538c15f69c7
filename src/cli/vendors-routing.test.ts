/** Comparing, caching and the registry among vendors, as an operator sets them at the command line. */
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { commandLine } from '../../test/support/command-line.ts'
import type { ShadowPolicy } from '../sources/shadow-policy.ts'
import { endAttempt, insertAttempts } from '../storage/sql/attempts.ts'
import { recordComparison } from '../storage/sql/shadow-book.ts'
import { openStore } from '../storage/storage.ts'

const AT_MS = Date.parse('2026-11-01T10:00:00+08:00')
const MONTH = '--from 2026-11-01 --to 2026-12-01'
const DRIFT: ShadowPolicy = {
  second: 'registry',
  perMille: 10,
  compares: 'matches',
  budgetCentifen: 0,
  windowCalls: 10,
  alarmPerMille: 0,
  stops: true,
}

/** The store behind a command line, for what only a service writes. */
function storeOf(root: string) {
  return openStore({ dataDir: join(root, 'data') }, {})
}

test('comparing is set, shown and ended, and never with a route that is not there', async () => {
  const { kayan, json } = commandLine()
  await kayan('accounts create shop')
  const set = 'vendors shadow set --per-mille 5 --budget 200'
  expect((await kayan(`${set} --second nobody`)).err).toContain('no such route')
  expect((await kayan(`${set} --second registry --all --stop`)).out).toContain(
    'Comparing has begun',
  )
  expect(await json('vendors shadow show')).toMatchObject({
    policy: {
      second: 'registry',
      perMille: 5,
      compares: 'verdicts',
      budgetCentifen: 2_000_000,
      windowCalls: 200,
      alarmPerMille: 50,
      stops: true,
    },
  })
  expect((await kayan('vendors shadow show')).out).toContain('5 of 1,000 verdicts')
  await kayan('vendors shadow off')
  expect((await kayan('vendors shadow show')).out).toBe('Nothing is compared.\n')
  expect((await kayan(`${set.replace('5', '0')} --second registry`)).code).toBe(2)
})

test('what comparisons found is told by issuer, and a route that was set aside is released', async () => {
  const { kayan, json, root } = commandLine()
  await kayan('accounts create shop')
  expect((await kayan(`vendors disagreement ${MONTH}`)).out).toContain('Nothing was compared')
  const store = await storeOf(root)
  const pair = { route: 'first', second: 'registry', bank: '工商银行', outcome: 'match' } as const
  await recordComparison(store.engine, { ...pair, secondOutcome: 'mismatch' }, DRIFT, AT_MS)
  await store.close()
  const table = (await kayan(`vendors disagreement ${MONTH}`)).out
  expect(table).toContain('first and registry: 1 compared, 1 differing.')
  expect(table).toMatch(/first +registry +工商银行 +match +mismatch +1/)
  expect(await json(`vendors disagreement ${MONTH}`)).toMatchObject({ pairs: [{ compared: 1 }] })
  expect((await kayan('vendors shadow show')).out).toMatch(/first +registry +1 +1 +2026-11-01/)
  expect((await kayan('vendors release first')).out).toBe('Released the route first.\n')
  expect((await kayan('vendors release first')).err).toContain('has not been set aside')
})

test('an account is given a cache, and it is taken away', async () => {
  const { kayan, json } = commandLine()
  await kayan('accounts create shop')
  expect((await kayan('vendors cache show')).out).toBe('No account has a cache.\n')
  await kayan('vendors cache set shop --match-minutes 10 --state-minutes 60')
  expect(await json('vendors cache show')).toMatchObject([
    { matchMs: 600_000, mismatchMs: 0, cardStateMs: 3_600_000 },
  ])
  expect((await kayan('vendors cache set shop --match-minutes 1441')).code).toBe(2)
  await kayan('vendors cache off shop')
  expect(await json('vendors cache show')).toEqual([])
})

test('the registry is named among the routes of an account, and is no name for a vendor', async () => {
  const { kayan, json } = commandLine()
  await kayan('accounts create shop')
  await kayan('vendors route --account shop --routes registry --follow-no-record')
  expect((await json('vendors list')).policies).toMatchObject([
    { routes: ['registry'], noRecordFollows: true },
  ])
  const add = 'vendors add registry --vendor aliyun --price 1 --secret-file /dev/null'
  expect((await kayan(add)).code).not.toBe(0)
})

test('comparisons are told apart from what customers’ calls cost', async () => {
  const { kayan, json, root } = commandLine()
  await kayan('accounts create shop')
  const store = await storeOf(root)
  const row = { serial: 1, requestId: 'one', accountId: 'acc_1', route: 'first', vendor: 'tencent' }
  const asked = { ...row, product: 'card4', atMs: AT_MS, costCentifen: 2_500 } as const
  await insertAttempts(store.engine.queries, [
    { ...asked, id: 'one.1' },
    { ...asked, id: 'one.shadow' },
  ])
  const paid = {
    state: 'settled',
    phase: 'replied',
    code: '0',
    reference: '',
    atMs: AT_MS,
  } as const
  for (const id of ['one.1', 'one.shadow']) await endAttempt(store.engine.queries, id, paid)
  await store.close()
  const { routes } = await json(`vendors costs ${MONTH}`)
  expect(routes).toMatchObject([
    { settled: 2, costCentifen: 5_000, compared: 1, comparedCentifen: 2_500 },
  ])
  const { out } = await kayan(`vendors costs ${MONTH}`)
  expect(out).toContain('Of the paid ones for comparison: 1, CNY 0.2500.')
})
