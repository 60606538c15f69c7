import { createHmac, randomBytes } from 'node:crypto'
import { expect, test } from 'vitest'
import { HmacSha256Key } from './hmac.ts'

test('a MAC equals the one of the standard library for every key and message length', () => {
  for (const keyBytes of [0, 1, 32, 63, 64, 65, 200]) {
    const key = randomBytes(keyBytes)
    const fast = new HmacSha256Key(key)
    for (const messageBytes of [0, 1, 55, 56, 64, 300, 1024, 1025, 9000]) {
      const message = randomBytes(messageBytes)
      const expected = createHmac('sha256', key).update(message)
      expect(fast.digest(message, 'hex')).toBe(expected.digest('hex'))
    }
  }
})

test('text is taken as UTF-8 in every encoding of the digest', () => {
  const key = randomBytes(32)
  const mac = () => createHmac('sha256', key).update('韦小宝𠮷')
  const fast = new HmacSha256Key(key)
  expect(fast.digest('韦小宝𠮷', 'hex')).toBe(mac().digest('hex'))
  expect(fast.digest('韦小宝𠮷', 'base64')).toBe(mac().digest('base64'))
  expect(fast.digest('韦小宝𠮷', 'latin1')).toBe(mac().digest('latin1'))
})
