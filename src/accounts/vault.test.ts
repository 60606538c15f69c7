import { randomBytes } from 'node:crypto'
import { expect, test } from 'vitest'
import type { Key } from '../domain/key.ts'
import { Keyring } from '../domain/keyring.ts'
import type { Mode } from '../domain/product.ts'
import { Secret } from '../domain/secret.ts'
import type { UsableDecryptKey } from './decrypt-key.ts'
import { MemoryVault } from './vault.ts'

const HOUR_MS = 3_600_000
const DAY_MS = 24 * HOUR_MS
const keyring = new Keyring(randomBytes(32))

function keyOf(accountId: string, mode: Mode = 'live'): Key {
  const account = { id: accountId, name: accountId, state: 'active', ratePerSecond: 20 } as const
  return { id: 'key_1', account, kind: 'tencent', mode, label: 'id', secret: new Secret('s') }
}

function arrange(more: { wrappedKeysMax?: number } = {}) {
  const stored: UsableDecryptKey[] = []
  const state = { revision: 1, spentUs: 0 }
  const pauses: number[] = []
  const vault = new MemoryVault({
    source: {
      decryptKeysRevision: async () => state.revision,
      usableDecryptKeys: async () => stored,
    },
    keyring,
    clock: { nowMs: () => 0, monotonicUs: () => state.spentUs },
    pause: async (durationUs) => void pauses.push(durationUs),
    ...more,
  })
  return { vault, stored, state, pauses }
}

const A = keyOf('acc_a')
const B = keyOf('acc_b')

test('keys are found by account and algorithm, in the order of the store, after a refresh', async () => {
  const { vault, stored, state } = arrange()
  await vault.refresh()
  for (const [accountId, id] of [
    ['acc_a', 'dec_2'],
    ['acc_a', 'dec_1'],
    ['acc_b', 'dec_3'],
  ] as const) {
    stored.push({ accountId, key: { id, algorithm: 'rsa', privateKey: new Secret('x') } })
  }
  await vault.refresh()
  expect(vault.keys('acc_a', 'rsa')).toEqual([])
  state.revision++
  await vault.refresh()
  expect(vault.keys('acc_a', 'rsa').map(({ id }) => id)).toEqual(['dec_2', 'dec_1'])
  expect(vault.keys('acc_a', 'sm2')).toEqual([])
})

test('a decoy is the same for the same text, another for another text and under another root key', () => {
  const { vault } = arrange()
  expect(vault.decoy('a', 32)).toEqual(vault.decoy('a', 32))
  expect(vault.decoy('a', 16)).toHaveLength(16)
  expect(vault.decoy('a', 32)).not.toEqual(vault.decoy('b', 32))
  const source = { decryptKeysRevision: async () => 0, usableDecryptKeys: async () => [] }
  const clock = { nowMs: () => 0, monotonicUs: () => 0 }
  const other = new Keyring(randomBytes(32))
  const elsewhere = new MemoryVault({ source, keyring: other, clock, pause: async () => {} })
  expect(elsewhere.decoy('a', 32)).not.toEqual(vault.decoy('a', 32))
})

test('after twenty failures within an hour an account is closed, until the first is an hour old', () => {
  const { vault } = arrange()
  for (let i = 0; i < 20; i++) {
    expect(vault.admit(A, 'blob', i)).toBe('open')
    vault.note(A, 'blob', i, false)
  }
  expect(vault.admit(A, 'blob', 20)).toBe('closed')
  expect(vault.admit(B, 'blob', 20)).toBe('open')
  expect(vault.admit(A, 'blob', HOUR_MS - 1)).toBe('closed')
  expect(vault.admit(A, 'blob', HOUR_MS)).toBe('open')
  vault.note(A, 'blob', HOUR_MS, false)
  expect(vault.admit(A, 'blob', HOUR_MS)).toBe('closed')
})

test('test keys fail as often as they like, and close nothing for live keys', () => {
  const { vault } = arrange()
  const tests = keyOf('acc_a', 'test')
  for (let i = 0; i < 100; i++) vault.note(tests, 'blob', i, false)
  expect(vault.admit(tests, 'blob', 100)).toBe('open')
  expect(vault.admit(A, 'blob', 100)).toBe('open')
})

test('a wrapped key belongs for a day to the account that opened it', () => {
  const { vault } = arrange()
  vault.note(A, 'blob', 0, true)
  expect(vault.admit(A, 'blob', 1)).toBe('open')
  expect(vault.admit(B, 'blob', DAY_MS - 1)).toBe('foreign')
  expect(vault.admit(B, 'other', 1)).toBe('open')
  expect(vault.admit(B, 'blob', DAY_MS)).toBe('open')
})

test('a failure claims nothing', () => {
  const { vault } = arrange()
  vault.note(A, 'blob', 0, false)
  expect(vault.admit(B, 'blob', 1)).toBe('open')
})

test('beyond the limit the wrapped key used longest ago is forgotten', () => {
  const { vault } = arrange({ wrappedKeysMax: 2 })
  for (const wrapped of ['1', '2', '1', '3']) vault.note(A, wrapped, 0, true)
  expect(['1', '2', '3'].map((wrapped) => vault.admit(B, wrapped, 1))).toEqual([
    'foreign',
    'open',
    'foreign',
  ])
})

test('a refusal waits for the next step since the request came', async () => {
  const { vault, state, pauses } = arrange()
  for (const spentUs of [0, 1, 19_999, 20_000, 25_000]) {
    state.spentUs = spentUs
    await vault.conceal(0)
  }
  expect(pauses).toEqual([20_000, 19_999, 1, 20_000, 15_000])
})
