import { expect, test } from 'vitest'
import { createNonceMemory, NONCE_WINDOW_MS } from './nonces.ts'

const NOW_MS = 1_700_000_000_000

test('a nonce is used once a window and key, then it is free again', () => {
  const nonces = createNonceMemory(10)
  const use = (keyId: string, atMs: number) => nonces.use(keyId, 'n', atMs, atMs + NONCE_WINDOW_MS)
  expect(use('key_1', NOW_MS)).toBe('fresh')
  expect(use('key_2', NOW_MS)).toBe('fresh')
  expect(use('key_1', NOW_MS + NONCE_WINDOW_MS - 1)).toBe('repeated')
  expect(use('key_1', NOW_MS + NONCE_WINDOW_MS)).toBe('fresh')
})

test('a nonce of a clock ahead is kept as long as its timestamp is valid', () => {
  const nonces = createNonceMemory(10)
  expect(nonces.use('key_1', 'early', NOW_MS, NOW_MS + 1)).toBe('fresh')
  const lateMs = NOW_MS + 2 * NONCE_WINDOW_MS - 1
  expect(nonces.use('key_1', 'n', lateMs, lateMs + 2 * NONCE_WINDOW_MS)).toBe('fresh')
  for (const minutes of [1, 10, 20, 29]) {
    const atMs = lateMs + minutes * 60_000
    expect(nonces.use('key_1', 'n', atMs, atMs + NONCE_WINDOW_MS)).toBe('repeated')
  }
})

test('a full key is refused while other keys go on, and has room again when time has passed', () => {
  const nonces = createNonceMemory(2)
  const use = (keyId: string, nonce: string, atMs: number = NOW_MS) => {
    return nonces.use(keyId, nonce, atMs, atMs + NONCE_WINDOW_MS)
  }
  expect([use('key_1', 'a'), use('key_1', 'b'), use('key_1', 'c')]).toEqual([
    'fresh',
    'fresh',
    'full',
  ])
  expect(use('key_1', 'a')).toBe('repeated')
  expect(use('key_2', 'c')).toBe('fresh')
  expect(use('key_1', 'c', NOW_MS + 2 * NONCE_WINDOW_MS)).toBe('fresh')
})

test('a long nonce is told apart by its end', () => {
  const nonces = createNonceMemory(10)
  const long = 'x'.repeat(5000)
  const use = (nonce: string) => nonces.use('key_1', nonce, NOW_MS, NOW_MS + 1000)
  expect([use(`${long}1`), use(`${long}2`), use(`${long}1`)]).toEqual([
    'fresh',
    'fresh',
    'repeated',
  ])
})
