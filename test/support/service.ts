/** The whole service in this process, on a free port and a directory of its own. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { KeyMaterial } from '../../src/accounts/store.ts'
import { type Config, readConfig } from '../../src/config/config.ts'
import type { Clock } from '../../src/domain/clock.ts'
import type { Account } from '../../src/domain/key.ts'
import type { Keyring } from '../../src/domain/keyring.ts'
import { type Running, SYSTEM_CLOCK, start } from '../../src/main.ts'
import { openStorage, type Storage } from '../../src/storage/storage.ts'

export const LIVE_TENCENT = {
  kind: 'tencent',
  credential: 'AKIDliveEXAMPLE',
  secret: 'liveSecretKeyEXAMPLE',
} as const satisfies KeyMaterial
export const LIVE_APPCODE = {
  kind: 'appcode',
  credential: 'liveappcodeexample',
  secret: 'liveappcodeexample',
} as const satisfies KeyMaterial

export const LIVE_KEYS: readonly KeyMaterial[] = [LIVE_TENCENT, LIVE_APPCODE]

const LIVE_ACCOUNT: Account = {
  id: 'acc_live',
  name: 'live',
  state: 'active',
  ratePerSecond: 1_000_000,
}

export interface Furniture {
  /** Units of a live card4 grant. */
  readonly units: number
  /** When the grant begins; now by default. */
  readonly nowMs?: number
  /** Live keys; those above by default. */
  readonly keys?: readonly KeyMaterial[]
}

/** A directory with data and key file, and what a test wants in it. */
export class Place {
  readonly directory: string = mkdtempSync(join(tmpdir(), 'kayan-test-'))
  readonly dataDir: string = join(this.directory, 'data')
  readonly #variables: Record<string, string>

  /** `variables` hold for everything that is opened here, such as the address of a database. */
  constructor(variables: Record<string, string> = {}) {
    this.#variables = variables
  }

  get registryDirectory(): string {
    return this.#config({}).store.registryDir
  }

  /** Starts the service here. */
  serve(variables: Record<string, string> = {}, clock: Clock = SYSTEM_CLOCK): Promise<Running> {
    return start(this.#config(variables), clock)
  }

  /** An account with live keys and a grant; returns the keyring, for imports and checks. */
  furnish({ units, nowMs = Date.now(), keys = LIVE_KEYS }: Furniture): Promise<Keyring> {
    return this.withStorage(async ({ accounts, engine, keyring }) => {
      const deed = { actor: 'test', atMs: nowMs }
      await accounts.createAccount(LIVE_ACCOUNT, deed)
      for (const key of keys) await accounts.addKey(LIVE_ACCOUNT, 'live', key, deed)
      const order = {
        accountId: LIVE_ACCOUNT.id,
        product: 'card4',
        mode: 'live',
        units,
        priority: 0,
        startsAtMs: nowMs,
        expiresAtMs: nowMs + 86_400_000,
        reason: 'test',
      } as const
      const granted = await engine.transact(({ ledger }) => ledger.addGrant(order, nowMs))
      if (typeof granted === 'string') throw new Error(granted)
      return keyring
    })
  }

  /** Opens the store here, as the command line does beside a running service. */
  async withStorage<T>(action: (storage: Storage) => Promise<T>, nowMs = Date.now()): Promise<T> {
    const { store } = this.#config({})
    const storage = await openStorage({ ...store, production: false, nowMs })
    try {
      return await action(storage)
    } finally {
      await storage.close()
    }
  }

  #config(variables: Record<string, string>): Config {
    return readConfig({
      KAYAN_PORT: '0',
      KAYAN_DATA_DIR: this.dataDir,
      KAYAN_LOG_LEVEL: 'error',
      KAYAN_DRAIN_WAIT_MS: '0',
      ...this.#variables,
      ...variables,
    })
  }

  remove(): void {
    rmSync(this.directory, { recursive: true, force: true })
  }
}
