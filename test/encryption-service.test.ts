/** Encrypted calls through the running service: both suites and data keys of the service's own. */
import { constants, createCipheriv, createPublicKey, publicEncrypt, randomBytes } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { SANDBOX_DECRYPT_KEYS } from '../src/accounts/sandbox-decrypt-keys.ts'
import type { DecryptAlgorithm } from '../src/domain/decrypt-key.ts'
import { type Running, SYSTEM_CLOCK } from '../src/main.ts'
import { generateKeyPair } from '../src/protocols/tencent/key-pair.ts'
import { encryptSm2 } from '../src/protocols/tencent/sm-crypto.ts'
import { httpCall } from './support/http-call.ts'
import { LIVE_TENCENT, Place } from './support/service.ts'
import { SANDBOX_TENCENT_KEY, type TencentKey, tc3Headers } from './support/tencent-signer.ts'

const SAMPLE = {
  Name: '韦小宝',
  BankCard: '6225768888888888',
  Phone: '16137688175',
  IdCard: '11204416541220243X',
}
const LIVE_KEY = { secretId: LIVE_TENCENT.credential, secretKey: LIVE_TENCENT.secret }
const FAILED = 'FailedOperation.DecryptSystemError'

const place = new Place()
let service: Running
let livePublicKey: string
/** Moves the clock, to have an hour pass. */
let aheadMs = 0

beforeAll(async () => {
  await place.furnish({ units: 10 })
  livePublicKey = await addKey('acc_live', 'rsa')
  const clock = { ...SYSTEM_CLOCK, nowMs: () => SYSTEM_CLOCK.nowMs() + aheadMs }
  service = await place.serve({ KAYAN_RATE_PER_SECOND: '10000' }, clock)
})
afterAll(async () => {
  await service.stop('test')
  place.remove()
})

/** Adds a decryption key to an account as the command line does; returns its public part. */
async function addKey(account: string, algorithm: DecryptAlgorithm): Promise<string> {
  const material = await generateKeyPair(algorithm)
  const deed = { actor: 'test', atMs: Date.now() }
  await place.withStorage(async ({ accounts, decryptKeys }) => {
    await decryptKeys.createDecryptKey(await accounts.account(account), material, deed)
  })
  return material.publicKey
}

function sandboxKey(algorithm: DecryptAlgorithm): string {
  return SANDBOX_DECRYPT_KEYS.find((key) => key.algorithm === algorithm)!.publicKey
}

/** Response of a signed call; the RequestId set apart. */
async function call(body: object, key: TencentKey = SANDBOX_TENCENT_KEY, kms = false) {
  const text = JSON.stringify(body)
  const { host } = new URL(service.url)
  const nowS = Math.floor((Date.now() + aheadMs) / 1000)
  const headers = tc3Headers(key, host, text, nowS, kms ? 'GenerateDataKey' : undefined)
  if (kms) headers['X-TC-Version'] = '2019-01-18'
  const reply = await httpCall(service.url, { headers, body: text })
  expect(reply.status).toBe(200)
  expect(reply.rawHeaders).toContain('application/json')
  const { RequestId, ...said } = JSON.parse(reply.body).Response
  expect(RequestId).toMatch(/^[0-9a-f-]{36}$/)
  return { said, bytes: reply.body.replace(RequestId, '') }
}

interface DataKey {
  readonly bytes: Buffer
  readonly blob: string
}

/** The sample under a data key, as the first suite has it. */
function cbc(dataKey: DataKey, fields: Record<string, string> = SAMPLE, iv?: string) {
  const ivBytes = iv === undefined ? randomBytes(16) : Buffer.from(iv)
  const sealed = Object.entries(fields).map(([name, clear]) => {
    const cipher = createCipheriv('aes-256-cbc', dataKey.bytes, ivBytes)
    const bytes = Buffer.concat([cipher.update(clear, 'utf8'), cipher.final()])
    return [name, bytes.toString('base64')]
  })
  const Encryption = {
    EncryptList: Object.keys(fields),
    CiphertextBlob: dataKey.blob,
    Iv: iv ?? ivBytes.toString('base64'),
    Algorithm: 'AES-256-CBC',
    TagList: [],
  }
  return { ...SAMPLE, ...Object.fromEntries(sealed), Encryption }
}

