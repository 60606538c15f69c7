/**
 * The numbers that the console shows, in the cases in which numbers go wrong: midnight and a month's
 * end in Shanghai, charges given back late, packages that end, are refunded or taken back, accounts
 * that pay later, orders nobody pays. All of them are held against the balances of the ledger.
 */
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { ROLES } from '../src/accounts/user.ts'
import { STATEMENT_COLUMNS, type StatementLine } from '../src/billing/statement.ts'
import type { Clock } from '../src/domain/clock.ts'
import { type Running, SYSTEM_CLOCK } from '../src/main.ts'
import { beginMonths, billMonths } from '../src/storage/sql/postpaid.ts'
import { SqlSessions } from '../src/storage/sql/sessions.ts'
import { SqlUsers } from '../src/storage/sql/users.ts'
import type { ConsoleClient } from './support/console-client.ts'
import { type People, peopleOf } from './support/console-users.ts'
import { httpCall } from './support/http-call.ts'
import { runCli } from './support/kayan-process.ts'
import { LIVE_APPCODE, Place } from './support/service.ts'

const HOUR_MS = 3_600_000
/** A minute before February in Shanghai, where in UTC there are eight hours more of January. */
const START_MS = Date.parse('2027-01-31T23:59:00+08:00')
const RANGE = 'from=2027-01-01&to=2027-02-20'
const POSTPAID_CODE = 'postpaidappcodeexample'
const PRICE_FEN_PER_1000_UNITS = 50_000
const TITLE = { title: 'Example Ltd', taxNumber: '9144030071526726XG' }
const UNITS_SMALL = 5

/** Time passes when a test says so. */
let aheadMs = START_MS - SYSTEM_CLOCK.nowMs()
const clock: Clock = {
  nowMs: () => SYSTEM_CLOCK.nowMs() + aheadMs,
  monotonicUs: () => SYSTEM_CLOCK.monotonicUs() + aheadMs * 1_000,
}

const place = new Place()
let running: Running
let people: People

beforeAll(async () => {
  // A grant of a day, so that it ends within the test.
  await place.furnish({ units: UNITS_SMALL, nowMs: START_MS - HOUR_MS })
  running = await place.serve({ KAYAN_MODE: 'production' }, clock)
  await signIn()
}, 60_000)
afterAll(async () => {
  await running.stop('test')
  place.remove()
})

async function signIn(): Promise<void> {
  people = await place.withStorage(async (storage) => {
    const { accounts } = storage
    const account = { id: 'acc_post', name: 'post', state: 'active', ratePerSecond: 100 } as const
    const deed = { actor: 'test', atMs: clock.nowMs() }
    await accounts.createAccount(account, deed)
    const code = { ...LIVE_APPCODE, credential: POSTPAID_CODE, secret: POSTPAID_CODE }
    await accounts.addKey(account, 'live', code, deed)
    const { people: all } = await peopleOf(storage, running.url, 'acc_live', clock.nowMs())
    return all
  })
}

/** Nobody's session lasts for longer than a day of work. */
function signInAgain(): Promise<void> {
  return place.withStorage(async ({ engine }) => {
    for (const role of ROLES) {
      const user = await new SqlUsers(engine).find(`${role}.one`)
      const token = await new SqlSessions(engine).begin(user!.id, clock.nowMs())
      people[role].cookie = `kayan_session=${token}`
    }
  })
}

