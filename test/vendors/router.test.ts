/** What the router does beyond one call: late answers, budgets, coalescing, guardian, health. */
import { setTimeout as sleep } from 'node:timers/promises'
import { expect, onTestFinished, test, vi } from 'vitest'
import type { RouterPolicy, UpstreamLimits } from '../../src/sources/upstream/settings.ts'
import { openGateway } from './composition.ts'
import { type FaultProxy, openProxy } from './fault-proxy.ts'
import { type Simulator, simulate, type VendorName } from './simulators.ts'

const MATCH = '0'
const BUSY = '-18'
const TOO_MANY = '-19'
const CARD = '6299991000000001'

interface Wish {
  readonly vendors?: readonly VendorName[]
  readonly policy?: Partial<RouterPolicy>
  readonly limits?: Partial<UpstreamLimits>
}

/** Vendors behind proxies, in the order of their tiers. */
async function arrange({ vendors: names = ['tencent', 'aliyun'], policy, limits = {} }: Wish = {}) {
  const vendors: Simulator[] = []
  const proxies: FaultProxy[] = []
  for (const name of names) {
    const vendor = await simulate(name)
    vendors.push(vendor)
    proxies.push(await openProxy(vendor.port))
  }
  const routes = vendors.map((vendor, i) => {
    return { vendor, endpoint: `http://127.0.0.1:${proxies[i]!.port}`, limits }
  })
  const gateway = openGateway(routes, policy)
  onTestFinished(async () => {
    await gateway.close()
    for (const closing of [...proxies, ...vendors]) closing.close()
  })
  const paid = () => vendors.map(({ bill }) => bill.paid)
  return { vendors, proxies, gateway, paid, route: gateway.upstreams.routes[0]! }
}

/** Cards of their own, so that no call meets another's counters. */
function cardOf(n: number): string {
  return String(6_299_991_000_000_000n + BigInt(n))
}

test('a verdict that comes late costs its caller nothing and serves who asks the same again, once', async () => {
  const { gateway, proxies, paid } = await arrange()
  proxies[0]!.fault = { delayMs: 1_500 }
  expect((await gateway.verify(CARD)).result).toBe(BUSY)
  expect(gateway.metered.settled).toHaveLength(0)
  expect(gateway.attempts.count('unknown')).toBe(1)
  await vi.waitFor(() => expect(gateway.attempts.count('settled')).toBe(1), 5_000)
  proxies[0]!.fault = undefined
  expect((await gateway.verify(CARD)).result).toBe(MATCH)
  expect(paid()).toEqual([1, 0])
  expect(gateway.metered.settled).toHaveLength(1)
  expect((await gateway.verify(CARD)).result).toBe(MATCH)
  expect(paid()).toEqual([2, 0])
})

test('a late verdict is forgotten after ten minutes', async () => {
  const { gateway, proxies, paid } = await arrange({ vendors: ['aliyun'] })
  proxies[0]!.fault = { delayMs: 1_500 }
  await gateway.verify(CARD)
  await vi.waitFor(() => expect(gateway.attempts.count('settled')).toBe(1), 5_000)
  proxies[0]!.fault = undefined
  gateway.advance(10 * 60_000)
  expect((await gateway.verify(CARD)).result).toBe(MATCH)
  expect(paid()).toEqual([2])
})

test('a reply under another call’s name is nobody’s verdict', async () => {
  const { gateway, proxies } = await arrange({ vendors: ['tencent'] })
  const renamed = (whole: Buffer) => {
    return Buffer.from(
      whole.toString('latin1').replace(/(x-tc-traceid: ).{8}/i, '$100000000'),
      'latin1',
    )
  }
  proxies[0]!.fault = { reply: renamed }
  expect((await gateway.verify(CARD)).result).toBe(BUSY)
  expect(gateway.reports[0]?.report).toMatchObject({ fault: 'reply_foreign', charge: 'unknown' })
})

test('a vendor’s name of a call that another question had before is a reply gone astray', async () => {
  const { gateway, proxies } = await arrange({ vendors: ['aliyun'] })
  let first: Buffer | undefined
  proxies[0]!.fault = { reply: (whole) => (first ??= Buffer.from(whole)) }
  expect((await gateway.verify(cardOf(1))).result).toBe(MATCH)
  expect((await gateway.verify(cardOf(2))).result).toBe(BUSY)
  expect((await gateway.verify(cardOf(1))).result).toBe(MATCH)
})

test('an account is sent only to the routes that it was sold', async () => {
  const { gateway, paid } = await arrange({ policy: { routes: ['aliyun-1'] } })
  expect((await gateway.verify(CARD)).result).toBe(MATCH)
  expect(paid()).toEqual([0, 1])
})

