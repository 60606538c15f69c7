import { randomBytes } from 'node:crypto'
import { beforeEach, describe, expect, test } from 'vitest'
import { SQL_ENGINES } from '../../../test/support/sql-engines.ts'
import type { DecryptKeyMaterial } from '../../accounts/decrypt-key.ts'
import { KeySealer } from '../../accounts/seal.ts'
import { AccountError } from '../../accounts/store.ts'
import type { DecryptAlgorithm } from '../../domain/decrypt-key.ts'
import type { Account } from '../../domain/key.ts'
import { Keyring } from '../../domain/keyring.ts'
import { SqlAccounts } from './accounts.ts'
import { SqlDecryptKeys } from './decrypt-keys.ts'
import type { SqlEngine } from './engine.ts'

const ACCOUNT: Account = { id: 'acc_a', name: 'a', state: 'active', ratePerSecond: 20 }
const OTHER: Account = { ...ACCOUNT, id: 'acc_b', name: 'b' }
const keyring = new Keyring(randomBytes(32))

function material(id: string, algorithm: DecryptAlgorithm = 'rsa'): DecryptKeyMaterial {
  return { id, algorithm, publicKey: `public ${id}`, privateKey: `private ${id}` }
}

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
  let store: SqlDecryptKeys
  let nowMs = 0

  /** Each deed a little later than the one before. */
  const deed = () => ({ actor: 'test', atMs: ++nowMs })

  beforeEach(async () => {
    engine = await open()
    nowMs = 1_000
    const accounts = new SqlAccounts(engine, new KeySealer(keyring))
    for (const account of [ACCOUNT, OTHER]) await accounts.createAccount(account, deed())
    store = new SqlDecryptKeys(engine, new KeySealer(keyring, 'decrypt.seal'))
  })

  const usable = async () =>
    (await store.usableDecryptKeys()).map(({ key }) => [key.id, key.privateKey.reveal()])

  test('a rotation leaves two keys in use, newest first, and ends older ones', async () => {
    await store.createDecryptKey(ACCOUNT, material('dec_1'), deed())
    await store.rotateDecryptKey(ACCOUNT, material('dec_2'), deed())
    expect(await usable()).toEqual([
      ['dec_2', 'private dec_2'],
      ['dec_1', 'private dec_1'],
    ])
    await store.rotateDecryptKey(ACCOUNT, material('dec_3'), { actor: 'test', atMs: 2_000 })
    expect((await usable()).map(([id]) => id)).toEqual(['dec_3', 'dec_2'])
    const keys = await store.decryptKeys('acc_a')
    expect(keys.map(({ state }) => state)).toEqual(['retired', 'retiring', 'active'])
    expect(keys[0]).toMatchObject({ retiredAtMs: 2_000 })
  })

  test('algorithms and accounts do not touch each other', async () => {
    await store.createDecryptKey(ACCOUNT, material('dec_1'), deed())
    await store.createDecryptKey(ACCOUNT, material('dec_2', 'sm2'), deed())
    await store.createDecryptKey(OTHER, material('dec_3'), deed())
    for (const id of ['dec_4', 'dec_5']) await store.rotateDecryptKey(OTHER, material(id), deed())
    const ids = (await usable()).map(([id]) => id)
    expect(ids.sort()).toEqual(['dec_1', 'dec_2', 'dec_4', 'dec_5'])
  })

  test('a second first key, an unknown key and a second end are refused and leave no line', async () => {
    await store.createDecryptKey(ACCOUNT, material('dec_1'), deed())
    const second = () => store.createDecryptKey(ACCOUNT, material('dec_2'), deed())
    expect(await refusal(second())).toBe('decrypt_key_exists')
    await store.retireDecryptKey('dec_1', deed())
    expect(await refusal(store.retireDecryptKey('dec_1', deed()))).toBe('key_already_revoked')
    expect(await refusal(store.retireDecryptKey('dec_x', deed()))).toBe('key_unknown')
    expect(await usable()).toEqual([])
    await second()
    const lines = await engine.queries
      .selectFrom('audit')
      .select('action')
      .where('action', 'like', 'decrypt%')
      .orderBy('id')
      .execute()
    expect(lines.map(({ action }) => action)).toEqual([
      'decrypt_key.create',
      'decrypt_key.retire',
      'decrypt_key.create',
    ])
  })

  test('every change moves the revision', async () => {
    const before = await store.decryptKeysRevision()
    await store.createDecryptKey(ACCOUNT, material('dec_1'), deed())
    expect(await store.decryptKeysRevision()).toBeGreaterThan(before)
  })

  test('no private key rests in clear, and none opens in another row or by another seal', async () => {
    await store.createDecryptKey(ACCOUNT, material('dec_1'), deed())
    await store.createDecryptKey(OTHER, material('dec_2'), deed())
    const rows = await engine.queries.selectFrom('decrypt_key').select('private_sealed').execute()
    for (const { private_sealed: sealed } of rows) {
      expect(Buffer.from(sealed).toString('latin1')).not.toContain('private')
    }
    const sealed = rows[0]!.private_sealed
    expect(() => new KeySealer(keyring).open(sealed, 'acc_a/dec_1')).toThrow()
    const swapped = { private_sealed: sealed }
    await engine.queries.updateTable('decrypt_key').set(swapped).where('id', '=', 'dec_2').execute()
    await expect(usable()).rejects.toThrow()
  })
})
