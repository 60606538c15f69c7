/** Exact metering as clients see it over the wire: repeats, the last unit, the rate limit. */
import { Agent } from 'node:http'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest'
import { type Running, SYSTEM_CLOCK } from '../src/main.ts'
import { importRegistry } from '../src/storage/registry-import/import.ts'
import { syntheticPerson, writePeopleCsv } from '../src/testing/people-csv.ts'
import { type HttpReply, httpCall } from './support/http-call.ts'
import { createDatabase } from './support/postgres.ts'
import { LIVE_APPCODE, LIVE_TENCENT, Place } from './support/service.ts'
import { SANDBOX_TENCENT_KEY, type TencentKey, tc3Headers } from './support/tencent-signer.ts'

const UNITS = 40
const SEED = 11
/** Signed so long ago that no test before has signed the same in the same second. */
const RACE_AGE_S = 100
const LIVE_KEY: TencentKey = {
  secretId: LIVE_TENCENT.credential,
  secretKey: LIVE_TENCENT.secret,
}

const directory = inject('postgresDirectory')
const STORES: readonly (readonly [string, () => Promise<Record<string, string>>])[] = [
  ['SQLite', async () => ({})],
  ...(directory === ''
    ? []
    : [
        [
          'PostgreSQL',
          async () => ({ KAYAN_DATABASE_URL: await createDatabase(directory) }),
        ] as const,
      ]),
]

describe.each([...STORES])('%s', (_name, variables) => {
  let place: Place
  const agent = new Agent({ keepAlive: true, maxSockets: 64 })
  let kayan: Running

  beforeAll(async () => {
    place = new Place(await variables())
    const keyring = await place.furnish({ units: UNITS })
    const csvPath = join(place.directory, 'people.csv')
    writePeopleCsv({ path: csvPath, rows: 100, seed: SEED })
    const directory = place.registryDirectory
    await importRegistry({ csvPath, directory, keyring, clock: SYSTEM_CLOCK })
    kayan = await place.serve()
  })
  afterAll(async () => {
    agent.destroy()
    await kayan.stop('test')
    place.remove()
  })

  async function used(): Promise<number> {
    const holdings = await place.withStorage(({ grants }) => grants())
    return holdings.find(({ grant }) => grant.mode === 'live')!.balance.used
  }

  function tencentCall(key: TencentKey, index: number, ageS: number): () => Promise<HttpReply> {
    const person = syntheticPerson(SEED, index)
    const body = JSON.stringify({
      Name: person.name,
      BankCard: person.cardNumber,
      Phone: person.mobile,
      IdCard: person.idNumber,
    })
    const { host } = new URL(kayan.url)
    const headers = tc3Headers(key, host, body, Math.floor(Date.now() / 1000) - ageS)
    return () => httpCall(kayan.url, { headers, body, agent })
  }

  function aliyunCall(index: number): Promise<HttpReply> {
    const person = syntheticPerson(SEED, index)
    return httpCall(kayan.url, {
      path: '/communication/personal/1887',
      headers: { Authorization: `APPCODE ${LIVE_APPCODE.credential}` },
      body: `acc_no=${person.cardNumber}&idcard=${person.idNumber}&mobile=${person.mobile}&name=${person.name}`,
      agent,
    })
  }

  test('two hundred identical requests at once get the same bytes and cost one unit', async () => {
    const before = await used()
    const call = tencentCall(LIVE_KEY, 0, 0)
    const replies = await Promise.all(Array.from({ length: 200 }, call))
    expect(new Set(replies.map(({ body }) => body)).size).toBe(1)
    expect(replies[0]!.body).toContain('"Result":"0"')
    expect(replies.filter(({ headers }) => headers['x-kayan-replayed'] === '1')).toHaveLength(199)
    expect((await used()) - before).toBe(1)
  })

  test('an identical request is recognised after a restart, and a re-signed one is another call', async () => {
    const call = tencentCall(LIVE_KEY, 1, 0)
    const resigned = tencentCall(LIVE_KEY, 1, 1)
    const before = await used()
    const first = await call()
    await kayan.stop('test')
    kayan = await place.serve({ KAYAN_PORT: new URL(kayan.url).port })
    const repeated = await call()
    expect(repeated.body).toBe(first.body)
    expect(repeated.headers['x-kayan-replayed']).toBe('1')
    const other = await resigned()
    expect(other.body).not.toBe(first.body)
    expect((await used()) - before).toBe(2)
  })

  test('two equal AppCode calls are two calls with two seqNo', async () => {
    const before = await used()
    const first = JSON.parse((await aliyunCall(2)).body)
    const second = JSON.parse((await aliyunCall(2)).body)
    expect(first.data).toEqual({ state: '1' })
    expect(second.seqNo).not.toBe(first.seqNo)
    expect((await used()) - before).toBe(2)
  })

  test('sixty-four clients racing for the last units get exactly as many verdicts as there are units', async () => {
    const left = UNITS - (await used())
    const replies = await Promise.all(
      Array.from({ length: 64 }, (_, i) =>
        i % 2 === 0 ? tencentCall(LIVE_KEY, i, RACE_AGE_S)() : aliyunCall(i),
      ),
    )
    const verdicts = replies.filter(({ body }) => /"Result":"0"|"state":"1"/.test(body))
    expect(verdicts).toHaveLength(left)
    for (const { body, headers } of replies.filter((reply) => !verdicts.includes(reply))) {
      if (body === '') expect(headers['x-ca-error-code']).toBe('B403MQ')
      else expect(JSON.parse(body).Response.Error.Code).toBe('UnauthorizedOperation.Arrears')
    }
    expect(await used()).toBe(UNITS)
  })

  test('of forty requests within a second on one key twenty are answered, the others told the limit', async () => {
    const call = (i: number) => tencentCall(SANDBOX_TENCENT_KEY, i, 3)()
    const replies = await Promise.all(Array.from({ length: 40 }, (_, i) => call(i)))
    const errors = replies
      .map(({ body }) => JSON.parse(body).Response.Error)
      .filter((error) => error !== undefined)
    expect(errors).toHaveLength(20)
    for (const { Code, Message } of errors) {
      expect(Code).toBe('RequestLimitExceeded')
      expect(Message).toMatch(/`\d+` in a second, which exceeds the frequency limit `20`/)
    }
  })
})
