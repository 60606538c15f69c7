/**
 * What was encrypted for the vendor by a client of ours goes there byte for byte, under our signature:
 * charged once, known by nobody here, and only where the operator allows it.
 */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, expect, test, vi } from 'vitest'
import { KeySealer } from '../../src/accounts/seal.ts'
import type { VendorRoute } from '../../src/sources/vendor-route.ts'
import { setPassage } from '../../src/storage/sql/vendor-passage.ts'
import { addRoute } from '../../src/storage/sql/vendor-routes.ts'
import { httpCall } from '../support/http-call.ts'
import { LIVE_TENCENT, Place } from '../support/service.ts'
import {
  SANDBOX_TENCENT_KEY,
  type TencentKey,
  tc3Headers,
  v1Query,
} from '../support/tencent-signer.ts'
import { openSealedVendor, SEALED_VENDOR_CREDENTIAL } from './sealed-vendor.ts'
import { simulate } from './simulators.ts'

const KEY: TencentKey = { secretId: LIVE_TENCENT.credential, secretKey: LIVE_TENCENT.secret }
const VECTORS = join(import.meta.dirname, '../vectors/tencent/crypto')
const UNREADABLE = 'FailedOperation.DecryptSystemError'
/** More failures in a row than a vendor is allowed. */
const TRIPPING = 8
const SUITES = ['AES-256-CBC', 'SM4-GCM'] as const

/** What the official encryption client made for the vendor's key, and what it made it of. */
function captured(suite: (typeof SUITES)[number] = 'SM4-GCM') {
  return JSON.parse(readFileSync(join(VECTORS, `node-${suite}.json`), 'utf8'))
}

const closing: (() => unknown)[] = []
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close()
})

interface Wish {
  /** Whether the operator has let the account's messages through. */
  readonly allowed?: boolean
  /** A second vendor, and whether the first is a route at all. */
  readonly beside?: 'tencent' | 'aliyun'
  readonly alone?: boolean
}

/** A service whose live calls go to the vendor, and what its store holds. */
async function arrange({ allowed = true, beside, alone = false }: Wish = {}) {
  const place = new Place()
  closing.push(() => place.remove())
  await place.furnish({ units: 100 })
  const vendor = await openSealedVendor()
  const other = beside && (await simulate(beside))
  closing.push(() => {
    vendor.close()
    other?.close()
  })
  const terms = { profile: 'unionpay', prices: [{ fromCalls: 0, costCentifen: 2_500 }], weight: 1 }
  const routes = [
    ...(alone
      ? []
      : [
          {
            name: 'sealed',
            vendor: 'tencent',
            credential: SEALED_VENDOR_CREDENTIAL,
            endpoint: `http://127.0.0.1:${vendor.port}`,
            tier: 0,
          },
        ]),
    ...(other === undefined
      ? []
      : [
          {
            name: 'other',
            vendor: other.vendor.name,
            credential: other.credential,
            endpoint: other.url,
            tier: 1,
          },
        ]),
  ]
  const deed = { actor: 'test', atMs: Date.now() }
  await place.withStorage(async ({ engine, keyring }) => {
    const sealer = new KeySealer(keyring, 'vendor.seal')
    for (const route of routes) {
      await addRoute(engine, sealer, { ...route, ...terms } as VendorRoute, deed)
    }
    if (allowed) await setPassage(engine, 'acc_live', true, deed)
  })
  const service = await place.serve()
  closing.push(() => service.stop('test'))
  const { host } = new URL(service.url)
  const ask = async (body: string, key = KEY) => {
    const headers = tc3Headers(key, host, body, Math.floor(Date.now() / 1_000))
    return resultOf((await httpCall(service.url, { headers, body })).body)
  }
  /** What is kept, once each cost row has its end. */
  const kept = () =>
    vi.waitFor(async () => {
      return place.withStorage(async ({ engine, grants }) => {
        const { queries } = engine
        const attempts = await queries.selectFrom('vendor_attempt').selectAll().execute()
        expect(attempts.filter(({ state }) => state === 'prepared')).toEqual([])
        const guarded = await queries.selectFrom('guard_row').selectAll().execute()
        const calls = await queries.selectFrom('call').selectAll().execute()
        const holdings = await grants('acc_live')
        const used = holdings.reduce((sum, { balance }) => sum + balance.used, 0)
        return { attempts, guarded, calls, used }
      })
    }, 5_000)
  return { place, service, host, vendor, other, ask, kept, deed }
}

function resultOf(body: string): string {
  const { Response } = JSON.parse(body)
  return Response.Result ?? Response.Error.Code
}

test.each(SUITES)('%s: the vendor gets the bytes of the client and opens them', async (suite) => {
  const { vendor, ask, kept, place } = await arrange()
  const { request, plaintext } = captured(suite)
  const body = JSON.stringify(request, null, 1)
  expect(await ask(body)).toBe('0')
  expect(vendor.bodies.map(String)).toEqual([body])
  expect(vendor.opened[0]?.cardNumber?.reveal()).toBe(plaintext.BankCard)
  const { attempts, guarded, used, calls } = await kept()
  expect(attempts).toMatchObject([{ route: 'sealed', state: 'settled', code: '0' }])
  expect({ guarded, used }).toEqual({ guarded: [], used: 1 })
  expect(calls).toMatchObject([{ result: 'match', element_index: null }])
  for (const file of readdirSync(place.directory, { recursive: true, withFileTypes: true })) {
    if (!file.isFile()) continue
    const bytes = readFileSync(join(file.parentPath, file.name))
    for (const text of [...Object.values<string>(plaintext), request.BankCard]) {
      expect(bytes.includes(text), file.name).toBe(false)
    }
  }
})

