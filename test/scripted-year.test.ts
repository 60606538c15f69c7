/**
 * One account through a year: trial, five orders, use on every day, expiry, extension, reversal,
 * refunds and an invoice. At its end every figure follows from the entries.
 */
import { sql } from 'kysely'
import { describe, expect, test } from 'vitest'
import { KeySealer } from '../src/accounts/seal.ts'
import { type Order, shareFen } from '../src/billing/order.ts'
import {
  STATEMENT_COLUMNS,
  STATEMENT_SIGNS,
  type StatementLine,
  statementLines,
} from '../src/billing/statement.ts'
import { beijingDay, DAY_MS, monthName } from '../src/domain/beijing.ts'
import { Keyring } from '../src/domain/keyring.ts'
import { SqlInvoices } from '../src/storage/sql/invoices.ts'
import { ledgerLines } from '../src/storage/sql/ledger-export.ts'
import { payOrder, placeOrder, refundOrder } from '../src/storage/sql/orders.ts'
import { seedPlans } from '../src/storage/sql/plans.ts'
import { sealLedger } from '../src/storage/sql/seals.ts'
import { readDayTotals } from '../src/storage/sql/statements.ts'
import { takeTrial } from '../src/storage/sql/trials.ts'
import type { MeterHandle } from '../src/storage/sqlite/meter-handle.ts'
import { callOf } from './support/ledger-store.ts'
import { METER_PLACES, type MeterPlace } from './support/meter-places.ts'

const DAYS = 365
/** What needs commits of its own happens so often, to keep the year short. */
const SOMETIMES_DAYS = 5
const SEALER = new KeySealer(new Keyring(Buffer.alloc(32, 5)), 'invoice.seal')
const SEAL_KEY = Buffer.alloc(32, 1)
const YEAR_TIMEOUT_MS = 60_000
/** Days on which an order is placed and paid, and its plan. */
const ORDERS: ReadonlyMap<number, string> = new Map([
  [60, 'card4-1200'],
  [120, 'card4-1200'],
  [150, 'card4-6000'],
  [200, 'card4-1200'],
  [300, 'card4-1200'],
])
const PAID_FEN = 4 * 50_000 + 200_000

/** The life of `acc_1`, a day after the other. */
class Year {
  readonly orders: Order[] = []
  /** Calls made, charged or not. */
  calls = 0
  readonly firstDay: number
  readonly #place: MeterPlace
  readonly #meter: MeterHandle
  readonly #charged: number[] = []

  constructor(place: MeterPlace, meter: MeterHandle) {
    this.#place = place
    this.#meter = meter
    this.firstDay = beijingDay(place.clock.nowMs())
  }

