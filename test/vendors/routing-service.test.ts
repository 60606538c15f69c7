/** What outlasts a call on its routes, over the wire: late verdicts, comparisons, caches, the registry. */
import { expect, inject, test } from 'vitest'
import type { ShadowPolicy } from '../../src/sources/shadow-policy.ts'
import { readDisagreement, releaseRoute, setShadow } from '../../src/storage/sql/shadow-book.ts'
import { setPolicy } from '../../src/storage/sql/vendor-routes.ts'
import { setCache } from '../../src/storage/sql/verdict-caches.ts'
import type { Storage } from '../../src/storage/storage.ts'
import { createDatabase } from '../support/postgres.ts'
import {
  ACCOUNT,
  arrangeLive,
  cardOfPerson,
  DEED,
  eventually,
  verifyPerson,
} from './live-service.ts'
import type { Script } from './simulators.ts'

const EVER = { fromMs: 0, toMs: Number.MAX_SAFE_INTEGER }
const CHOICE = { prefer: 'weight', totalTimeoutMs: 8_000, doublePayShare: 0 } as const
/** Shorter than what the line is late by. */
const IMPATIENT = { ...CHOICE, accountId: ACCOUNT, totalTimeoutMs: 1_500 }
const LATE_MS = 2_200
const SHADOW: ShadowPolicy = {
  second: 'route-1',
  perMille: 1_000,
  compares: 'matches',
  budgetCentifen: 1_000_000,
  windowCalls: 100,
  alarmPerMille: 1_000,
  stops: false,
}
const MATCH = '0'
const MISMATCH = '-1'
const UNKNOWN = '-18'

const directory = inject('postgresDirectory')

const lateRows = ({ engine }: Storage) =>
  engine.queries.selectFrom('late_verdict').selectAll().execute()
const shadowRows = ({ engine }: Storage) =>
  engine.queries.selectFrom('vendor_attempt').selectAll().where('id', 'like', '%.shadow').execute()

test('a verdict that came late is served after a restart, charged once and asked of nobody', async () => {
  const live = await arrangeLive({
    vendors: ['tencent'],
    setUp: ({ engine }) => setPolicy(engine, IMPATIENT, DEED),
  })
  const first = await live.serve()
  live.lines[0]!.fault = { delayMs: LATE_MS }
  expect(await verifyPerson(first, 1)).toBe(UNKNOWN)
  await eventually(live, lateRows, (rows) => expect(rows).toHaveLength(1))
  await first.stop('test')
  expect(await live.charged()).toBe(0)
  const second = await live.serve()
  expect(await verifyPerson(second, 1)).toBe(MATCH)
  expect(live.vendors[0]!.bill).toMatchObject({ asked: 1, paid: 1 })
  expect(await live.charged()).toBe(1)
  expect(await live.place.withStorage(lateRows)).toEqual([])
}, 30_000)

test.skipIf(directory === '')(
  'of two nodes that are asked at once one takes the late verdict (skipped without PostgreSQL)',
  async () => {
    const live = await arrangeLive({
      vendors: ['tencent'],
      variables: { KAYAN_DATABASE_URL: await createDatabase(directory) },
      setUp: ({ engine }) => setPolicy(engine, IMPATIENT, DEED),
    })
    const nodes = [
      await live.serve({ KAYAN_NODE_NAME: 'one' }),
      await live.serve({ KAYAN_NODE_NAME: 'two' }),
    ]
    live.lines[0]!.fault = { delayMs: LATE_MS }
    expect(await verifyPerson(nodes[0]!, 1)).toBe(UNKNOWN)
    await eventually(live, lateRows, (rows) => expect(rows).toHaveLength(1))
    live.lines[0]!.fault = undefined
    // Both have looked by then, for they look twice a second.
    await new Promise((resolve) => setTimeout(resolve, LATE_MS))
    const answers = await Promise.all(nodes.map((node) => verifyPerson(node, 1)))
    expect(answers).toEqual([MATCH, MATCH])
    expect(live.vendors[0]!.bill).toMatchObject({ asked: 2, paid: 2 })
    expect(await live.charged()).toBe(2)
  },
  30_000,
)

