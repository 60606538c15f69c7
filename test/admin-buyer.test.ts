/** What a buyer sees of his calls, his people and his logins, asked of the running service as he would. */
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { isOutcome } from '../src/domain/outcome.ts'
import type { Running } from '../src/main.ts'
import { ConsoleClient } from './support/console-client.ts'
import { furnishTwoAccounts, type TwoAccounts } from './support/console-users.ts'
import { httpCall } from './support/http-call.ts'
import { Place } from './support/service.ts'

const PASSWORD = 'correct horse battery'
/** The sample of the vendor's own page, with which the accounts were furnished too. */
const SAMPLE = {
  acc_no: '6217920181755914',
  idcard: '32132419860817421X',
  mobile: '13636643334',
  name: '张三',
}
const KNOWN_WITHIN = { timeout: 8_000, interval: 100 }
const NOT_FOUND = '{"error":"not_found"}'

const place = new Place()
let running: Running
let world: TwoAccounts
let appCode = ''

beforeAll(async () => {
  running = await place.serve({ KAYAN_MODE: 'production' })
  world = await furnishTwoAccounts(place, running)
  const key = await buyer().post('/api/admin/keys', { kind: 'appcode', mode: 'live' })
  appCode = String(key.json.secret)
  // A node knows a key within a second of its making.
  await vi.waitFor(async () => expect(await call(SAMPLE)).toBe(200), KNOWN_WITHIN)
}, 60_000)
afterAll(async () => {
  await running.stop('test')
  place.remove()
})

function buyer(): ConsoleClient {
  return world.people.buyer_admin
}

async function call(fields: Record<string, string>): Promise<number> {
  const body = new URLSearchParams(fields).toString()
  const headers = { Authorization: `APPCODE ${appCode}` }
  const path = '/communication/personal/1887'
  return (await httpCall(running.url, { path, headers, body })).status
}

interface CallItem {
  readonly requestId: string
  readonly sequenceCode: string
  readonly result: string
  readonly charged: boolean
}

async function callsOf(client: ConsoleClient): Promise<CallItem[]> {
  const { json } = await client.get('/api/admin/calls?limit=200')
  return json.items as CallItem[]
}

test('the overview and its series count what the list of calls holds', async () => {
  await call({ ...SAMPLE, idcard: '12' })
  await call({ ...SAMPLE, mobile: '13800138000' })
  const calls = await callsOf(buyer())
  const charged = calls.filter((each) => each.charged).length
  const { json } = await buyer().get('/api/admin/overview')
  expect(json.today).toMatchObject({ calls: calls.length, charged })
  for (const by of ['hour', 'day']) {
    const series = await buyer().get(`/api/admin/overview/series?by=${by}`)
    const points = series.json.items as { calls: number; charged: number; p50Us?: number }[]
    expect(points).toHaveLength(by === 'hour' ? 24 : 30)
    expect(points.reduce((sum, point) => sum + point.calls, 0)).toBe(calls.length)
    expect(points.reduce((sum, point) => sum + point.charged, 0)).toBe(charged)
    expect(points.at(-1)!.p50Us).toBeGreaterThan(0)
  }
})

describe('the story of a call', () => {
  test('is found by either name, in the order in which things happened, without an element', async () => {
    const [newest] = await callsOf(buyer())
    for (const name of [newest!.requestId, newest!.sequenceCode]) {
      const { status, json, text } = await buyer().get(`/api/admin/calls/${name}`)
      expect(status).toBe(200)
      expect(json.elements).toEqual(['name', 'idNumber', 'cardNumber', 'mobile'])
      const { admitted, checked } = json.steps as Record<string, number>
      expect(admitted).toBeGreaterThan(0)
      expect(checked).toBeGreaterThanOrEqual(admitted!)
      expect(json.latencyUs).toBeGreaterThanOrEqual(checked!)
      for (const element of Object.values(SAMPLE)) expect(text).not.toContain(element)
    }
  })

  test('tells of vendors to staff alone', async () => {
    const [newest] = await callsOf(buyer())
    const path = `/api/admin/calls/${newest!.requestId}`
    expect((await buyer().get(path)).json).not.toHaveProperty('attempts')
    expect((await world.people.auditor.get(path)).json.attempts).toEqual([])
  })
})

describe('calls by an element', () => {
  const path = '/api/admin/calls/search'
  const wanted = { element: 'cardNumber', value: '6217 9201 8175 5914' }

  test('are those of the own account, and those of all for staff', async () => {
    const mine = await buyer().post(path, wanted)
    const found = (mine.json.items as CallItem[]).map(({ requestId }) => requestId)
    // Whoever is refused before his elements are read has brought none.
    const read = (await callsOf(buyer())).filter(({ result }) => isOutcome(result))
    expect(found.toSorted()).toEqual(read.map(({ requestId }) => requestId).toSorted())
    expect(found.length).toBeGreaterThan(2)
    const all = await world.people.operator.post(path, wanted)
    expect((all.json.items as CallItem[]).length).toBeGreaterThan(found.length)
    expect((await buyer().post(path, { ...wanted, value: '6217920181755915' })).json.items).toEqual(
      [],
    )
    const narrower = await buyer().post(path, { ...wanted, result: 'id_malformed' })
    expect(narrower.json.items).toHaveLength(1)
  })

  test('the search is in the audit, and what was searched for is nowhere', async () => {
    const { text } = await world.people.auditor.get('/api/admin/audit')
    expect(text).toContain('calls.search')
    expect(text).toContain('by cardNumber')
    expect(text).not.toContain(SAMPLE.acc_no)
    expect(text).not.toContain('6217 9201')
  })
})