test('the same signed request is answered once, another message of the same card again', async () => {
  const { vendor, kept, service, host } = await arrange()
  const body = JSON.stringify(captured().request)
  const headers = tc3Headers(KEY, host, body, Math.floor(Date.now() / 1_000))
  const call = async () => (await httpCall(service.url, { headers, body })).body
  const first = await call()
  expect(await call()).toBe(first)
  expect(vendor.bodies).toHaveLength(1)
  const later = tc3Headers(KEY, host, body, Math.floor(Date.now() / 1_000) + 1)
  expect(resultOf((await httpCall(service.url, { headers: later, body })).body)).toBe('0')
  expect(vendor.bodies).toHaveLength(2)
  expect((await kept()).used).toBe(2)
})

test('calls of two cards at the same time are two calls', async () => {
  const { vendor, ask, kept } = await arrange()
  vendor.finding = 'mismatch'
  const results = await Promise.all(
    SUITES.map((suite) => ask(JSON.stringify(captured(suite).request))),
  )
  expect(results).toEqual(['-1', '-1'])
  expect(vendor.bodies).toHaveLength(2)
  expect((await kept()).used).toBe(2)
})

test('parameters in a query reach the vendor as the same fields in JSON', async () => {
  const { vendor, service, host } = await arrange()
  const { request } = captured('AES-256-CBC')
  const { Encryption, ...fields } = request
  const flat: Record<string, string> = { ...fields, CertType: '0' }
  for (const [name, value] of Object.entries<string | string[]>(Encryption)) {
    if (typeof value === 'string') flat[`Encryption.${name}`] = value
    else for (const [i, item] of value.entries()) flat[`Encryption.${name}.${i}`] = item
  }
  const query = v1Query(KEY, host, flat, Math.floor(Date.now() / 1_000), 7)
  const reply = await httpCall(service.url, {
    method: 'GET',
    path: `/?${query}`,
    headers: { Host: host },
  })
  expect(resultOf(reply.body)).toBe('0')
  const { TagList: _none, ...listed } = Encryption
  expect(JSON.parse(String(vendor.bodies[0]))).toEqual({
    ...fields,
    CertType: 0,
    Encryption: listed,
  })
})

test('an answer that never comes is unknown and free, and nobody else is asked', async () => {
  const { vendor, other, ask, kept } = await arrange({ beside: 'tencent' })
  vendor.finding = 'hang_up'
  expect(await ask(JSON.stringify(captured().request))).toBe('-18')
  const { attempts, used } = await kept()
  expect(attempts).toMatchObject([{ route: 'sealed', state: 'unknown' }])
  expect({ used, asked: other?.bill.asked }).toEqual({ used: 0, asked: 0 })
})

test('the vendor’s own limit of attempts comes through, free', async () => {
  const { vendor, ask, kept } = await arrange()
  vendor.finding = 'attempts_exceeded'
  expect(await ask(JSON.stringify(captured().request))).toBe('-19')
  expect(await kept()).toMatchObject({ used: 0, attempts: [{ state: 'free', code: '-19' }] })
})

test('what the vendor cannot open is its writer’s mistake, free', async () => {
  const { ask, kept } = await arrange()
  const { request } = captured()
  const changed = { ...request, Encryption: { ...request.Encryption, TagList: ['AAAA'] } }
  expect(await ask(JSON.stringify(changed))).toBe(UNREADABLE)
  expect(await kept()).toMatchObject({ used: 0, attempts: [{ state: 'free', code: UNREADABLE }] })
})

test('many messages that nobody can open do not close the route to others', async () => {
  const { ask, kept } = await arrange()
  const { request } = captured()
  for (let i = 0; i < TRIPPING; i++) {
    const Encryption = { ...request.Encryption, Iv: Buffer.alloc(12, i).toString('base64') }
    expect(await ask(JSON.stringify({ ...request, Encryption }))).toBe(UNREADABLE)
  }
  expect(await ask(JSON.stringify(request))).toBe('0')
  expect((await kept()).used).toBe(1)
})

test.each<[string, Wish]>([
  ['the operator has not allowed it', { allowed: false }],
  ['no route is of the vendor', { alone: true, beside: 'aliyun' }],
])('it is refused as unreadable, free, and asked of nobody, when %s', async (_, wish) => {
  const { vendor, other, ask, kept } = await arrange(wish)
  expect(await ask(JSON.stringify(captured().request))).toBe(UNREADABLE)
  expect(vendor.bodies).toEqual([])
  expect(other?.bill.asked ?? 0).toBe(0)
  expect(await kept()).toMatchObject({ attempts: [], used: 0 })
})

test('a test key never reaches the vendor, and a call in clear goes its usual way', async () => {
  const { vendor, ask, kept } = await arrange()
  const { request, plaintext } = captured()
  expect(await ask(JSON.stringify(request), SANDBOX_TENCENT_KEY)).toBe(UNREADABLE)
  expect(vendor.bodies).toEqual([])
  await ask(JSON.stringify({ ...plaintext, IdCard: '11010119900307109X' }))
  expect((await kept()).guarded).not.toEqual([])
})

test('it ends within a second of the operator’s word', async () => {
  const { ask, place, deed } = await arrange()
  const body = JSON.stringify(captured().request)
  expect(await ask(body)).toBe('0')
  await place.withStorage(({ engine }) => setPassage(engine, 'acc_live', false, deed))
  await vi.waitFor(async () => expect(await ask(`${body} `)).toBe(UNREADABLE), 3_000)
})
