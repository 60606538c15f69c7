/** The login as an attacker and as its owner meet it, over the network and across restarts. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { totpCode } from '../src/accounts/totp.ts'
import type { Clock } from '../src/domain/clock.ts'
import { type Running, SYSTEM_CLOCK } from '../src/main.ts'
import { ConsoleClient } from './support/console-client.ts'
import { Place } from './support/service.ts'

const SESSION = '/api/admin/session'
const PASSWORD = 'correct horse battery'
const PRODUCTION = { KAYAN_MODE: 'production', KAYAN_TRUSTED_PROXIES: '127.0.0.1' }
const STEP_MS = 30_000

/** Time passes when a test says so. */
let aheadMs = 0
const clock: Clock = {
  nowMs: () => SYSTEM_CLOCK.nowMs() + aheadMs,
  monotonicUs: () => SYSTEM_CLOCK.monotonicUs() + aheadMs * 1_000,
}

const place = new Place()
let running: Running
/** Of the operator's authenticator. */
let seed = ''

beforeAll(async () => {
  running = await place.serve(PRODUCTION, clock)
}, 30_000)
afterAll(async () => {
  await running.stop('test')
  place.remove()
})

/** Somebody at an address of his own, behind the proxy. */
function visitor(address: string): ConsoleClient {
  const client = new ConsoleClient(running.url)
  client.headers = { 'X-Forwarded-For': address }
  return client
}

/** A code that was not given before: one of the next step. */
function freshCode(): string {
  aheadMs += STEP_MS
  return totpCode(seed, Math.floor(clock.nowMs() / STEP_MS))
}

function login(client: ConsoleClient, more: object = {}) {
  return client.post(SESSION, { name: 'operator', password: PASSWORD, ...more })
}

