/**
 * The scripted year by clicks: an account is opened, tries, buys, calls, is alerted, refunded and
 * invoiced, and something expires; then every page tells the numbers of `kayan ledger statement`.
 */
import type { Locator, Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import type { Running } from '../../src/main.ts'
import { createSaleTurn } from '../../src/server/jobs/sale-jobs.ts'
import { syntheticPerson } from '../../src/testing/people-csv.ts'
import { httpCall } from '../support/http-call.ts'
import { runCli } from '../support/kayan-process.ts'
import { Place } from '../support/service.ts'
import {
  ConsoleBrowser,
  hasBrowser,
  keepPicture,
  PATIENCE,
  reload,
  seriousFindings,
  type Visit,
} from './browser.ts'
import { importPeople, PEOPLE_SEED } from './history.ts'
import { SteppedTime } from './stepped-time.ts'

const DAYS = 365
const DAY_MS = 86_400_000
const NAME = 'Lantern Pay'
const FOUR_LIVE = 'Four-element verification · Live'
const BUYER = { name: 'ann', password: 'correct horse battery' }
/** Days of the year on which something happens. */
const TRIAL_ENDS = 91
const REFUND = 200
const GIFT = { units: 7, given: 250, ends: 280 }
const TRIAL_CALLS = 8
const PACKAGE_CALLS = 10
const REFUNDED = [100, 190] as const

let browser: ConsoleBrowser
let running: Running
const time = new SteppedTime(-DAYS * DAY_MS)
const place = new Place()

beforeAll(async () => {
  if (!hasBrowser) return
  browser = await ConsoleBrowser.open()
  await importPeople(place)
  running = await place.serve({ KAYAN_CALL_RETENTION_DAYS: '400' }, time)
}, 180_000)

afterAll(async () => {
  if (hasBrowser) {
    await browser.close()
    await running.stop('test')
  }
  place.remove()
}, 30_000)

/** Somebody before a screen of his own, in English. */
class Person {
  readonly #visit: Visit

  private constructor(visit: Visit) {
    this.#visit = visit
  }

  static async come(path: string, isRelayed: boolean): Promise<Person> {
    const view = { path, isRelayed, locale: 'en-US', nowMs: time.nowMs() } as const
    return new Person(await browser.visit(running.url, view))
  }

  get page(): Page {
    return this.#visit.page
  }

  get dialog(): Locator {
    return this.page.getByRole('dialog')
  }

  get complaints(): string[] {
    return this.#visit.complaints
  }

  /** Opens a page by the menu, as it is now; somebody whose session has ended signs in before. */
  async open(name: string): Promise<void> {
    await this.page.clock.setSystemTime(time.nowMs())
    await reload(this.#visit)
    if (await this.page.getByLabel('Password', { exact: true }).isVisible()) {
      await this.fill('User name', BUYER.name)
      await this.fill('Password', BUYER.password)
      await this.press('Sign in')
    }
    await this.page.getByRole('navigation').getByRole('link', { name, exact: true }).click()
    await this.#visit.settle()
  }

  async press(name: string, within: Page | Locator = this.page): Promise<void> {
    await within.getByRole('button', { name, exact: true }).first().click()
    await this.#visit.settle()
  }

  /** Presses the button of the open dialog, which closes it. */
  async finish(name: string): Promise<void> {
    const { dialog } = this
    await this.press(name, dialog)
    await dialog.waitFor({ state: 'detached' })
  }

  fill(label: string, value: string): Promise<void> {
    return this.page.getByLabel(label, { exact: true }).last().fill(value)
  }

  async choose(label: string, option: string): Promise<void> {
    await this.page.getByLabel(label, { exact: true }).last().selectOption({ label: option })
    await this.#visit.settle()
  }

  /** The texts of a table's cells, row by row. */
  async cells(table: string): Promise<string[][]> {
    const rows = this.page.getByRole('table', { name: table }).locator('tbody tr')
    await rows.first().waitFor()
    return rows.evaluateAll((all) =>
      all.map((row) => [...row.querySelectorAll('td')].map((cell) => cell.textContent ?? '')),
    )
  }
}

/** Calls with the account's own people; each is a match and costs a unit. */
async function call(appCode: string, calls: number): Promise<void> {
  for (let made = 0; made < calls; ) {
    const { cardNumber, idNumber, mobile, name } = syntheticPerson(PEOPLE_SEED, made)
    const reply = await httpCall(running.url, {
      path: '/communication/personal/1887',
      headers: { Authorization: `APPCODE ${appCode}` },
      body: new URLSearchParams({ acc_no: cardNumber, idcard: idNumber, mobile, name }).toString(),
    })
    // A key is known within a second of its making.
    if (reply.status === 200) made += 1
    time.pass(1_000)
  }
}

/** What the service does four times a minute. */
function saleTurn(): Promise<void> {
  return place.withStorage(({ engine }) =>
    createSaleTurn({
      engine,
      clock: time,
      deliver: async () => {},
      onFailure: (job, error) => {
        throw new Error(job, { cause: error })
      },
    })(),
  )
}

function toDay(day: number): void {
  time.endDay(DAYS - day)
}

interface Line {
  readonly [column: string]: string | number
}

/** The statement as the command line tells it, in the columns of the page. */
async function told(by: string, from: string): Promise<string[][]> {
  const line = ['ledger', 'statement', '--account', NAME, '--from', from, '--by', by, '--json']
  const { code, stdout, stderr } = await runCli(place.dataDir, line)
  if (code !== 0) throw new Error(stderr)
  const columns = ['opening', 'granted', 'returned', 'restored', 'used', 'expired', 'withdrawn']
  return (JSON.parse(stdout) as Line[])
    .filter(({ mode }) => mode === 'live')
    .map((each) => ['period', ...columns, 'closing'].map((column) => text(each[column]!)))
}

function text(value: string | number): string {
  return typeof value === 'number' ? value.toLocaleString('en-US') : value
}

function sum(lines: readonly (readonly string[])[], column: number): number {
  return lines.reduce((all, line) => all + Number(line[column]!.replaceAll(',', '')), 0)
}

describe.runIf(hasBrowser)('a year lived by clicks', PATIENCE, () => {
  let operator: Person
  let buyer: Person
  let appCode = ''
  let step = 0

  afterEach(async () => {
    step += 1
    await keepPicture(operator.page, `year-${step}-operator`)
    if (buyer !== undefined) await keepPicture(buyer.page, `year-${step}-buyer`)
  })

  test('the operator opens an account and invites its buyer, who chooses a password', async () => {
    operator = await Person.come('/console/accounts', false)
    await operator.press('New account')
    await operator.fill('Name', NAME)
    await operator.finish('New account')
    await operator.press('Select', operator.page.getByRole('row').filter({ hasText: NAME }))
    await operator.open('Users')
    await operator.press('Invite a user')
    await operator.fill('User name', BUYER.name)
    await operator.choose('Role', 'Account administrator')
    await operator.press('Invite a user', operator.dialog)
    const link = new URL((await operator.dialog.locator('pre').textContent())!)
    buyer = await Person.come(link.pathname + link.hash, true)
    await buyer.fill('New password', BUYER.password)
    await buyer.press('Set the password and sign in')
    await buyer.page.getByRole('link', { name: BUYER.name }).waitFor()
  })

  test('the buyer takes the trial, makes a key and calls', async () => {
    await buyer.open('Plans')
    await buyer.press('Start free trial')
    await buyer.fill('Phone', '13800138000')
    await buyer.press('Start free trial', buyer.dialog)
    await buyer.open('Keys')
    await buyer.press('New key')
    await buyer.choose('Kind', 'Aliyun AppCode')
    await buyer.choose('Mode', 'Live')
    await buyer.press('New key', buyer.dialog)
    appCode = (await buyer.dialog.locator('pre').textContent())!
    await buyer.finish('I have stored it')
    await call(appCode, TRIAL_CALLS)
  })

  test('an order is placed by the one and its payment confirmed by the other', async () => {
    await buyer.open('Alerts')
    await buyer.fill('Units left fall below (units)', '1195')
    await buyer.press('Save')
    await buyer.open('Plans')
    await buyer.press('Buy')
    await buyer.press('Place order', buyer.dialog)
    await operator.open('Orders')
    await operator.press('Manage')
    await operator.fill('Payment reference', 'bank-2025-1')
    await operator.finish('Confirm payment')
  })

  test('after the trial has ended the package is spent, and its owner is alerted', async () => {
    toDay(TRIAL_ENDS)
    await call(appCode, PACKAGE_CALLS)
    await saleTurn()
    await buyer.open('Alerts')
    const told = (await buyer.cells('Alert log')).map(([kind]) => kind)
    expect(told.join()).toContain('Units running low')
  })

  test('a refund before the invoice lowers it, and one after it is a red letter', async () => {
    toDay(REFUND)
    await refund(REFUNDED[0])
    await buyer.open('Invoices')
    await buyer.press('Request an invoice')
    await buyer.dialog.getByRole('checkbox').first().check()
    await buyer.fill('Invoice title', 'Lantern Pay Ltd')
    await buyer.fill('Tax number', '9144030071526726XG')
    await buyer.finish('Submit request')
    await operator.open('Invoices')
    await operator.press('Open')
    await operator.fill('Invoice number', '26442000000012345678')
    await operator.finish('Mark as issued')
    await refund(REFUNDED[1])
    await operator.open('Invoices')
    const [row] = await operator.cells('Invoices')
    expect(row!.join(' ')).toContain('26442000000012345678')
    await operator.press('Open')
    await operator.dialog.getByRole('tab', { name: 'Red-letter invoice', exact: true }).click()
    await operator.fill('Red-letter invoice number', '26442000000012345679')
    await operator.fill('Reason', 'refund')
    await operator.finish('Red-letter invoice')
    await operator.press('Open')
    // 190 of 1,200 units of ¥500.00, to a fen.
    await operator.dialog.getByText('¥79.17').first().waitFor()
  })

  async function refund(units: number): Promise<void> {
    await operator.open('Orders')
    await operator.press('Manage')
    await operator.fill('Units to refund', String(units))
    await operator.fill('Reason', 'project ended')
    await operator.finish('Refund')
  }

  test('units by hand end on their day', async () => {
    toDay(GIFT.given)
    await operator.open('Packages')
    await operator.press('Grant units')
    await operator.fill('Units', String(GIFT.units))
    const ends = new Date(Date.now() - (DAYS - GIFT.ends) * DAY_MS).toISOString().slice(0, 10)
    await operator.fill('Expires on (0:00, Beijing time)', ends)
    await operator.fill('Reason', 'goodwill')
    await operator.finish('Grant units')
    toDay(DAYS)
    await call(appCode, 1)
  })

  test('every page tells the numbers of the ledger, to the buyer and to the operator', async () => {
    const from = new Date(Date.now() - (DAYS + 1) * DAY_MS).toISOString().slice(0, 10)
    const months = await told('month', from)
    const days = await told('day', from)
    expect(sum(months, 2)).toBe(20 + 1_200 + GIFT.units)
    expect(sum(months, 5)).toBe(TRIAL_CALLS + PACKAGE_CALLS + 1)
    expect(sum(months, 6)).toBe(20 - TRIAL_CALLS + GIFT.units)
    expect(sum(months, 7)).toBe(REFUNDED[0] + REFUNDED[1])
    const closing = months.at(-1)!.at(-1)!
    for (const person of [buyer, operator]) {
      await person.open('Statements')
      await person.page.getByLabel('From', { exact: true }).fill(from)
      await person.choose('Group by', 'Month')
      expect(await person.cells(FOUR_LIVE)).toEqual(months)
      await person.choose('Group by', 'Day')
      expect(await person.cells(FOUR_LIVE)).toEqual(days)
      await expectPackages(person, months, closing)
      await person.open('Overview')
      const left = person.page.locator('.figure').filter({ hasText: 'Live calls left' })
      expect(await left.locator('strong').textContent()).toBe(closing)
      await person.open('Calls')
      await person.choose('Period', 'All')
      await person.choose('Charge', 'charged')
      expect(await person.cells('Calls')).toHaveLength(sum(months, 5))
      expect(await seriousFindings(person.page)).toEqual([])
      expect(person.complaints.filter((each) => !each.includes('401'))).toEqual([])
    }
    await expectMoney()
  })

  /** What packages have left is the closing, and what was used of them what the months used. */
  async function expectPackages(person: Person, months: string[][], closing: string) {
    await person.open('Packages')
    const present = await person.cells(FOUR_LIVE)
    const spent = await person.cells('Used up, expired or not yet valid')
    const left = present.map((row) => [row[2]!.split(' / ')[0]!])
    expect(text(sum(left, 0))).toBe(closing)
    expect(sum(present, 4) + sum(spent, 4)).toBe(sum(months, 5))
  }

  /** Refunds take their share of the price, 290 of 1,200 units; the first came before the invoice. */
  async function expectMoney(): Promise<void> {
    await buyer.open('Orders')
    const [paid] = (await buyer.cells('Orders')).filter((row) => row[0]!.includes('1,200 calls'))
    expect(paid!.join(' ')).toContain('¥500.00')
    expect(paid!.join(' ')).toContain('¥120.83 refunded')
    await buyer.open('Invoices')
    expect((await buyer.cells('Invoices'))[0]!.join(' ')).toContain('¥458.34')
  }
})
