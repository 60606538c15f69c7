/** Live calls over HTTP through vendors behind faulty lines: answered in time, never paid twice. */
import { afterEach, describe, expect, inject, test, vi } from 'vitest'
import { KeySealer } from '../../src/accounts/seal.ts'
import type { VendorRoute } from '../../src/sources/vendor-route.ts'
import { readUnknowns } from '../../src/storage/sql/attempts.ts'
import { addRoute, removeRoute, setPolicy } from '../../src/storage/sql/vendor-routes.ts'
import { syntheticPerson } from '../../src/testing/people-csv.ts'
import { httpCall } from '../support/http-call.ts'
import { serveProcess } from '../support/kayan-process.ts'
import { createDatabase } from '../support/postgres.ts'
import { LIVE_TENCENT, Place } from '../support/service.ts'
import { type TencentKey, tc3Headers } from '../support/tencent-signer.ts'
import { openProxy } from './fault-proxy.ts'
import { type Simulator, simulate, type VendorName } from './simulators.ts'

const UNITS = 1_000
const DEADLINE_MS = 8_000
const CALLS = 40
const SEED = 21
const KEY: TencentKey = { secretId: LIVE_TENCENT.credential, secretKey: LIVE_TENCENT.secret }

const directory = inject('postgresDirectory')
const postgres = async () => ({ KAYAN_DATABASE_URL: await createDatabase(directory) })
const STORES: readonly (readonly [string, () => Promise<Record<string, string>>])[] = [
  ['SQLite', async () => ({})],
  ...(directory === '' ? [] : [['PostgreSQL', postgres] as const]),
]

const closing: (() => unknown)[] = []
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close()
})

function routeTo({ vendor, credential }: Simulator, tier: number, port: number): VendorRoute {
  return {
    name: `route-${tier}`,
    vendor: vendor.name,
    credential,
    endpoint: `http://127.0.0.1:${port}`,
    profile: 'unionpay',
    prices: [{ fromCalls: 0, costCentifen: 2_500 }],
    tier,
    weight: 1,
  }
}

/** A service whose live calls go to these vendors, each behind a faulty line. */
async function arrange(
  variables: () => Promise<Record<string, string>>,
  names: readonly VendorName[],
) {
  const place = new Place(await variables())
  closing.push(() => place.remove())
  await place.furnish({ units: UNITS })
  const vendors = await Promise.all(names.map((name) => simulate(name)))
  const lines = await Promise.all(vendors.map(({ port }) => openProxy(port)))
  closing.push(() => {
    for (const open of [...vendors, ...lines]) open.close()
  })
  const deed = { actor: 'test', atMs: Date.now() }
  await place.withStorage(async ({ engine, keyring }) => {
    const sealer = new KeySealer(keyring, 'vendor.seal')
    for (const [tier, vendor] of vendors.entries()) {
      await addRoute(engine, sealer, routeTo(vendor, tier, lines[tier]!.port), deed)
    }
  })
  const service = await place.serve()
  closing.push(() => service.stop('test'))
  /** The cost rows, once each has its end, which is written while the answer is on its way. */
  const rows = () =>
    vi.waitFor(async () => {
      const all = await place.withStorage(({ engine }) =>
        engine.queries.selectFrom('vendor_attempt').selectAll().execute(),
      )
      expect(all.filter(({ state }) => state === 'prepared')).toEqual([])
      return all
    }, 5_000)
  const charged = async () => {
    const holdings = await place.withStorage(({ grants }) => grants('acc_live'))
    return holdings.reduce((sum, { balance }) => sum + balance.used, 0)
  }
  return { place, service, vendors, lines, rows, charged, deed }
}

/** The number that answers a live call about the n-th person, and how long it took. */
async function verify(
  url: string,
  n: number,
  mobile = syntheticPerson(SEED, n).mobile,
): Promise<{ result: string; tookMs: number }> {
  const { name, idNumber, cardNumber } = syntheticPerson(SEED, n)
  const body = JSON.stringify({
    Name: name,
    IdCard: idNumber,
    BankCard: cardNumber,
    Phone: mobile,
  })
  const host = new URL(url).host
  const headers = tc3Headers(KEY, host, body, Math.floor(Date.now() / 1_000))
  const startedMs = performance.now()
  const reply = await httpCall(url, { headers, body })
  const { Response } = JSON.parse(reply.body)
  const tookMs = performance.now() - startedMs
  return { result: Response.Result ?? Response.Error.Code, tookMs }
}

