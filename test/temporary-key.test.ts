/** Temporary keys through the running service, called by the official Tencent SDK for Node. */
import { Client } from 'tencentcloud-sdk-nodejs/tencentcloud/services/faceid/v20180301/faceid_client.js'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { SANDBOX_TEMPORARY_KEY } from '../src/accounts/sandbox-keys.ts'
import type { KeyMaterial } from '../src/accounts/store.ts'
import { type Running, SYSTEM_CLOCK } from '../src/main.ts'
import { LIVE_TENCENT, Place } from './support/service.ts'

const SAMPLE = {
  Name: '韦小宝',
  BankCard: '6225768888888888',
  Phone: '16137688175',
  IdCard: '11204416541220243X',
}
/** Shorter than a signature lives, so that only the end of the key can refuse. */
const LIFE_MS = 120_000
const TOKEN = 'liveTokenEXAMPLE'
const SIGN_METHODS = ['TC3-HMAC-SHA256', 'HmacSHA1', 'HmacSHA256'] as const
const VERBS = ['POST', 'GET'] as const
const MODES = SIGN_METHODS.flatMap((signMethod) =>
  VERBS.map((reqMethod) => ({ signMethod, reqMethod })),
)

const place = new Place()
let kayan: Running
/** Moves the clock of the service, to have the key end. */
let aheadMs = 0

beforeAll(async () => {
  const live = { ...LIVE_TENCENT, token: TOKEN, expiresAtMs: Date.now() + LIFE_MS }
  await place.furnish({ units: 100, keys: [live] })
  const clock = { ...SYSTEM_CLOCK, nowMs: () => SYSTEM_CLOCK.nowMs() + aheadMs }
  kayan = await place.serve({}, clock)
})
afterAll(async () => {
  await kayan.stop('test')
  place.remove()
})

/** Result of the documented sample, or the code of the SDK's exception. */
async function call(
  { credential, secret }: KeyMaterial,
  token: string | undefined,
  { signMethod, reqMethod } = MODES[0]!,
): Promise<string | undefined> {
  const client = new Client({
    credential: { secretId: credential, secretKey: secret, ...(token !== undefined && { token }) },
    profile: {
      signMethod,
      httpProfile: { endpoint: new URL(kayan.url).host, protocol: 'http://', reqMethod },
    },
  })
  try {
    return (await client.BankCard4EVerification(SAMPLE)).Result
  } catch (error) {
    return (error as { code?: string }).code
  }
}

test.each(MODES)('$signMethod $reqMethod: the token decides', async (mode) => {
  expect(await call(SANDBOX_TEMPORARY_KEY, SANDBOX_TEMPORARY_KEY.token, mode)).toBe('0')
  for (const wrong of [undefined, 'another']) {
    expect(await call(SANDBOX_TEMPORARY_KEY, wrong, mode)).toBe('AuthFailure.TokenFailure')
  }
  const forged = { ...SANDBOX_TEMPORARY_KEY, secret: 'another' }
  expect(await call(forged, 'another', mode)).toBe('AuthFailure.SignatureFailure')
})

test('a stored key is accepted with its token until its end', async () => {
  expect(await call(LIVE_TENCENT, TOKEN)).toMatch(/^-?\d+$/)
  expect(await call(LIVE_TENCENT, SANDBOX_TEMPORARY_KEY.token)).toBe('AuthFailure.TokenFailure')
  aheadMs = LIFE_MS
  for (const mode of MODES) {
    expect(await call(LIVE_TENCENT, TOKEN, mode)).toBe('AuthFailure.TokenFailure')
  }
  expect(await call(SANDBOX_TEMPORARY_KEY, SANDBOX_TEMPORARY_KEY.token)).toBe('0')
})
