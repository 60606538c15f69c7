/**
 * A service that has been in business for some weeks: accounts, keys, orders, invoices, alerts and
 * calls of every result, so that no page is looked at empty.
 */
import { join } from 'node:path'
import { type Running, SYSTEM_CLOCK } from '../../src/main.ts'
import { SCENARIOS } from '../../src/sandbox/scenarios.ts'
import { importRegistry } from '../../src/storage/registry-import/import.ts'
import {
  type SyntheticPerson,
  syntheticPerson,
  writePeopleCsv,
} from '../../src/testing/people-csv.ts'
import { ConsoleClient } from '../support/console-client.ts'
import { type People, peopleOf } from '../support/console-users.ts'
import { httpCall } from '../support/http-call.ts'
import type { Place } from '../support/service.ts'
import { SteppedTime } from './stepped-time.ts'

const DAY_MS = 86_400_000
const MINUTE_MS = 60_000
/** People in the registry, and the seed of which they are made. */
const PEOPLE = 200
export const PEOPLE_SEED = 20_261_122
/** A magic card decides alone; the rest only has to be well-formed. */
const ANYBODY = { name: '某人', idNumber: '110101199003071022', mobile: '13800138000' }
const TITLE = { title: '灯笼（上海）支付科技有限公司', taxNumber: '91110000600037341L' }

export interface History {
  readonly running: Running
  readonly accountId: string
  readonly people: People
}

/** How long the history is, and how much happens in it. */
export interface Span {
  readonly days: number
  readonly callsPerDay: number
}

/** Lives the history through up to now, in development mode; the service is left running. */
export async function liveHistory(place: Place, { days, callsPerDay }: Span): Promise<History> {
  const time = new SteppedTime(-days * DAY_MS)
  await importPeople(place)
  const variables = { KAYAN_RATE_PER_SECOND: '10000' }
  const running = await place.serve(variables, time)
  const business = new Business(running.url)
  const accountId = await business.open()
  for (let day = 0; day < days; day++) {
    await business.happens(day)
    await business.isUsed(callsPerDay, () => time.pass(MINUTE_MS))
    time.endDay(days - day - 1)
  }
  const { people } = await place.withStorage((storage) => peopleOf(storage, running.url, accountId))
  return { running, accountId, people }
}

/** Imports people into the registry of a place whose service does not run yet. */
export async function importPeople(place: Place): Promise<void> {
  const keyring = await place.withStorage(async (storage) => storage.keyring)
  const csvPath = join(place.directory, 'people.csv')
  writePeopleCsv({ path: csvPath, rows: PEOPLE, seed: PEOPLE_SEED })
  const directory = place.registryDirectory
  await importRegistry({ csvPath, directory, keyring, clock: SYSTEM_CLOCK })
}

/** What one operator and his first customer do, by the admin API and by calls. */
class Business {
  readonly #url: string
  readonly #admin: ConsoleClient
  readonly #appCodes: Record<'live' | 'test', string> = { live: '', test: '' }
  #accountId = ''
  #calls = 0

  constructor(url: string) {
    this.#url = url
    this.#admin = new ConsoleClient(url)
  }