describe.each([...STORES])('%s', (_name, variables) => {
  test('with one vendor dead every call is answered in time by the other, paid once', async () => {
    const { service, vendors, lines, rows, charged } = await arrange(variables, [
      'tencent',
      'aliyun',
    ])
    await lines[0]!.down()
    const numbers = Array.from({ length: CALLS }, (_, i) => i * 10)
    const answers = await Promise.all(numbers.map((n) => verify(service.url, n)))
    expect(answers.map(({ result }) => result)).toEqual(numbers.map(() => '0'))
    expect(Math.max(...answers.map(({ tookMs }) => tookMs))).toBeLessThan(DEADLINE_MS)
    expect(vendors.map(({ bill }) => bill.paid)).toEqual([0, CALLS])
    expect(await charged()).toBe(CALLS)
    const states = (await rows()).map(({ route, state }) => `${route} ${state}`)
    expect(states.filter((state) => state === 'route-1 settled')).toHaveLength(CALLS)
    expect(states.filter((state) => !/^route-0 free$|^route-1 settled$/.test(state))).toEqual([])
  })

  test('an answer that is lost costs the customer nothing and is asked of nobody else', async () => {
    const { place, service, vendors, lines, rows, charged } = await arrange(variables, [
      'tencent',
      'aliyun',
    ])
    lines[0]!.fault = { replyShare: 0, how: 'reset' }
    expect((await verify(service.url, 10)).result).toBe('-18')
    expect(vendors.map(({ bill }) => bill.paid)).toEqual([1, 0])
    expect(await charged()).toBe(0)
    expect(await rows()).toMatchObject([{ route: 'route-0', state: 'unknown', phase: 'sent' }])
    expect(await place.withStorage(({ engine }) => readUnknowns(engine.queries))).toMatchObject({
      count: 1,
      costCentifen: 2_500,
    })
  })

  test('who takes the vendors out is served by his own register again, without a restart', async () => {
    const { place, service, vendors, deed } = await arrange(variables, ['tencent'])
    expect((await verify(service.url, 20)).result).toBe('0')
    await place.withStorage(({ engine }) => removeRoute(engine, 'route-0', deed))
    await vi.waitFor(async () => expect((await verify(service.url, 30)).result).toBe('-1'), 5_000)
    const { asked } = vendors[0]!.bill
    await verify(service.url, 40)
    expect(vendors[0]!.bill.asked).toBe(asked)
  })

  test('an account is led by its own policy, the others by the policy for all', async () => {
    const { place, service, vendors, deed } = await arrange(variables, ['tencent', 'aliyun'])
    const choice = { prefer: 'weight', totalTimeoutMs: DEADLINE_MS, doublePayShare: 0 } as const
    await place.withStorage(({ engine }) =>
      setPolicy(engine, { ...choice, accountId: 'acc_live', routes: ['route-1'] }, deed),
    )
    let n = 0
    await vi.waitFor(async () => {
      n += 10
      await verify(service.url, n)
      expect(vendors[1]!.bill.asked).toBeGreaterThan(0)
    }, 5_000)
    const { asked } = vendors[0]!.bill
    await verify(service.url, n + 10)
    expect(vendors[0]!.bill.asked).toBe(asked)
  })
})

test('after SIGKILL the counters stand, and what was under way is unknown and free', async () => {
  const { place, vendors, lines, service, rows, charged } = await arrange(
    async () => ({}),
    ['tencent'],
  )
  await service.stop('test')
  const vendor = vendors[0]!
  vendor.script = () => 'mismatch'
  const first = await serveProcess(place.dataDir)
  expect((await verify(first.url, 10)).result).toBe('-1')
  // The vendor has the question and its bill, and the answer is still on the line.
  lines[0]!.fault = { delayMs: DEADLINE_MS }
  const lost = verify(first.url, 10, '13800138000').catch(() => undefined)
  await vi.waitFor(() => expect(vendor.bill.paid).toBe(2), DEADLINE_MS)
  await first.kill()
  await lost
  lines[0]!.fault = undefined
  const second = await serveProcess(place.dataDir)
  closing.push(() => second.stop())
  expect((await verify(second.url, 10, '13900139000')).result).toBe('-19')
  expect(vendor.bill.asked).toBe(2)
  expect((await rows()).map(({ state }) => state).sort()).toEqual(['settled', 'unknown'])
  expect(await charged()).toBe(1)
}, 30_000)
