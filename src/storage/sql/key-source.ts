/** What the key directory of a server is filled from: every usable key with its secrets opened. */
import { setImmediate as turn } from 'node:timers/promises'
import type { KeySealer } from '../../accounts/seal.ts'
import type { KeySource, UsableKey } from '../../accounts/store.ts'
import { type Account, isBearer, type Key } from '../../domain/key.ts'
import type { Queries, SqlEngine } from './engine.ts'
import { accountOf, KEYS_REVISION, limitsOf } from './key-rows.ts'
import { readRevision } from './meta.ts'

/** Rows read at a time: a few milliseconds of work. */
const PAGE = 500

/** What a sealed row holds, and the end, which never changes either. */
type Secrets = Pick<Key, 'secret' | 'cipherSecret' | 'token' | 'expiresAtMs'>

export class SqlKeySource implements KeySource {
  readonly #engine: SqlEngine
  readonly #sealer: KeySealer
  /** Secrets of the keys that were usable last time: they never change, so each is opened once. */
  #opened: ReadonlyMap<string, Secrets> = new Map()

  constructor(engine: SqlEngine, sealer: KeySealer) {
    this.#engine = engine
    this.#sealer = sealer
  }

  keysRevision(): Promise<number> {
    return readRevision(this.#engine.queries, KEYS_REVISION)
  }

  /** One snapshot: a key that another process adds meanwhile is there whole or not at all. */
  usableKeys(): Promise<UsableKey[]> {
    return this.#engine.snapshot((queries) => this.#read(queries))
  }

  async #read(queries: Queries): Promise<UsableKey[]> {
    const accounts = await accountsById(queries)
    const opened = new Map<string, Secrets>()
    const usable: UsableKey[] = []
    for await (const rows of pages((after) => keyRows(queries, after))) {
      const ids = rows.map(({ id }) => id)
      for (const [id, secrets] of await this.#open(queries, ids)) opened.set(id, secrets)
      for (const row of rows) {
        usable.push(usableKey(row, accounts.get(row.account_id)!, opened.get(row.id)!))
      }
    }
    this.#opened = opened
    return usable
  }

  async #open(queries: Queries, ids: readonly string[]): Promise<Map<string, Secrets>> {
    const opened = new Map<string, Secrets>()
    const missing: string[] = []
    for (const id of ids) {
      const known = this.#opened.get(id)
      if (known === undefined) missing.push(id)
      else opened.set(id, known)
    }
    if (missing.length === 0) return opened
    const rows = await queries
      .selectFrom('key')
      .select(['id', 'account_id', 'secret_sealed', 'cipher_sealed', 'token_sealed'])
      .select('expires_at_ms')
      .where('id', 'in', missing)
      .execute()
    for (const row of rows) opened.set(row.id, this.#secretsOf(row))
    return opened
  }

  #secretsOf(row: {
    account_id: string
    secret_sealed: Uint8Array
    cipher_sealed: Uint8Array | null
    token_sealed: Uint8Array | null
    expires_at_ms: number | null
  }): Secrets {
    const open = (sealed: Uint8Array) => this.#sealer.open(sealed, row.account_id)
    return {
      secret: open(row.secret_sealed),
      ...(row.cipher_sealed !== null && { cipherSecret: open(row.cipher_sealed) }),
      ...(row.token_sealed !== null && { token: open(row.token_sealed) }),
      ...(row.expires_at_ms !== null && { expiresAtMs: row.expires_at_ms }),
    }
  }
}

function usableKey(row: KeyRow, account: Account, secrets: Secrets): UsableKey {
  const key: Key = Object.freeze({
    id: row.id,
    account,
    kind: row.kind as Key['kind'],
    mode: row.mode as Key['mode'],
    label: row.label,
    ...secrets,
    ...limitsOf(row),
  })
  const credential = isBearer(key.kind) ? secrets.secret.reveal() : row.label
  return { credential, key, ...(row.retires_at_ms !== null && { retiresAtMs: row.retires_at_ms }) }
}

type KeyRow = Awaited<ReturnType<typeof keyRows>>[number]

function keyRows(queries: Queries, after: string) {
  return queries
    .selectFrom('key')
    .select(['id', 'account_id', 'kind', 'mode', 'label'])
    .select(['retires_at_ms', 'addresses', 'daily_cap'])
    .where('state', '=', 'active')
    .where('id', '>', after)
    .orderBy('id')
    .limit(PAGE)
    .execute()
}

function accountRows(queries: Queries, after: string) {
  return queries
    .selectFrom('account')
    .selectAll()
    .where('id', '>', after)
    .orderBy('id')
    .limit(PAGE)
    .execute()
}

async function accountsById(queries: Queries): Promise<Map<string, Account>> {
  const accounts = new Map<string, Account>()
  for await (const rows of pages((after) => accountRows(queries, after))) {
    for (const row of rows) accounts.set(row.id, Object.freeze(accountOf(row)))
  }
  return accounts
}

/** Reads page after page; between them calls have their turn, for there may be many thousand rows. */
async function* pages<Row extends { readonly id: string }>(
  read: (after: string) => Promise<readonly Row[]>,
): AsyncGenerator<readonly Row[]> {
  for (let after = ''; ; ) {
    const rows = await read(after)
    if (rows.length > 0) yield rows
    if (rows.length < PAGE) return
    after = rows.at(-1)!.id
    await turn()
  }
}