  /** Opens the accounts, and waits until the first one's keys are known to the service. */
  async open(): Promise<string> {
    const lantern = await this.#ask('POST', 'accounts', { name: '灯笼支付', ratePerSecond: 10_000 })
    this.#accountId = String(lantern.id)
    for (const name of ['Harbour Insurance Brokers', 'shop']) {
      await this.#ask('POST', 'accounts', { name, ratePerSecond: 20 })
    }
    for (const mode of ['live', 'test'] as const) {
      await this.#scoped('POST', 'keys', { kind: 'tencent', mode })
      const { secret } = await this.#scoped('POST', 'keys', { kind: 'appcode', mode })
      this.#appCodes[mode] = String(secret)
    }
    await this.#scoped('POST', 'encryption-keys', { algorithm: 'sm2' })
    await this.#scoped('PUT', 'alerts/settings', {
      lowPercents: [20, 10],
      lowUnits: [500],
      expiryDays: [30, 7],
    })
    await this.#buy('card4-6000', 'test')
    await this.#buy('card4-1200', 'live')
    while ((await this.#call('test', ANYBODY, SCENARIOS[0]!.cardNumber)) !== 200);
    return this.#accountId
  }

  /** What does not happen every day. */
  async happens(day: number): Promise<void> {
    if (day === 3)
      await this.#scoped('POST', 'trial', { plan: 'card4-trial', phone: '13800138000' })
    if (day === 5) await this.#invoice(await this.#buy('card4-6000', 'live'))
    if (day === 8) {
      const { id } = await this.#scoped('POST', 'orders', { plan: 'card4-1200', mode: 'live' })
      await this.#ask('POST', `orders/${id}/cancellation`, { reason: '下错了套餐' })
    }
    if (day === 9) {
      const gift = {
        product: 'card2',
        mode: 'live',
        units: 50,
        reason: 'goodwill after the outage',
      }
      await this.#scoped('POST', 'grants', gift)
    }
    if (day === 12) await this.#scoped('POST', 'orders', { plan: 'card4-18000', mode: 'live' })
    if (day === 13) await this.#refused(await this.#buy('card4-1200', 'live'))
  }

  /** Calls of every result, most of them a match. */
  async isUsed(calls: number, after: () => void): Promise<void> {
    for (let made = 0; made < calls; made++) {
      const at = this.#calls++
      if (at % 3 === 0) {
        const person = syntheticPerson(PEOPLE_SEED, at % (PEOPLE + 20))
        await this.#call('live', at % 4 === 0 ? { ...person, name: '某人' } : person)
      } else {
        const scenario = SCENARIOS[at % 5 === 0 ? at % SCENARIOS.length : 0]!
        if ((scenario.delayMs ?? 0) === 0) await this.#call('test', ANYBODY, scenario.cardNumber)
      }
      after()
    }
  }

  async #buy(plan: string, mode: 'live' | 'test'): Promise<string> {
    const order = await this.#scoped('POST', 'orders', { plan, mode })
    const id = String(order.id)
    if (order.state !== 'paid') await this.#ask('POST', `orders/${id}/payment`, { paymentId: id })
    return id
  }

  async #invoice(orderId: string): Promise<void> {
    const wish = { kind: 'ordinary', title: TITLE, orderIds: [orderId] }
    const invoice = await this.#scoped('POST', 'invoices', wish)
    const path = `invoices/${invoice.id}`
    const issued = { number: '26442000000012345678', amountFen: invoice.amountFen }
    await this.#ask('POST', `${path}/issue`, issued)
    await this.#ask('POST', `orders/${orderId}/refund`, { units: 600, reason: '项目提前结束' })
    const letter = { number: '26442000000012345679', reason: 'refund' }
    await this.#ask('POST', `${path}/red-letters`, letter)
  }

  async #refused(orderId: string): Promise<void> {
    const wish = { kind: 'ordinary', title: TITLE, orderIds: [orderId] }
    const invoice = await this.#scoped('POST', 'invoices', wish)
    await this.#ask('POST', `invoices/${invoice.id}/rejection`, { reason: '税号与名称不符' })
    await this.#scoped('POST', 'invoices', wish)
  }

  /** Makes one call and returns the status. */
  async #call(
    mode: 'live' | 'test',
    person: Omit<SyntheticPerson, 'cardNumber'> & { readonly cardNumber?: string },
    cardNumber: string = person.cardNumber ?? '',
  ): Promise<number> {
    const { idNumber: idcard, mobile, name } = person
    const reply = await httpCall(this.#url, {
      path: '/communication/personal/1887',
      headers: {
        Authorization: `APPCODE ${this.#appCodes[mode]}`,
        'Content-Type': 'application/x-www-form-urlencoded; charset=UTF-8',
      },
      body: new URLSearchParams({ acc_no: cardNumber, idcard, mobile, name }).toString(),
    })
    return reply.status
  }

  #scoped(method: string, path: string, input: object) {
    return this.#ask(method, `${path}?accountId=${this.#accountId}`, input)
  }

  async #ask(method: string, path: string, input: object): Promise<Record<string, unknown>> {
    const { status, text, json } = await this.#admin.ask(
      method,
      `/api/admin/${path}`,
      JSON.stringify(input),
    )
    if (status !== 200) throw new Error(`${method} ${path}: ${status} ${text}`)
    return json
  }
}
