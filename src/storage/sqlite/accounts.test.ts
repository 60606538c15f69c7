import { randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { MemoryKeyDirectory } from '../../accounts/directory.ts'
import { KeySealer } from '../../accounts/seal.ts'
import { AccountError, type KeyMaterial } from '../../accounts/store.ts'
import type { Account } from '../../domain/key.ts'
import { Keyring } from '../../domain/keyring.ts'
import { SqliteAccounts } from './accounts.ts'
import { type Database, openDatabase } from './database.ts'

const DEED = { actor: 'test', atMs: 1_000 }
const CODE: KeyMaterial = {
  kind: 'appcode',
  credential: 'appcode-under-test',
  secret: 'appcode-under-test',
}
const PAIR: KeyMaterial = { kind: 'tencent', credential: 'AKIDtest', secret: 'secret-under-test' }

const sealer = new KeySealer(new Keyring(randomBytes(32)))
let directory: string
let database: Database
let store: SqliteAccounts

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'kayan-accounts-'))
  database = openDatabase(directory)
  store = new SqliteAccounts(database, sealer)
})

afterEach(() => {
  database.close()
  rmSync(directory, { recursive: true })
})

function createAccount(name: string): Account {
  const account: Account = { id: `acc_${name}`, name, state: 'active', ratePerSecond: 20 }
  store.createAccount(account, DEED)
  return account
}

function refusal(action: () => unknown): string {
  try {
    action()
  } catch (error) {
    if (error instanceof AccountError) return error.code
    throw error
  }
  throw new Error('nothing was refused')
}

function auditLines(): unknown[] {
  return database.prepare('SELECT action, subject FROM audit ORDER BY id').all()
}

test('a key is found by its credential until it is revoked', () => {
  const account = createAccount('a')
  const code = store.addKey(account, 'live', CODE, DEED)
  store.addKey(account, 'test', PAIR, DEED)
  const keys = new MemoryKeyDirectory(store)
  expect(keys.find('appcode', CODE.credential)).toMatchObject({
    id: code.id,
    mode: 'live',
    account,
  })
  expect(keys.find('tencent', 'AKIDtest')?.secret.reveal()).toBe(PAIR.secret)
  expect(keys.find('appkey', 'AKIDtest')).toBeUndefined()
  store.revokeKey(code.id, { actor: 'test', atMs: 2_000 })
  keys.refresh()
  expect(keys.find('appcode', CODE.credential)).toBeUndefined()
  expect(store.keys(account.id)[0]).toMatchObject({ state: 'revoked', revokedAtMs: 2_000 })
})

test('the cipher secret of a direct key comes back with it, and is nowhere in clear', () => {
  const material: KeyMaterial = {
    kind: 'direct',
    credential: 'direct-under-test',
    secret: 'direct-under-test',
    cipherSecret: 'sixteen letters!',
  }
  const key = store.addKey(createAccount('a'), 'live', material, DEED)
  const found = new MemoryKeyDirectory(store).find('direct', material.credential)
  expect(found).toMatchObject({ id: key.id, label: expect.stringMatching(/^dire…/) })
  expect(found?.cipherSecret?.reveal()).toBe(material.cipherSecret)
  const row = Object.values(database.prepare('SELECT * FROM key').get() ?? {})
  const bytes = row.map((cell) => Buffer.from(cell instanceof Uint8Array ? cell : String(cell)))
  expect(Buffer.concat(bytes).includes('sixteen letters!')).toBe(false)
})

test('the token and end of a temporary key come back with it, and the token is nowhere in clear', () => {
  const material: KeyMaterial = { ...PAIR, token: 'token-under-test', expiresAtMs: 61_000 }
  const added = store.addKey(createAccount('a'), 'live', material, DEED)
  expect(added).toMatchObject({ createdAtMs: 1_000, expiresAtMs: 61_000 })
  expect(store.keys()).toEqual([added])
  const found = new MemoryKeyDirectory(store).find('tencent', PAIR.credential)
  expect(found).toMatchObject({ id: added.id, expiresAtMs: 61_000 })
  expect(found?.secret.reveal()).toBe(PAIR.secret)
  expect(found?.token?.reveal()).toBe(material.token)
  expect(JSON.stringify(store.keys())).not.toContain(material.token)
  const row = Object.values(database.prepare('SELECT * FROM key').get() ?? {})
  const bytes = row.map((cell) => Buffer.from(cell instanceof Uint8Array ? cell : String(cell)))
  expect(Buffer.concat(bytes).includes(material.token!)).toBe(false)
})

