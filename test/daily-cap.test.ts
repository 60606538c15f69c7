/** The daily cap of a key as its callers meet it, on both stores, over a restart. */
import { expect, inject, onTestFinished, test } from 'vitest'
import { RIGHT_PARAMETERS } from '../src/protocols/tencent/provocations.ts'
import { createDatabase } from './support/postgres.ts'
import { LIVE_APPCODE, LIVE_TENCENT, Place } from './support/service.ts'
import { tc3Headers } from './support/tencent-signer.ts'
import { type SignedRequest, send, signedRequest } from './support/vendor-requests.ts'

const UNITS = 100
const CAP = 2
const directory = inject('postgresDirectory')
const STORES = [
  ['SQLite', async () => ({})],
  ...(directory === ''
    ? []
    : [['PostgreSQL', async () => ({ KAYAN_DATABASE_URL: await createDatabase(directory) })]]),
] as [string, () => Promise<Record<string, string>>][]

/** Each signed a second earlier than the one before: none is a repeat. */
function tencentRequest(url: string): SignedRequest {
  const key = { secretId: LIVE_TENCENT.credential, secretKey: LIVE_TENCENT.secret }
  const body = JSON.stringify(RIGHT_PARAMETERS)
  ageS += 1
  const headers = tc3Headers(key, new URL(url).host, body, BEGAN_S - ageS)
  return { method: 'POST', target: '/', headers, body }
}

/** Counted from one moment: the clock's next second would make up for the age. */
const BEGAN_S = Math.floor(Date.now() / 1_000)
let ageS = 0

test.each(STORES)(
  '%s: a capped key is refused in the words of its vendor, also after a restart',
  async (_name, variables) => {
    const place = new Place(await variables())
    onTestFinished(() => place.remove())
    await place.furnish({ units: UNITS })
    await place.withStorage(async ({ accounts }) => {
      const deed = { actor: 'test', atMs: Date.now() }
      for (const { id } of await accounts.keys('acc_live')) {
        await accounts.limitKey(id, { dailyCap: CAP }, deed)
      }
    })
    const codes = async () => {
      const service = await place.serve()
      const said: string[] = []
      for (let call = 0; call < CAP + 1; call++) {
        const aliyun = signedRequest(service.url, 'appcode', {
          credential: LIVE_APPCODE.credential,
        })
        said.push((await send(service.url, tencentRequest(service.url))).code)
        said.push((await send(service.url, aliyun)).code)
      }
      await service.stop('test')
      return said
    }
    expect((await codes()).slice(2 * CAP)).toEqual(['LimitExceeded', 'T429MR'])
    expect(await codes()).toEqual(
      Array(CAP + 1)
        .fill(['LimitExceeded', 'T429MR'])
        .flat(),
    )
    const holdings = await place.withStorage(({ grants }) => grants())
    const live = holdings.find(({ grant }) => grant.mode === 'live')
    expect(live?.balance).toMatchObject({ used: 2 * CAP, available: UNITS - 2 * CAP })
  },
)
