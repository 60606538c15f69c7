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

/** Who the audit says furnished the sandbox. */
const SEEDER = 'seed'

/** Its row in `meta` is the lock under which nodes that start at the same moment furnish. */
const FURNISHINGS = 'sandbox_furnishings'

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
   * grant stays spent. Never called in production mode.
   */
  seed(seed: { readonly ratePerSecond: number; readonly nowMs: number }): Promise<void> {
    const deed: Deed = { actor: SEEDER, atMs: seed.nowMs }
    const account: Account = {
      id: SANDBOX_ACCOUNT_ID,
      name: 'sandbox',
      state: 'active',
      ratePerSecond: seed.ratePerSecond,
    }
    return this.#engine.transact(async (transaction) => {
      const { queries, ledger } = transaction
      await moveRevision(queries, FURNISHINGS)
      const engine = within(this.#engine, transaction)
      await seedKeys(this.#parts.accountsOn(engine), account, deed)
      await seedDecryptKeys(this.#parts.decryptKeysOn(engine), account, deed)
      await addTestGrants(ledger, await missingProducts(queries), deed.atMs)
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

  #change(
    deed: Deed,
    action: string,
    detail: string,
    act: (transaction: SqlTransaction) => Promise<void>,
  ): Promise<void> {
    return mutate(this.#engine, { deed, action, subject: 'sandbox', detail }, act)
  }
}

async function seedKeys(accounts: SqlAccounts, account: Account, deed: Deed): Promise<void> {
  const present = await accounts.accounts()
  if (!present.some(({ id }) => id === account.id)) await accounts.createAccount(account, deed)
  const keys = [...Object.values(SANDBOX_KEYS), SANDBOX_TEMPORARY_KEY, SANDBOX_ENCRYPTED_KEY]
  for (const key of keys) {
    if (await accounts.credentialTaken(key.kind, key.credential)) continue
    await accounts.addKey(account, 'test', key, deed)
  }
}

/** One for each algorithm of which the account never had a key. */
async function seedDecryptKeys(keys: SqlDecryptKeys, account: Account, deed: Deed): Promise<void> {
  const present = await keys.decryptKeys(account.id)
  for (const key of SANDBOX_DECRYPT_KEYS) {
    if (present.some(({ algorithm }) => algorithm === key.algorithm)) continue
    await keys.createDecryptKey(account, key, deed)
  }
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

/** Products of which the account never held a grant. */
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
