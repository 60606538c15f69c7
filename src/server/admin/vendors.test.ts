/** Vendors through the admin API: routes whose secrets never come back, policies, bills, comparison. */
import { afterAll, beforeAll, expect, test } from 'vitest'
import { ConsoleClient } from '../../../test/support/console-client.ts'
import { Place } from '../../../test/support/service.ts'
import { upload } from '../../../test/support/upload.ts'
import { type Simulator, simulate } from '../../../test/vendors/simulators.ts'
import type { Running } from '../../main.ts'
import { endAttempt, insertAttempts } from '../../storage/sql/attempts.ts'

const SECRET = 'vendorSecretEXAMPLE'
const NOON_MS = Date.parse('2026-11-01T12:00:00+08:00')
const NOVEMBER = { fromMs: NOON_MS - 1, toMs: NOON_MS + 86_400_000 }
const TERMS = {
  profile: 'unionpay',
  prices: [{ fromCalls: 0, costCentifen: 2_500 }],
  tier: 0,
  weight: 1,
}

const place = new Place()
let running: Running
let operator: ConsoleClient
let vendor: Simulator

beforeAll(async () => {
  running = await place.serve()
  operator = new ConsoleClient(running.url)
  // As a vendor answers what it is asked in a test.
  vendor = await simulate('tencent', { script: () => 'card_malformed' })
  const route = { name: 'first', vendor: 'tencent', kind: 'tencent', id: 'AKIDvendorEXAMPLE' }
  await add({ ...route, secret: SECRET, endpoint: vendor.url })
})
afterAll(async () => {
  await vendor.close()
  await running.stop('test')
  place.remove()
})

function add(route: object) {
  return operator.post('/api/admin/vendors/routes', { ...TERMS, ...route })
}

function put(path: string, body: object) {
  return operator.ask('PUT', `/api/admin/vendors/${path}`, JSON.stringify(body))
}

test('a secret goes in and never comes out, also not of the audit', async () => {
  const { json, text } = await operator.get('/api/admin/vendors')
  expect(json.routes).toMatchObject([{ name: 'first', credentialId: 'AKIDvendorEXAMPLE' }])
  const audit = await operator.get('/api/admin/audit?subject=first')
  expect(audit.json.items).toMatchObject([{ action: 'vendor.add' }])
  expect(text + audit.text).not.toContain(SECRET)
})

test.each([
  ['kind', { kind: 'appcode' }],
  ['id', { kind: 'tencent' }],
  ['endpoint', { kind: 'tencent', id: 'A', endpoint: 'http://user:password@vendor.example' }],
  ['endpoint', { kind: 'tencent', id: 'A', endpoint: 'https://vendor.example/path' }],
  ['endpoint', { kind: 'tencent', id: 'A', endpoint: 'nonsense' }],
  ['prices', { kind: 'tencent', id: 'A', prices: [{ fromCalls: 5, costCentifen: 1 }] }],
])('a route is refused for its %s: %j', async (field, wrong) => {
  const { status, json } = await add({ name: 'wrong', vendor: 'tencent', secret: 'x', ...wrong })
  expect([status, json.error, json.field]).toEqual([400, 'invalid', field])
})

test('a route is tried for free, changed with a new credential, and a wrong one is told', async () => {
  const path = '/api/admin/vendors/routes/first'
  expect((await operator.post(`${path}/reach`)).json).toEqual({ route: 'first' })
  const trial = () => operator.post(`${path}/trial`)
  expect((await trial()).json).toMatchObject({ passed: true, charge: 'free' })
  expect(vendor.bill.paid).toBe(0)
  const terms = { ...TERMS, endpoint: vendor.url, weight: 7 }
  const wrong = { id: 'AKIDvendorEXAMPLE', secret: 'another' }
  const changed = await put('routes/first', { ...terms, credential: wrong })
  expect(changed.json).toMatchObject({ weight: 7, credentialId: 'AKIDvendorEXAMPLE' })
  expect((await trial()).json).toMatchObject({ passed: false, fault: 'credential_refused' })
  const nameless = await put('routes/first', { ...terms, credential: { secret: SECRET } })
  expect([nameless.status, nameless.json.field]).toEqual([400, 'credential.id'])
  await put('routes/first', { ...terms, credential: { ...wrong, secret: SECRET } })
  expect((await trial()).json).toMatchObject({ passed: true })
})