test('answers and charges are the same whether verdicts are compared or not', async () => {
  // Every third person is known to nobody, every fifth has lost the card; the second source differs.
  const cards = new Map(Array.from({ length: 30 }, (_, n) => [cardOfPerson(n), n]))
  const script: Script = (card) => {
    const n = cards.get(card) ?? 0
    if (n % 3 === 0) return 'mismatch'
    return n % 5 === 0 ? 'card_lost' : 'match'
  }
  const play = async (shadow: boolean) => {
    const live = await arrangeLive({
      vendors: ['tencent', 'aliyun'],
      setUp: async ({ engine }) => shadow && setShadow(engine, SHADOW, DEED),
    })
    live.vendors[0]!.script = script
    live.vendors[1]!.script = () => 'mismatch'
    const service = await live.serve()
    const answers: string[] = []
    for (let n = 0; n < 30; n++) answers.push(await verifyPerson(service, n))
    for (let n = 1; n < 30; n += 7) answers.push(await verifyPerson(service, n, '13912345678'))
    const matches = answers.filter((answer) => answer === MATCH).length
    if (shadow) {
      await eventually(live, shadowRows, (rows) => {
        expect(rows.length).toBeGreaterThan(0)
        expect(rows.every(({ state }) => state === 'settled')).toBe(true)
      })
    }
    const compared = await live.place.withStorage(({ engine }) =>
      readDisagreement(engine.queries, EVER),
    )
    return { answers, matches, charged: await live.charged(), compared, live }
  }
  const [without, withIt] = [await play(false), await play(true)]
  expect(withIt.answers).toEqual(without.answers)
  expect(withIt.charged).toBe(without.charged)
  expect(without.live.vendors[1]!.bill.asked).toBe(0)
  const { asked, paid } = without.live.vendors[0]!.bill
  expect(withIt.live.vendors[0]!.bill).toMatchObject({ asked, paid })
  expect(withIt.compared.pairs).toMatchObject([{ route: 'route-0', second: 'route-1' }])
  const [pair] = withIt.compared.pairs
  expect(pair!.disagreed).toBe(pair!.compared)
  expect(pair!.compared).toBeLessThanOrEqual(withIt.matches)
  const rows = await withIt.live.place.withStorage(shadowRows)
  expect(rows.map(({ route }) => new Set([route, 'route-1']).size)).toEqual(rows.map(() => 1))
}, 60_000)

test('a route that drifts is asked no more until the operator releases it', async () => {
  const drift = { ...SHADOW, alarmPerMille: 0, stops: true }
  const live = await arrangeLive({
    vendors: ['tencent', 'aliyun'],
    setUp: ({ engine }) => setShadow(engine, drift, DEED),
  })
  live.vendors[1]!.script = () => 'mismatch'
  const service = await live.serve()
  expect(await verifyPerson(service, 1)).toBe(MATCH)
  let n = 1
  await eventually(
    live,
    () => verifyPerson(service, ++n),
    (answer) => expect(answer).toBe(MISMATCH),
  )
  const { asked } = live.vendors[0]!.bill
  expect(await verifyPerson(service, ++n)).toBe(MISMATCH)
  expect(live.vendors[0]!.bill.asked).toBe(asked)
  // What was answered before has been compared.
  await eventually(
    live,
    ({ engine }) => readDisagreement(engine.queries, EVER),
    ({ pairs }) => expect(pairs[0]?.compared).toBe(asked),
  )
  await live.place.withStorage(({ engine }) => releaseRoute(engine, 'route-0', DEED))
  await eventually(
    live,
    () => verifyPerson(service, ++n),
    (answer) => expect(answer).toBe(MATCH),
  )
}, 30_000)

test('an account with a cache is charged for each answer, and its vendor for the first', async () => {
  const live = await arrangeLive({
    vendors: ['tencent'],
    setUp: ({ engine }) => {
      const times = { matchMs: 60_000, mismatchMs: 0, cardStateMs: 0 }
      return setCache(engine, { accountId: ACCOUNT, ...times }, DEED)
    },
  })
  live.vendors[0]!.script = (card) => (card === cardOfPerson(2) ? 'mismatch' : 'match')
  const service = await live.serve()
  const answers: string[] = []
  for (const n of [1, 2, 1, 2, 1]) answers.push(await verifyPerson(service, n))
  expect(answers).toEqual([MATCH, MISMATCH, MATCH, MISMATCH, MATCH])
  expect(live.vendors[0]!.bill.paid).toBe(3)
  expect(await live.charged()).toBe(5)
  const sources = await live.place.withStorage(({ engine }) =>
    engine.queries.selectFrom('lane').select('source').distinct().orderBy('source').execute(),
  )
  expect(sources).toEqual([{ source: 'cache' }, { source: 'upstream' }])
}, 30_000)

test.each([
  ['registry', false, MISMATCH, 0],
  ['registry,route-0', false, MISMATCH, 0],
  ['registry,route-0', true, MATCH, 1],
  ['route-0,registry', false, MATCH, 1],
])('an account led to %s, unknown cards going on: %s', async (names, follows, answer, paid) => {
  const routes = names.split(',')
  const policy = { ...CHOICE, accountId: ACCOUNT, routes, noRecordFollows: follows }
  const live = await arrangeLive({
    vendors: ['tencent'],
    setUp: ({ engine }) => setPolicy(engine, policy, DEED),
  })
  const service = await live.serve()
  expect(await verifyPerson(service, 1)).toBe(answer)
  expect(live.vendors[0]!.bill.paid).toBe(paid)
  expect(await live.charged()).toBe(1)
})

test('the registry behind the vendors answers when none of them can be reached', async () => {
  const policy = { ...CHOICE, accountId: ACCOUNT, routes: ['route-0', 'registry'] }
  const live = await arrangeLive({
    vendors: ['tencent'],
    setUp: ({ engine }) => setPolicy(engine, policy, DEED),
  })
  await live.lines[0]!.down()
  const service = await live.serve()
  expect(await verifyPerson(service, 1)).toBe(MISMATCH)
  expect(live.vendors[0]!.bill.asked).toBe(0)
  expect(await live.charged()).toBe(1)
})
