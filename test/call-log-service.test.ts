/**
 * What the running service keeps of its calls: whose they were and by what they are found; under
 * which version they were charged; and whom it turns away by his address.
 */
import { afterAll, beforeAll, describe, expect, inject, test, vi } from 'vitest'
import { SANDBOX_KEYS } from '../src/accounts/sandbox-keys.ts'
import type { LoggedCall } from '../src/billing/call-log.ts'
import { chargeRulesOf } from '../src/cli/charge-rules.ts'
import { ElementIndex, INDEX_TOKEN_BYTES, INDEXED } from '../src/domain/element-index.ts'
import type { ElementName } from '../src/domain/product.ts'
import { Secret } from '../src/domain/secret.ts'
import type { Running } from '../src/main.ts'
import { createAliyun } from '../src/protocols/aliyun/index.ts'
import { addChargeRevision } from '../src/storage/sql/charge-rules.ts'
import { createDatabase } from './support/postgres.ts'
import { Place } from './support/service.ts'
import { changed, send, signedRequest } from './support/vendor-requests.ts'

const CALLER = '198.51.100.77'
const WITHIN_SECONDS_MS = 8_000
/** The magic cards of the sandbox: reported lost, and match. */
const LOST_CARD = '6299990000000132'
const MATCH_CARD = '6299990000000009'

const postgres = inject('postgresDirectory')
const ENGINES: readonly (readonly [string, () => Promise<Record<string, string>>])[] = [
  ['SQLite', async () => ({})],
  ...(postgres === ''
    ? []
    : [
        [
          'PostgreSQL',
          async () => ({ KAYAN_DATABASE_URL: await createDatabase(postgres) }),
        ] as const,
      ]),
]

describe.each(ENGINES)('%s', (_name, variables) => {
  let place: Place
  let kayan: Running

  beforeAll(async () => {
    place = new Place({
      ...(await variables()),
      KAYAN_TRUSTED_PROXIES: '127.0.0.0/8',
      KAYAN_RATE_PER_SECOND: '1000',
    })
    kayan = await place.serve()
  })
  afterAll(async () => {
    await kayan.stop('test')
    place.remove()
  })

  /** Calls through a proxy that names the caller. */
  function call(signing: 'appcode' | 'tc3', cardNumber: string, caller = CALLER) {
    const parameters = { name: '王芳', idcard: '110101199003071022', mobile: '13800138001' }
    const body =
      signing === 'appcode'
        ? new URLSearchParams({ ...parameters, acc_no: cardNumber }).toString()
        : JSON.stringify({
            Name: parameters.name,
            IdCard: parameters.idcard,
            Phone: parameters.mobile,
            BankCard: cardNumber,
          })
    const request = signedRequest(kayan.url, signing, { body })
    return send(kayan.url, changed(request, { headers: { 'X-Forwarded-For': caller } }))
  }

  function callsOf(name: ElementName, value: string): Promise<readonly LoggedCall[]> {
    return place.withStorage(async ({ calls, keyring }) => {
      const index = new ElementIndex(keyring)
      const position = INDEXED.indexOf(name)
      const at = position * INDEX_TOKEN_BYTES
      const all = index.of('acc_sandbox', { [name]: new Secret(value) })
      const tokens = [all.slice(at, at + INDEX_TOKEN_BYTES)]
      return (await calls.page({ element: { position, tokens } }, 100)).calls
    })
  }

  test('a call is found by each of its elements, with the masked address of its caller', async () => {
    expect(await call('appcode', MATCH_CARD)).toMatchObject({ code: '10000', result: '1' })
    const found = await callsOf('cardNumber', MATCH_CARD)
    expect(found).toMatchObject([
      {
        api: 'aliyun.1887',
        result: 'match',
        client: '198.51.100.*',
        ruleVersion: 1,
        reversed: false,
      },
    ])
    expect(await callsOf('name', '王芳')).toEqual(found)
    expect(await callsOf('idNumber', '110101199003071022')).toEqual(found)
    expect(await callsOf('mobile', '13800138001')).toEqual(found)
    expect(await callsOf('mobile', '13800138002')).toEqual([])
  })

  test('a result is charged by the version in force, and the ledger proves each by its own', async () => {
    expect((await call('appcode', LOST_CARD)).result).toBe('3')
    const [free] = await callsOf('cardNumber', LOST_CARD)
    expect(free).toMatchObject({ billable: false, ruleVersion: 1, grantId: undefined })
    const deed = { actor: 'test', atMs: Date.now() }
    const order = { api: 'aliyun.1887', charge: ['card_lost'] as const, free: [] }
    const added = await place.withStorage(({ engine }) =>
      addChargeRevision(
        engine,
        createAliyun().charges,
        { ...order, effectiveFromMs: deed.atMs, reason: 'test' },
        deed,
      ),
    )
    expect(added).toMatchObject({ version: 2 })
    await vi.waitFor(async () => {
      await call('appcode', LOST_CARD)
      const [newest] = await callsOf('cardNumber', LOST_CARD)
      expect(newest).toMatchObject({ billable: true, ruleVersion: 2, grantId: expect.any(Number) })
    }, WITHIN_SECONDS_MS)
    await place.withStorage(async ({ engine, verifyLedger }) => {
      const rules = await chargeRulesOf(engine)
      const judge = (version?: number) =>
        verifyLedger({
          billable: (api, _, result, own) => rules.costs(api, result, version ?? own),
        })
      expect((await judge()).filter(({ ok }) => !ok)).toEqual([])
      expect((await judge(1)).filter(({ ok }) => !ok).map(({ id }) => id)).toEqual(['V4'])
    })
  }, 20_000)

  test('a key with a list of addresses turns others away in the words of each vendor', async () => {
    const deed = { actor: 'test', atMs: Date.now() }
    await place.withStorage(async ({ accounts }) => {
      for (const { id, kind } of await accounts.keys('acc_sandbox')) {
        if (kind !== 'appcode' && kind !== 'tencent') continue
        await accounts.limitKey(id, { addresses: ['198.51.100.0/28', '2001:db8::/32'] }, deed)
      }
    })
    await vi.waitFor(async () => {
      expect(await call('appcode', MATCH_CARD)).toMatchObject({ status: 403, code: 'A403IP' })
    }, WITHIN_SECONDS_MS)
    expect(await call('tc3', MATCH_CARD)).toMatchObject({ code: 'IpNotInWhitelist' })
    expect(await call('tc3', MATCH_CARD, '2001:db8::17')).toMatchObject({ result: '0' })
    expect(await call('appcode', MATCH_CARD, '198.51.100.7')).toMatchObject({ code: '10000' })
    const appkey = signedRequest(kayan.url, 'appkey', {
      credential: SANDBOX_KEYS.appkey.credential,
    })
    expect(await send(kayan.url, appkey)).toMatchObject({ code: '10000' })
  }, 20_000)
})
