import { randomBytes } from 'node:crypto'
import { beforeEach, describe, expect, test } from 'vitest'
import { SQL_ENGINES } from '../../../test/support/sql-engines.ts'
import { MemoryKeyDirectory } from '../../accounts/directory.ts'
import { KeySealer } from '../../accounts/seal.ts'
import { AccountError, type KeyMaterial, type KeySummary } from '../../accounts/store.ts'
import { ACCOUNT_STATES, type Account } from '../../domain/key.ts'
import { Keyring } from '../../domain/keyring.ts'
import { SqlAccounts } from './accounts.ts'
import type { SqlEngine } from './engine.ts'
import { SqlKeySource } from './key-source.ts'

const DEED = { actor: 'test', atMs: 1_000 }
const CODE: KeyMaterial = {
  kind: 'appcode',
  credential: 'appcode-under-test',
  secret: 'appcode-under-test',
}
const PAIR: KeyMaterial = { kind: 'tencent', credential: 'AKIDtest', secret: 'secret-under-test' }

const sealer = new KeySealer(new Keyring(randomBytes(32)))

async function refusal(asked: Promise<unknown>): Promise<string> {
  try {
    await asked
  } catch (error) {
    if (error instanceof AccountError) return error.code
    throw error
  }
  throw new Error('nothing was refused')
}

