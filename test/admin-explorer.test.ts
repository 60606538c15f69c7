/** The explorer and the doctor with keys of an account: what is charged, and what stays secret. */
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import type { Running } from '../src/main.ts'
import type { ConsoleClient, ConsoleReply } from './support/console-client.ts'
import { furnishTwoAccounts, type TwoAccounts } from './support/console-users.ts'
import { Place } from './support/service.ts'

const KNOWN_MS_MAX = 10_000

const place = new Place()
let running: Running
let world: TwoAccounts
let keys: Readonly<Record<'tencent' | 'appcode' | 'appkey', Made>>
let live: Made

interface Made {
  readonly id: string
  readonly credential: string
  readonly secret: string
}

beforeAll(async () => {
  running = await place.serve({ KAYAN_MODE: 'production' })
  world = await furnishTwoAccounts(place, running)
  const make = async (kind: string, mode: string) => {
    const { json } = await world.people.buyer_developer.post('/api/admin/keys', { kind, mode })
    return json as unknown as Made
  }
  keys = {
    tencent: await make('tencent', 'test'),
    appcode: await make('appcode', 'test'),
    appkey: await make('appkey', 'test'),
  }
  live = await make('tencent', 'live')
  await world.people.buyer_admin.post('/api/admin/orders', { plan: 'card4-1200', mode: 'test' })
  await known(live.id)
  await supplied()
}, 60_000)
afterAll(async () => {
  await running.stop('test')
  place.remove()
})

const TENCENT = {
  api: 'tencent.BankCard4EVerification',
  authentication: 'TC3-HMAC-SHA256',
  values: {
    Name: '王芳',
    IdCard: '110101199003071022',
    BankCard: '6299991000000015',
    Phone: '13800138001',
  },
}
const ALIYUN = {
  api: 'aliyun.1887',
  values: {
    name: '王芳',
    idcard: '110101199003071022',
    acc_no: '6299991000000015',
    mobile: '13800138001',
  },
}
const CALLS = {
  tencent: TENCENT,
  appcode: { ...ALIYUN, authentication: 'APPCODE' },
  appkey: { ...ALIYUN, authentication: 'AppKey' },
} as const
const KINDS = Object.keys(CALLS) as (keyof typeof CALLS)[]
const MATCH = /"(Result":"0|state":"1)"/

interface CallMade {
  readonly request: { readonly headers: [string, string][]; readonly body: string }
  readonly reply: { readonly status: number; readonly body: string; readonly durationMs: number }
}

function call(client: ConsoleClient, kind: keyof typeof CALLS, keyId: string) {
  const wish = { ...CALLS[kind], origin: running.url, keyId }
  return client.post('/api/admin/explorer/call', wish)
}

/** A node knows a key, and units, within a second of their making. */
async function known(keyId: string): Promise<void> {
  const wish = { ...TENCENT, values: {}, origin: running.url, keyId }
  await vi.waitFor(async () => {
    const { text } = await world.people.buyer_admin.post('/api/admin/explorer/call', wish)
    expect(text).not.toContain('SecretIdNotFound')
  }, KNOWN_MS_MAX)
}

async function supplied(): Promise<void> {
  await vi.waitFor(async () => {
    const { json } = await call(world.people.buyer_admin, 'appcode', keys.appcode.id)
    expect((json as unknown as CallMade).reply.body).toMatch(MATCH)
  }, KNOWN_MS_MAX)
}

test.each(KINDS)('a call with an own %s key verifies, and its secret stays here', async (kind) => {
  const { text, json } = await call(world.people.buyer_finance, kind, keys[kind].id)
  const { reply, request } = json as unknown as CallMade
  expect(reply.body).toMatch(MATCH)
  expect(reply.durationMs).toBeGreaterThan(0)
  expect(text).not.toContain(keys[kind].secret)
  expect(decodeURIComponent(request.body)).toContain('王芳')
})

test.each(KINDS)('programs with an own %s key read its secret from elsewhere', async (kind) => {
  const wish = { ...CALLS[kind], origin: running.url, keyId: keys[kind].id }
  const { text, json } = await world.people.auditor.post('/api/admin/explorer/prepare', wish)
  expect(json.request).toBeUndefined()
  expect(text).not.toContain(keys[kind].secret)
  expect(text).toMatch(/TENCENTCLOUD_SECRET_KEY|APP_CODE|APP_SECRET/)
  expect(text.includes(keys[kind].credential)).toBe(kind !== 'appcode')
})

