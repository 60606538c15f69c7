/** Each state of an account answers with its documented code, on both protocols, and charges nothing. */
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { SANDBOX_KEYS } from '../src/accounts/sandbox-keys.ts'
import type { AccountState } from '../src/domain/key.ts'
import type { Running } from '../src/main.ts'
import { LIVE_APPCODE, Place } from './support/service.ts'
import { send, signedRequest } from './support/vendor-requests.ts'

const CODES: readonly (readonly [AccountState, string, string])[] = [
  ['inactive', 'UnauthorizedOperation.Nonactivated', 'I403AA'],
  ['unverified', 'UnauthorizedOperation.NonAuthorize', 'I403AA'],
  ['charge_abnormal', 'UnauthorizedOperation.ChargeStatusException', 'B403MI'],
  ['arrears', 'UnauthorizedOperation.Arrears', 'B403MO'],
  ['frozen', 'UnauthorizedOperation.ChargeStatusException', 'I403AA'],
  // Once normal again it is as before; nothing comes back from being closed.
  ['active', '', '10000'],
  ['closed', 'AuthFailure.SecretIdNotFound', 'A400AC'],
]

/** Signed for with the secret of the published key, as the requests of this support are. */
const TENCENT = { ...SANDBOX_KEYS.tencent, credential: 'AKIDliveEXAMPLE' }

const place = new Place()
let kayan: Running
/** Replies that told a verdict. */
let verdicts = 0

beforeAll(async () => {
  await place.furnish({ units: 1_000, keys: [TENCENT, LIVE_APPCODE] })
  kayan = await place.serve()
})
afterAll(async () => {
  await kayan.stop('test')
  place.remove()
})

async function codes(): Promise<readonly string[]> {
  const tencent = signedRequest(kayan.url, 'tc3', { credential: TENCENT.credential })
  const aliyun = signedRequest(kayan.url, 'appcode', { credential: LIVE_APPCODE.credential })
  const replies = [await send(kayan.url, tencent), await send(kayan.url, aliyun)]
  verdicts += replies.filter(({ result }) => result !== undefined).length
  return replies.map(({ code }) => code)
}

test.each(CODES)('%s', async (state, tencent, aliyun) => {
  await place.withStorage(({ accounts }) =>
    accounts.setAccountState('acc_live', state, { actor: 'test', atMs: Date.now() }),
  )
  const answered = async () => expect(await codes()).toEqual([tencent, aliyun])
  await vi.waitFor(answered, { timeout: 5_000, interval: 100 })
})

test('only the calls of the normal state were charged', async () => {
  const holdings = await place.withStorage(({ grants }) => grants())
  const live = holdings.find(({ grant }) => grant.mode === 'live')
  expect(live?.balance.used).toBeGreaterThan(0)
  expect(live?.balance.used).toBeLessThanOrEqual(verdicts)
})
