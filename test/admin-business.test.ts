/** A business run through the admin API alone: what is bought, called, stated and invoiced agrees. */
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest'
import { Secret } from '../src/domain/secret.ts'
import { signBody } from '../src/domain/signed-body.ts'
import type { Running } from '../src/main.ts'
import type { ConsoleClient, ConsoleReply } from './support/console-client.ts'
import { furnishTwoAccounts, type TwoAccounts } from './support/console-users.ts'
import { startPostgres } from './support/postgres.ts'
import { Place } from './support/service.ts'

/** Where a service in production stores, and what ends that place. */
interface Ground {
  readonly variables: Record<string, string>
  readonly stop: () => Promise<void>
}

async function sqlite(): Promise<Ground> {
  return { variables: {}, stop: async () => {} }
}

/** One that keeps what it was told, as production demands. */
async function postgres(): Promise<Ground> {
  const server = await startPostgres({ durable: true })
  const variables = { KAYAN_DATABASE_URL: await server.createDatabase() }
  return { variables, stop: () => server.stop() }
}

/** The stores of this machine. */
const STORES = new Map([
  ['SQLite', sqlite],
  ...(inject('postgresDirectory') === '' ? [] : [['PostgreSQL', postgres] as const]),
])

/** Asks under an idempotency key. */
async function once(client: ConsoleClient, key: string, path: string, body: object) {
  client.headers = { 'Idempotency-Key': key }
  const reply = await client.post(path, body)
  client.headers = {}
  return reply
}

function items({ json }: ConsoleReply): Record<string, unknown>[] {
  return json.items as Record<string, unknown>[]
}