test('a route that a policy names stays until the policy goes', async () => {
  const policy = { routes: ['first'], prefer: 'cost', totalTimeoutMs: 5_000, doublePayShare: 10 }
  expect((await put('policies?accountId=acc_sandbox', policy)).json.accountId).toBe('acc_sandbox')
  expect((await put('policies', { ...policy, routes: ['none'] })).status).toBe(404)
  const remove = (path: string) => operator.ask('DELETE', `/api/admin/vendors/${path}`)
  expect((await remove('routes/first')).json.error).toBe('route_in_use')
  expect((await remove('policies?accountId=acc_sandbox')).status).toBe(200)
  expect((await remove('policies?accountId=acc_sandbox')).status).toBe(404)
  expect((await operator.get('/api/admin/vendors')).json.policies).toEqual([])
})

test('a bill closes what it names, and one is closed by hand with a reason', async () => {
  await place.withStorage(async ({ engine: { queries } }) => {
    const row = { serial: 0, accountId: 'acc_1', route: 'first', vendor: 'tencent' } as const
    const ids = ['a1', 'a2', 'a3']
    await insertAttempts(
      queries,
      ids.map((id) => ({
        ...{ ...row, id, requestId: `request-${id}` },
        ...{ product: 'card4' as const, atMs: NOON_MS, costCentifen: 2_500 },
      })),
    )
    for (const id of ids) {
      const end = { state: 'unknown', phase: 'sent', code: 'timed_out', reference: '' } as const
      await endAttempt(queries, id, { ...end, atMs: NOON_MS + 1 })
    }
  })
  const bills = async () => (await operator.get('/api/admin/vendors/bills')).json
  expect(await bills()).toMatchObject({ overdue: { count: 3, costCentifen: 7_500 } })
  const path = '/api/admin/vendors/routes/first/bills'
  const uploadId = await upload(operator, 'reference,fee\nrequest-a1,0.25\nstranger,0.25\n')
  const bill = { ...NOVEMBER, evidence: 'November', uploadId }
  const wrong = await operator.post(path, { ...bill, referenceColumn: 'serial' })
  expect([wrong.status, wrong.json.field]).toEqual([400, 'referenceColumn'])
  const again = await upload(operator, 'reference,fee\nrequest-a1,0.25\nstranger,0.25\n')
  const done = await operator.post(path, { ...bill, uploadId: again })
  expect(done.json).toMatchObject({ settled: 1, free: 0, open: 2, strangers: 1, billed: 2 })
  expect(await bills()).toMatchObject({
    open: [{ id: 'a2' }, { id: 'a3' }],
    differing: [{ route: 'first', evidence: 'November' }],
  })
  const closing = '/api/admin/vendors/attempts/a2/closing'
  const word = { state: 'free', reason: 'told by mail' }
  expect((await operator.post(closing, word)).json.id).toBe('a2')
  expect((await operator.post(closing, word)).json.error).toBe('attempt_closed')
  const costs = await operator.get(`/api/admin/vendors/costs?sinceMs=${NOVEMBER.fromMs}`)
  expect(costs.json.routes).toMatchObject([
    { route: 'first', settled: 1, unknown: 1, costCentifen: 2_500 },
  ])
})

test('comparing is set up within a budget, shown, and ended', async () => {
  const policy = {
    second: 'first',
    perMille: 10,
    compares: 'matches',
    budgetCentifen: 10_000,
    windowCalls: 100,
    alarmPerMille: 10,
    stops: true,
  }
  expect((await put('comparison', { ...policy, second: 'none' })).status).toBe(404)
  expect((await put('comparison', policy)).json).toEqual(policy)
  const path = '/api/admin/vendors/comparison'
  expect((await operator.get(path)).json).toMatchObject({ policy, pairs: [], cells: [] })
  expect((await operator.post('/api/admin/vendors/routes/first/release')).json.error).toBe(
    'route_not_stopped',
  )
  await operator.ask('DELETE', path)
  expect((await operator.get(path)).json.policy).toBeUndefined()
})
