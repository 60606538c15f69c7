/**
 * What the table of permissions promises, asked of the running service route by route: no route
 * without a session, none to a wrong role, and nothing of another account.
 */
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { isBuyer, ROLES, type Role } from '../src/accounts/user.ts'
import type { Running } from '../src/main.ts'
import { PERMISSIONS, type Permission, type RouteName } from '../src/server/admin/permissions.ts'
import { ConsoleClient, type ConsoleReply } from './support/console-client.ts'
import { furnishTwoAccounts, type Things, type TwoAccounts } from './support/console-users.ts'
import { Place } from './support/service.ts'

const place = new Place()
let running: Running
let world: TwoAccounts

beforeAll(async () => {
  running = await place.serve({ KAYAN_MODE: 'production' })
  world = await furnishTwoAccounts(place, running)
}, 60_000)
afterAll(async () => {
  await running.stop('test')
  place.remove()
})

const NOT_FOUND = '{"error":"not_found"}'
const TITLE = { title: 'Example Ltd', taxNumber: '9144030071526726XG' }
const REASON = { reason: 'test' }
/** Of a route to a vendor. */
const TERMS = {
  profile: 'unionpay',
  prices: [{ fromCalls: 0, costCentifen: 2_500 }],
  tier: 0,
  weight: 1,
}
const TOMORROW_MS = Date.now() + 86_400_000

/** A body that each write takes. Whoever writes a new route says here what it takes. */
const BODIES: { readonly [Name in RouteName]?: object } = {
  'POST /api/admin/session': { name: 'nobody', password: 'nothing' },
  'POST /api/admin/session/invitation': { token: 'x'.repeat(43), password: 'twelve characters' },
  'POST /api/admin/session/password': { present: 'wrong', password: 'twelve characters' },
  'POST /api/admin/session/totp': { password: 'wrong' },
  'POST /api/admin/session/totp/confirmation': { code: '000000' },
  'DELETE /api/admin/session/totp': { password: 'wrong' },
  'POST /api/admin/explorer/prepare': {
    api: 'none',
    authentication: 'none',
    origin: 'http://127.0.0.1',
    values: {},
  },
  'POST /api/admin/explorer/call': {
    api: 'none',
    authentication: 'none',
    origin: 'http://127.0.0.1',
    values: {},
    keyId: 'key_none',
  },
  'POST /api/admin/doctor': { request: 'nothing' },
  'POST /api/admin/keys': { kind: 'appcode', mode: 'test' },
  'POST /api/admin/keys/{keyId}/rotation': { overlapMinutes: 5 },
  'PUT /api/admin/keys/{keyId}/limits': { dailyCap: 5 },
  'POST /api/admin/encryption-keys': { algorithm: 'sm2' },
  'POST /api/admin/encryption-keys/rotation': { algorithm: 'sm2' },
  'POST /api/admin/plans': {
    name: 'none',
    kind: 'package',
    product: 'card4',
    units: 1,
    priceFen: 0,
    validity: { years: 1 },
  },
  'POST /api/admin/orders': { plan: 'none', mode: 'live' },
  'POST /api/admin/orders/{orderId}/cancellation': REASON,
  'POST /api/admin/orders/{orderId}/payment': { paymentId: 'none', amountFen: 1 },
  'POST /api/admin/orders/{orderId}/refund': REASON,
  'POST /api/admin/orders/{orderId}/void': REASON,
  'POST /api/admin/trial': { plan: 'none', phone: '13800138000' },
  'PUT /api/admin/alerts/settings': { lowPercents: [10], lowUnits: [], expiryDays: [] },
  'PUT /api/admin/alerts/webhook': { url: 'https://example.com/alerts' },
  'PUT /api/admin/alerts/reorder': { plan: 'none', mode: 'live', belowUnits: 5 },
  'POST /api/admin/invoices': { kind: 'ordinary', title: TITLE, orderIds: ['ord_none'] },
  'POST /api/admin/invoices/titles': TITLE,
  'POST /api/admin/invoices/{invoiceId}/issue': { number: '1'.repeat(20), amountFen: 1 },
  'POST /api/admin/invoices/{invoiceId}/rejection': REASON,
  'POST /api/admin/invoices/{invoiceId}/red-letters': { number: '1'.repeat(20), reason: 'test' },
  'POST /api/admin/calls/search': { element: 'mobile', value: '13636643334' },
  'POST /api/admin/charge-rules': { api: 'none', reason: 'test' },
  'POST /api/admin/accounts': { name: 'mine', ratePerSecond: 5 },
  'PUT /api/admin/accounts/{accountId}/state': { state: 'active' },
  'POST /api/admin/grants': { product: 'card4', mode: 'test', units: 1, reason: 'test' },
  'POST /api/admin/grants/{grantId}/withdrawal': { units: 1, reason: 'test' },
  'POST /api/admin/grants/{grantId}/extension': { expiresAtMs: TOMORROW_MS, reason: 'test' },
  'POST /api/admin/users': { name: 'mallory', role: 'buyer_admin' },
  'POST /api/admin/payment-providers': { name: 'bank' },
  'POST /api/admin/vendors/routes': {
    name: 'none',
    vendor: 'aliyun',
    kind: 'appcode',
    secret: 'none',
    ...TERMS,
  },
  'PUT /api/admin/vendors/routes/{route}': TERMS,
  'POST /api/admin/vendors/routes/{route}/bills': {
    fromMs: 0,
    toMs: 1,
    evidence: 'test',
    total: 0,
  },
  'POST /api/admin/vendors/attempts/{attemptId}/closing': { state: 'free', ...REASON },
  'PUT /api/admin/vendors/comparison': {
    second: 'none',
    perMille: 1,
    compares: 'matches',
    budgetCentifen: 0,
    windowCalls: 100,
    alarmPerMille: 10,
    stops: false,
  },
  'POST /api/admin/uploads': { bytes: 1 },
  'PUT /api/admin/postpaid': {
    product: 'card4',
    unitsPerMonth: 1,
    priceFenPer1000Units: 1,
    dueDays: 1,
  },
  'PUT /api/admin/sandbox/clock': { shift: '+1d' },
  'PUT /api/admin/sandbox/chaos': { fault: 'overloaded', probability: 0.5 },
  'POST /api/admin/registry/import': { uploadId: 'none' },
  'PUT /api/admin/vendors/passages': { open: true },
  'PUT /api/admin/vendors/policies': { prefer: 'cost', totalTimeoutMs: 5_000, doublePayShare: 0 },
}

