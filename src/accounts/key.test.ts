import { expect, test } from 'vitest'
import type { KeyKind } from '../domain/key.ts'
import { generateCipherSecret, generateKey, malformedPart, newId } from './key.ts'

const KINDS: readonly KeyKind[] = ['tencent', 'appcode', 'appkey', 'direct']

test('generated keys have the forms the vendors give theirs', () => {
  const tencent = generateKey('tencent')
  expect(tencent.credential).toMatch(/^AKID[0-9A-Za-z]{32}$/)
  expect(tencent.secret).toMatch(/^[0-9A-Za-z]{32}$/)
  const appcode = generateKey('appcode')
  expect(appcode.credential).toMatch(/^[0-9a-f]{32}$/)
  expect(appcode.secret).toBe(appcode.credential)
  const direct = generateKey('direct')
  expect(direct.credential).toMatch(/^[0-9a-f]{32}$/)
  expect(direct.secret).toBe(direct.credential)
  const appkey = generateKey('appkey')
  expect(appkey.credential).toMatch(/^[1-9][0-9]{8}$/)
  expect(appkey.secret).toMatch(/^[0-9a-f]{32}$/)
})

test.each(KINDS)('whatever is generated as %s could be imported, and no two are equal', (kind) => {
  const made = Array.from({ length: 200 }, () => generateKey(kind))
  expect(made.map(malformedPart)).toEqual(made.map(() => undefined))
  expect(new Set(made.map((key) => key.secret)).size).toBe(made.length)
})

test.each([
  ['tencent', 'AKIDKayanSandboxEXAMPLE', 'KayanSandboxSecretKeyEXAMPLE', undefined],
  ['tencent', 'a,b', 'secret', 'credential'],
  ['tencent', 'a/b', 'secret', 'credential'],
  ['tencent', 'a b', 'secret', 'credential'],
  ['tencent', '', 'secret', 'credential'],
  ['tencent', 'x'.repeat(129), 'secret', 'credential'],
  ['tencent', 'id', '', 'secret'],
  ['tencent', 'id', '密钥', 'secret'],
  ['tencent', 'id', 'trailing\n', 'secret'],
  ['appcode', 'kayansandboxappcode', 'kayansandboxappcode', undefined],
  ['appcode', 'tooshort', 'tooshort', 'credential'],
  ['appcode', 'x'.repeat(65), 'x'.repeat(65), 'credential'],
  ['appcode', 'with space 123456', 'with space 123456', 'credential'],
  ['direct', 'kayansandboxdirectkey', 'kayansandboxdirectkey', undefined],
  ['direct', 'tooshort', 'tooshort', 'credential'],
  ['appkey', '100000001', 'kayansandboxappsecret', undefined],
] as const)('an imported %s key %j is judged %#', (kind, credential, secret, part) => {
  expect(malformedPart({ kind, credential, secret })).toBe(part)
})

test('a cipher secret is sixteen visible characters', () => {
  const secrets = Array.from({ length: 50 }, generateCipherSecret)
  expect(new Set(secrets).size).toBe(50)
  const judged = (cipherSecret: string) => malformedPart({ ...generateKey('direct'), cipherSecret })
  for (const secret of secrets) expect(judged(secret)).toBeUndefined()
  for (const secret of ['', 'x'.repeat(15), 'x'.repeat(17), '密'.repeat(16)]) {
    expect(judged(secret)).toBe('cipherSecret')
  }
})

test('ids carry their prefix', () => {
  expect(newId('acc')).toMatch(/^acc_[0-9a-z]{16}$/)
  expect(newId('key')).toMatch(/^key_[0-9a-z]{16}$/)
})