test('a fresh installation in production opens by the printed link alone, and once', async () => {
  const stranger = visitor('203.0.113.1')
  expect((await stranger.get(SESSION)).json.roles).toEqual([])
  expect((await login(stranger)).json).toEqual({ error: 'credentials_wrong' })
  expect(running.setupPath).toMatch(/^\/console\/invitation#[\w-]{43}$/)
  const token = running.setupPath!.split('#')[1]!
  const path = `${SESSION}/invitation`
  const short = await stranger.post(path, { token, password: 'short' })
  expect([short.status, short.json.field]).toEqual([400, 'password'])
  const wrong = await stranger.post(path, { token: 'x'.repeat(43), password: PASSWORD })
  expect([wrong.status, wrong.json]).toEqual([409, { error: 'invitation_invalid' }])

  const operator = visitor('198.51.100.1')
  const accepted = await operator.post(path, { token, password: PASSWORD })
  expect(accepted.status).toBe(200)
  expect(accepted.setCookie).toMatch(/^kayan_session=[\w-]{43}; Path=\/; HttpOnly; SameSite=Lax$/)
  const again = await stranger.post(path, { token, password: PASSWORD })
  expect(again.json).toEqual({ error: 'invitation_invalid' })

  const me = await operator.get(SESSION)
  expect(me.json).toMatchObject({ name: 'operator', roles: ['operator'], mustEnrolTotp: true })
  expect((await operator.get('/api/admin/accounts')).json).toEqual({ error: 'totp_required' })
  const early = visitor('198.51.100.1')
  await login(early)
  expect((await early.get(SESSION)).json.roles).toEqual(['operator'])
  await enrol(operator)
  expect((await operator.get('/api/admin/accounts')).status).toBe(200)
  // A session that a password alone has opened does not become one that a code has.
  expect((await early.get('/api/admin/accounts')).json).toEqual({ error: 'unauthenticated' })
})

/** Takes an authenticator into use. */
async function enrol(operator: ConsoleClient): Promise<void> {
  const guess = await operator.post(`${SESSION}/totp`, { password: 'a guess' })
  expect([guess.status, guess.json]).toEqual([403, { error: 'password_wrong' }])
  const begun = await operator.post(`${SESSION}/totp`, { password: PASSWORD })
  seed = String(begun.json.secret)
  expect(begun.json.uri).toContain(`secret=${seed}`)
  const wrong = await operator.post(`${SESSION}/totp/confirmation`, { code: '000000' })
  expect(wrong.json).toEqual({ error: 'code_wrong' })
  const confirmed = await operator.post(`${SESSION}/totp/confirmation`, { code: freshCode() })
  expect(confirmed.status).toBe(200)
}

test('a login wants password and code, a code opens once, and each login has a session of its own', async () => {
  const operator = visitor('198.51.100.1')
  expect((await login(operator)).json).toEqual({ error: 'code_needed' })
  const wrong = await login(operator, { password: 'a guess', code: '123456' })
  expect([wrong.status, wrong.json]).toEqual([401, { error: 'credentials_wrong' }])
  const code = freshCode()
  expect((await login(operator, { code })).status).toBe(200)
  const first = operator.cookie
  const replayed = await login(visitor('198.51.100.1'), { code })
  expect(replayed.json).toEqual({ error: 'credentials_wrong' })

  expect((await login(operator, { code: freshCode() })).status).toBe(200)
  expect(operator.cookie).not.toBe(first)
  const old = visitor('198.51.100.1')
  old.cookie = first
  expect((await old.get(SESSION)).json.roles).toEqual([])

  const kept = operator.cookie
  const out = await operator.ask('DELETE', SESSION)
  expect(out.setCookie).toMatch(/^kayan_session=; Max-Age=0;/)
  operator.cookie = kept
  expect((await operator.get(SESSION)).json.roles).toEqual([])
})

test('a session outlives a restart, and ends when nobody uses it', async () => {
  const operator = visitor('198.51.100.1')
  await login(operator, { code: freshCode() })
  await running.stop('test')
  running = await place.serve(PRODUCTION, clock)
  expect(running.setupPath).toBeUndefined()
  const returned = visitor('198.51.100.1')
  returned.cookie = operator.cookie
  expect((await returned.get(SESSION)).json).toMatchObject({ name: 'operator' })
  aheadMs += 31 * 60_000
  expect((await returned.get(SESSION)).json.roles).toEqual([])
})

describe('a page of somebody else', () => {
  const foreign = [
    { Origin: 'https://evil.example' },
    { Origin: 'null' },
    { 'Sec-Fetch-Site': 'cross-site' },
    { 'Sec-Fetch-Site': 'same-site' },
  ]

  test('writes nothing, with a session or without one', async () => {
    const operator = visitor('198.51.100.1')
    await login(operator, { code: freshCode() })
    for (const headers of foreign) {
      operator.headers = { 'X-Forwarded-For': '198.51.100.1', ...headers }
      const made = await operator.post('/api/admin/accounts', { name: 'evil', ratePerSecond: 1 })
      expect([headers, made.status, made.json]).toEqual([headers, 403, { error: 'forbidden' }])
      expect((await login(operator)).status).toBe(403)
    }
    const names = (await operator.get('/api/admin/accounts')).text
    expect(names).not.toContain('evil')
  })

  test('gets no cookie that leaves TLS or this host', async () => {
    const operator = visitor('198.51.100.1')
    operator.headers = {
      'X-Forwarded-For': '198.51.100.1',
      Host: 'kayan.example',
      Origin: 'https://kayan.example',
    }
    const { setCookie } = await login(operator, { code: freshCode() })
    expect(setCookie).toMatch(
      /^__Host-kayan_session=[\w-]{43}; Path=\/; HttpOnly; SameSite=Lax; Secure$/,
    )
    // Under another name of this machine the cookie is unknown, though the token is good.
    operator.headers = { 'X-Forwarded-For': '198.51.100.1' }
    expect((await operator.get(SESSION)).json.roles).toEqual([])
    operator.cookie = operator.cookie.replace('__Host-kayan_session', 'other')
    expect((await operator.get(SESSION)).json.roles).toEqual([])
  })
})

test('guesses from one address wait longer and longer, and the owner elsewhere does not', async () => {
  const guesser = visitor('203.0.113.66')
  const guesses = await Promise.all(
    Array.from({ length: 12 }, (_, i) => login(guesser, { password: `guess ${i}` })),
  )
  expect(guesses.filter(({ status }) => status === 401)).toHaveLength(5)
  expect(guesses.filter(({ status }) => status === 429)).toHaveLength(7)
  const right = await login(guesser, { code: freshCode() })
  // Thirty seconds have passed with the new code, so this one is looked at; the next waits a minute.
  expect(right.status).toBe(200)
  const other = visitor('203.0.113.67')
  for (let i = 0; i < 5; i++) await login(other, { password: 'a guess' })
  const waiting = await login(other, { password: 'a guess' })
  expect(waiting.json).toMatchObject({ error: 'too_many_attempts' })
  expect(waiting.json.retryAfterMs).toBeGreaterThan(25_000)
  const owner = visitor('198.51.100.1')
  expect((await login(owner, { code: freshCode() })).status).toBe(200)
}, 20_000)

test('codes are guessed no faster from many addresses, nor with a session', async () => {
  const operator = visitor('198.51.100.1')
  await login(operator, { code: freshCode() })
  const guesses = [1, 2, 3].map((i) => login(visitor(`203.0.113.${i}`), { code: `00000${i}` }))
  for (const guess of await Promise.all(guesses)) expect(guess.status).toBe(401)
  const password = PASSWORD
  for (const code of ['000004', '000005']) {
    const wrong = await operator.post(`${SESSION}/totp`, { password, code })
    expect([wrong.status, wrong.json]).toEqual([403, { error: 'code_wrong' }])
  }
  const more = await operator.post(`${SESSION}/totp`, { password, code: '000006' })
  expect([more.status, more.json.error]).toEqual([429, 'too_many_attempts'])
  const elsewhere = await login(visitor('203.0.113.7'), { code: '000007' })
  expect([elsewhere.status, elsewhere.json.error]).toEqual([429, 'too_many_attempts'])
  // Whoever has no password guesses no code, and so keeps nobody waiting.
  aheadMs += STEP_MS
  expect((await login(operator, { code: freshCode() })).status).toBe(200)
}, 20_000)

test('guesses in the sessions of some keep nobody else from changing his password', async () => {
  const operator = visitor('198.51.100.1')
  await login(operator, { code: freshCode() })
  for (let i = 0; i < 11; i++) {
    const invited = await operator.post('/api/admin/users', { name: `a${i}`, role: 'auditor' })
    const token = String(invited.json.path).split('#')[1]
    const auditor = visitor('203.0.113.120')
    const accepted = await auditor.post(`${SESSION}/invitation`, { token, password: PASSWORD })
    expect(accepted.status).toBe(200)
    const guess = { present: 'a guess', password: PASSWORD }
    for (let n = 0; n < 5; n++) {
      expect((await auditor.post(`${SESSION}/password`, guess)).status).toBe(403)
    }
    expect((await auditor.post(`${SESSION}/password`, guess)).status).toBe(429)
  }
  const change = { present: PASSWORD, password: PASSWORD }
  expect((await operator.post(`${SESSION}/password`, change)).status).toBe(200)
}, 30_000)

test('somebody who is unknown is refused as somebody with a wrong password is', async () => {
  const stranger = visitor('203.0.113.77')
  const unknown = await stranger.post(SESSION, { name: 'nobody', password: 'a guess' })
  const known = await login(stranger, { password: 'a guess' })
  expect([unknown.status, unknown.text]).toEqual([known.status, known.text])
})

test('an operator keeps his authenticator in production, and a new password ends all sessions', async () => {
  const operator = visitor('198.51.100.1')
  await login(operator, { code: freshCode() })
  const elsewhere = visitor('198.51.100.2')
  await login(elsewhere, { code: freshCode() })
  const body = JSON.stringify({ password: PASSWORD, code: freshCode() })
  const removed = await operator.ask('DELETE', `${SESSION}/totp`, body)
  expect(removed.json).toEqual({ error: 'totp_required' })
  const change = { present: PASSWORD, password: 'another battery staple' }
  expect((await operator.post(`${SESSION}/password`, change)).status).toBe(200)
  expect((await operator.get(SESSION)).status).toBe(200)
  expect((await elsewhere.get(SESSION)).json.roles).toEqual([])
})

test('in development the developer needs no login at his machine, and everybody else does', async () => {
  const development = new Place()
  const kayan = await development.serve()
  try {
    const developer = new ConsoleClient(kayan.url)
    expect((await developer.get(SESSION)).json).toMatchObject({
      name: 'sandbox',
      accountId: 'acc_sandbox',
      mode: 'development',
    })
    for (const headers of [{ Host: 'rebound.example' }, { 'X-Forwarded-For': '203.0.113.9' }]) {
      developer.headers = headers
      expect((await developer.get(SESSION)).json.roles).toEqual([])
    }
    developer.headers = {}
    const change = { present: PASSWORD, password: PASSWORD }
    const changed = await developer.post(`${SESSION}/password`, change)
    expect(changed.status).toBe(403)
  } finally {
    await kayan.stop('test')
    development.remove()
  }
})