test('a budget for paying twice is spent and then stops hard', async () => {
  const { gateway, proxies, paid } = await arrange({ policy: { doublePayShareMax: 0.5 } })
  const owner = [cardOf(1), cardOf(2), cardOf(3), cardOf(4)]
  for (const card of owner) await gateway.verify(card)
  proxies[0]!.fault = { replyShare: 0, how: 'reset' }
  const results: string[] = []
  for (const card of owner) results.push((await gateway.verify(card)).result)
  // Of five to eight calls half may be paid twice: at the fifth two, and one more for each two after.
  expect(results).toEqual([MATCH, MATCH, MATCH, MATCH])
  expect(paid()).toEqual([8, 4])
  const { result } = await gateway.verify(cardOf(5))
  expect(result).toBe(BUSY)
})

test('an unknown stays unknown when the vendor paid for certainty is busy', async () => {
  const { gateway, proxies, vendors } = await arrange({ policy: { doublePayShareMax: 1 } })
  await gateway.verify(cardOf(1))
  proxies[0]!.fault = { replyShare: 0, how: 'reset' }
  await proxies[1]!.down()
  expect((await gateway.verify(cardOf(2))).result).toBe(BUSY)
  expect(gateway.metered.released.at(-1)?.result).toBe('source_unknown')
  expect(vendors[0]!.bill.paid).toBe(2)
})

test('nobody pays twice for a card whose next failure could lock it', async () => {
  const { gateway, proxies, vendors, paid } = await arrange({ policy: { doublePayShareMax: 1 } })
  vendors[0]!.script = () => 'mismatch'
  expect((await gateway.verify(CARD)).result).toBe('-1')
  proxies[0]!.fault = { replyShare: 0, how: 'reset' }
  expect((await gateway.verify(CARD)).result).toBe(BUSY)
  expect(paid()).toEqual([2, 0])
})

test('equal questions at the same time are one call to the vendor; each caller is answered and charged', async () => {
  const { gateway, proxies, paid } = await arrange()
  proxies[0]!.fault = { delayMs: 50 }
  const results = await Promise.all(Array.from({ length: 20 }, () => gateway.verify(CARD)))
  expect(new Set(results.map(({ result }) => result))).toEqual(new Set([MATCH]))
  expect(paid()).toEqual([1, 0])
  expect(gateway.metered.settled).toHaveLength(20)
})

test('before an issuer would lock a card nobody is asked any more, and the refusal is free', async () => {
  const { gateway, vendors } = await arrange()
  vendors[0]!.script = () => 'mismatch'
  const results: string[] = []
  for (let n = 0; n < 5; n++) results.push((await gateway.verify(CARD, `1380013800${n}`)).result)
  expect(results).toEqual(['-1', '-1', TOO_MANY, TOO_MANY, TOO_MANY])
  expect(vendors[0]!.bill.asked).toBe(2)
  expect(gateway.metered.settled).toHaveLength(2)
})

test('a failover counts on the card as well: the issuer may have seen both attempts', async () => {
  const { gateway, vendors } = await arrange()
  vendors[0]!.script = () => 'source_busy'
  vendors[1]!.script = () => 'mismatch'
  expect((await gateway.verify(CARD)).result).toBe('-1')
  expect((await gateway.verify(CARD)).result).toBe(TOO_MANY)
})

test('a vendor that cannot be reached leaves no mark on the card', async () => {
  const { gateway, proxies } = await arrange({ vendors: ['tencent'] })
  await proxies[0]!.down()
  for (let n = 0; n < 4; n++) expect((await gateway.verify(CARD)).result).toBe(BUSY)
  await proxies[0]!.up()
  expect((await gateway.verify(CARD)).result).toBe(MATCH)
})

test('a vendor that says "too often" is left alone for a second', async () => {
  const { gateway, vendors, paid } = await arrange()
  vendors[0]!.script = () => ({ fault: 'rate_limited' })
  expect((await gateway.verify(cardOf(1))).result).toBe(MATCH)
  vendors[0]!.script = () => 'match'
  expect((await gateway.verify(cardOf(2))).result).toBe(MATCH)
  expect(paid()).toEqual([0, 2])
  gateway.advance(1_000)
  await gateway.verify(cardOf(3))
  expect(paid()).toEqual([1, 2])
})

test('second vendors for calls that reached the first are a tenth of the calls, then none', async () => {
  const { gateway, vendors } = await arrange()
  const results: string[] = []
  vendors[0]!.script = (card) => (Number(card.slice(-3)) % 2 === 0 ? 'source_busy' : 'match')
  for (let n = 0; n < 18; n++) results.push((await gateway.verify(cardOf(n))).result)
  expect(results.filter((result) => result === BUSY)).toHaveLength(9 - 3)
  expect(vendors[1]!.bill.paid).toBe(3)
})

