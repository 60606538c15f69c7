/** An encrypted call of the direct face over the wire, with the key that the sandbox publishes for it. */
import { createCipheriv, createDecipheriv, createHash } from 'node:crypto'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { SANDBOX_ENCRYPTED_KEY, SANDBOX_KEYS } from '../src/accounts/sandbox-keys.ts'
import type { Running } from '../src/main.ts'
import { RIGHT_PARAMETERS } from '../src/protocols/aliyun/provocations.ts'
import { httpCall } from './support/http-call.ts'
import { Place } from './support/service.ts'

const { credential: KEY, cipherSecret: SECRET } = SANDBOX_ENCRYPTED_KEY
const place = new Place()
let kayan: Running

beforeAll(async () => {
  kayan = await place.serve()
})
afterAll(async () => {
  await kayan.stop('test')
  place.remove()
})

/** The cipher of the vendor's document. */
function encrypted(text: string): string {
  const cipher = createCipheriv('aes-128-ecb', SECRET, null)
  return cipher.update(text, 'utf8', 'base64') + cipher.final('base64')
}

async function ask(key: string): Promise<{ code: string; data: string | null; seqNo: string }> {
  const clear = { ...RIGHT_PARAMETERS, timestamp: String(Date.now()) }
  const pairs = Object.entries(clear).map(([name, value]) => [name, encrypted(value)])
  const text = pairs.map(([name, value]) => `${name}=${value}`).sort()
  const sign = createHash('md5').update(text.join('&')).digest('base64')
  const { body } = await httpCall(kayan.url, {
    path: '/communication/personal/1887',
    headers: { 'Content-Type': 'application/x-www-form-urlencoded; charset=UTF-8' },
    body: new URLSearchParams({ ...Object.fromEntries(pairs), key, sign }).toString(),
  })
  return JSON.parse(body)
}

test('the documented sample, encrypted, is a match that only its caller can read', async () => {
  const { code, data, seqNo } = await ask(KEY)
  expect(code).toBe('10000')
  const decipher = createDecipheriv('aes-128-ecb', SECRET, null)
  const clear = decipher.update(data ?? '', 'base64', 'utf8') + decipher.final('utf8')
  expect(clear).toBe('{"state": "1"}')
  expect(seqNo).toMatch(/^[0-9A-Z]{8}\d{10}$/)
})

test('the same call under a key for plain calls is refused', async () => {
  expect(await ask(SANDBOX_KEYS.direct.credential)).toMatchObject({
    code: 'SYSTEM_039',
    data: null,
  })
})
