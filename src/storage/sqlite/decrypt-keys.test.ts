import { randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import type { DecryptKeyMaterial } from '../../accounts/decrypt-key.ts'
import { KeySealer } from '../../accounts/seal.ts'
import { AccountError } from '../../accounts/store.ts'
import type { DecryptAlgorithm } from '../../domain/decrypt-key.ts'
import type { Account } from '../../domain/key.ts'
import { Keyring } from '../../domain/keyring.ts'
import { SqliteAccounts } from './accounts.ts'
import { type Database, openDatabase } from './database.ts'
import { SqliteDecryptKeys } from './decrypt-keys.ts'

const DEED = { actor: 'test', atMs: 1_000 }
const ACCOUNT: Account = { id: 'acc_a', name: 'a', state: 'active', ratePerSecond: 20 }
const OTHER: Account = { ...ACCOUNT, id: 'acc_b', name: 'b' }
const keyring = new Keyring(randomBytes(32))

let directory: string
let database: Database
let store: SqliteDecryptKeys

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'kayan-decrypt-keys-'))
  database = openDatabase(directory)
  const accounts = new SqliteAccounts(database, new KeySealer(keyring))
  for (const account of [ACCOUNT, OTHER]) accounts.createAccount(account, DEED)
  store = new SqliteDecryptKeys(database, new KeySealer(keyring, 'decrypt.seal'))
})
afterEach(() => {
  database.close()
  rmSync(directory, { recursive: true })
})

function material(id: string, algorithm: DecryptAlgorithm = 'rsa'): DecryptKeyMaterial {
  return { id, algorithm, publicKey: `public ${id}`, privateKey: `private ${id}` }
}

function usable() {
  return [...store.usableDecryptKeys()].map(({ key }) => [key.id, key.privateKey.reveal()])
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

test('a rotation leaves two keys in use, newest first, and ends older ones', () => {
  store.createDecryptKey(ACCOUNT, material('dec_1'), DEED)
  store.rotateDecryptKey(ACCOUNT, material('dec_2'), DEED)
  expect(usable()).toEqual([
    ['dec_2', 'private dec_2'],
    ['dec_1', 'private dec_1'],
  ])
  store.rotateDecryptKey(ACCOUNT, material('dec_3'), { ...DEED, atMs: 2_000 })
  expect(usable().map(([id]) => id)).toEqual(['dec_3', 'dec_2'])
  expect(store.decryptKeys('acc_a').map(({ state }) => state)).toEqual([
    'retired',
    'retiring',
    'active',
  ])
  expect(store.decryptKeys()[0]).toMatchObject({ retiredAtMs: 2_000 })
})

test('algorithms and accounts do not touch each other', () => {
  store.createDecryptKey(ACCOUNT, material('dec_1'), DEED)
  store.createDecryptKey(ACCOUNT, material('dec_2', 'sm2'), DEED)
  store.createDecryptKey(OTHER, material('dec_3'), DEED)
  for (const id of ['dec_4', 'dec_5']) store.rotateDecryptKey(OTHER, material(id), DEED)
  expect(usable().map(([id]) => id)).toEqual(['dec_5', 'dec_4', 'dec_2', 'dec_1'])
})

test('a second first key, an unknown key and a second end are refused and leave no line', () => {
  store.createDecryptKey(ACCOUNT, material('dec_1'), DEED)
  const second = () => store.createDecryptKey(ACCOUNT, material('dec_2'), DEED)
  expect(refusal(second)).toBe('decrypt_key_exists')
  store.retireDecryptKey('dec_1', DEED)
  expect(refusal(() => store.retireDecryptKey('dec_1', DEED))).toBe('key_already_revoked')
  expect(refusal(() => store.retireDecryptKey('dec_x', DEED))).toBe('key_unknown')
  expect(usable()).toEqual([])
  second()
  const lines = database.prepare("SELECT action FROM audit WHERE action LIKE 'decrypt%'").all()
  expect(lines.map(({ action }) => action)).toEqual([
    'decrypt_key.create',
    'decrypt_key.retire',
    'decrypt_key.create',
  ])
})

test('every change moves the revision', () => {
  const before = store.decryptKeysRevision()
  store.createDecryptKey(ACCOUNT, material('dec_1'), DEED)
  expect(store.decryptKeysRevision()).toBeGreaterThan(before)
})

test('no private key rests in clear, and none opens in another row or by the seal of other keys', () => {
  store.createDecryptKey(ACCOUNT, material('dec_1'), DEED)
  store.createDecryptKey(OTHER, material('dec_2'), DEED)
  const rows = database.prepare('SELECT private_sealed FROM decrypt_key').all()
  for (const { private_sealed: sealed } of rows) {
    expect(Buffer.from(sealed as Uint8Array).toString('latin1')).not.toContain('private')
  }
  const [first] = rows
  const seal = new KeySealer(keyring)
  expect(() => seal.open(first?.private_sealed as Uint8Array, 'acc_a/dec_1')).toThrow()
  database
    .prepare('UPDATE decrypt_key SET private_sealed = ? WHERE id = ?')
    .run(first?.private_sealed as Uint8Array, 'dec_2')
  expect(usable).toThrow()
})