/** Queries without which a route does not get as far as its account. */
const QUERIES: { readonly [Name in RouteName]?: string } = {
  'DELETE /api/admin/alerts/reorder': 'product=card4&mode=live',
  'GET /api/admin/explorer/document': 'api=aliyun.1887&format=openapi',
  'POST /api/admin/invoices/{invoiceId}/files': 'name=a.pdf',
  'PUT /api/admin/uploads/{uploadId}': 'offset=0',
  'DELETE /api/admin/postpaid': 'product=card4',
}

const NAMES = Object.keys(PERMISSIONS) as RouteName[]
/** The description is no route of a form. */
const FORMLESS = 'GET /openapi.json'

interface Ask {
  readonly things: Things
  readonly query?: string
  readonly more?: object
}

function ask(client: ConsoleClient, name: RouteName, { things, query, more }: Ask) {
  const [method = '', pattern = ''] = name.split(' ')
  const ids: Record<string, string> = { ...things, number: '1' }
  if (!name.includes('calls')) ids.name = 'none'
  const path = pattern.replaceAll(/\{(\w+)\}/g, (_, parameter) => ids[parameter] ?? 'none')
  const asked = [QUERIES[name], query].filter((part) => part !== undefined).join('&')
  const body = BODIES[name]
  const text = body === undefined ? '' : JSON.stringify({ ...body, ...more })
  return client.ask(method, asked === '' ? path : `${path}?${asked}`, text)
}

function rolesOf(name: RouteName): readonly Role[] | undefined {
  const permission: Permission = PERMISSIONS[name]
  return typeof permission === 'string' ? undefined : permission
}

const GUARDED = NAMES.filter((name) => !['anyone', 'visitor'].includes(String(PERMISSIONS[name])))
const BY_ROLE = NAMES.filter((name) => rolesOf(name) !== undefined)

test('every route is described, and nothing else is', async () => {
  const { json } = await new ConsoleClient(running.url).get('/openapi.json')
  const described = Object.entries(json.paths as Record<string, object>).flatMap(
    ([path, methods]) => Object.keys(methods).map((method) => `${method.toUpperCase()} ${path}`),
  )
  expect(described.toSorted()).toEqual(NAMES.filter((name) => !name.includes('openapi')).toSorted())
})

test.each(GUARDED)('%s wants a session', async (name) => {
  const reply = await ask(new ConsoleClient(running.url), name, { things: world.things.mine })
  expect([reply.status, reply.text]).toEqual([401, '{"error":"unauthenticated"}'])
})

test.each(BY_ROLE)('%s is open to the roles of the table and to no other', async (name) => {
  for (const role of ROLES.filter((role) => !rolesOf(name)!.includes(role))) {
    const reply = await ask(world.people[role], name, { things: world.things.mine })
    expect([role, reply.status, reply.text]).toEqual([role, 403, '{"error":"forbidden"}'])
  }
  const fresh = await ask(world.unenrolled, name, { things: world.things.mine })
  expect([fresh.status, fresh.text]).toEqual([403, '{"error":"totp_required"}'])
})

