import { expect, test } from 'vitest'
import { AccountError } from '../accounts/store.ts'
import { ConfigError } from '../config/config.ts'
import { KeyFileError } from '../storage/key-file.ts'
import { RegistryError } from '../storage/records/registry-error.ts'
import { StorageError } from '../storage/storage-error.ts'
import { explain } from './explain.ts'
import { en } from './locale/en.ts'
import { type Locale, zh } from './locale/zh.ts'

const PATH = '/srv/kayan/data.key'

/** One failure of every kind and code, as the tables of the locale name them. */
const FAILURES: readonly unknown[] = [
  ...codes(zh.config).map((code) => new ConfigError(code, 'port', '1')),
  ...codes(zh.keyFile).map((code) => new KeyFileError(code, PATH)),
  ...codes(zh.storage).map((code) => new StorageError(code, `${PATH}: engine words`)),
  ...codes(zh.accountErrors).map((code) => new AccountError(code, 'shop')),
  ...codes(zh.registry.errors).map((code) => new RegistryError(code, 'detail')),
  ...['EADDRINUSE', 'EADDRNOTAVAIL', 'EACCES', 'ENOENT', 'EISDIR', 'ENOSPC'].map((code) =>
    Object.assign(new Error('system words'), { code, path: PATH, address: '::', port: 80 }),
  ),
]

function codes<T extends object>(table: T): (keyof T)[] {
  return Object.keys(table) as (keyof T)[]
}

test.each<[string, Locale]>([
  ['zh', zh],
  ['en', en],
])('every failure has one line in %s, with none of the engine’s words', (_, locale) => {
  for (const failure of FAILURES) {
    const line = explain(failure, locale)
    expect(line).toMatch(/^[^\n]+[.。A-Za-z0-9]$/)
    expect(line).not.toMatch(/words|undefined|\[object/)
  }
})

test('a bug is not explained away', () => {
  expect(explain(new TypeError('x is not a function'), en)).toBeUndefined()
  expect(explain(undefined, en)).toBeUndefined()
})

test('no English text is left in Chinese, and none is empty', () => {
  for (const [path, text] of texts(en)) {
    expect(text, path).not.toBe('')
    if (!path.startsWith('registry.columns')) expect(text, path).not.toMatch(/\p{Script=Han}/u)
  }
  for (const [path, text] of texts(zh)) expect(text, path).not.toBe('')
})

/** Every text that needs no value, with its place. */
function texts(table: object, path = ''): [string, string][] {
  return Object.entries(table).flatMap(([name, value]) => {
    if (typeof value === 'string') return [[`${path}${name}`, value] as [string, string]]
    return typeof value === 'object' ? texts(value, `${path}${name}.`) : []
  })
}