test('no attempt is begun with too little of the deadline left', async () => {
  const { gateway, vendors, proxies } = await arrange({
    policy: { totalTimeoutMs: 300, startMsMin: 200 },
    limits: { connectTimeoutMs: 150 },
  })
  await proxies[0]!.down()
  const startedMs = performance.now()
  expect([MATCH, BUSY]).toContain((await gateway.verify(CARD)).result)
  expect(performance.now() - startedMs).toBeLessThan(1_000)
  expect(vendors[0]!.bill.asked).toBe(0)
})

test('one vendor dead: every call is answered in time, it is out after five failures and back when well', async () => {
  const { gateway, proxies, route, vendors } = await arrange()
  const calls = 400
  const slowestMs: number[] = []
  const answers: string[] = []
  let diedAtMs = 0
  let ejectedAtMs = 0
  for (let n = 0; n < calls; n += 10) {
    if (n === 100) {
      await proxies[0]!.down()
      await sleep(20)
      diedAtMs = performance.now()
    }
    const batch = Array.from({ length: 10 }, async (_, i) => {
      const startedMs = performance.now()
      answers.push((await gateway.verify(cardOf(n + i))).result)
      slowestMs.push(performance.now() - startedMs)
      if (ejectedAtMs === 0 && route.state === 'open') ejectedAtMs = performance.now()
    })
    await Promise.all(batch)
  }
  expect(Math.max(...slowestMs)).toBeLessThan(5_000)
  expect(answers.filter((answer) => answer === MATCH).length / calls).toBeGreaterThanOrEqual(0.999)
  expect(ejectedAtMs - diedAtMs).toBeLessThan(1_000)
  const failures = gateway.reports.filter(({ report }) => report.phase === 'unreached').length
  expect(failures).toBeLessThanOrEqual(10)
  expect(vendors.reduce((sum, { bill }) => sum + bill.paid, 0)).toBe(calls)

  await proxies[0]!.up()
  gateway.advance(36_000)
  for (let n = 0; n < 3; n++) await gateway.verify(cardOf(calls + n))
  expect(route.state).toBe('closed')
})

test('two free probes bring a vendor back before its time, and cost nothing', async () => {
  const { gateway, proxies, route, vendors } = await arrange()
  vendors[0]!.script = (card) => (card.endsWith('8887') ? 'card_malformed' : 'match')
  await proxies[0]!.down()
  for (let n = 0; n < 5; n++) await gateway.verify(cardOf(n))
  expect(route.state).toBe('open')
  await route.probe()
  await proxies[0]!.up()
  await route.probe()
  expect(route.state).toBe('open')
  await route.probe()
  expect(route.state).toBe('closed')
  expect(vendors[0]!.bill.paid).toBe(0)
  expect(gateway.attempts.count('prepared')).toBe(0)
})

test('a vendor of which no code is known to be free is probed by a connection alone', async () => {
  const { gateway, proxies, route, vendors } = await arrange({ vendors: ['aliyun', 'tencent'] })
  await proxies[0]!.down()
  for (let n = 0; n < 5; n++) await gateway.verify(cardOf(n))
  await proxies[0]!.up()
  await route.probe()
  await route.probe()
  expect(route.state).toBe('closed')
  expect(vendors[0]!.bill.asked).toBe(0)
})

test('a vendor that hangs takes no more calls than it has room for; the others are served elsewhere', async () => {
  const { gateway, proxies, vendors } = await arrange({ limits: { callsMax: 8, queueMs: 20 } })
  proxies[0]!.fault = { request: 'whole', how: 'hang' }
  const results = await Promise.all(
    Array.from({ length: 100 }, (_, n) => gateway.verify(cardOf(n)).then(({ result }) => result)),
  )
  expect(results).toHaveLength(100)
  const hung = gateway.reports.filter(({ report }) => report.phase === 'sent').length
  expect(hung).toBeLessThanOrEqual(8)
  expect(results.filter((result) => result === MATCH).length).toBe(vendors[1]!.bill.paid)
  expect(vendors[1]!.bill.paid).toBeGreaterThan(0)
})

test('the row of an attempt and its slot are kept before the first byte leaves', async () => {
  const { gateway, vendors } = await arrange()
  const durable = Promise.withResolvers<void>()
  const prepare = gateway.attempts.prepare.bind(gateway.attempts)
  gateway.attempts.prepare = (row) => durable.promise.then(() => prepare(row))
  const answer = gateway.verify(CARD)
  await sleep(100)
  expect(gateway.guardRows.rows.size).toBeGreaterThan(0)
  expect(vendors[0]!.bill.asked).toBe(0)
  durable.resolve()
  expect((await answer).result).toBe(MATCH)
})

test('a store that cannot keep the row of an attempt lets nothing leave', async () => {
  const { gateway, vendors } = await arrange()
  gateway.attempts.prepare = () => Promise.reject(new Error('disk'))
  expect((await gateway.verify(CARD)).result).toBe('InternalError')
  expect(vendors.map(({ bill }) => bill.asked)).toEqual([0, 0])
  expect(gateway.metered.settled).toHaveLength(0)
})
