import { randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { MemoryKeyDirectory } from '../../accounts/directory.ts'
import { KeySealer } from '../../accounts/seal.ts'
import { Keyring } from '../../domain/keyring.ts'
import { PRODUCTS } from '../../domain/product.ts'
import { SqliteAccounts } from './accounts.ts'
import { listGrants } from './admin.ts'
import { type Database, openDatabase } from './database.ts'
import { seedSandbox } from './sandbox-seed.ts'

const SEED = { ratePerSecond: 20, nowMs: Date.parse('2026-11-21T00:00:00Z') }

let directory: string
let database: Database
let accounts: SqliteAccounts

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'kayan-seed-'))
  database = openDatabase(directory)
  accounts = new SqliteAccounts(database, new KeySealer(new Keyring(randomBytes(32))))
})

afterEach(() => {
  database.close()
  rmSync(directory, { recursive: true })
})

test('the published test keys work, and each product has a million test units for two years', () => {
  seedSandbox(database, accounts, SEED)
  const keys = new MemoryKeyDirectory(accounts)
  const tencent = keys.find('tencent', 'AKIDKayanSandboxEXAMPLE')
  expect(tencent).toMatchObject({ mode: 'test', account: { id: 'acc_sandbox', state: 'active' } })
  expect(tencent?.secret.reveal()).toBe('KayanSandboxSecretKeyEXAMPLE')
  const temporary = keys.find('tencent', 'AKIDKayanSandboxTemporaryEXAMPLE')
  expect(temporary?.token?.reveal()).toBe('KayanSandboxTokenEXAMPLE')
  expect(temporary).toMatchObject({ mode: 'test' })
  expect(keys.find('appcode', 'kayansandboxappcode')?.mode).toBe('test')
  expect(keys.find('appkey', '100000001')?.secret.reveal()).toBe('kayansandboxappsecret')
  expect(listGrants(database)).toMatchObject(
    Object.keys(PRODUCTS).map((product) => ({
      grant: { accountId: 'acc_sandbox', product, mode: 'test', units: 1_000_000 },
      balance: { available: 1_000_000 },
      expiresAtMs: Date.parse('2028-11-21T00:00:00Z'),
    })),
  )
})

test('seeding again adds nothing and gives no revoked key back', () => {
  seedSandbox(database, accounts, SEED)
  accounts.revokeKey(accounts.keys()[0]!.id, { actor: 'test', atMs: 1 })
  const before = { keys: accounts.keys(), accounts: accounts.accounts() }
  seedSandbox(database, accounts, { ...SEED, nowMs: SEED.nowMs + 1 })
  expect({ keys: accounts.keys(), accounts: accounts.accounts() }).toEqual(before)
  expect(listGrants(database)).toHaveLength(Object.keys(PRODUCTS).length)
})