describe('what is of another account does not exist', () => {
  const NOTHING: Things = {
    accountId: 'acc_none',
    keyId: 'key_none',
    encryptionKeyId: 'none',
    orderId: 'ord_none',
    invoiceId: 'inv_none',
    titleId: 'ttl_none',
    grantId: '999',
    userId: 'usr_none',
    name: '00000000-0000-4000-8000-000000000000',
  }
  const buyers = (name: RouteName) => (rolesOf(name) ?? []).filter(isBuyer)
  const named = BY_ROLE.filter((name) => name.includes('{') && buyers(name).length > 0)

  test.each(named)('%s', async (name) => {
    for (const role of buyers(name)) {
      const client = world.people[role]
      const theirs = await ask(client, name, { things: world.things.theirs })
      const none = await ask(client, name, { things: NOTHING })
      expect([role, theirs.status, theirs.text]).toEqual([role, 404, NOT_FOUND])
      expect([none.status, none.text]).toEqual([404, NOT_FOUND])
    }
  })

  test('and each of these ids is known to its own people', async () => {
    const reads = named.filter((name) => name.startsWith('GET ') && !name.includes('files'))
    expect(reads.length).toBeGreaterThan(4)
    for (const name of reads) {
      const reply = await ask(world.people.buyer_admin, name, { things: world.things.mine })
      expect([name, reply.status]).toEqual([name, 200])
    }
  })

  test('by naming the account neither', async () => {
    const { json } = await new ConsoleClient(running.url).get('/openapi.json')
    const paths = json.paths as Record<string, Record<string, { parameters?: { name: string }[] }>>
    const scoped = BY_ROLE.filter((name) => {
      const [method = '', path = ''] = name.split(' ')
      const parameters = paths[path]?.[method.toLowerCase()]?.parameters ?? []
      return parameters.some((parameter) => parameter.name === 'accountId') && !path.includes('{')
    })
    expect(scoped.length).toBeGreaterThan(15)
    for (const name of scoped) {
      for (const role of buyers(name)) {
        for (const account of ['acc_theirs', 'theirs', 'acc_none', 'all']) {
          const query = `accountId=${account}`
          const reply = await ask(world.people[role], name, { things: world.things.mine, query })
          expect([name, role, account, reply.status, reply.text]).toEqual([
            ...[name, role, account],
            ...[404, NOT_FOUND],
          ])
        }
      }
    }
  })

  test('and staff who name an account that is not there are told so, whatever they want to do', async () => {
    const { json } = await new ConsoleClient(running.url).get('/openapi.json')
    const paths = json.paths as Record<string, Record<string, { parameters?: { name: string }[] }>>
    const writes = NAMES.filter((name) => {
      const [method = '', path = ''] = name.split(' ')
      const parameters = paths[path]?.[method.toLowerCase()]?.parameters ?? []
      const isNamed = parameters.some((parameter) => parameter.name === 'accountId')
      // A search finds nothing there, and changes nothing.
      return method !== 'GET' && isNamed && !path.includes('{') && !path.endsWith('/search')
    })
    expect(writes.length).toBeGreaterThan(15)
    for (const name of writes) {
      for (const accountId of ['acc_none', '%ff']) {
        // Everything else is there.
        const more = 'plan' in (BODIES[name] ?? {}) ? { plan: planFor(name) } : {}
        const asked = { things: world.things.mine, query: `accountId=${accountId}`, more }
        const { status, text } = await ask(world.people.operator, name, asked)
        expect([name, accountId, status, text]).toEqual([name, accountId, 404, NOT_FOUND])
      }
    }
  })

  function planFor(name: RouteName): string {
    return name === 'POST /api/admin/trial' ? 'card4-trial' : 'card4-1200'
  }

  test('nor by leaving it out', async () => {
    for (const path of ['keys', 'orders', 'invoices', 'calls', 'grants', 'alerts', 'statements']) {
      const own = await world.people.buyer_admin.get(`/api/admin/${path}`)
      expect([path, own.status]).toEqual([path, 200])
      expect(own.text).not.toContain('acc_theirs')
      const all = await world.people.operator.get(`/api/admin/${path}`)
      if (path !== 'alerts') expect(all.text).toContain('acc_theirs')
    }
  })
})

describe('fields that nobody asked for are refused', () => {
  const allowed = (name: RouteName) => world.people[rolesOf(name)?.[0] ?? 'operator']
  const refusedFor = (reply: ConsoleReply) => [reply.status, reply.json.error]

  test.each(NAMES.filter((name) => BODIES[name] !== undefined))('%s in the body', async (name) => {
    for (const more of [{ surprise: 1 }, { accountId: 'acc_theirs' }, { role: 'operator' }]) {
      if (Object.keys(more)[0]! in BODIES[name]!) continue
      const reply = await ask(allowed(name), name, { things: world.things.mine, more })
      expect(refusedFor(reply)).toEqual([400, 'invalid'])
    }
  })

  const queried = NAMES.filter((name) => name !== FORMLESS)
  test.each(queried)('%s in the query', async (name) => {
    const query = 'surprise=1'
    const reply = await ask(allowed(name), name, { things: world.things.mine, query })
    expect([...refusedFor(reply), reply.json.field]).toEqual([400, 'invalid', 'surprise'])
  })
})

test('a path that is written otherwise is no route', async () => {
  for (const path of [
    '/api/admin/keys/',
    '/api/admin//keys',
    '/api/admin/%6beys',
    '/api/admin/keys/..',
    '/api/admin/keys/../audit',
    '/api/admin/keys/%2e%2e',
  ]) {
    const reply = await world.people.operator.get(path)
    expect([path, reply.status, reply.text]).toEqual([path, 404, NOT_FOUND])
  }
})
