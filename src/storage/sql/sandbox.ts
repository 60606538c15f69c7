/**
 * What only a development installation has: the sandbox account with its published keys and test
 * grants, the time they live in, and chaos. The clock of the sandbox goes forward by moving the expiry
 * of its grants towards now, in the ledger and by its rules, so that metering needs no second notion
 * of time.
 */
import { SANDBOX_DECRYPT_KEYS } from '../../accounts/sandbox-decrypt-keys.ts'
import {
  SANDBOX_ACCOUNT_ID,
  SANDBOX_ENCRYPTED_KEY,
  SANDBOX_KEYS,
  SANDBOX_TEMPORARY_KEY,
} from '../../accounts/sandbox-keys.ts'
import type { Deed } from '../../accounts/store.ts'
import type { Holding } from '../../billing/grant.ts'
import type { LedgerOperations } from '../../billing/ledger-port.ts'
import { yearsLater } from '../../billing/validity.ts'
import type { Account } from '../../domain/key.ts'
import { PRODUCTS, type Product } from '../../domain/product.ts'
import { type Chaos, chaosOf, chaosText } from '../../sandbox/chaos.ts'
import type { SqlAccounts } from './accounts.ts'
import type { SqlDecryptKeys } from './decrypt-keys.ts'
import { type Queries, type SqlEngine, type SqlTransaction, within } from './engine.ts'
import { listGrants } from './grants.ts'
import { moveRevision, readMeta, writeMeta } from './meta.ts'
import { mutate } from './mutation.ts'

const UNITS = 1_000_000
const VALID_YEARS = 2
const CHAOS = 'sandbox_chaos'
const ALL_PRODUCTS = Object.keys(PRODUCTS) as Product[]
const KEYS = [...Object.values(SANDBOX_KEYS), SANDBOX_TEMPORARY_KEY, SANDBOX_ENCRYPTED_KEY]

/** Who the audit says furnished the sandbox. */
const SEEDER = 'seed'

/** Its row in `meta` is the lock under which nodes that start at the same moment furnish. */
const FURNISHINGS = 'sandbox_furnishings'

type PublishedKey = (typeof KEYS)[number]

/** What the sandbox has not, of all that belongs to it. */
interface Missing {
  readonly account: boolean
  readonly keys: readonly PublishedKey[]
  /** One for each algorithm of which the account never had a key. */
  readonly decryptKeys: readonly (typeof SANDBOX_DECRYPT_KEYS)[number][]
  /** Of which the account never held a grant. */
  readonly products: readonly Product[]
}

interface SandboxParts {
  readonly engine: SqlEngine
  readonly watch: SqlEngine
  readonly accountsOn: (engine: SqlEngine) => SqlAccounts
  readonly decryptKeysOn: (engine: SqlEngine) => SqlDecryptKeys
}

export class SqlSandbox {
  readonly #engine: SqlEngine
  readonly #watch: SqlEngine
  readonly #parts: SandboxParts

  constructor(parts: SandboxParts) {
    this.#engine = parts.engine
    this.#watch = parts.watch
    this.#parts = parts
  }

