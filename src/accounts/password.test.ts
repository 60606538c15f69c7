import { expect, test } from 'vitest'
import { Passwords } from './password.ts'

test('a password matches what was kept of it, in either form of its characters, and nothing else', async () => {
  const passwords = new Passwords()
  const kept = await passwords.hash('caf\u00e9 au lait')
  expect(kept).toMatch(/^argon2id\$[0-9a-f]{32}\$[0-9a-f]{64}$/)
  expect(await passwords.matches('cafe\u0301 au lait', kept)).toBe(true)
  expect(await passwords.matches('cafe au lait', kept)).toBe(false)
  expect(await passwords.hash('caf\u00e9 au lait')).not.toBe(kept)
})

test('nobody has no password', async () => {
  expect(await new Passwords().matches('', undefined)).toBe(false)
})

test('a flood of logins is refused beyond those that wait, and all who wait get their turn', async () => {
  const passwords = new Passwords()
  const flood = await Promise.all(
    Array.from({ length: 40 }, () => passwords.matches('guess', undefined)),
  )
  expect(flood.filter((result) => result === 'busy')).toHaveLength(6)
  expect(flood.filter((result) => result === false)).toHaveLength(34)
  expect(await passwords.matches('guess', undefined)).toBe(false)
})