/** One charged call: nobody is in the register, which is told like any mismatch. */
async function call(appCode: string = LIVE_APPCODE.credential): Promise<void> {
  for (;;) {
    const { status } = await httpCall(running.url, {
      path: '/communication/personal/1887',
      headers: { Authorization: `APPCODE ${appCode}` },
      body: 'acc_no=6217920181755914&idcard=32132419860817421X&mobile=13636643334&name=张三',
    })
    // A node knows a key or a grant within a second of its making.
    if (status === 200) return
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
}

async function asked<T>(path: string, client: ConsoleClient = people.operator): Promise<T> {
  const reply = await client.get(`/api/admin/${path}`)
  expect([path, reply.status]).toEqual([path, 200])
  return reply.json as T
}

async function done(path: string, body: object = {}, method = 'POST') {
  const reply = await people.operator.ask(method, `/api/admin/${path}`, JSON.stringify(body))
  expect([path, reply.status, reply.text]).toEqual([path, 200, reply.text])
  return reply.json as { id: string }
}

interface Grant extends Readonly<Record<'available' | 'reserved' | 'used', number>> {
  readonly id: number
  readonly mode: string
  readonly units: number
  readonly expired: number
  readonly withdrawn: number
  readonly startsAtMs: number
  readonly expiresAtMs: number
}

function sum<T>(items: readonly T[], of: (item: T) => number): number {
  return items.reduce((total, item) => total + of(item), 0)
}

async function statement(accountId: string, by: 'day' | 'month') {
  const query = `accountId=${accountId}&by=${by}&${RANGE}`
  return (await asked<{ items: StatementLine[] }>(`statements?${query}`)).items
}

/** Every number that the console shows of an account, held against the others and the balances. */
async function expectTruth(accountId: string): Promise<void> {
  const days = await statement(accountId, 'day')
  const { items: grants } = await asked<{ items: Grant[] }>(`grants?accountId=${accountId}`)
  const total = (lines: readonly StatementLine[]) =>
    STATEMENT_COLUMNS.map((column) => sum(lines, (line) => line[column]))
  const moved = Object.fromEntries(total(days).map((units, i) => [STATEMENT_COLUMNS[i], units]))
  expect(moved.granted).toBe(sum(grants, ({ units }) => units))
  expect(moved.used! - moved.returned!).toBe(sum(grants, ({ used }) => used))
  expect(moved.expired! - moved.restored!).toBe(sum(grants, ({ expired }) => expired))
  expect(moved.withdrawn).toBe(sum(grants, ({ withdrawn }) => withdrawn))
  for (const [i, line] of days.entries()) {
    if (i > 0) expect(line.opening).toBe(days[i - 1]!.closing)
  }
  expect(days.at(-1)!.closing).toBe(sum(grants, ({ available, reserved }) => available + reserved))

  const months = await statement(accountId, 'month')
  expect(total(months)).toEqual(total(days))
  expect(months.at(-1)!.closing).toBe(days.at(-1)!.closing)
  const csv = await people.operator.get(
    `/api/admin/statements.csv?accountId=${accountId}&by=month&${RANGE}`,
  )
  const rows = csv.text.trim().split('\r\n').slice(1)
  expect(rows.map((row) => Number(row.split(',').at(-1)))).toEqual(months.map((m) => m.closing))

  const charged = moved.used! - moved.returned!
  const scope = `accountId=${accountId}`
  const series = await asked<{ items: { charged: number }[] }>(`overview/series?by=day&${scope}`)
  expect(sum(series.items, (day) => day.charged)).toBe(charged)
  const calls = await asked<{ items: object[] }>(`calls?charged=true&limit=200&${scope}`)
  expect(calls.items).toHaveLength(charged)
  const file = await people.operator.get(`/api/admin/calls.csv?charged=true&${scope}`)
  expect(file.text.trim().split('\r\n')).toHaveLength(charged + 1)
  const overview = await asked<{ quota: { mode: string; available: number }[] }>(
    `overview?${scope}`,
  )
  const nowMs = clock.nowMs()
  const spendable = grants.filter((each) => each.startsAtMs <= nowMs && nowMs < each.expiresAtMs)
  expect(sum(overview.quota, ({ available }) => available)).toBe(
    sum(spendable, ({ available }) => available),
  )
}

/** Gives a charge back, as `kayan ledger reverse` does. */
async function reverse(): Promise<void> {
  await place.withStorage(async ({ calls, engine }) => {
    const { calls: charged } = await calls.page({ accountId: 'acc_live', charged: true }, 100)
    const oldest = charged.at(-1)!
    const order = { serial: oldest.serial, reason: 'goodwill' }
    const undone = await engine.transact(({ ledger }) => ledger.reverseCharge(order, clock.nowMs()))
    expect(undone).toMatchObject({ kind: 'reverse' })
  })
}

describe('numbers stay true', () => {
  test('over midnight and the end of a month in Shanghai', async () => {
    await call()
    await call()
    await done(
      'postpaid?accountId=acc_post',
      {
        product: 'card4',
        unitsPerMonth: 100,
        priceFenPer1000Units: PRICE_FEN_PER_1000_UNITS,
        dueDays: 9,
      },
      'PUT',
    )
    await call(POSTPAID_CODE)
    const before = await asked<{ today: object }>('overview?accountId=acc_live')
    expect(before.today).toMatchObject({ calls: 2, charged: 2 })
    aheadMs += 2 * 60_000
    await call()
    const after = await asked<{ today: object }>('overview?accountId=acc_live')
    expect(after.today).toMatchObject({ calls: 1, charged: 1 })
    const used = (await statement('acc_live', 'month')).map(({ period, used }) => [period, used])
    expect(used).toEqual([
      ['2027-01', 2],
      ['2027-02', 1],
    ])
    await expectTruth('acc_live')
  }, 30_000)

  test('when a charge of last month is given back', async () => {
    await reverse()
    const [january, february] = await statement('acc_live', 'month')
    // What was used then stays used then; what came back came back now.
    expect(january).toMatchObject({ used: 2, returned: 0, closing: 3 })
    expect(february).toMatchObject({ used: 1, returned: 1, closing: 3 })
    await expectTruth('acc_live')
  })

  test('when orders are placed and cancelled, paid, refunded, and their invoice turned red', async () => {
    const scope = '?accountId=acc_live'
    const wish = { plan: 'card4-1200', mode: 'live' }
    const { id: cancelled } = await done(`orders${scope}`, wish)
    await done(`orders/${cancelled}/cancellation`, { reason: 'changed' })
    const { id: paid } = await done(`orders${scope}`, wish)
    // What is taken off sale was bought all the same.
    await done('plans/card4-1200/retirement')
    await done(`orders/${paid}/payment`, { paymentId: 'p-1' })
    const late = await people.operator.post(`/api/admin/orders${scope}`, wish)
    expect(late.status).toBe(404)
    const open = await asked<{ items: { orderId: string }[] }>(`invoices/orders${scope}`)
    expect(open.items).toEqual([{ orderId: paid, amountFen: 50_000 }])
    const request = { kind: 'ordinary', title: TITLE, orderIds: [paid] }
    const { id: invoice } = await done(`invoices${scope}`, request)
    const number = '26442000000012345678'
    await done(`invoices/${invoice}/issue`, { number, amountFen: 50_000 })
    await done(`orders/${paid}/refund`, { units: 600, reason: 'half' })
    const halved = await asked<{ presentFen: number }>(`invoices/${invoice}`)
    const order = await asked<{ refundedFen: number }>(`orders/${paid}`)
    expect([order.refundedFen, halved.presentFen]).toEqual([25_000, 25_000])
    await done(`invoices/${invoice}/red-letters`, {
      ...{ number: '26442000000012345679', reason: 'half' },
    })
    const red = await asked<{ redLetters: { amountFen: number }[] }>(`invoices/${invoice}`)
    expect(red.redLetters).toMatchObject([{ amountFen: 25_000 }])
    await expectTruth('acc_live')
  })

  test('when an operator gives units and takes them back', async () => {
    const scope = '?accountId=acc_live'
    const grant = { product: 'card4', mode: 'live', units: 70, reason: 'trouble' }
    const { id } = await done(`grants${scope}`, grant)
    await done(`grants/${id}/withdrawal`, { units: 70, reason: 'in error' })
    await expectTruth('acc_live')
  })

  test('when a package ends with units left, and a charge comes back to it after its end', async () => {
    aheadMs += 25 * HOUR_MS
    await signInAgain()
    await place.withStorage(({ engine }) =>
      engine.transact(({ ledger }) => ledger.expireGrants(clock.nowMs())),
    )
    await expectTruth('acc_live')
    await reverse()
    const days = await statement('acc_live', 'day')
    const today = days.find(({ period }) => period === '2027-02-02')
    // Three that were left, and the one that came too late.
    expect(today).toMatchObject({ expired: 4, returned: 1 })
    await expectTruth('acc_live')
  })

  test('when an account pays later', async () => {
    await place.withStorage(async ({ engine }) => {
      await engine.transact(({ ledger }) => ledger.expireGrants(clock.nowMs()))
      await billMonths(engine, clock.nowMs())
      await beginMonths(engine, clock.nowMs())
    })
    const { items: bills } = await asked<{ items: object[] }>('postpaid/bills?accountId=acc_post')
    expect(bills).toMatchObject([{ month: '2027-01', units: 1, amountFen: 50, state: 'placed' }])
    const months = await statement('acc_post', 'month')
    expect(months).toMatchObject([
      { period: '2027-01', granted: 100, used: 1 },
      { period: '2027-02', granted: 100, used: 0, closing: 100 },
    ])
    await call(POSTPAID_CODE)
    await expectTruth('acc_post')
  }, 30_000)

  test('to the buyer, to the operator and to the command line alike', async () => {
    const buyer = await asked<{ items: object[] }>(`statements?${RANGE}`, people.buyer_finance)
    const { items } = await asked<{ items: StatementLine[] }>(`statements?accountId=all&${RANGE}`)
    expect(buyer.items).toEqual(items.filter(({ accountId }) => accountId === 'acc_live'))
    const range = ['--from', '2027-01-01', '--to', '2027-02-20', '--json']
    const printed = await runCli(place.dataDir, ['ledger', 'statement', ...range])
    expect(JSON.parse(printed.stdout)).toEqual(items)
    const proof = await runCli(place.dataDir, ['ledger', 'verify', '--json'])
    expect(proof.code).toBe(0)
  }, 60_000)
})