test('a webhook is tried by an alert that is delivered like any other', async () => {
  const path = '/api/admin/alerts/webhook'
  const none = await buyer().post(`${path}/trial`)
  expect([none.status, none.json]).toEqual([409, { error: 'webhook_missing' }])
  const url = JSON.stringify({ url: 'https://alerts.invalid/kayan' })
  expect((await buyer().ask('PUT', path, url)).status).toBe(200)
  expect((await buyer().post(`${path}/trial`)).status).toBe(200)
  const { json } = await buyer().get('/api/admin/alerts')
  expect(json.items).toMatchObject([{ kind: 'webhook_tried', accountId: 'acc_mine' }])
  await buyer().ask('DELETE', path)
})

describe('colleagues', () => {
  const path = '/api/admin/users'
  const developer = { name: 'new.developer', role: 'buyer_developer' }

  interface Invited {
    readonly user: { readonly id: string; readonly accountId: string }
    readonly path: string
  }

  async function invited(by: ConsoleClient, wish: object, query = ''): Promise<Invited> {
    const reply = await by.post(`${path}${query}`, wish)
    expect(reply.status).toBe(200)
    return reply.json as unknown as Invited
  }

  async function accepted({ path: link }: Invited): Promise<ConsoleClient> {
    const client = new ConsoleClient(running.url)
    const token = link.split('#')[1]
    const body = { token, password: PASSWORD }
    expect((await client.post('/api/admin/session/invitation', body)).status).toBe(200)
    return client
  }

  test('are invited to the own account, whatever is asked, and are never staff', async () => {
    const made = await invited(buyer(), developer)
    expect(made.user.accountId).toBe('acc_mine')
    for (const role of ['operator', 'auditor']) {
      const reply = await buyer().post(path, { name: 'mallory', role })
      expect([reply.status, reply.text]).toEqual([403, '{"error":"forbidden"}'])
    }
    const elsewhere = await buyer().post(`${path}?accountId=acc_theirs`, {
      name: 'mallory',
      role: 'buyer_admin',
    })
    expect([elsewhere.status, elsewhere.text]).toEqual([404, NOT_FOUND])
    const { text } = await buyer().get(path)
    expect(text).toContain('new.developer')
    expect(text).not.toContain('operator.one')
    const one = await accepted(made)
    expect((await one.get('/api/admin/session')).json).toMatchObject({ accountId: 'acc_mine' })
    expect((await buyer().post(`${path}/${made.user.id}/disabling`)).status).toBe(200)
    expect((await one.get('/api/admin/keys')).status).toBe(401)
    const again = await buyer().post(`${path}/${made.user.id}/invitation`)
    expect((await accepted(again.json as unknown as Invited)).cookie).not.toBe('')
  })

  test('of another account do not exist, nor does staff', async () => {
    const wish = { name: 'their.admin', role: 'buyer_admin' }
    const theirs = await invited(world.people.operator, wish, '?accountId=acc_theirs')
    const staff = await invited(world.people.operator, { name: 'one.more', role: 'auditor' })
    for (const { user } of [theirs, staff]) {
      for (const deed of ['disabling', 'invitation']) {
        const reply = await buyer().post(`${path}/${user.id}/${deed}`)
        expect([reply.status, reply.text]).toEqual([404, NOT_FOUND])
      }
    }
    const them = await accepted(theirs)
    expect((await them.get(path)).text).not.toContain('acc_mine')
  })

  test('nobody locks himself out', async () => {
    const { json } = await buyer().get(path)
    const people = json.items as { id: string; name: string }[]
    const self = people.find(({ name }) => name === 'buyer_admin.one')!
    for (const deed of ['disabling', 'invitation']) {
      const reply = await buyer().post(`${path}/${self.id}/${deed}`)
      expect(reply.json).toEqual({ error: 'own_user' })
    }
  })
})

describe("one's own logins", () => {
  const session = '/api/admin/session'
  const path = `${session}/logins`
  const name = 'new.developer'

  interface Logins {
    readonly sessions: { readonly id: string; readonly isThis: boolean }[]
    readonly events: { readonly kind: string }[]
  }

  async function login(password = PASSWORD): Promise<ConsoleClient> {
    const client = new ConsoleClient(running.url)
    await client.post(session, { name, password })
    return client
  }

  async function loginsOf(client: ConsoleClient): Promise<Logins> {
    return (await client.get(path)).json as unknown as Logins
  }

  test('failures are shown to whom they were meant for, and no more than the newest are kept', async () => {
    await login('a wrong guess!')
    const one = await login()
    const [newest, before] = (await loginsOf(one)).events
    expect([newest!.kind, before!.kind]).toEqual(['begun', 'failed'])
    for (let i = 0; i < 25; i++) await login()
    expect((await loginsOf(one)).events).toHaveLength(20)
  }, 20_000)

  test('a session is ended by its owner, and by nobody else', async () => {
    const [here, there] = [await login(), await login()]
    const { sessions } = await loginsOf(there)
    const mine = sessions.find(({ isThis }) => isThis)!
    const stranger = await buyer().ask('DELETE', `${path}/${mine.id}`)
    expect([stranger.status, stranger.text]).toEqual([404, NOT_FOUND])
    expect((await here.ask('DELETE', `${path}/${mine.id}`)).status).toBe(200)
    expect((await there.get('/api/admin/keys')).status).toBe(401)
    expect((await here.get('/api/admin/keys')).status).toBe(200)
  })
})
