/**
 * Opens everything one installation is: its database (SQLite in the data directory, or PostgreSQL)
 * and the key file that belongs to it. Whoever needs the store goes through here and need not know
 * the engine.
 */
import type { DecryptKeySource } from '../accounts/decrypt-key.ts'
import { KeySealer } from '../accounts/seal.ts'
import type { KeySource } from '../accounts/store.ts'
import type { CallLog } from '../billing/call-log.ts'
import type { Holding } from '../billing/grant.ts'
import type { Checkpoint } from '../billing/seal.ts'
import type { Keyring } from '../domain/keyring.ts'
import { KeyFileError, openKeyFile } from './key-file.ts'
import { openPostgresStore } from './postgres/store.ts'
import { SqlAccounts } from './sql/accounts.ts'
import { SqlCalls } from './sql/calls.ts'
import { SqlDecryptKeys } from './sql/decrypt-keys.ts'
import type { SqlEngine } from './sql/engine.ts'
import { listGrants } from './sql/grants.ts'
import { SqlKeySource } from './sql/key-source.ts'
import { readMeta } from './sql/meta.ts'
import { seedPlans } from './sql/plans.ts'
import { SqlSandbox } from './sql/sandbox.ts'
import { sealLedger } from './sql/seals.ts'
import { openSqliteStore } from './sqlite/store.ts'
import { StorageError } from './storage-error.ts'
import type { Access, Place, Store } from './store.ts'

export type { Access, Place, Store }

const FINGERPRINT = 'key_fingerprint'
/** Set by a move to another engine. */
const MOVED_TO = 'moved_to'

export interface StorageSettings extends Place {
  readonly keyFile: string
  readonly production: boolean
  readonly nowMs: number
  /** Opens an existing installation without any right to write. */
  readonly readOnly?: boolean
}

export interface Storage extends Store {
  readonly keyring: Keyring
  readonly accounts: SqlAccounts
  readonly keySource: KeySource
  readonly decryptKeys: SqlDecryptKeys
  readonly decryptKeySource: DecryptKeySource
  readonly sandbox: SqlSandbox
  readonly calls: CallLog
  /** All grants with their balances, or those of one account. */
  grants(accountId?: string): Promise<Holding[]>
  /** Seals what the ledger and the audit gained; names the last seal, number 0 for none. */
  seal(nowMs: number): Promise<Checkpoint>
  /** The key file was made just now: the operator should be told to back it up. */
  readonly keyFileCreated: boolean
  /** Other users of the machine can read the key file. */
  readonly keyFilePermissive: boolean
}

/** Opens an installation, and unless `readOnly` creates what it lacks at its first start. */
export async function openStorage(settings: StorageSettings): Promise<Storage> {
  const { readOnly = false, production } = settings
  const store = await openStore(settings, { readOnly, allowVolatile: !production })
  try {
    if (!readOnly) await refuseMoved(store.engine, settings)
    const opened = await openKeyring(store.engine, settings)
    if (!readOnly) await seedPlans(store.engine, settings.nowMs)
    return furnish(store, opened)
  } catch (error) {
    await store.close()
    throw error
  }
}

/** Opens the database alone, for what needs no key. */
export function openStore(place: Place, access: Access): Promise<Store> {
  const { dataDir, databaseUrl } = place
  return databaseUrl === undefined
    ? openSqliteStore(dataDir, access.readOnly ?? false)
    : openPostgresStore({ ...place, databaseUrl }, access)
}

/** Fingerprint of the root key the store was written under; undefined before its first start. */
export function keyFingerprint({ queries }: SqlEngine): Promise<string | undefined> {
  return readMeta(queries, FINGERPRINT)
}

/** The units of a store that was moved are spent from the other one: here they must not be again. */
async function refuseMoved(engine: SqlEngine, { dataDir }: Place): Promise<void> {
  const movedTo = await readMeta(engine.queries, MOVED_TO)
  if (movedTo !== undefined) throw new StorageError('moved', `${dataDir}: to ${movedTo}`)
}

interface OpenedKeyring {
  readonly keyring: Keyring
  readonly keyFileCreated: boolean
  readonly keyFilePermissive: boolean
}

function furnish(store: Store, { keyring, ...keyFile }: OpenedKeyring): Storage {
  const { engine, watch, reader } = store
  const sealer = new KeySealer(keyring)
  const accountsOn = (on: SqlEngine) => new SqlAccounts(on, sealer)
  const decryptSealer = new KeySealer(keyring, 'decrypt.seal')
  const decryptKeysOn = (on: SqlEngine) => new SqlDecryptKeys(on, decryptSealer)
  const sealKey = keyring.derive('ledger.seal')
  return {
    ...store,
    ...keyFile,
    keyring,
    accounts: accountsOn(engine),
    keySource: new SqlKeySource(watch, sealer),
    decryptKeys: decryptKeysOn(engine),
    decryptKeySource: decryptKeysOn(watch),
    sandbox: new SqlSandbox({ engine, watch, accountsOn, decryptKeysOn }),
    calls: new SqlCalls(reader),
    grants: (accountId) => listGrants(engine.queries, accountId),
    seal: (nowMs) => sealLedger(engine, { key: sealKey, nowMs }),
    verifyLedger: (options) => store.verifyLedger({ sealKey, ...options }),
  }
}

async function openKeyring(engine: SqlEngine, settings: StorageSettings): Promise<OpenedKeyring> {
  const { keyFile, production, nowMs, readOnly } = settings
  const fingerprint = await keyFingerprint(engine)
  if (readOnly && fingerprint === undefined) throw new KeyFileError('lost', keyFile)
  const opened = openKeyFile({ path: keyFile, fingerprint, production, nowMs })
  if (fingerprint === undefined) await bind(engine, opened.keyring, keyFile)
  return {
    keyring: opened.keyring,
    keyFileCreated: opened.created,
    keyFilePermissive: opened.permissive,
  }
}

/** Remembers the key; another process that started at the same moment may have been first. */
async function bind(engine: SqlEngine, keyring: Keyring, keyFile: string): Promise<void> {
  await engine.transact(async ({ queries }) => {
    await queries
      .insertInto('meta')
      .values({ name: FINGERPRINT, value: keyring.fingerprint() })
      .onConflict((conflict) => conflict.doNothing())
      .execute()
    if ((await readMeta(queries, FINGERPRINT)) !== keyring.fingerprint()) {
      throw new KeyFileError('foreign', keyFile)
    }
  })
}
