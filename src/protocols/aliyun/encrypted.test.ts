/** Encrypted calls of the direct face against the vendor's two ciphers, and what is refused. */
import { createCipheriv, createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Key } from '../../domain/key.ts'
import { Secret } from '../../domain/secret.ts'
import type { ProtocolCall } from '../protocol.ts'
import { PLATFORM_TEXTS } from './catalogue.ts'
import { createAliyun } from './index.ts'
import { clear, keyOf, mustRead, NAMES, SAMPLE, wireRequest } from './test-request.ts'

interface Vector {
  readonly id: string
  readonly key: string
  readonly secretKey: string
  readonly serverClockMs: number
  readonly ciphertext: Readonly<Record<string, string>>
  readonly request: { readonly bodyBase64: string; readonly path: string }
  readonly response: { readonly data: string }
}

const FILE = join(import.meta.dirname, '../../../test/vectors/aliyun/encrypted.json')
const VECTORS: readonly Vector[] = JSON.parse(readFileSync(FILE, 'utf8')).vectors
const [{ key: DIRECT_KEY, secretKey: SECRET, serverClockMs: CLOCK_MS, ciphertext: VALUES }] =
  VECTORS as [Vector]

const protocol = createAliyun()

function keyWith(cipherSecret: string | undefined): Key {
  const key = keyOf(DIRECT_KEY, 'direct')
  return cipherSecret === undefined ? key : { ...key, cipherSecret: new Secret(cipherSecret) }
}

/** A call with these parameters and the MD5 over them; `sign` replaces it. */
function callOf(parameters: Readonly<Record<string, string>>, sign = md5Of(parameters)) {
  const pairs = { ...parameters, key: DIRECT_KEY, ...(sign !== '' && { sign }) }
  const body = new URLSearchParams(pairs).toString()
  return { request: wireRequest({ authorization: undefined, body }) }
}

function md5Of(parameters: Readonly<Record<string, string>>): string {
  const pairs = Object.entries(parameters).map(([name, value]) => `${name}=${value}`)
  return createHash('md5').update(pairs.sort().join('&')).digest('base64')
}

/** The code that a call is refused with, or undefined. */
function codeOf(
  { request }: ReturnType<typeof callOf>,
  key = keyWith(SECRET),
  nowMs = CLOCK_MS,
): string | undefined {
  const call = mustRead(protocol, request)
  const decoded = call.authenticate(key, nowMs) ?? call.decode()
  if (!('fault' in decoded)) return undefined
  const { status, body } = protocol.writeFault(request, decoded as never, NAMES)
  const reply = JSON.parse(body)
  expect(status).toBe(200)
  expect(reply.data).toBeNull()
  return reply.code
}

test.each(VECTORS)(
  '$id: the elements come out and the answer goes back as the vendor has it',
  (vector) => {
    const body = Buffer.from(vector.request.bodyBase64, 'base64')
    const request = wireRequest({ authorization: undefined, body, path: vector.request.path })
    const call = mustRead(protocol, request)
    expect(call.authenticate(keyWith(vector.secretKey), vector.serverClockMs)).toBeUndefined()
    expect(clear(call.decode())).toEqual(SAMPLE)
    const answered = (outcome: Parameters<typeof protocol.answer>[1]) => {
      return JSON.parse(protocol.answer(call, outcome, NAMES))
    }
    expect(answered('match')).toMatchObject({ code: '10000', data: vector.response.data })
    expect(answered('attempts_exceeded')).toMatchObject({ code: '10020', data: null })
  },
)

test('each refusal of the mode has its code', () => {
  const { timestamp: _, ...timeless } = VALUES
  expect(codeOf(callOf(VALUES))).toBeUndefined()
  expect(codeOf(callOf(VALUES, ''))).toBe('SYSTEM_034')
  expect(codeOf(callOf(VALUES, 'not base64 of an MD5'))).toBe('SYSTEM_034')
  expect(codeOf(callOf(VALUES, md5Of({})))).toBe('SYSTEM_036')
  expect(codeOf(callOf(timeless))).toBe('SYSTEM_037')
  expect(codeOf(callOf({ ...VALUES, timestamp: '1505352152882' }))).toBe('SYSTEM_040')
  expect(codeOf(callOf({ ...VALUES, timestamp: VALUES.mobile! }))).toBe('SYSTEM_035')
  expect(codeOf(callOf({ ...VALUES, mobile: '13636643334' }))).toBe('SYSTEM_035')
  expect(codeOf(callOf(VALUES), keyWith('anotherSecret123'))).toBe('SYSTEM_035')
  for (const code of ['SYSTEM_034', 'SYSTEM_036', 'SYSTEM_037', 'SYSTEM_040'] as const) {
    expect(PLATFORM_TEXTS[code]).not.toBe('')
  }
})

test('the window is fifteen minutes in both directions', () => {
  const at = (apartMs: number) => codeOf(callOf(VALUES), keyWith(SECRET), CLOCK_MS + apartMs)
  expect([at(900_000), at(-900_000)]).toEqual([undefined, undefined])
  expect([at(900_001), at(-900_001)]).toEqual(['SYSTEM_041', 'SYSTEM_041'])
})

test('a key is for encrypted calls or for plain ones', () => {
  const plain = wireRequest({
    authorization: undefined,
    body: `key=${DIRECT_KEY}&acc_no=6217920181755914&idcard=32132419860817421X&mobile=13636643334&name=a`,
  })
  expect(codeOf({ request: plain })).toBe('SYSTEM_039')
  expect(codeOf({ request: plain }, keyWith(undefined))).toBeUndefined()
  expect(codeOf(callOf(VALUES), keyWith(undefined))).toBe('SYSTEM_039')
})

test('any change of a ciphertext is refused for the MD5, whatever it would decrypt to', () => {
  const name = fc.constantFrom(...Object.keys(VALUES))
  fc.assert(
    fc.property(name, fc.nat(), fc.constantFrom('A', 'b', '/'), (changed, at, letter) => {
      const value = VALUES[changed]!
      const place = at % (value.length - 2)
      fc.pre(value[place] !== letter)
      const other = value.slice(0, place) + letter + value.slice(place + 1)
      expect(codeOf(callOf({ ...VALUES, [changed]: other }, md5Of(VALUES)))).toBe('SYSTEM_036')
    }),
  )
})

test('lines that the Java library breaks are read, and signed as they came', () => {
  const long = 'a'.repeat(70)
  const cipher = createCipheriv('aes-128-cbc', SECRET, SECRET).setAutoPadding(false)
  const base64 = cipher.update(long.padEnd(80, '\0'), 'utf8', 'base64') + cipher.final('base64')
  const name = base64.replace(/.{76}/g, '$&\r\n')
  const { request } = callOf({ ...VALUES, name })
  const call = mustRead(protocol, request)
  expect(call.authenticate(keyWith(SECRET), CLOCK_MS)).toBeUndefined()
  expect(clear(call.decode())).toEqual({ ...SAMPLE, name: long })
})

test('the same bytes again are a repeat, as a signed call is, and other bytes are not', () => {
  const repeatKey = (parameters: Readonly<Record<string, string>>) => {
    const call: ProtocolCall = mustRead(protocol, callOf(parameters).request)
    expect(call.authenticate(keyWith(SECRET), CLOCK_MS)).toBeUndefined()
    return call.repeatKey('key_1')
  }
  expect(repeatKey(VALUES)).toHaveLength(32)
  expect(repeatKey(VALUES)).toBe(repeatKey(VALUES))
  expect(repeatKey({ ...VALUES, mobile: VALUES.idcard! })).not.toBe(repeatKey(VALUES))
})