test('a permanent key has neither token nor end, and a token may be without end', () => {
  const account = createAccount('a')
  store.addKey(account, 'live', PAIR, DEED)
  store.addKey(account, 'live', { ...PAIR, credential: 'AKIDendless', token: 'token' }, DEED)
  const keys = new MemoryKeyDirectory(store)
  const permanent = keys.find('tencent', PAIR.credential)
  expect([permanent?.token, permanent?.expiresAtMs]).toEqual([undefined, undefined])
  const endless = keys.find('tencent', 'AKIDendless')
  expect([endless?.token?.reveal(), endless?.expiresAtMs]).toEqual(['token', undefined])
})

test('a change by another process is seen at the next refresh, and an idle refresh loads nothing', () => {
  const account = createAccount('a')
  const keys = new MemoryKeyDirectory(store)
  const other = openDatabase(directory)
  new SqliteAccounts(other, sealer).addKey(account, 'live', PAIR, DEED)
  expect(keys.find('tencent', 'AKIDtest')).toBeUndefined()
  keys.refresh()
  const found = keys.find('tencent', 'AKIDtest')
  expect(found).toBeDefined()
  new SqliteAccounts(other, sealer).setAccountState(account.id, 'suspended', DEED)
  other.close()
  keys.refresh()
  expect(keys.find('tencent', 'AKIDtest')?.account.state).toBe('suspended')
  const before = keys.find('tencent', 'AKIDtest')
  keys.refresh()
  expect(keys.find('tencent', 'AKIDtest')).toBe(before)
})

test('a credential is unique over all accounts, revoked keys included, and whose it is stays untold', () => {
  const key = store.addKey(createAccount('a'), 'live', PAIR, DEED)
  const other = createAccount('b')
  expect(refusal(() => store.addKey(other, 'test', PAIR, DEED))).toBe('credential_taken')
  store.revokeKey(key.id, DEED)
  expect(refusal(() => store.addKey(other, 'test', PAIR, DEED))).toBe('credential_taken')
  expect(store.keys(other.id)).toEqual([])
})

test('the same text may be the credential of two kinds', () => {
  const account = createAccount('a')
  store.addKey(account, 'live', CODE, DEED)
  store.addKey(account, 'live', { ...PAIR, credential: CODE.credential }, DEED)
  expect(store.accounts()[0]?.usableKeys).toBe(2)
})

test('each change leaves one audit line, a refused change none', () => {
  const account = createAccount('a')
  const key = store.addKey(account, 'live', PAIR, DEED)
  expect(refusal(() => store.addKey(account, 'live', PAIR, DEED))).toBe('credential_taken')
  expect(refusal(() => createAccount('a'))).toBe('account_name_taken')
  store.revokeKey(key.id, DEED)
  expect(refusal(() => store.revokeKey(key.id, DEED))).toBe('key_already_revoked')
  expect(auditLines()).toMatchObject([
    { action: 'account.create', subject: 'acc_a' },
    { action: 'key.add', subject: key.id },
    { action: 'key.revoke', subject: key.id },
  ])
})

test('unknown ids and names are refused', () => {
  expect(refusal(() => store.account('nobody'))).toBe('account_unknown')
  expect(refusal(() => store.setAccountState('acc_x', 'active', DEED))).toBe('account_unknown')
  expect(refusal(() => store.revokeKey('key_x', DEED))).toBe('key_unknown')
})

test('no row holds a secret or an AppCode in clear', () => {
  const account = createAccount('a')
  store.addKey(account, 'live', CODE, DEED)
  store.addKey(account, 'live', PAIR, DEED)
  const rows = ['account', 'key', 'audit', 'meta'].flatMap((table) =>
    database.prepare(`SELECT * FROM ${table}`).all().flatMap(Object.values),
  )
  for (const value of rows) {
    const text = Buffer.from(value instanceof Uint8Array ? value : String(value)).toString('latin1')
    expect(text).not.toContain(CODE.credential)
    expect(text).not.toContain(PAIR.secret)
  }
})