describe.each([...STORES])('%s', (_name, open) => {
  let ground: Ground
  let place: Place
  let running: Running
  let world: TwoAccounts

  beforeAll(async () => {
    ground = await open()
    place = new Place(ground.variables)
    running = await place.serve({ KAYAN_MODE: 'production' })
    world = await furnishTwoAccounts(place, running)
  }, 60_000)
  afterAll(async () => {
    await running.stop('test')
    place.remove()
    await ground.stop()
  })

  test('a repeated request makes one key, shows its secret again, and never another one', async () => {
    const { buyer_developer: developer } = world.people
    const wish = { kind: 'tencent', mode: 'live' }
    const first = await once(developer, 'k-1', '/api/admin/keys', wish)
    const again = await once(developer, 'k-1', '/api/admin/keys', wish)
    expect(again.json).toEqual(first.json)
    const other = await once(developer, 'k-1', '/api/admin/keys', { ...wish, mode: 'test' })
    expect([other.status, other.json]).toEqual([409, { error: 'idempotency_conflict' }])
    const listed = await developer.get('/api/admin/keys?limit=200')
    expect(items(listed).filter(({ id }) => id === first.json.id)).toHaveLength(1)
    expect(listed.text).not.toContain(String(first.json.secret))
  })

  test('an AppCode is shown again to the account’s administrator, and the audit knows', async () => {
    const { buyer_admin: admin, auditor } = world.people
    const appCode = 'chosenappcode-0123456789'
    const made = await admin.post('/api/admin/keys', { kind: 'appcode', mode: 'live', appCode })
    const revealed = await admin.post(`/api/admin/keys/${made.json.id}/reveal`)
    expect(revealed.json).toEqual({ appCode })
    const lines = await auditor.get('/api/admin/audit?action=key.reveal')
    expect(items(lines)[0]).toMatchObject({ actor: 'user:buyer_admin.one', subject: made.json.id })
    const rotated = await admin.post(`/api/admin/keys/${made.json.id}/rotation`, {
      overlapMinutes: 5,
    })
    expect(rotated.json.secret).toMatch(/^[0-9a-f]{32}$/)
    const revoked = await admin.post(`/api/admin/keys/${made.json.id}/revocation`)
    expect(revoked.json).toMatchObject({ state: 'revoked' })
  })

  test('an order that a provider’s signed notice pays is a grant, a line of the statement and an invoice', async () => {
    const { buyer_finance: finance, operator, auditor } = world.people
    const order = await finance.post('/api/admin/orders', { plan: 'card4-6000', mode: 'live' })
    expect(order.json).toMatchObject({ state: 'placed', amountFen: 200_000 })
    const provider = await operator.post('/api/admin/payment-providers', { name: 'bank' })
    const body = JSON.stringify({ orderId: order.json.id, paymentId: 'p-1', amountFen: 200_000 })
    const secret = new Secret(String(provider.json.secret))
    const notice = async (text: string, name = 'bank') => {
      const { timestamp, signature } = signBody(secret, body, Date.now())
      operator.headers = { 'Kayan-Timestamp': timestamp, 'Kayan-Signature': signature }
      const reply = await operator.ask('POST', `/api/payments/${name}/notices`, text)
      operator.headers = {}
      return reply
    }
    expect((await notice(body.replace('200000', '1'))).json).toEqual({
      error: 'signature_mismatch',
    })
    expect((await notice(body, 'nobody')).json).toEqual({ error: 'signature_mismatch' })
    expect([await notice(body), await notice(body)].map(({ json }) => json.result)).toEqual([
      'paid',
      'paid',
    ])

    const overview = await finance.get('/api/admin/overview?mode=live')
    const [quota] = overview.json.quota as { available: number }[]
    const lines = items(await finance.get('/api/admin/statements'))
    const [statement] = lines.filter(({ mode }) => mode === 'live')
    expect(statement).toMatchObject({ granted: 7_200, closing: quota!.available })
    const csv = await auditor.get('/api/admin/statements.csv?accountId=acc_mine')
    expect(csv.text).toContain('acc_mine,card4,live,')

    const request = {
      kind: 'ordinary',
      title: { title: 'Example Ltd', taxNumber: '9144030071526726XG' },
      orderIds: [order.json.id],
    }
    const invoice = await finance.post('/api/admin/invoices', request)
    expect(invoice.json).toMatchObject({ state: 'processing', amountFen: 200_000 })
    const path = `/api/admin/invoices/${invoice.json.id}`
    const issued = { number: '26442000000012345678', amountFen: 200_000 }
    expect((await operator.post(`${path}/issue`, issued)).json).toMatchObject({ state: 'issued' })
    const attached = await operator.ask('POST', `${path}/files?name=a.pdf`, '%PDF-1.7 invoice')
    expect(attached.json.files).toMatchObject([{ number: 1, name: 'a.pdf', format: 'pdf' }])
    expect((await finance.get(`${path}/files/1`)).text).toBe('%PDF-1.7 invoice')
  })

  test('lists go on where the page before ended, and an invented cursor is refused', async () => {
    const { operator } = world.people
    const whole = items(await operator.get('/api/admin/keys?limit=200')).map(({ id }) => id)
    const paged: unknown[] = []
    let next = ''
    do {
      const page = await operator.get(`/api/admin/keys?limit=2${next && `&after=${next}`}`)
      paged.push(...items(page).map(({ id }) => id))
      next = String(page.json.next ?? '')
    } while (next !== '')
    expect(paged).toEqual(whole)
    const invented = await operator.get('/api/admin/keys?after=nonsense')
    expect([invented.status, invented.json]).toEqual([400, { error: 'cursor_invalid' }])
  })

  test('grants too go on where the page before ended', async () => {
    const { operator } = world.people
    const path = '/api/admin/grants?accountId=all'
    const ids = (reply: ConsoleReply) => items(reply).map(({ id }) => id)
    const all = await operator.get(path)
    expect(ids(all).length).toBeGreaterThan(1)
    const first = await operator.get(`${path}&limit=1`)
    const rest = await operator.get(`${path}&after=${first.json.next}`)
    expect([...ids(first), ...ids(rest)]).toEqual(ids(all))
    expect([all.json.next, rest.json.next]).toEqual([undefined, undefined])
  })

  test('a call is found, told and exported; its story is that of its account alone', async () => {
    const { buyer_developer: developer, operator } = world.people
    const calls = items(await developer.get('/api/admin/calls?charged=true'))
    expect(calls.every(({ accountId }) => accountId === 'acc_mine')).toBe(true)
    const { name } = world.things.mine
    const story = await developer.get(`/api/admin/calls/${name}`)
    expect(story.json).toMatchObject({ requestId: name, accountId: 'acc_mine', isOutcome: true })
    // Where a page ended is a place in time, whoever called then; behind it are one's own calls alone.
    const behind = items(await developer.get(`/api/admin/calls?after=${world.things.theirs.name}`))
    expect(behind.every(({ accountId }) => accountId === 'acc_mine')).toBe(true)
    const csv = await operator.get('/api/admin/calls.csv?accountId=acc_theirs')
    expect(csv.text).toContain(world.things.theirs.name)
    expect(csv.text).not.toContain(name)
  })

  test('units by hand have a reason, and end where the ledger says', async () => {
    const { operator } = world.people
    const path = '/api/admin/grants?accountId=acc_mine'
    const wish = { product: 'card2', mode: 'live', units: 10 }
    expect((await operator.post(path, wish)).json).toMatchObject({ field: 'reason' })
    const grant = await once(operator, 'g-1', path, { ...wish, reason: 'goodwill' })
    expect((await once(operator, 'g-1', path, { ...wish, reason: 'goodwill' })).json).toEqual(
      grant.json,
    )
    const back = { units: 11, reason: 'mistake' }
    const refused = await operator.post(`/api/admin/grants/${grant.json.id}/withdrawal`, back)
    expect(refused.status).toBe(409)
    const withdrawn = { ...back, units: 4 }
    await operator.post(`/api/admin/grants/${grant.json.id}/withdrawal`, withdrawn)
    const held = items(await operator.get(path)).find(({ id }) => id === grant.json.id)
    expect(held).toMatchObject({ available: 6, withdrawn: 4, reason: 'goodwill' })
  })
})