describe.each([...SQL_ENGINES])('%s', (_name, open) => {
  let engine: SqlEngine
  let store: SqlAccounts
  let nowMs = 0

  beforeEach(async () => {
    engine = await open()
    store = new SqlAccounts(engine, sealer)
    nowMs = DEED.atMs
  })

  async function createAccount(name: string): Promise<Account> {
    const account: Account = { id: `acc_${name}`, name, state: 'active', ratePerSecond: 20 }
    await store.createAccount(account, DEED)
    return account
  }

  /** A directory as a server has one, loaded. */
  async function directory(): Promise<MemoryKeyDirectory> {
    const keys = new MemoryKeyDirectory(new SqlKeySource(engine, sealer), { nowMs: () => nowMs })
    await keys.refresh()
    return keys
  }

  function auditLines() {
    return engine.queries.selectFrom('audit').select(['action', 'subject']).orderBy('id').execute()
  }

  /** Every byte that rests in the tables of accounts, to look for what must not. */
  async function resting(): Promise<string> {
    const { queries } = engine
    const tables = ['account', 'key', 'audit', 'meta', 'idempotency'] as const
    const cells: unknown[] = []
    for (const table of tables) {
      const rows = await queries.selectFrom(table).selectAll().execute()
      cells.push(...rows.flatMap((row) => Object.values(row)))
    }
    return cells
      .map((cell) =>
        cell instanceof Uint8Array ? Buffer.from(cell).toString('latin1') : String(cell),
      )
      .join('\n')
  }

  test('a key is found by its credential until it is revoked', async () => {
    const account = await createAccount('a')
    const code = await store.addKey(account, 'live', CODE, DEED)
    await store.addKey(account, 'test', PAIR, DEED)
    const keys = await directory()
    expect(keys.find('appcode', CODE.credential)).toMatchObject({
      id: code.id,
      mode: 'live',
      account,
    })
    expect(keys.find('tencent', 'AKIDtest')?.secret.reveal()).toBe(PAIR.secret)
    expect(keys.find('appkey', 'AKIDtest')).toBeUndefined()
    await store.revokeKey(code.id, { actor: 'test', atMs: 2_000 })
    await keys.refresh()
    expect(keys.find('appcode', CODE.credential)).toBeUndefined()
    expect(await store.key(code.id)).toMatchObject({ state: 'revoked', revokedAtMs: 2_000 })
  })

  test('the cipher secret of a direct key comes back with it', async () => {
    const material: KeyMaterial = {
      kind: 'direct',
      credential: 'direct-under-test',
      secret: 'direct-under-test',
      cipherSecret: 'sixteen letters!',
    }
    const key = await store.addKey(await createAccount('a'), 'live', material, DEED)
    const found = (await directory()).find('direct', material.credential)
    expect(found).toMatchObject({ id: key.id, label: expect.stringMatching(/^dire…/) })
    expect(found?.cipherSecret?.reveal()).toBe(material.cipherSecret)
  })

  test('the token and end of a temporary key come back with it', async () => {
    const material: KeyMaterial = { ...PAIR, token: 'token-under-test', expiresAtMs: 61_000 }
    const added = await store.addKey(await createAccount('a'), 'live', material, DEED)
    expect(added).toMatchObject({ createdAtMs: 1_000, expiresAtMs: 61_000 })
    expect(await store.keys()).toEqual([added])
    const found = (await directory()).find('tencent', PAIR.credential)
    expect(found).toMatchObject({ id: added.id, expiresAtMs: 61_000 })
    expect(found?.secret.reveal()).toBe(PAIR.secret)
    expect(found?.token?.reveal()).toBe(material.token)
  })

  test('a permanent key has neither token nor end, and a token may be without end', async () => {
    const account = await createAccount('a')
    await store.addKey(account, 'live', PAIR, DEED)
    const endless = { ...PAIR, credential: 'AKIDendless', token: 'token' }
    await store.addKey(account, 'live', endless, DEED)
    const keys = await directory()
    const permanent = keys.find('tencent', PAIR.credential)
    expect([permanent?.token, permanent?.expiresAtMs]).toEqual([undefined, undefined])
    const found = keys.find('tencent', 'AKIDendless')
    expect([found?.token?.reveal(), found?.expiresAtMs]).toEqual(['token', undefined])
  })

  test('a change is seen at the next refresh, and an idle refresh loads nothing', async () => {
    const account = await createAccount('a')
    const keys = await directory()
    await store.addKey(account, 'live', PAIR, DEED)
    expect(keys.find('tencent', 'AKIDtest')).toBeUndefined()
    await keys.refresh()
    expect(keys.find('tencent', 'AKIDtest')).toBeDefined()
    for (const state of ACCOUNT_STATES) {
      await store.setAccountState(account.id, state, DEED)
      await keys.refresh()
      expect(keys.find('tencent', 'AKIDtest')?.account.state).toBe(state)
    }
    const before = keys.find('tencent', 'AKIDtest')
    await keys.refresh()
    expect(keys.find('tencent', 'AKIDtest')).toBe(before)
  })

  test('a closed account stays closed and gets no keys', async () => {
    const account = await createAccount('a')
    await store.setAccountState(account.id, 'closed', DEED)
    const reopened = store.setAccountState(account.id, 'active', DEED)
    expect(await refusal(reopened)).toBe('account_closed')
    expect(await refusal(store.addKey(account, 'live', PAIR, DEED))).toBe('account_closed')
  })

  test('a credential is unique over all accounts, revoked keys included', async () => {
    const key = await store.addKey(await createAccount('a'), 'live', PAIR, DEED)
    const other = await createAccount('b')
    expect(await refusal(store.addKey(other, 'test', PAIR, DEED))).toBe('credential_taken')
    await store.revokeKey(key.id, DEED)
    expect(await refusal(store.addKey(other, 'test', PAIR, DEED))).toBe('credential_taken')
    expect(await store.keys(other.id)).toEqual([])
  })

  test('the same text may be the credential of two kinds', async () => {
    const account = await createAccount('a')
    await store.addKey(account, 'live', CODE, DEED)
    await store.addKey(account, 'live', { ...PAIR, credential: CODE.credential }, DEED)
    expect((await store.accounts())[0]?.usableKeys).toBe(2)
  })

  test('of many accounts that want one name at one time, one gets it', async () => {
    const wanting = Array.from({ length: 4 }, (_, i) =>
      store.createAccount(
        { id: `acc_${i}`, name: 'shop', state: 'active', ratePerSecond: 1 },
        DEED,
      ),
    )
    const ended = await Promise.allSettled(wanting)
    expect(ended.filter(({ status }) => status === 'fulfilled')).toHaveLength(1)
    expect(await store.accounts()).toHaveLength(1)
  })

  test('each change leaves one audit line, a refused change none', async () => {
    const account = await createAccount('a')
    const key = await store.addKey(account, 'live', PAIR, DEED)
    expect(await refusal(store.addKey(account, 'live', PAIR, DEED))).toBe('credential_taken')
    expect(await refusal(createAccount('a'))).toBe('account_name_taken')
    await store.revokeKey(key.id, DEED)
    expect(await refusal(store.revokeKey(key.id, DEED))).toBe('key_already_revoked')
    expect(await auditLines()).toEqual([
      { action: 'account.create', subject: 'acc_a' },
      { action: 'key.add', subject: key.id },
      { action: 'key.revoke', subject: key.id },
    ])
  })

  test('unknown ids and names are refused', async () => {
    expect(await refusal(store.account('nobody'))).toBe('account_unknown')
    const state = store.setAccountState('acc_x', 'active', DEED)
    expect(await refusal(state)).toBe('account_unknown')
    expect(await refusal(store.revokeKey('key_x', DEED))).toBe('key_unknown')
    expect(await refusal(store.rotateKey('key_x', PAIR, 0, DEED))).toBe('key_unknown')
    expect(await refusal(store.limitKey('key_x', {}, DEED))).toBe('key_unknown')
  })

  test('no row holds a secret, a token or an AppCode in clear', async () => {
    const account = await createAccount('a')
    const code = await store.addKey(account, 'live', CODE, DEED)
    const temporary = { ...PAIR, token: 'token-under-test' }
    await store.addKey(account, 'live', temporary, {
      ...DEED,
      idempotency: { key: 'k', request: 'r' },
    })
    const direct = { kind: 'direct', credential: 'direct-under-test', secret: 'direct-under-test' }
    const cipherSecret = 'sixteen letters!'
    await store.addKey(account, 'live', { ...direct, cipherSecret } as KeyMaterial, DEED)
    await store.revealAppCode(code.id, DEED)
    const bytes = await resting()
    for (const secret of [CODE.secret, PAIR.secret, temporary.token, direct.secret, cipherSecret]) {
      expect(bytes).not.toContain(secret)
    }
  })

  describe('a rotated key', () => {
    const NEW: KeyMaterial = { kind: 'tencent', credential: 'AKIDnew', secret: 'new-secret' }
    let older: KeySummary

    beforeEach(async () => {
      older = await store.addKey(await createAccount('a'), 'live', PAIR, DEED)
    })

    test('works beside the new one until its time, which no change need announce', async () => {
      const limits = { addresses: ['10.0.0.0/8'], dailyCap: 7 }
      await store.limitKey(older.id, limits, DEED)
      const newer = await store.rotateKey(older.id, NEW, 5_000, DEED)
      expect(newer).toMatchObject({ accountId: 'acc_a', kind: 'tencent', mode: 'live', ...limits })
      const keys = await directory()
      expect(keys.find('tencent', 'AKIDnew')).toMatchObject(limits)
      nowMs = 4_999
      await keys.refresh()
      expect(keys.find('tencent', 'AKIDtest')?.id).toBe(older.id)
      nowMs = 5_000
      await keys.refresh()
      expect(keys.find('tencent', 'AKIDtest')).toBeUndefined()
      expect(keys.find('tencent', 'AKIDnew')?.id).toBe(newer.id)
    })

    test('never gets more time by a second rotation, and none once it is revoked', async () => {
      await store.rotateKey(older.id, NEW, 5_000, DEED)
      await store.rotateKey(older.id, { ...NEW, credential: 'AKIDthird' }, 9_000, DEED)
      expect(await store.key(older.id)).toMatchObject({ retiresAtMs: 5_000 })
      await store.revokeKey(older.id, DEED)
      const again = store.rotateKey(older.id, { ...NEW, credential: 'AKIDfourth' }, 9_000, DEED)
      expect(await refusal(again)).toBe('key_already_revoked')
    })
  })

  test('limits of a key reach the directory, and are taken away one by one', async () => {
    const key = await store.addKey(await createAccount('a'), 'live', PAIR, DEED)
    const keys = await directory()
    await store.limitKey(
      key.id,
      { addresses: ['192.0.2.1/32', '2001:db8::/32'], dailyCap: 9 },
      DEED,
    )
    await keys.refresh()
    expect(keys.find('tencent', 'AKIDtest')).toMatchObject({
      addresses: ['192.0.2.1/32', '2001:db8::/32'],
      dailyCap: 9,
    })
    await store.limitKey(key.id, { addresses: undefined }, DEED)
    await keys.refresh()
    expect(keys.find('tencent', 'AKIDtest')).toMatchObject({ dailyCap: 9 })
    expect(keys.find('tencent', 'AKIDtest')).not.toHaveProperty('addresses')
  })

  test('a repeated creation gives the first account', async () => {
    const deed = { ...DEED, idempotency: { key: 'one', request: 'an account, please' } }
    const account = (id: string) => ({ id, name: 'a', state: 'active', ratePerSecond: 20 }) as const
    const first = await store.createAccount(account('acc_1'), deed)
    expect(await store.createAccount(account('acc_2'), deed)).toEqual(first)
    expect(await store.accounts()).toHaveLength(1)
  })

  test('a repeated creation gives the first key, whose material can be told again', async () => {
    const account = await createAccount('a')
    const deed = { ...DEED, idempotency: { key: 'one', request: 'a key, please' } }
    const material = { ...PAIR, token: 'token', expiresAtMs: 61_000 }
    const first = await store.addKey(account, 'live', material, deed)
    const again = await store.addKey(account, 'live', { ...PAIR, credential: 'AKIDother' }, deed)
    expect(again).toEqual(first)
    expect(await store.material(again.id)).toEqual(material)
    const code = await store.addKey(account, 'live', CODE, DEED)
    expect(await store.material(code.id)).toEqual(CODE)
    expect(await store.keys()).toHaveLength(2)
  })

  test('more keys and accounts than one page are all found', async () => {
    const rows = Array.from({ length: 1_100 }, (_, i) => `${i}`.padStart(4, '0'))
    const first = await createAccount('a')
    await store.addKey(first, 'live', PAIR, DEED)
    const template = await engine.queries.selectFrom('key').selectAll().executeTakeFirstOrThrow()
    await engine.transact(async ({ queries }) => {
      for (const i of rows) {
        const account = { id: `acc_${i}`, name: i, state: 'active', rate_per_second: 1 }
        await queries
          .insertInto('account')
          .values({ ...account, created_at_ms: 1 })
          .execute()
        const key = {
          ...template,
          id: `key_${i}`,
          account_id: account.id,
          label: `AKID${i}`,
          credential_digest: sealer.digest('tencent', `AKID${i}`),
          secret_sealed: sealer.seal(`secret ${i}`, account.id),
        }
        await queries.insertInto('key').values(key).execute()
      }
    })
    const keys = await directory()
    for (const i of ['0000', '0499', '0500', '1000', '1099']) {
      const found = keys.find('tencent', `AKID${i}`)
      expect([found?.account.id, found?.secret.reveal()]).toEqual([`acc_${i}`, `secret ${i}`])
    }
  })

  test('an AppCode is shown again with a line in the audit, other kinds never', async () => {
    const account = await createAccount('a')
    const code = await store.addKey(account, 'live', CODE, DEED)
    const pair = await store.addKey(account, 'live', PAIR, DEED)
    expect(await store.revealAppCode(code.id, DEED)).toBe(CODE.credential)
    expect(await refusal(store.revealAppCode(pair.id, DEED))).toBe('key_not_revealable')
    expect((await auditLines()).at(-1)).toEqual({ action: 'key.reveal', subject: code.id })
  })
})