function rsaDataKey(publicKey: string): DataKey {
  const bytes = randomBytes(32)
  const pem = Buffer.from(publicKey, 'base64').toString()
  const key = { key: createPublicKey(pem), padding: constants.RSA_PKCS1_PADDING }
  return { bytes, blob: publicEncrypt(key, bytes).toString('base64') }
}

async function gcm(publicKey: string) {
  const dataKey = randomBytes(16)
  const iv = randomBytes(12)
  const blob = await encryptSm2(Buffer.from(publicKey, 'base64').toString(), dataKey)
  const sealed = Object.entries(SAMPLE).map(([name, clear]) => {
    const cipher = createCipheriv('sm4-gcm' as 'aes-128-gcm', dataKey, iv, { authTagLength: 16 })
    const bytes = Buffer.concat([cipher.update(clear, 'utf8'), cipher.final()])
    return { name, field: bytes.toString('base64'), tag: cipher.getAuthTag().toString('base64') }
  })
  const Encryption = {
    EncryptList: sealed.map(({ name }) => name),
    CiphertextBlob: blob.toString('base64'),
    Iv: iv.toString('base64'),
    Algorithm: 'SM4-GCM',
    TagList: sealed.map(({ tag }) => tag),
  }
  return { ...Object.fromEntries(sealed.map(({ name, field }) => [name, field])), Encryption }
}

const MATCH = { Result: '0', Description: '认证通过' }

test('the documented sample encrypted under RSA and AES-256-CBC matches', async () => {
  const { said } = await call(cbc(rsaDataKey(sandboxKey('rsa'))))
  expect(said).toEqual(MATCH)
})

test('the documented sample encrypted under SM2 and SM4-GCM matches', async () => {
  const { said } = await call(await gcm(sandboxKey('sm2')))
  expect(said).toEqual(MATCH)
})

async function dataKey(key?: TencentKey, KeyId = sandboxKey('kms')): Promise<DataKey> {
  const { said } = await call({ KeyId, KeySpec: 'AES_256' }, key, true)
  return { bytes: Buffer.from(said.Plaintext, 'base64'), blob: said.CiphertextBlob }
}

test('the documented sample encrypted under a data key of GenerateDataKey matches', async () => {
  const own = await dataKey()
  expect((await call(cbc(own))).said).toEqual(MATCH)
  // The same key again, with a vector of sixteen characters, as clients of this mode do.
  expect((await call(cbc(own, SAMPLE, '0123456789abcdef'))).said).toEqual(MATCH)
})

test('a data key of another account, and one without a master key, open nothing', async () => {
  const own = await dataKey()
  const before = await call(cbc(own), LIVE_KEY)
  expect(before.said.Error.Code).toBe('FailedOperation.StsUnAuthErrError')
  const KeyId = await addKey('acc_live', 'kms')
  // The service looks for new keys twice a second.
  await expect
    .poll(async () => (await call({ KeyId, KeySpec: 'AES_256' }, LIVE_KEY, true)).said.Error, {
      timeout: 5_000,
    })
    .toBeUndefined()
  expect((await call(cbc(own), LIVE_KEY)).said.Error.Code).toBe(FAILED)
  const theirs = await dataKey(LIVE_KEY, KeyId)
  expect((await call(cbc(theirs), LIVE_KEY)).said).toHaveProperty('Result')
})

