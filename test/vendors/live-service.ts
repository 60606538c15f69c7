/** A service over vendors on this machine, each behind a faulty line, and customers who call it. */
import { onTestFinished, vi } from 'vitest'
import { KeySealer } from '../../src/accounts/seal.ts'
import type { Deed } from '../../src/accounts/store.ts'
import type { Running } from '../../src/main.ts'
import type { VendorRoute } from '../../src/sources/vendor-route.ts'
import { addRoute } from '../../src/storage/sql/vendor-routes.ts'
import type { Storage } from '../../src/storage/storage.ts'
import { syntheticPerson } from '../../src/testing/people-csv.ts'
import { httpCall } from '../support/http-call.ts'
import { LIVE_TENCENT, Place } from '../support/service.ts'
import { type TencentKey, tc3Headers } from '../support/tencent-signer.ts'
import { type FaultProxy, openProxy } from './fault-proxy.ts'
import { type Simulator, simulate, type VendorName } from './simulators.ts'

export const ACCOUNT = 'acc_live'
export const DEED: Deed = { actor: 'test', atMs: Date.now() }

const UNITS = 10_000
const SEED = 33
const KEY: TencentKey = { secretId: LIVE_TENCENT.credential, secretKey: LIVE_TENCENT.secret }

export interface LiveWish {
  readonly vendors: readonly VendorName[]
  /** Of everything that is opened. */
  readonly variables?: Record<string, string>
  /** What the operator sets up before the service starts. */
  readonly setUp?: (storage: Storage) => Promise<unknown>
}

export interface LiveService {
  readonly place: Place
  readonly vendors: readonly Simulator[]
  readonly lines: readonly FaultProxy[]
  serve(variables?: Record<string, string>): Promise<Running>
  /** Units that the account was charged. */
  charged(): Promise<number>
}

/** Vendors as routes `route-0`, `route-1`, … in the order of their tiers; no service runs yet. */
export async function arrangeLive({ vendors: names, ...wish }: LiveWish): Promise<LiveService> {
  const place = new Place(wish.variables)
  onTestFinished(() => place.remove())
  await place.furnish({ units: UNITS })
  const vendors = await Promise.all(names.map((name) => simulate(name)))
  const lines = await Promise.all(vendors.map(({ port }) => openProxy(port)))
  onTestFinished(() => {
    for (const open of [...vendors, ...lines]) open.close()
  })
  await place.withStorage(async (storage) => {
    const sealer = new KeySealer(storage.keyring, 'vendor.seal')
    for (const [tier, vendor] of vendors.entries()) {
      await addRoute(storage.engine, sealer, routeTo(vendor, tier, lines[tier]!.port), DEED)
    }
    await wish.setUp?.(storage)
  })
  return {
    place,
    vendors,
    lines,
    async serve(variables) {
      const service = await place.serve(variables)
      onTestFinished(() => service.stop('test'))
      return service
    },
    async charged() {
      const holdings = await place.withStorage(({ grants }) => grants(ACCOUNT))
      return holdings.reduce((sum, { balance }) => sum + balance.used, 0)
    },
  }
}

function routeTo({ vendor, credential }: Simulator, tier: number, port: number): VendorRoute {
  return {
    name: `route-${tier}`,
    vendor: vendor.name,
    credential,
    endpoint: `http://127.0.0.1:${port}`,
    profile: 'unionpay',
    prices: [{ fromCalls: 0, costCentifen: 2_500 }],
    tier,
    weight: 1,
  }
}

/** How far back calls are signed, well inside of what a signature may be old. */
const SIGNED_S_MAX = 200
let signedS = Number.POSITIVE_INFINITY

/** A second that no call was signed in, also when the clock's next one begins between two calls. */
function freshSecond(): number {
  const nowS = Math.floor(Date.now() / 1_000)
  signedS = signedS > nowS - SIGNED_S_MAX ? Math.min(signedS - 1, nowS) : nowS
  return signedS
}

/** The number that answers a call about the n-th person; no two calls are signed alike. */
export async function verifyPerson(
  { url }: Pick<Running, 'url'>,
  n: number,
  mobile = syntheticPerson(SEED, n).mobile,
  signal?: AbortSignal,
): Promise<string> {
  const { name, idNumber, cardNumber } = syntheticPerson(SEED, n)
  const elements = { Name: name, IdCard: idNumber, BankCard: cardNumber, Phone: mobile }
  const body = JSON.stringify(elements)
  const headers = tc3Headers(KEY, new URL(url).host, body, freshSecond())
  const { Response } = JSON.parse(
    (await httpCall(url, { headers, body, ...(signal && { signal }) })).body,
  )
  return Response.Result ?? Response.Error.Code
}

/** The card of the n-th person, as vendors are asked for it. */
export function cardOfPerson(n: number): string {
  return syntheticPerson(SEED, n).cardNumber
}

/** What the store comes to hold, looked at until it is as expected. */
export function eventually<T>(
  { place }: Pick<LiveService, 'place'>,
  look: (storage: Storage) => Promise<T>,
  expectIt: (found: T) => void,
): Promise<void> {
  return vi.waitFor(async () => expectIt(await place.withStorage(look)), {
    timeout: 8_000,
    interval: 100,
  })
}
