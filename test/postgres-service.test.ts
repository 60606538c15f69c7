/** The service on PostgreSQL: two nodes on one database answer alike, and what is changed on one holds on both. */
import { afterAll, beforeAll, expect, inject, test, vi } from 'vitest'
import { SANDBOX_KEYS } from '../src/accounts/sandbox-keys.ts'
import type { Running } from '../src/main.ts'
import { RAISED_REGISTRY_LIMITS } from '../src/testing/registry-limits.ts'
import { createDatabase } from './support/postgres.ts'
import { LIVE_APPCODE, Place } from './support/service.ts'
import { send, signedRequest } from './support/vendor-requests.ts'

const UNITS = 200
const WITHIN_A_SECOND_MS = 1_500
const directory = inject('postgresDirectory')
const present = directory !== ''

let place: Place
let nodes: readonly Running[] = []

beforeAll(async () => {
  if (!present) return
  place = new Place({
    KAYAN_DATABASE_URL: await createDatabase(directory),
    KAYAN_RATE_PER_SECOND: '10000',
    ...RAISED_REGISTRY_LIMITS,
  })
  await place.furnish({ units: UNITS })
  nodes = [
    await place.serve({ KAYAN_NODE_NAME: 'one' }),
    await place.serve({ KAYAN_NODE_NAME: 'two' }),
  ]
})
afterAll(async () => {
  if (!present) return
  for (const node of nodes) await node.stop('test')
  place.remove()
})

/** Asks a node with an AppCode; gives the code of the reply. */
async function ask({ url }: Running, credential: string): Promise<string> {
  return (await send(url, signedRequest(url, 'appcode', { credential }))).code
}

test.skipIf(!present)(
  'both nodes answer the documented samples, test keys and live keys alike (skipped without PostgreSQL)',
  async () => {
    for (const node of nodes) {
      expect(await ask(node, SANDBOX_KEYS.appcode.credential)).toBe('10000')
      expect(await ask(node, LIVE_APPCODE.credential)).toBe('10000')
      const tencent = await send(node.url, signedRequest(node.url, 'tc3'))
      expect(tencent).toMatchObject({ result: '0' })
    }
  },
)

test.skipIf(!present)(
  'a revoked key is refused by both nodes within a second (skipped without PostgreSQL)',
  async () => {
    const deed = { actor: 'test', atMs: Date.now() }
    const code = 'appcode-to-be-revoked'
    const key = await place.withStorage(async ({ accounts }) =>
      accounts.addKey(
        await accounts.account('acc_live'),
        'live',
        { kind: 'appcode', credential: code, secret: code },
        deed,
      ),
    )
    const answer = (wanted: string) =>
      vi.waitFor(
        async () => {
          const codes = await Promise.all(nodes.map((node) => ask(node, code)))
          expect(codes).toEqual([wanted, wanted])
        },
        { timeout: WITHIN_A_SECOND_MS, interval: 50 },
      )
    await answer('10000')
    await place.withStorage(({ accounts }) => accounts.revokeKey(key.id, deed))
    await answer('A400AC')
  },
)

test.skipIf(!present)(
  'the last units are spent once over both nodes, and the ledger proves it (skipped without PostgreSQL)',
  async () => {
    const codes = await Promise.all(
      Array.from({ length: 2 * UNITS }, (_, i) =>
        ask(nodes[i % nodes.length]!, LIVE_APPCODE.credential),
      ),
    )
    expect(new Set(codes)).toEqual(new Set(['10000', 'B403MQ']))
    const checks = await place.withStorage(async ({ grants, verifyLedger }) => {
      const live = (await grants()).find(({ grant }) => grant.mode === 'live')
      expect(live?.balance).toMatchObject({ available: 0, reserved: 0, used: UNITS })
      return verifyLedger()
    })
    expect(checks.filter(({ ok }) => !ok)).toEqual([])
  },
)
