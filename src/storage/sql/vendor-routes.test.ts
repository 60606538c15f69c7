/** What routes promise on every engine: credentials only sealed, and no policy that leads nowhere. */
import { describe, expect, test } from 'vitest'
import { deedAt, SALE_KEYRING, SALE_START_MS } from '../../../test/support/sale.ts'
import { SQL_ENGINES } from '../../../test/support/sql-engines.ts'
import { KeySealer } from '../../accounts/seal.ts'
import { Secret } from '../../domain/secret.ts'
import { EVERY_ACCOUNT, type VendorRoute } from '../../sources/vendor-route.ts'
import {
  addRoute,
  listRoutes,
  policiesRevision,
  readPolicies,
  readRoutes,
  removeRoute,
  routesRevision,
  setPolicy,
} from './vendor-routes.ts'

const SEALER = new KeySealer(SALE_KEYRING, 'vendor.seal')
const DEED = deedAt(SALE_START_MS)
const CLEAR = 'vendorSecretEXAMPLE'

function route(name: string, tier = 0): VendorRoute {
  return {
    name,
    vendor: 'tencent',
    credential: { kind: 'tencent', id: 'AKIDvendorEXAMPLE', secret: new Secret(CLEAR) },
    endpoint: 'https://vendor.example',
    profile: 'unionpay',
    prices: [
      { fromCalls: 0, costCentifen: 2_500 },
      { fromCalls: 100_000, costCentifen: 2_000 },
    ],
    tier,
    weight: 1,
  }
}

const POLICY = { prefer: 'cost', totalTimeoutMs: 2_000, doublePayShare: 10 } as const

describe.each([...SQL_ENGINES])('%s', (_name, open) => {
  test('a route comes back as it was added, in the order of the tiers, its secret only sealed', async () => {
    const engine = await open()
    await addRoute(engine, SEALER, route('second', 1), DEED)
    await addRoute(engine, SEALER, route('first'), DEED)
    const routes = await readRoutes(engine.queries, SEALER)
    expect(routes).toMatchObject([route('first'), route('second', 1)])
    expect(routes[0]?.credential.secret.reveal()).toBe(CLEAR)
    const kept = await engine.queries.selectFrom('vendor_route').selectAll().execute()
    expect(kept.some((row) => Buffer.from(row.credential_sealed).includes(CLEAR))).toBe(false)
    expect(JSON.stringify(await listRoutes(engine.queries))).not.toContain(CLEAR)
  })

  test('a sealed credential opens in its own row only', async () => {
    const engine = await open()
    await addRoute(engine, SEALER, route('first'), DEED)
    await engine.queries.updateTable('vendor_route').set({ name: 'other' }).execute()
    await expect(readRoutes(engine.queries, SEALER)).rejects.toThrow()
  })

  test('a name is given once, and a refusal moves nothing', async () => {
    const engine = await open()
    await addRoute(engine, SEALER, route('first'), DEED)
    const revision = await routesRevision(engine.queries)
    expect(await addRoute(engine, SEALER, route('first', 3), DEED)).toBe('route_taken')
    expect(await removeRoute(engine, 'second', DEED)).toBe('route_unknown')
    expect(await routesRevision(engine.queries)).toBe(revision)
  })

  test('a policy names only routes that there are, and they stay while it does', async () => {
    const engine = await open()
    await addRoute(engine, SEALER, route('first'), DEED)
    const before = await policiesRevision(engine.queries)
    const choice = { ...POLICY, accountId: EVERY_ACCOUNT, routes: ['first'] }
    const unknown = await setPolicy(engine, { ...choice, routes: ['first', 'second'] }, DEED)
    expect(unknown).toBe('route_unknown')
    await setPolicy(engine, choice, DEED)
    expect(await readPolicies(engine.queries)).toEqual([choice])
    expect(await policiesRevision(engine.queries)).toBe(before + 1)
    expect(await removeRoute(engine, 'first', DEED)).toBe('route_in_use')
    await setPolicy(engine, { ...POLICY, accountId: EVERY_ACCOUNT }, DEED)
    expect(await removeRoute(engine, 'first', DEED)).toMatchObject({ name: 'first' })
    expect(await listRoutes(engine.queries)).toEqual([])
  })
})
