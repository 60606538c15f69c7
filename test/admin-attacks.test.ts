/** What somebody hostile sends to the console's server, with a session or without one. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Running } from '../src/main.ts'
import { PERMISSIONS, type RouteName } from '../src/server/admin/permissions.ts'
import type { ConsoleClient } from './support/console-client.ts'
import { furnishTwoAccounts, type Things, type TwoAccounts } from './support/console-users.ts'
import { httpCall } from './support/http-call.ts'
import { Place } from './support/service.ts'

const FORBIDDEN = { error: 'forbidden' }
const BODY_BYTES_MAX = 65_536

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

describe('nobody becomes more than he is', () => {
  test('a buyer lets in no staff, and nobody of another account', async () => {
    const { buyer_admin: buyer, buyer_developer: developer } = world.people
    for (const role of ['operator', 'auditor']) {
      const reply = await buyer.post('/api/admin/users', { name: 'mallory', role })
      expect([role, reply.status, reply.json]).toEqual([role, 403, FORBIDDEN])
    }
    const elsewhere = await buyer.post('/api/admin/users?accountId=acc_theirs', {
      ...{ name: 'mallory', role: 'buyer_admin' },
    })
    expect(elsewhere.status).toBe(404)
    const peer = await developer.post('/api/admin/users', { name: 'mallory', role: 'buyer_admin' })
    expect([peer.status, peer.json]).toEqual([403, FORBIDDEN])
    const { text } = await world.people.operator.get('/api/admin/users')
    expect(text).not.toContain('mallory')
  })

  test('a role is changed by nothing that anybody sends', async () => {
    const { buyer_developer: developer } = world.people
    const body = JSON.stringify({ role: 'operator', roles: ['operator'] })
    for (const method of ['PUT', 'PATCH', 'POST']) {
      for (const path of ['session', `users/${world.things.mine.userId}`, 'users/role']) {
        const { status } = await developer.ask(method, `/api/admin/${path}`, body)
        expect([method, path, [400, 403, 404].includes(status)]).toEqual([method, path, true])
      }
    }
    const { json } = await developer.get('/api/admin/session')
    expect(json.roles).toEqual(['buyer_developer'])
  })

  test('the method is the one of the request, whatever its headers or fields say', async () => {
    const { auditor } = world.people
    const path = '/api/admin/accounts'
    auditor.headers = { 'X-HTTP-Method-Override': 'POST', 'X-Method-Override': 'POST' }
    const overridden = await auditor.ask('GET', path, '{"name":"evil","ratePerSecond":1}')
    auditor.headers = {}
    expect(overridden.json.items).toBeDefined()
    expect((await auditor.get(`${path}?_method=POST`)).status).toBe(400)
    expect((await auditor.get(path)).text).not.toContain('evil')
    for (const method of ['HEAD', 'OPTIONS', 'PATCH', 'TRACE', 'get']) {
      const reply = await httpCall(running.url, { method, path }).catch(() => ({ status: 0 }))
      expect([method, reply.status]).not.toEqual([method, 200])
    }
  })
})

describe('a page of somebody else writes nothing', () => {
  const types = ['text/plain', 'application/x-www-form-urlencoded', 'multipart/form-data', '']
  test.each(types)('with a body of the type "%s"', async (type) => {
    const { operator } = world.people
    operator.headers = { Origin: 'https://evil.example', ...(type && { 'Content-Type': type }) }
    const body = '{"name":"evil","ratePerSecond":1}'
    const reply = await operator.ask('POST', '/api/admin/accounts', body)
    operator.headers = {}
    expect([reply.status, reply.json]).toEqual([403, FORBIDDEN])
  })

  test('from another port or scheme of this host neither', async () => {
    const { operator } = world.people
    const { hostname, port } = new URL(running.url)
    for (const Origin of [
      `http://${hostname}:1`,
      `http://${hostname}`,
      `ftp://${hostname}:${port}`,
    ]) {
      operator.headers = { Origin }
      const reply = await operator.ask('DELETE', '/api/admin/session')
      expect([Origin, reply.status]).toEqual([Origin, 403])
    }
    operator.headers = {}
    expect((await operator.get('/api/admin/session')).json.roles).toEqual(['operator'])
  })
})

describe('a session', () => {
  test('is not the one that somebody has laid into the browser', async () => {
    const { operator } = world.people
    const { user, path } = (
      await operator.post('/api/admin/users', { name: 'eve', role: 'auditor' })
    ).json as { user: { id: string }; path: string }
    const token = path.split('#')[1]
    const planted = 'A'.repeat(43)
    const accept = await httpCall(running.url, {
      path: '/api/admin/session/invitation',
      headers: { Origin: running.url, Cookie: `kayan_session=${planted}` },
      body: JSON.stringify({ token, password: 'correct horse battery' }),
    })
    const cookie = String(accept.headers['set-cookie']).split(';')[0]!
    expect(cookie).not.toContain(planted)
    const asked = (value: string) =>
      httpCall(running.url, {
        ...{ method: 'GET', path: '/api/admin/session', headers: { Cookie: value } },
      }).then((reply) => JSON.parse(reply.body).roles)
    expect(await asked(`kayan_session=${planted}`)).toEqual([])
    expect(await asked(cookie)).toEqual(['auditor'])
    // Let out, he is out at once, on each of his devices.
    await operator.post(`/api/admin/users/${user.id}/disabling`)
    expect(await asked(cookie)).toEqual([])
  })
})

describe('files', () => {
  const paths = [
    '/console/../package.json',
    '/console/../../package.json',
    '/console/%2e%2e/%2e%2e/package.json',
    '/console/..%2f..%2fpackage.json',
    '/console/assets/../../../package.json',
    '/console//etc/passwd',
    '/console/C:\\windows\\win.ini',
    '/console/%00.js',
  ]
  test.each(paths)('%s leads out of the console to nothing', async (path) => {
    const { status, body } = await httpCall(running.url, { method: 'GET', path })
    expect(body).not.toMatch(/"dependencies"|root:/)
    expect([200, 404]).toContain(status)
  })

  test('of an upload go nowhere but where its id says', async () => {
    const { operator, buyer_admin: buyer } = world.people
    for (const id of ['..', '..%2f..%2fkayan.db', '../kayan.db', '%2e%2e', 'kayan.db']) {
      const reply = await operator.ask('PUT', `/api/admin/uploads/${id}?offset=0`, 'evil')
      expect([id, reply.status]).toEqual([id, 404])
    }
    expect((await buyer.post('/api/admin/uploads', { bytes: 5 })).status).toBe(403)
    const { id } = (await operator.post('/api/admin/uploads', { bytes: 4 })).json
    expect((await buyer.ask('PUT', `/api/admin/uploads/${id}?offset=0`, 'evil')).status).toBe(403)
    const gap = await operator.ask('PUT', `/api/admin/uploads/${id}?offset=3`, 'e')
    const long = await operator.ask('PUT', `/api/admin/uploads/${id}?offset=0`, 'evils')
    expect([gap.status, long.status]).toEqual([409, 409])
  })

  test('of an invoice are given by a name that ends no header, and open as no page', async () => {
    const { operator, buyer_finance: buyer } = world.people
    const path = `/api/admin/invoices/${world.things.mine.invoiceId}/files`
    const pdf = '%PDF-1.4\n%%EOF\n'
    for (const name of [
      'a\r\nSet-Cookie: x=y.pdf',
      '../../a.pdf',
      'a/b.pdf',
      '"a".pdf',
      '\0.pdf',
    ]) {
      const reply = await operator.ask('POST', `${path}?name=${encodeURIComponent(name)}`, pdf)
      expect([name, reply.status]).toEqual([name, 400])
    }
    await operator.post(`${path.replace('/files', '/issue')}`, {
      ...{ number: '1'.repeat(20), amountFen: 50_000 },
    })
    const name = encodeURIComponent("发票 (1)' .pdf".replace("'", ''))
    const attached = await operator.ask('POST', `${path}?name=${name}`, pdf)
    expect(attached.text).toContain('发票')
    const file = await httpCall(running.url, {
      ...{ method: 'GET', path: `${path}/1`, headers: { Cookie: buyer.cookie } },
    })
    expect(file.headers['content-disposition']).toMatch(/^attachment; filename\*=UTF-8''[\w%.()]+$/)
    expect(file.headers['content-security-policy']).toContain("default-src 'none'")
    expect(file.headers['x-content-type-options']).toBe('nosniff')
    expect(file.headers['cache-control']).toBe('no-store')
  })

  test('for a spreadsheet hold no formula, whatever somebody is called', async () => {
    const { operator } = world.people
    const names = ['=cmd|calc', '+1+1', '-2+3', '@SUM(A1)', '＝1']
    for (const name of names) {
      const made = await operator.post('/api/admin/accounts', { name, ratePerSecond: 1 })
      expect([name, made.status]).toEqual([name, 200])
    }
    const { text } = await operator.get('/api/admin/audit.csv')
    const cells = text.split(/[\r\n]+/).flatMap((line) => line.split(','))
    expect(cells.filter((cell) => /^"?[=+\-@＝]/.test(cell))).toEqual([])
  })
})

test('nothing that is secret is told again, in the audit least of all', async () => {
  const { operator } = world.people
  const scope = '?accountId=acc_mine'
  const appCode = 'chosenappcode0123456789'
  const secrets = [appCode]
  const made = async (method: string, path: string, body: object) => {
    const reply = await operator.ask(method, path, JSON.stringify(body))
    expect([path, reply.status]).toEqual([path, 200])
    return reply.json as Record<string, string>
  }
  await made('POST', `/api/admin/keys${scope}`, { kind: 'appcode', mode: 'test', appCode })
  const key = await made('POST', `/api/admin/keys${scope}`, { kind: 'tencent', mode: 'test' })
  const url = 'https://example.com/hook?token=webhooktoken'
  const webhook = await made('PUT', `/api/admin/alerts/webhook${scope}`, { url })
  const provider = await made('POST', '/api/admin/payment-providers', { name: 'bank' })
  await made('POST', '/api/admin/vendors/routes', {
    ...{ name: 'first', vendor: 'tencent', kind: 'tencent', id: 'AKIDvendor' },
    ...{ secret: 'vendorsecretvalue', profile: 'unionpay', tier: 0, weight: 1 },
    prices: [{ fromCalls: 0, costCentifen: 2_500 }],
  })
  secrets.push(key.secret!, webhook.secret!, provider.secret!, 'vendorsecretvalue')
  const paths = ['audit', 'audit.csv', 'vendors', 'payment-providers', `keys${scope}`]
  for (const path of [...paths, `keys/${key.id}`, `alerts/settings${scope}`, 'users']) {
    const { text } = await operator.get(`/api/admin/${path}`)
    for (const secret of secrets) expect([path, text.includes(secret)]).toEqual([path, false])
  }
  expect((await operator.get('/api/admin/audit.csv')).text).not.toContain('webhooktoken')
})

describe('whatever is sent', () => {
  const NAMES = (Object.keys(PERMISSIONS) as RouteName[]).filter(
    (name) => !name.includes('/session'),
  )
  const deep = `${'['.repeat(30_000)}${']'.repeat(30_000)}`
  const bodies = [
    ...['', 'null', '[]', '"x"', '1e999', '{', '\ufeff{}', deep, `{"a":${deep}}`],
    ...['{"__proto__":{"role":"operator"}}', '{"constructor":{"prototype":{}}}', '{"a":"\\u0000"}'],
    ...[
      `{"${'k'.repeat(60_000)}":1}`,
      '{"reason":"\\ud800","name":"\\ud800"}',
      '{"a":9e15,"b":-0}',
    ],
  ]
  const queries = ['after=!!!', 'limit=0', 'limit=1e9', 'accountId=%00', 'accountId=%ff', 'a[]=1']

  function pathOf(name: RouteName, things: Things): string {
    const ids: Readonly<Record<string, string>> = { ...things, number: '1' }
    const path = name.slice(name.indexOf(' ') + 1)
    return path.replaceAll(/\{(\w+)\}/g, (_, parameter) => ids[parameter] ?? 'none')
  }

  test.each(NAMES)('%s answers, and not with an internal fault', async (name) => {
    const client: ConsoleClient = world.people.operator
    const [method = ''] = name.split(' ')
    const path = pathOf(name, world.things.theirs)
    const asks = [
      ...bodies.map((body) => [path, body] as const),
      ...queries.map((query) => [`${path}?${query}`, '{}'] as const),
    ]
    for (const [target, body] of asks) {
      const { status, text } = await client.ask(method, target, method === 'GET' ? '' : body)
      expect([target.slice(0, 99), body.slice(0, 30), status < 500 || status === 503]).toEqual([
        ...[target.slice(0, 99), body.slice(0, 30), true],
      ])
      const leaks = /node_modules|\.ts:\d|ERR_|SQLITE_|\bselect .* from\b/.exec(text)
      expect([target.slice(0, 99), leaks?.[0]]).toEqual([target.slice(0, 99), undefined])
    }
  })

  test('a body that is too long is told so, and not read', async () => {
    const { operator } = world.people
    const long = `{"name":"${'x'.repeat(BODY_BYTES_MAX)}"}`
    const reply = await operator.ask('POST', '/api/admin/accounts', long)
    expect([reply.status, reply.json]).toEqual([413, { error: 'too_large' }])
  })
})

test('a proxy on this machine is asked for counters by others, and told none', async () => {
  const counters = (headers: Record<string, string>) =>
    httpCall(running.url, { method: 'GET', path: '/metrics', headers })
  expect((await counters({})).status).toBe(200)
  for (const header of ['X-Forwarded-For', 'Forwarded', 'Via']) {
    const { status } = await counters({ [header]: '203.0.113.9' })
    expect([header, status]).toEqual([header, 403])
  }
})

test('what is personal is kept by no cache, and the description tells nothing of it', async () => {
  for (const path of ['session', 'calls', 'invoices', 'audit', 'statements.csv']) {
    const headers = { Cookie: world.people.operator.cookie }
    const reply = await httpCall(running.url, {
      ...{ method: 'GET', headers },
      path: `/api/admin/${path}`,
    })
    expect([path, reply.headers['cache-control']]).toEqual([path, 'no-store'])
  }
  const open = await httpCall(running.url, { method: 'GET', path: '/openapi.json' })
  expect(open.status).toBe(200)
  expect(/\b(acc|usr|ord|inv)_\w+/.exec(open.body)).toBeNull()
})
