/** What furnishing the sandbox promises on every engine: all of it once, whoever does it at once. */
import { describe, expect, test } from 'vitest'
import { SQL_ENGINES } from '../../../test/support/sql-engines.ts'
import { SANDBOX_ACCOUNT_ID } from '../../accounts/sandbox-keys.ts'
import { KeySealer } from '../../accounts/seal.ts'
import { Keyring } from '../../domain/keyring.ts'
import { PRODUCTS } from '../../domain/product.ts'
import { SqlAccounts } from './accounts.ts'
import { SqlDecryptKeys } from './decrypt-keys.ts'
import type { SqlEngine } from './engine.ts'
import { listGrants } from './grants.ts'
import { SqlSandbox } from './sandbox.ts'

const SEED = { ratePerSecond: 20, nowMs: Date.parse('2026-11-22T10:00:00+08:00') }
const NODES = 4
const keyring = new Keyring(Buffer.alloc(32, 7))

function sandboxOn(engine: SqlEngine): SqlSandbox {
  return new SqlSandbox({
    engine,
    watch: engine,
    accountsOn: (on) => new SqlAccounts(on, new KeySealer(keyring)),
    decryptKeysOn: (on) => new SqlDecryptKeys(on, new KeySealer(keyring, 'decrypt.seal')),
  })
}

async function furnished(engine: SqlEngine) {
  const { queries } = engine
  const grants = await listGrants(queries, SANDBOX_ACCOUNT_ID)
  const lines = await queries.selectFrom('audit').select(['action', 'subject']).execute()
  return {
    products: grants.map(({ grant }) => grant.product).sort(),
    lines: lines.map(({ action, subject }) => `${action} ${subject}`).sort(),
  }
}

describe.each([...SQL_ENGINES])('%s', (_name, open) => {
  test('nodes that start at the same moment furnish it once', async () => {
    const engine = await open()
    const nodes = Array.from({ length: NODES }, () => sandboxOn(engine))
    await Promise.all(nodes.map((node) => node.seed(SEED)))
    const once = await furnished(engine)
    expect(once.products).toEqual(Object.keys(PRODUCTS).sort())
    expect(new Set(once.lines).size).toBe(once.lines.length)
    await nodes[0]!.seed({ ...SEED, nowMs: SEED.nowMs + 1 })
    expect(await furnished(engine)).toEqual(once)
  })

  test('where nothing is missing nothing is written, so that a full disk stops no start', async () => {
    const engine = await open()
    await sandboxOn(engine).seed(SEED)
    const full = async () => {
      throw new Error('the disk is full')
    }
    await sandboxOn({ ...engine, transact: full }).seed(SEED)
  })

  test('a start that fails in between leaves nothing half done', async () => {
    const engine = await open()
    const broken = new SqlSandbox({
      engine,
      watch: engine,
      accountsOn: (on) => new SqlAccounts(on, new KeySealer(keyring)),
      decryptKeysOn: () => {
        throw new Error('the power is gone')
      },
    })
    await expect(broken.seed(SEED)).rejects.toThrow('the power is gone')
    expect(await furnished(engine)).toEqual({ products: [], lines: [] })
  })
})
