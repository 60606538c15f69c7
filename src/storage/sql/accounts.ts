/** Accounts, keys and their audit lines; each change is one transaction with its line. */
import { newId } from '../../accounts/key.ts'
import type { KeySealer } from '../../accounts/seal.ts'
import {
  AccountError,
  type AccountStore,
  type AccountSummary,
  type Deed,
  type KeyLimits,
  type KeyMaterial,
  type KeySummary,
} from '../../accounts/store.ts'
import { type Account, type AccountState, isBearer, type KeyKind } from '../../domain/key.ts'
import type { Mode } from '../../domain/product.ts'
import type { Queries, SqlEngine } from './engine.ts'
import { accountOf, addressesText, KEYS_REVISION, keySummaryOf } from './key-rows.ts'
import { moveRevision } from './meta.ts'
import { mutate } from './mutation.ts'

export class SqlAccounts implements AccountStore {
  readonly #engine: SqlEngine
  readonly #sealer: KeySealer

  constructor(engine: SqlEngine, sealer: KeySealer) {
    this.#engine = engine
    this.#sealer = sealer
  }

  createAccount(account: Account, deed: Deed): Promise<Account> {
    const { id, name, state, ratePerSecond } = account
    const subject = (created: Account) => created.id
    return this.#change(deed, 'account.create', subject, name, async (queries) => {
      const sameId = await queries
        .selectFrom('account')
        .select('id')
        .where('id', '=', name)
        .executeTakeFirst()
      const inserted = await queries
        .insertInto('account')
        .values({ id, name, state, rate_per_second: ratePerSecond, created_at_ms: deed.atMs })
        .onConflict((conflict) => conflict.column('name').doNothing())
        .executeTakeFirst()
      if (sameId || inserted.numInsertedOrUpdatedRows === 0n) {
        throw new AccountError('account_name_taken', name)
      }
      return account
    })
  }

  account(idOrName: string): Promise<Account> {
    return accountNamed(this.#engine.queries, idOrName)
  }

  async accounts(): Promise<AccountSummary[]> {
    const { queries } = this.#engine
    const usable = await queries
      .selectFrom('key')
      .select(({ fn }) => ['account_id', fn.countAll<number>().as('keys')])
      .where('state', '=', 'active')
      .groupBy('account_id')
      .execute()
    const keysOf = new Map(usable.map((row) => [row.account_id, Number(row.keys)]))
    const rows = await queries
      .selectFrom('account')
      .selectAll()
      .orderBy('created_at_ms')
      .orderBy('id')
      .execute()
    return rows.map((row) => ({
      ...accountOf(row),
      createdAtMs: row.created_at_ms,
      usableKeys: keysOf.get(row.id) ?? 0,
    }))
  }

  async setAccountState(accountId: string, state: AccountState, deed: Deed): Promise<void> {
    await this.#change(deed, 'account.state', accountId, state, async (queries) => {
      const before = await accountNamed(queries, accountId)
      if (before.state === 'closed') throw new AccountError('account_closed', before.name)
      await queries.updateTable('account').set({ state }).where('id', '=', before.id).execute()
    })
  }

  async setUnsignedPayload(
    accountId: string,
    rule: 'policy' | 'refused',
    deed: Deed,
  ): Promise<void> {
    await this.#change(deed, 'account.unsigned_payload', accountId, rule, async (queries) => {
      const { id } = await accountNamed(queries, accountId)
      await queries
        .updateTable('account')
        .set({ unsigned_payload: rule })
        .where('id', '=', id)
        .execute()
    })
  }

  addKey(account: Account, mode: Mode, material: KeyMaterial, deed: Deed): Promise<KeySummary> {
    const id = newId('key')
    const detail = `${material.kind} ${mode} ${this.#label(material)}`
    return this.#change(
      deed,
      'key.add',
      (key: KeySummary) => key.id,
      detail,
      async (queries) => {
        const { state, name } = await accountNamed(queries, account.id)
        if (state === 'closed') throw new AccountError('account_closed', name)
        await this.#insert(queries, { id, accountId: account.id, mode }, material, deed.atMs)
        return keyNamed(queries, id)
      },
    )
  }

  rotateKey(
    keyId: string,
    material: KeyMaterial,
    retiresAtMs: number,
    deed: Deed,
  ): Promise<KeySummary> {
    const id = newId('key')
    const detail = `replaces ${keyId} from ${retiresAtMs}`
    return this.#change(
      deed,
      'key.rotate',
      (key: KeySummary) => key.id,
      detail,
      async (queries) => {
        const older = await keyNamed(queries, keyId)
        if (older.state === 'revoked') throw new AccountError('key_already_revoked', keyId)
        if (older.temporary) throw new AccountError('key_temporary', keyId)
        await this.#insert(queries, { ...older, id }, { ...material, kind: older.kind }, deed.atMs)
        await queries
          .updateTable('key')
          .set({ retires_at_ms: Math.min(retiresAtMs, older.retiresAtMs ?? retiresAtMs) })
          .where('id', '=', keyId)
          .execute()
        return keyNamed(queries, id)
      },
    )
  }

  revokeKey(keyId: string, deed: Deed): Promise<KeySummary> {
    return this.#change(deed, 'key.revoke', keyId, '', async (queries) => {
      if ((await keyNamed(queries, keyId)).state === 'revoked') {
        throw new AccountError('key_already_revoked', keyId)
      }
      await queries
        .updateTable('key')
        .set({ state: 'revoked', revoked_at_ms: deed.atMs })
        .where('id', '=', keyId)
        .execute()
      return keyNamed(queries, keyId)
    })
  }

  limitKey(keyId: string, limits: KeyLimits, deed: Deed): Promise<KeySummary> {
    const { addresses, dailyCap } = limits
    const wanted = {
      ...('addresses' in limits && { addresses: addressesText(addresses) }),
      ...('dailyCap' in limits && { daily_cap: dailyCap ?? null }),
    }
    return this.#change(deed, 'key.limit', keyId, JSON.stringify(wanted), async (queries) => {
      const before = await keyNamed(queries, keyId)
      if (before.state === 'revoked') throw new AccountError('key_already_revoked', keyId)
      if (Object.keys(wanted).length === 0) return before
      await queries.updateTable('key').set(wanted).where('id', '=', keyId).execute()
      return keyNamed(queries, keyId)
    })
  }

  async revealAppCode(keyId: string, deed: Deed): Promise<string> {
    const { kind, secret } = await this.material(keyId)
    if (kind !== 'appcode') throw new AccountError('key_not_revealable', keyId)
    // The line is durable before anybody sees the secret.
    await mutate(
      this.#engine,
      { deed, action: 'key.reveal', subject: keyId },
      async () => undefined,
    )
    return secret
  }

  async material(keyId: string): Promise<KeyMaterial> {
    const row = await this.#engine.queries
      .selectFrom('key')
      .selectAll()
      .where('id', '=', keyId)
      .executeTakeFirst()
    if (!row) throw new AccountError('key_unknown', keyId)
    const { kind } = keySummaryOf(row)
    const open = (sealed: Uint8Array) => this.#sealer.open(sealed, row.account_id).reveal()
    const secret = open(row.secret_sealed)
    return {
      kind,
      credential: isBearer(kind) ? secret : row.label,
      secret,
      ...(row.cipher_sealed !== null && { cipherSecret: open(row.cipher_sealed) }),
      ...(row.token_sealed !== null && { token: open(row.token_sealed) }),
      ...(row.expires_at_ms !== null && { expiresAtMs: row.expires_at_ms }),
    }
  }

  key(keyId: string): Promise<KeySummary> {
    return keyNamed(this.#engine.queries, keyId)
  }

  async keys(accountId?: string): Promise<KeySummary[]> {
    const all = this.#engine.queries
      .selectFrom('key')
      .selectAll()
      .orderBy('created_at_ms')
      .orderBy('id')
    const chosen = accountId === undefined ? all : all.where('account_id', '=', accountId)
    return (await chosen.execute()).map(keySummaryOf)
  }

  async credentialTaken(kind: KeyKind, credential: string): Promise<boolean> {
    const row = await this.#engine.queries
      .selectFrom('key')
      .select('id')
      .where('credential_digest', '=', this.#sealer.digest(kind, credential))
      .executeTakeFirst()
    return row !== undefined
  }

  async #insert(
    queries: Queries,
    place: Pick<KeySummary, 'id' | 'accountId' | 'mode' | 'addresses' | 'dailyCap'>,
    material: KeyMaterial,
    atMs: number,
  ): Promise<void> {
    const { id, accountId, mode, addresses, dailyCap } = place
    const { kind, credential, secret, cipherSecret, token, expiresAtMs } = material
    const seal = (text: string) => this.#sealer.seal(text, accountId)
    const inserted = await queries
      .insertInto('key')
      .values({
        id,
        account_id: accountId,
        kind,
        mode,
        label: this.#label(material),
        credential_digest: this.#sealer.digest(kind, credential),
        secret_sealed: seal(secret),
        cipher_sealed: cipherSecret === undefined ? null : seal(cipherSecret),
        token_sealed: token === undefined ? null : seal(token),
        expires_at_ms: expiresAtMs ?? null,
        state: 'active',
        created_at_ms: atMs,
        addresses: addressesText(addresses),
        daily_cap: dailyCap ?? null,
      })
      .onConflict((conflict) => conflict.column('credential_digest').doNothing())
      .executeTakeFirst()
    if (inserted.numInsertedOrUpdatedRows === 0n) throw new AccountError('credential_taken')
  }

  #label({ kind, credential }: KeyMaterial): string {
    return this.#sealer.label(kind, credential)
  }

  /** A change, its audit line and the new revision, all or nothing. */
  #change<T>(
    deed: Deed,
    action: string,
    subject: string | ((result: T) => string),
    detail: string,
    act: (queries: Queries) => Promise<T>,
  ): Promise<T> {
    const mutation = { deed, action, subject: subject as string, detail }
    return mutate(this.#engine, mutation, async ({ queries }) => {
      // First, for its row is the lock under which changes on PostgreSQL come one after another.
      await moveRevision(queries, KEYS_REVISION)
      return act(queries)
    })
  }
}

async function accountNamed(queries: Queries, idOrName: string): Promise<Account> {
  const row = await queries
    .selectFrom('account')
    .selectAll()
    .where(({ or, eb }) => or([eb('id', '=', idOrName), eb('name', '=', idOrName)]))
    .executeTakeFirst()
  if (!row) throw new AccountError('account_unknown', idOrName)
  return accountOf(row)
}

async function keyNamed(queries: Queries, keyId: string): Promise<KeySummary> {
  const row = await queries.selectFrom('key').selectAll().where('id', '=', keyId).executeTakeFirst()
  if (!row) throw new AccountError('key_unknown', keyId)
  return keySummaryOf(row)
}
