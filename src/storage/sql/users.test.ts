import { describe, expect, test } from 'vitest'
import { SQL_ENGINES } from '../../../test/support/sql-engines.ts'
import { KeySealer } from '../../accounts/seal.ts'
import { SESSION_IDLE_MS, SESSION_MS } from '../../accounts/session.ts'
import { newTotpSeed, totpCode } from '../../accounts/totp.ts'
import type { User } from '../../accounts/user.ts'
import { Keyring } from '../../domain/keyring.ts'
import { SqlLogins } from './logins.ts'
import { SqlSessions } from './sessions.ts'
import { SqlUsers } from './users.ts'

const NOW_MS = 1_800_000_000_000
const MINUTE_MS = 60_000
const deed = { actor: 'test', atMs: NOW_MS }
const invitation = { token: 'invitation', endsAtMs: NOW_MS + 1_000 }
const HASH = 'argon2id$00$00'

describe.each([...SQL_ENGINES])('%s', (_name, open) => {
  async function furnished() {
    const engine = await open()
    const users = new SqlUsers(engine)
    const sealer = new KeySealer(new Keyring(Buffer.alloc(32, 7)), 'user.seal')
    const added = await users.add({ name: 'ada', role: 'operator' }, invitation, deed)
    const user = added as User
    return {
      engine,
      users,
      user,
      sessions: new SqlSessions(engine),
      logins: new SqlLogins(engine, sealer),
    }
  }

  test('an invitation lets one person in once, and only in time', async () => {
    const { engine, users, user } = await furnished()
    expect(await users.accept('invitation', HASH, NOW_MS + 1_000)).toBe('invitation_invalid')
    expect(await users.accept('another', HASH, NOW_MS)).toBe('invitation_invalid')
    const [one, other] = await Promise.all([
      users.accept('invitation', HASH, NOW_MS),
      users.accept('invitation', HASH, NOW_MS),
    ])
    expect([one, other]).toContain('invitation_invalid')
    expect([one, other]).toContainEqual({ ...user, state: 'active' })
    const lines = await engine.queries.selectFrom('audit').select('action').execute()
    expect(lines.map(({ action }) => action)).toEqual(['user.add', 'user.accept'])
  })

  test('a buyer belongs to an account, staff to none, and a name is given once', async () => {
    const { users } = await furnished()
    const add = (wish: Parameters<SqlUsers['add']>[0]) =>
      users.add(wish, { ...invitation, token: wish.name }, deed)
    expect(await add({ name: 'bob', role: 'buyer_admin' })).toBe('account_needed')
    expect(await add({ name: 'bob', role: 'auditor', accountId: 'acc_1' })).toBe('account_unwanted')
    expect(await add({ name: 'ada', role: 'auditor' })).toBe('user_name_taken')
  })

  test('the first operator is invited until an operator has come in', async () => {
    const { users, user } = await furnished()
    const first = await users.inviteFirstOperator({ ...invitation, token: 'first' }, deed)
    expect(first).toMatchObject({ name: 'operator', role: 'operator', state: 'invited' })
    const again = await users.inviteFirstOperator({ ...invitation, token: 'again' }, deed)
    expect(again?.id).toBe(first?.id)
    expect(await users.accept('first', HASH, NOW_MS)).toBe('invitation_invalid')
    await users.accept('invitation', HASH, NOW_MS)
    expect(await users.inviteFirstOperator({ ...invitation, token: 'third' }, deed)).toBeUndefined()
    expect((await users.find('ada'))?.id).toBe(user.id)
  })

  test('a session lasts while it is used, and no longer than a day of work', async () => {
    const { users, user, sessions } = await furnished()
    await users.accept('invitation', HASH, NOW_MS)
    const token = await sessions.begin(user.id, NOW_MS)
    let atMs = NOW_MS
    for (; atMs < NOW_MS + SESSION_MS; atMs += SESSION_IDLE_MS - MINUTE_MS) {
      expect(await sessions.find(token, atMs)).toMatchObject({ user: { name: 'ada' } })
    }
    expect(await sessions.find(token, NOW_MS + SESSION_MS)).toBeUndefined()
    const idle = await sessions.begin(user.id, NOW_MS)
    expect(await sessions.find(idle, NOW_MS + SESSION_IDLE_MS)).toBeUndefined()
    expect(await sessions.find(`${idle}x`, NOW_MS)).toBeUndefined()
  })

  test('a session ends with its logout, at the next login, and when its user is changed', async () => {
    const { users, user, sessions } = await furnished()
    await users.accept('invitation', HASH, NOW_MS)
    const first = await sessions.begin(user.id, NOW_MS)
    const second = await sessions.begin(user.id, NOW_MS, first)
    expect(await sessions.find(first, NOW_MS)).toBeUndefined()
    await sessions.end(second)
    expect(await sessions.find(second, NOW_MS)).toBeUndefined()
    for (const change of [
      () => users.setPassword(user.id, HASH, deed),
      () => users.disable(user.id, deed),
    ]) {
      const token = await sessions.begin(user.id, NOW_MS)
      await change()
      expect(await sessions.find(token, NOW_MS)).toBeUndefined()
    }
    const disabled = await sessions.begin(user.id, NOW_MS)
    expect(await sessions.find(disabled, NOW_MS)).toBeUndefined()
  })

  test('of many guesses at one moment five are looked at, and the owner elsewhere is not kept out', async () => {
    const { logins, user } = await furnished()
    const attempt = { name: 'ada', network: '203.0.113.9' }
    const waits = await Promise.all(Array.from({ length: 30 }, () => logins.begin(attempt, NOW_MS)))
    expect(waits.filter((waitMs) => waitMs === 0)).toHaveLength(5)
    const home = { name: 'ada', network: '198.51.100.1' }
    expect(await logins.begin(home, NOW_MS)).toBe(0)
    await logins.succeed(home, user, deed)
    expect(await logins.begin(attempt, NOW_MS + 29_999)).toBe(1)
    expect(await logins.begin(attempt, NOW_MS + 30_000)).toBe(0)
    expect(await logins.begin(attempt, NOW_MS + 30_000)).toBe(60_000)
  })

  test('many names from one network are too many, and nobody elsewhere waits for it', async () => {
    const { logins } = await furnished()
    for (let i = 0; i < 50; i++) {
      expect(await logins.begin({ name: `guess${i}`, network: '203.0.113.9' }, NOW_MS)).toBe(0)
    }
    expect(await logins.begin({ name: 'new', network: '203.0.113.9' }, NOW_MS)).toBe(30_000)
    expect(await logins.begin({ name: 'new', network: '203.0.113.10' }, NOW_MS)).toBe(0)
  })

  test('an office whose people come in with a code each is not taken for guessers', async () => {
    const { logins, user } = await furnished()
    for (let i = 0; i < 60; i++) {
      const attempt = { name: `person${i}`, network: '203.0.113.200' }
      expect(await logins.begin(attempt, NOW_MS)).toBe(0)
      // The password was right, and the code is asked for.
      await logins.undo(attempt, NOW_MS)
      expect(await logins.begin(attempt, NOW_MS)).toBe(0)
      await logins.succeed(attempt, user, deed)
    }
    const guesser = { name: 'person1', network: '203.0.113.201' }
    for (let i = 0; i < 4; i++) {
      expect(await logins.begin(guesser, NOW_MS)).toBe(0)
      // What is taken back takes no guess with it.
      expect(await logins.begin(guesser, NOW_MS)).toBe(0)
      await logins.undo(guesser, NOW_MS)
    }
    expect(await logins.begin(guesser, NOW_MS)).toBe(0)
    expect(await logins.begin(guesser, NOW_MS)).toBe(30_000)
  })

  test('a code of the authenticator is taken once, and a seed counts once it was confirmed', async () => {
    const { logins, user } = await furnished()
    const seed = newTotpSeed()
    const step = NOW_MS / 30_000
    const code = totpCode(seed, step)
    expect(await logins.takeCode(user.id, code, NOW_MS)).toBe(false)
    await logins.prepareTotp(user.id, seed)
    expect(await logins.takeCode(user.id, code, NOW_MS)).toBe(false)
    const wrong = totpCode(seed, step + 5)
    expect(await logins.confirmTotp(user.id, wrong, deed)).toBe('code_wrong')
    expect(await logins.confirmTotp(user.id, code, deed)).toMatchObject({ hasTotp: true })
    expect(await logins.takeCode(user.id, code, NOW_MS)).toBe(false)
    const next = totpCode(seed, step + 1)
    const taken = await Promise.all([1, 2, 3].map(() => logins.takeCode(user.id, next, NOW_MS)))
    expect(taken.filter((yes) => yes)).toHaveLength(1)
    expect(await logins.removeTotp(user.id, deed)).toMatchObject({ hasTotp: false })
  })
})