describe('a live key', () => {
  test('says what a charged call would be taken from', async () => {
    const path = `/api/admin/keys/${live.id}/cost?product=card4`
    const { json } = await world.people.buyer_developer.get(path)
    const grant = { available: expect.any(Number), price: { fen: expect.any(Number), units: 1200 } }
    expect(json).toMatchObject({ mode: 'live', product: 'card4', grant })
  })

  test('is called by those who keep keys alone, and leaves a line in the audit', async () => {
    expect((await call(world.people.buyer_finance, 'tencent', live.id)).status).toBe(403)
    expect((await call(world.people.auditor, 'tencent', live.id)).status).toBe(403)
    const { status } = await call(world.people.buyer_developer, 'tencent', live.id)
    expect(status).toBe(200)
    const audit = await world.people.operator.get('/api/admin/audit')
    const [line] = audit.json.items as object[]
    const actor = 'user:buyer_developer.one'
    expect(line).toMatchObject({ action: 'explorer.call', subject: live.id, actor })
    expect(audit.text).not.toContain('王芳')
  })

  test('is called once under one idempotency key', async () => {
    const client = world.people.buyer_admin
    client.headers = { 'Idempotency-Key': 'one-call' }
    const first = await call(client, 'tencent', live.id)
    const second = await call(client, 'tencent', live.id)
    client.headers = {}
    expect([first.status, second.status]).toEqual([200, 409])
  })
})

describe('a key is unknown or of no use', () => {
  test.each([
    ['of another account', (): string => world.things.theirs.keyId, 404],
    ['that does not exist', (): string => 'key_none', 404],
    ['of another kind', (): string => keys.appcode.id, 400],
  ] as const)('%s', async (_what, keyId, status) => {
    expect((await call(world.people.buyer_admin, 'tencent', keyId())).status).toBe(status)
  })
})

test('a key is used from where its user is, and from nowhere else', async () => {
  const { buyer_admin: buyer } = world.people
  const { json } = await buyer.post('/api/admin/keys', { kind: 'tencent', mode: 'test' })
  const { id } = json as unknown as Made
  await known(id)
  const addresses = JSON.stringify({ addresses: ['203.0.113.0/24'] })
  expect((await buyer.ask('PUT', `/api/admin/keys/${id}/limits`, addresses)).status).toBe(200)
  // A node knows of it within a second.
  const answer = async () => (await call(buyer, 'tencent', id)).text
  await expect.poll(answer, { timeout: 5_000 }).toContain('IpNotInWhitelist')
})

describe('the doctor with an own key', () => {
  const examine = (client: ConsoleClient, request: string, keyId: string): Promise<ConsoleReply> =>
    client.post('/api/admin/doctor', { request, keyId })
  const bearing = (code: string) => `POST /communication/personal/1887\nAuthorization: ${code}\n\n`

  test('names the mistake without telling the code', async () => {
    const { secret, id } = keys.appcode
    for (const wrong of ['APPCODE somethingelse', secret, `APPCODE:${secret}`]) {
      const { json } = await examine(world.people.buyer_developer, bearing(wrong), id)
      expect(json.fault).toMatch(/^appcode_(other|scheme|blank)$/)
      const { expected = '' } = (json.difference ?? {}) as { expected?: string }
      expect(expected).not.toContain(secret)
    }
  })

  test('judges the request that was sent, and tells no signature', async () => {
    const { json } = await call(world.people.buyer_admin, 'tencent', keys.tencent.id)
    const { headers, body } = (json as unknown as CallMade).request
    const { host } = new URL(running.url)
    const lines = [['Host', host], ...headers].map(([name, value]) => `${name}: ${value}`)
    const sent = ['POST / HTTP/1.1', ...lines, '', body].join('\n')
    const examined = await examine(world.people.buyer_admin, sent, keys.tencent.id)
    expect(examined.json.fault).toBe('verifies')
    const broken = sent.replace(/Signature=[0-9a-f]{4}/, 'Signature=0000')
    const right = /Signature=([0-9a-f]{64})/.exec(sent)![1]!
    const diagnosis = await examine(world.people.buyer_admin, broken, keys.tencent.id)
    expect(diagnosis.json.fault).toBe('secret_wrong')
    expect(diagnosis.text).not.toContain(right)
    expect(diagnosis.text).not.toContain(keys.tencent.secret)
  })

  test('asks for a key in production, and knows none of another account', async () => {
    const { buyer_admin: buyer } = world.people
    const none = await buyer.post('/api/admin/doctor', { request: bearing('APPCODE x') })
    expect([none.status, none.json.field]).toEqual([400, 'keyId'])
    const theirs = await examine(buyer, bearing('APPCODE x'), world.things.theirs.keyId)
    expect(theirs.status).toBe(404)
  })
})
