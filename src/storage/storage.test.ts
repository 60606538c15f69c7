import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, inject, test } from 'vitest'
import { createDatabase } from '../../test/support/postgres.ts'
import { MemoryKeyDirectory } from '../accounts/directory.ts'
import { PRODUCTS } from '../domain/product.ts'
import { Secret } from '../domain/secret.ts'
import { openStorage, type Place, type StorageSettings } from './storage.ts'

const SEED = { ratePerSecond: 20, nowMs: Date.parse('2026-11-21T00:00:00Z') }

let directory: string

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'kayan-storage-'))
})

afterEach(() => rmSync(directory, { recursive: true }))

async function sqlite(): Promise<Place> {
  return { dataDir: join(directory, 'data') }
}

async function postgres(): Promise<Place> {
  const url = await createDatabase(inject('postgresDirectory'))
  return { dataDir: join(directory, 'data'), databaseUrl: new Secret(url) }
}

const PLACES = [
  ['SQLite', sqlite],
  ...(inject('postgresDirectory') === '' ? [] : [['PostgreSQL', postgres] as const]),
] as const

function settings(place: Place, more: Partial<StorageSettings> = {}): StorageSettings {
  const keyFile = join(directory, 'data.key')
  return { ...place, keyFile, production: false, nowMs: SEED.nowMs, ...more }
}

/** Opens and closes at once. */
async function open(place: Place, more: Partial<StorageSettings> = {}) {
  const storage = await openStorage(settings(place, more))
  await storage.close()
  return storage
}

describe.each([...PLACES])('%s', (_name, newPlace) => {
  test('the first start creates store and key, later ones open the same, also read-only', async () => {
    const place = await newPlace()
    const first = await open(place)
    expect(first.keyFileCreated).toBe(true)
    const later = await open(place, { readOnly: true })
    expect(later.keyFileCreated).toBe(false)
    expect(later.keyring.fingerprint()).toBe(first.keyring.fingerprint())
  })

  test('a store refuses to be opened without its key file or with another one', async () => {
    const place = await newPlace()
    await open(place)
    const keyFile = join(directory, 'other.key')
    await expect(open(place, { keyFile })).rejects.toThrow('lost')
    await open({ dataDir: join(directory, 'other') }, { keyFile })
    await expect(open(place, { keyFile })).rejects.toThrow('foreign')
  })

  test('a store that is not there cannot be opened read-only, and nothing is created', async () => {
    const place = await newPlace()
    await expect(open(place, { readOnly: true })).rejects.toMatchObject({ name: 'StorageError' })
    expect((await open(place)).keyFileCreated).toBe(true)
  })

  test('a grant to an account that does not exist is refused by the database and leaves nothing', async () => {
    const storage = await openStorage(settings(await newPlace()))
    const grant = storage.engine.transact(({ ledger }) =>
      ledger.addGrant(
        {
          accountId: 'acc_nobody',
          product: 'card4',
          mode: 'live',
          units: 1,
          priority: 0,
          startsAtMs: SEED.nowMs,
          expiresAtMs: SEED.nowMs + 1,
          reason: 'test',
        },
        SEED.nowMs,
      ),
    )
    await expect(grant).rejects.toThrow(/foreign key/i)
    expect(await storage.grants()).toEqual([])
    await storage.close()
  })

  test('the database itself is examined', async () => {
    const storage = await openStorage(settings(await newPlace()))
    const { version } = await storage.examine()
    expect(version).toBeGreaterThan(0)
    await storage.close()
  })

  test('the published test keys work, and each product has a million test units for two years', async () => {
    const storage = await openStorage(settings(await newPlace()))
    await storage.sandbox.seed(SEED)
    const keys = new MemoryKeyDirectory(storage.keySource, { nowMs: () => SEED.nowMs })
    await keys.refresh()
    const tencent = keys.find('tencent', 'AKIDKayanSandboxEXAMPLE')
    expect(tencent).toMatchObject({ mode: 'test', account: { id: 'acc_sandbox', state: 'active' } })
    expect(tencent?.secret.reveal()).toBe('KayanSandboxSecretKeyEXAMPLE')
    const temporary = keys.find('tencent', 'AKIDKayanSandboxTemporaryEXAMPLE')
    expect(temporary?.token?.reveal()).toBe('KayanSandboxTokenEXAMPLE')
    expect(temporary).toMatchObject({ mode: 'test' })
    expect(keys.find('appcode', 'kayansandboxappcode')?.mode).toBe('test')
    expect(keys.find('appkey', '100000001')?.secret.reveal()).toBe('kayansandboxappsecret')
    expect(await storage.grants()).toMatchObject(
      Object.keys(PRODUCTS).map((product) => ({
        grant: { accountId: 'acc_sandbox', product, mode: 'test', units: 1_000_000 },
        balance: { available: 1_000_000 },
        expiresAtMs: Date.parse('2028-11-21T00:00:00Z'),
      })),
    )
    await storage.close()
  })

  test('seeding again adds nothing and gives no revoked key back', async () => {
    const storage = await openStorage(settings(await newPlace()))
    const { accounts, sandbox } = storage
    await sandbox.seed(SEED)
    await accounts.revokeKey((await accounts.keys())[0]!.id, { actor: 'test', atMs: 1 })
    const state = async () => [
      await accounts.keys(),
      await accounts.accounts(),
      await storage.decryptKeys.decryptKeys(),
      await storage.grants(),
    ]
    const before = await state()
    await sandbox.seed({ ...SEED, nowMs: SEED.nowMs + 1 })
    expect(await state()).toEqual(before)
    await storage.close()
  })
})

test.skipIf(inject('postgresDirectory') === '')(
  'two nodes that start at the same moment come to one key and one schema (skipped without PostgreSQL)',
  async () => {
    const place = await postgres()
    const [first, second] = await Promise.all([open(place), open(place)])
    expect(first.keyring.fingerprint()).toBe(second.keyring.fingerprint())
  },
)