test('every failure has the same bytes but for its RequestId, and costs nothing', async () => {
  const right = cbc(rsaDataKey(livePublicKey))
  const { Encryption } = right
  const other = cbc(rsaDataKey(sandboxKey('rsa')))
  const spoiled = [
    { ...right, Encryption: { ...Encryption, CiphertextBlob: 'Q+/=' } },
    { ...right, Encryption: { ...Encryption, CiphertextBlob: '*' } },
    { ...right, Encryption: { ...Encryption, Iv: 'AAAA' } },
    { ...right, Name: SAMPLE.Name },
    { ...right, Phone: right.Phone.slice(0, -8) },
    cbc(rsaDataKey(livePublicKey), { ...SAMPLE, Phone: '161-3768-8175' }),
    other,
    await gcm(sandboxKey('sm2')),
  ]
  const replies = await Promise.all(spoiled.map((body) => call(body, LIVE_KEY)))
  expect(replies[0]?.said.Error).toEqual({ Code: FAILED, Message: 'Decryption failed.' })
  expect(new Set(replies.map(({ bytes }) => bytes)).size).toBe(1)
  // Ten units were there, none is spent: an eleventh match would be refused.
  for (let i = 0; i < 8; i++) {
    const { said } = await call(cbc(rsaDataKey(livePublicKey)), LIVE_KEY)
    expect(said.Result).toBe('-1')
  }
})

test('a value of wrong length in its alphabet is a free result and no failure', async () => {
  const short = cbc(rsaDataKey(sandboxKey('rsa')), { ...SAMPLE, BankCard: '622576' })
  expect((await call(short)).said).toMatchObject({ Result: '-4' })
})

test('after twenty failures in an hour nothing is tried, and after the hour it is again', async () => {
  const wrong = cbc(rsaDataKey(sandboxKey('rsa')))
  for (let i = 0; i < 20; i++) await call(wrong, LIVE_KEY)
  const right = cbc(rsaDataKey(livePublicKey))
  const closed = await call(right, LIVE_KEY)
  expect(closed.said.Error.Code).toBe(FAILED)
  expect((await call(SAMPLE, LIVE_KEY)).said).toHaveProperty('Result')
  aheadMs += 3_600_001
  const { said } = await call(right, LIVE_KEY)
  expect(said.Error?.Code).not.toBe(FAILED)
})

test('account, subscription and rate come before any decryption', async () => {
  const wrong = { ...cbc(rsaDataKey(livePublicKey)), Name: 'x' }
  const { said } = await call(wrong, LIVE_KEY)
  // All ten units are spent by now.
  expect(said.Error.Code).toBe('UnauthorizedOperation.Arrears')
})

test('refusals to decrypt leave at the same time, whatever was wrong', async () => {
  const right = await gcm(sandboxKey('sm2'))
  const { Encryption } = right
  const fast = { ...SAMPLE, Encryption: { ...Encryption, CiphertextBlob: 'AAAA' } }
  const slow = { ...right, Encryption: { ...Encryption, TagList: [] } }
  const times = { fast: [] as number[], slow: [] as number[] }
  for (let i = 0; i < 20; i++) {
    for (const [name, body] of [
      ['fast', fast],
      ['slow', slow],
    ] as const) {
      const startedMs = performance.now()
      expect((await call({ ...body, CertType: 0 })).said.Error.Code).toBe(FAILED)
      times[name].push(performance.now() - startedMs)
    }
  }
  const [fastest, slowest] = [Math.min(...times.fast), Math.min(...times.slow)]
  expect(fastest).toBeGreaterThan(20)
  expect(Math.abs(fastest - slowest)).toBeLessThan(5)
})

test('no element and no private key is written anywhere in clear', () => {
  const files = readdirSync(place.dataDir, { recursive: true, withFileTypes: true })
  const written = files
    .filter((file) => file.isFile())
    .map((file) => readFileSync(join(file.parentPath, file.name), 'latin1'))
  expect(written.length).toBeGreaterThan(0)
  const secrets = SANDBOX_DECRYPT_KEYS.map(({ privateKey }) => privateKey.slice(28, 90))
  for (const clear of [...Object.values(SAMPLE), ...secrets, 'PRIVATE KEY']) {
    const bytes = Buffer.from(clear).toString('latin1')
    expect(written.some((text) => text.includes(bytes))).toBe(false)
  }
})

test('production has no published key', async () => {
  const production = new Place()
  const running = await production.serve({ KAYAN_MODE: 'production' })
  await running.stop('test')
  await production.withStorage(async ({ decryptKeys }) => {
    expect(await decryptKeys.decryptKeys()).toEqual([])
  })
  production.remove()
})
