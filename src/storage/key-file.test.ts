import { chmodSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { KeyFileError, type KeyFileRequest, openKeyFile } from './key-file.ts'

let directory: string
let path: string

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'kayan-key-file-'))
  path = join(directory, 'data.key')
})

afterEach(() => rmSync(directory, { recursive: true }))

function open(request: Partial<KeyFileRequest> = {}) {
  return openKeyFile({ path, fingerprint: undefined, production: true, nowMs: 0, ...request })
}

function refusal(request: Partial<KeyFileRequest> = {}): string {
  try {
    open(request)
  } catch (error) {
    if (error instanceof KeyFileError) return error.code
    throw error
  }
  throw new Error('the key file was accepted')
}

test('the first start creates a file that only its owner can read, and later starts reopen it', () => {
  const first = open()
  expect(first).toMatchObject({ created: true, permissive: false })
  expect(statSync(path).mode & 0o777).toBe(0o600)
  const second = open({ fingerprint: first.keyring.fingerprint() })
  expect(second.created).toBe(false)
  expect(second.keyring.derive('key.seal')).toEqual(first.keyring.derive('key.seal'))
})

test('a missing file is lost when the store was written under a key, and nothing is created', () => {
  expect(refusal({ fingerprint: '0123456789abcdef' })).toBe('lost')
  expect(() => statSync(path)).toThrow('ENOENT')
})

test('a file of another installation is foreign and stays as it is', () => {
  open()
  const before = readFileSync(path)
  expect(refusal({ fingerprint: '0123456789abcdef' })).toBe('foreign')
  expect(readFileSync(path)).toEqual(before)
})

test.each([0o640, 0o604, 0o620])(
  'mode %o is refused in production, noticed in development',
  (mode) => {
    open()
    chmodSync(path, mode)
    expect(refusal()).toBe('permissive')
    expect(open({ production: false }).permissive).toBe(true)
  },
)

test.each([
  '',
  'null',
  '[]',
  '{"version":2,"key":""}',
  '{"version":1,"key":"c2hvcnQ="}',
  'not JSON',
])('the content %j is malformed and never overwritten', (content) => {
  writeFileSync(path, content, { mode: 0o600 })
  expect(refusal()).toBe('malformed')
  expect(readFileSync(path, 'utf8')).toBe(content)
})

test('a place that cannot be written is named as such', () => {
  expect(refusal({ path: join(directory, 'none', 'data.key') })).toBe('unwritable')
  expect(refusal({ path: directory })).toBe('unreadable')
})

test('no error message holds the key', () => {
  const { keyring } = open()
  const key = (JSON.parse(readFileSync(path, 'utf8')) as { key: string }).key
  try {
    open({ fingerprint: `${keyring.fingerprint()}0` })
  } catch (error) {
    expect(String((error as Error).stack)).not.toContain(key)
  }
  expect.assertions(1)
})