  get toDay(): number {
    return beijingDay(this.#place.clock.nowMs())
  }

  async live(): Promise<void> {
    for (let day = 0; day < DAYS; day++) {
      await this.#happens(day)
      await this.#use(day)
      const { clock } = this.#place
      // The service does so by itself, but by a clock that does not jump.
      if (day % SOMETIMES_DAYS === 0) {
        await this.#ledger((ledger) => ledger.expireGrants(clock.nowMs()))
      }
      clock.wait(DAY_MS)
    }
  }

  deed() {
    return { actor: 'test', atMs: this.#place.clock.nowMs() }
  }

  /** What does not happen every day. */
  async #happens(day: number): Promise<void> {
    const { engine, clock } = this.#place
    const nowMs = clock.nowMs()
    const plan = ORDERS.get(day)
    if (plan !== undefined) await this.#buy(plan)
    if (day === 0) await this.#takeTrial()
    if (day === 70) await this.#give(100, nowMs + 20 * DAY_MS)
    if (day === 95) {
      const longer = { grantId: 3, expiresAtMs: nowMs + 5 * DAY_MS, reason: 'goodwill' }
      kept(await this.#ledger((ledger) => ledger.extendGrant(longer, nowMs)))
    }
    if (day === 130) {
      const wrong = { serial: this.#charged.at(-1)!, reason: 'complaint' }
      kept(await this.#ledger((ledger) => ledger.reverseCharge(wrong, nowMs)))
    }
    if (day % 30 === 29) await sealLedger(engine, { key: SEAL_KEY, nowMs })
  }

  async #takeTrial(): Promise<void> {
    const wish = { accountId: 'acc_1', plan: 'card4-trial', identities: ['tax:token'] }
    kept(await takeTrial(this.#place.engine, wish, this.deed()))
  }

  async #buy(plan: string): Promise<void> {
    const { engine } = this.#place
    const wish = { accountId: 'acc_1', plan, mode: 'live' } as const
    const { id: orderId } = kept(await placeOrder(engine, wish, this.deed()))
    const paymentId = `payment-${this.orders.length}`
    this.orders.push(kept(await payOrder(engine, { orderId, paymentId }, this.deed())))
  }

  async #give(units: number, expiresAtMs: number): Promise<void> {
    const nowMs = this.#place.clock.nowMs()
    const terms = { accountId: 'acc_1', product: 'card4', mode: 'live', priority: 0 } as const
    const order = { ...terms, units, startsAtMs: nowMs, expiresAtMs, reason: 'gift' }
    kept(await this.#ledger((ledger) => ledger.addGrant(order, nowMs)))
  }

  /** Few calls while there is only the trial, of which some units are left to expire. */
  async #use(day: number): Promise<void> {
    const calls = day < 60 ? Number(day % 6 === 0) : day >= 88 && day < 95 ? 0 : 2 + (day % 5)
    const meter = this.#meter
    const reserving = day >= 60 && day % SOMETIMES_DAYS === 0
    const next = () => {
      this.calls++
      return callOf(meter.serials.next(), this.#place.clock.nowMs())
    }
    const used = Array.from({ length: calls }, async (_, at) => {
      const call = next()
      if (at === 0 && reserving) {
        expect(await meter.reserve(call)).toBeUndefined()
        expect(await meter.settle(call)).toBeUndefined()
      } else expect(await meter.burn(call)).toBeUndefined()
      this.#charged.push(call.serial)
    })
    await Promise.all(used)
    if (!reserving) return
    const freed = next()
    await meter.reserve(freed)
    await meter.release({ ...freed, result: 'source_busy', billable: false })
  }

  #ledger<T>(act: (ledger: LedgerOf) => Promise<T>): Promise<T> {
    return this.#place.engine.transact(({ ledger }) => act(ledger))
  }
}

type LedgerOf = Parameters<Parameters<MeterPlace['engine']['transact']>[0]>[0]['ledger']

function kept<T>(result: T): Exclude<T, string> {
  if (typeof result === 'string') throw new Error(result)
  return result as Exclude<T, string>
}

/** Ticks the first four orders, has one refunded before the issue and one after it. */
async function invoiceYear({ engine }: MeterPlace, year: Year) {
  const invoices = new SqlInvoices(engine, { fileBytesMax: 1_000, sealer: SEALER })
  const orderIds = year.orders.slice(0, 4).map(({ id }) => id)
  const title = { title: '示例科技有限公司', taxNumber: '9144030071526726XG' }
  const request = { kind: 'ordinary', material: 'electronic', title, remark: '', orderIds } as const
  const delivery = { emails: [] }
  const asked = kept(await invoices.request('acc_1', { ...request, delivery }, year.deed()))
  expect(asked.amountFen).toBe(3 * 50_000 + 200_000)
  const refund = (at: number, units: number) =>
    refundOrder(engine, { orderId: orderIds[at]!, units, reason: 'project ended' }, year.deed())
  kept(await refund(3, 600))
  const key = { invoiceId: asked.id }
  const number = '26442000000012345678'
  const amountFen = asked.amountFen - shareFen(50_000, 600, 1_200)
  const issued = kept(await invoices.issue(key, { number, amountFen }, year.deed()))
  const ticked = issued.orders.reduce((sum, order) => sum + order.amountFen, 0)
  expect(ticked).toBe(issued.amountFen)
  kept(await refund(2, 3_000))
  const letter = { number: '26442000000012345679', reason: 'refund', whole: false }
  const red = kept(await invoices.redLetter(key, letter, year.deed()))
  expect(red.redLetters).toMatchObject([{ amountFen: 100_000 }])
  expect(red.presentFen).toBe(red.amountFen - 100_000)
  expect((await invoices.invoiceable('acc_1')).map(({ orderId }) => orderId)).toEqual([
    year.orders[4]!.id,
  ])
}

/** How many lines of each kind an export has. */
async function exportedKinds({ engine }: MeterPlace): Promise<Record<string, number>> {
  const counts: Record<string, number> = {}
  const nameOf = (serial: number) => ({ requestId: `${serial}`, sequenceCode: `${serial}` })
  await engine.snapshot(async (queries) => {
    for await (const { kind } of ledgerLines(queries, engine.name, nameOf)) {
      counts[kind] = (counts[kind] ?? 0) + 1
    }
  })
  return counts
}

async function entriesAt({ engine }: MeterPlace): Promise<number> {
  const count = sql<{ count: number }>`SELECT count(*) AS count FROM entry`
  return Number((await count.execute(engine.queries)).rows[0]?.count)
}

function sumOf(lines: readonly StatementLine[], column: keyof typeof STATEMENT_SIGNS): number {
  return lines.reduce((sum, line) => sum + line[column], 0)
}

/** Every day sums and begins with what the day before left; the days of a month make the month. */
async function expectStatements({ engine }: MeterPlace, year: Year): Promise<void> {
  const { firstDay, toDay } = year
  const totals = await readDayTotals(engine.queries, { accountId: 'acc_1', toDay })
  const days = statementLines(totals, { fromDay: firstDay, toDay, by: 'day' })
  const months = statementLines(totals, { fromDay: firstDay, toDay, by: 'month' })
  expect(days).toHaveLength(DAYS + 1)
  expect(months).toHaveLength(13)
  expect(months.at(-1)?.period).toBe(monthName(toDay))
  let left = 0
  for (const line of days) {
    const moved = STATEMENT_COLUMNS.map((column) => STATEMENT_SIGNS[column] * line[column])
    expect(line.opening).toBe(left)
    expect(moved.reduce((sum, units) => sum + units, left)).toBe(line.closing)
    left = line.closing
  }
  for (const month of months) {
    const ofMonth = days.filter(({ period }) => period.startsWith(month.period))
    for (const column of STATEMENT_COLUMNS) expect(sumOf(ofMonth, column)).toBe(month[column])
  }
  expect(sumOf(days, 'granted')).toBe(20 + 4 * 1_200 + 6_000 + 100)
  expect(sumOf(days, 'returned')).toBe(1)
  expect(sumOf(days, 'withdrawn')).toBe(3_600)
  for (const column of ['expired', 'restored', 'used'] as const) {
    expect(sumOf(days, column)).toBeGreaterThan(0)
  }
}

async function expectProved(place: MeterPlace, year: Year): Promise<void> {
  expect((await place.verify()).filter(({ ok }) => !ok)).toEqual([])
  const exported = await exportedKinds(place)
  expect(exported).toMatchObject({ grant: 7, call: year.calls, end: 1 })
  expect(exported.entry).toBe(await entriesAt(place))
  expect(place.fatal).toEqual([])
}

describe.each([...METER_PLACES])('%s', (_name, open) => {
  test(
    'a year of one account closes: statements, invoice, seals and the ledger agree',
    async () => {
      const place = await open()
      const { engine, clock } = place
      const seal = () => sealLedger(engine, { key: SEAL_KEY, nowMs: clock.nowMs() })
      await seedPlans(engine, clock.nowMs())
      const year = new Year(place, await place.open())
      await year.live()
      expect(year.orders.reduce((sum, { amountFen }) => sum + amountFen, 0)).toBe(PAID_FEN)
      const before = await seal()
      await invoiceYear(place, year)
      await expectStatements(place, year)
      await expectProved(place, year)
      clock.wait(DAY_MS)
      expect((await seal()).number).toBeGreaterThan(before.number)
      await expectProved(place, year)
    },
    YEAR_TIMEOUT_MS,
  )
})