  /**
   * Adds what is missing and touches nothing that is there: a revoked test key stays revoked, a spent
   * grant stays spent. Writes nothing when nothing is missing, for a start must get through on a full
   * disk. Never called in production mode.
   */
  async seed(seed: { readonly ratePerSecond: number; readonly nowMs: number }): Promise<void> {
    const deed: Deed = { actor: SEEDER, atMs: seed.nowMs }
    const account: Account = {
      id: SANDBOX_ACCOUNT_ID,
      name: 'sandbox',
      state: 'active',
      ratePerSecond: seed.ratePerSecond,
    }
    if (isNothing(await this.#missing(this.#engine))) return
    await this.#engine.transact(async (transaction) => {
      await moveRevision(transaction.queries, FURNISHINGS)
      const engine = within(this.#engine, transaction)
      // Another node may have been first.
      const missing = await this.#missing(engine)
      const accounts = this.#parts.accountsOn(engine)
      const decryptKeys = this.#parts.decryptKeysOn(engine)
      if (missing.account) await accounts.createAccount(account, deed)
      for (const key of missing.keys) await accounts.addKey(account, 'test', key, deed)
      for (const key of missing.decryptKeys) await decryptKeys.createDecryptKey(account, key, deed)
      await addTestGrants(transaction.ledger, missing.products, deed.atMs)
    })
  }

  /** Takes back what is left of the test grants, gives fresh ones in the present, ends chaos. */
  async reset(deed: Deed): Promise<void> {
    await this.#change(deed, 'sandbox.reset', '', async ({ queries, ledger }) => {
      for (const { grant, balance } of await testHoldings(queries)) {
        if (balance.available === 0) continue
        const order = { grantId: grant.id, units: balance.available, reason: 'sandbox reset' }
        refuseNothing(await ledger.withdrawGrant(order, deed.atMs))
      }
      await addTestGrants(ledger, ALL_PRODUCTS, deed.atMs)
      await writeMeta(queries, CHAOS, undefined)
    })
  }

  /** Lets time pass for the test grants alone; `shift` is how the wish was put. */
  async advanceClock(byMs: number, shift: string, deed: Deed): Promise<void> {
    await this.#change(deed, 'sandbox.clock', shift, async ({ queries, ledger }) => {
      for (const { grant, expiresAtMs } of await testHoldings(queries)) {
        const order = {
          grantId: grant.id,
          expiresAtMs: expiresAtMs - byMs,
          reason: 'sandbox clock',
        }
        refuseNothing(await ledger.shortenGrant(order, deed.atMs))
      }
    })
  }

  /** Brings the test grants back into the present: each ends again when it was to end. */
  async restoreClock(deed: Deed): Promise<void> {
    await this.#change(deed, 'sandbox.clock', 'now', async ({ queries, ledger }) => {
      for (const { grant, expiresAtMs } of await testHoldings(queries)) {
        if (expiresAtMs >= grant.expiresAtMs || grant.expiresAtMs <= deed.atMs) continue
        const order = {
          grantId: grant.id,
          expiresAtMs: grant.expiresAtMs,
          reason: 'sandbox clock',
        }
        refuseNothing(await ledger.extendGrant(order, deed.atMs))
      }
    })
  }

  /** The chaos that is on, if any. */
  async chaos(): Promise<Chaos | undefined> {
    const text = await readMeta(this.#watch.queries, CHAOS)
    return text === undefined ? undefined : chaosOf(text)
  }

  /** Switches chaos on, or with `undefined` off; a running service follows within a second. */
  async setChaos(chaos: Chaos | undefined, deed: Deed): Promise<void> {
    const text = chaos && chaosText(chaos)
    await this.#change(deed, 'sandbox.chaos', text ?? 'off', ({ queries }) =>
      writeMeta(queries, CHAOS, text),
    )
  }

  async #missing(engine: SqlEngine): Promise<Missing> {
    const accounts = this.#parts.accountsOn(engine)
    const known = await accounts.accounts()
    const keys: PublishedKey[] = []
    for (const key of KEYS) {
      if (!(await accounts.credentialTaken(key.kind, key.credential))) keys.push(key)
    }
    const held = await this.#parts.decryptKeysOn(engine).decryptKeys(SANDBOX_ACCOUNT_ID)
    const algorithms = new Set(held.map(({ algorithm }) => algorithm))
    return {
      account: !known.some(({ id }) => id === SANDBOX_ACCOUNT_ID),
      keys,
      decryptKeys: SANDBOX_DECRYPT_KEYS.filter(({ algorithm }) => !algorithms.has(algorithm)),
      products: await missingProducts(engine.queries),
    }
  }

  #change(
    deed: Deed,
    action: string,
    detail: string,
    act: (transaction: SqlTransaction) => Promise<void>,
  ): Promise<void> {
    return mutate(this.#engine, { deed, action, subject: 'sandbox', detail }, act)
  }
}

function isNothing({ account, keys, decryptKeys, products }: Missing): boolean {
  return !account && keys.length + decryptKeys.length + products.length === 0
}

async function addTestGrants(
  ledger: LedgerOperations,
  products: readonly Product[],
  nowMs: number,
): Promise<void> {
  for (const product of products) {
    const order = {
      accountId: SANDBOX_ACCOUNT_ID,
      product,
      mode: 'test',
      units: UNITS,
      priority: 0,
      startsAtMs: nowMs,
      expiresAtMs: yearsLater(nowMs, VALID_YEARS),
      reason: 'sandbox',
    } as const
    refuseNothing(await ledger.addGrant(order, nowMs))
  }
}

async function missingProducts(queries: Queries): Promise<Product[]> {
  const holdings = await listGrants(queries, SANDBOX_ACCOUNT_ID)
  const held = new Set(holdings.map(({ grant }) => grant.product))
  return ALL_PRODUCTS.filter((product) => !held.has(product))
}

async function testHoldings(queries: Queries): Promise<Holding[]> {
  const holdings = await listGrants(queries, SANDBOX_ACCOUNT_ID)
  return holdings.filter(({ grant }) => grant.mode === 'test')
}

function refuseNothing(result: object | string): void {
  if (typeof result === 'string') throw new Error(`a sandbox grant was refused: ${result}`)
}
