/** What a login is judged by: the password's hash, the authenticator's seed, and earlier failures. */
import { createHash } from 'node:crypto'
import { FAILURES_KEPT_MS, type Failures, loginWaitMs } from '../../accounts/login-wait.ts'
import type { KeySealer } from '../../accounts/seal.ts'
import type { Deed } from '../../accounts/store.ts'
import { totpStep } from '../../accounts/totp.ts'
import type { User, UserRefusal } from '../../accounts/user.ts'
import { appendAudit } from './audit.ts'
import type { Queries, SqlEngine } from './engine.ts'
import { rememberLogin } from './login-events.ts'
import { mutate } from './mutation.ts'
import { userOf } from './users.ts'

/** A user with what his password is compared with. */
export interface Credentials {
  readonly user: User
  readonly passwordHash: string | undefined
}

/** Where an attempt comes from, and as whom. */
export interface Attempt {
  readonly name: string
  /** An address, or of IPv6 the network of a household. */
  readonly network: string
}

/** Stands for all names of a network. */
const ALL_NAMES = ''

export class SqlLogins {
  readonly #engine: SqlEngine
  readonly #sealer: KeySealer

  /** `sealer` is made for the purpose `user.seal`. */
  constructor(engine: SqlEngine, sealer: KeySealer) {
    this.#engine = engine
    this.#sealer = sealer
  }

  /**
   * Counts an attempt as failed before it is looked at, so that guesses made at the same moment
   * are counted too. Gives the milliseconds to wait instead, when there were too many; that is not
   * counted.
   */
  async begin({ name, network }: Attempt, nowMs: number): Promise<number> {
    await this.#engine.queries
      .deleteFrom('login_failure')
      .where('last_at_ms', '<', nowMs - FAILURES_KEPT_MS)
      .execute()
    return this.#engine.transact(async ({ queries }) => {
      const counted = [
        { digest: ALL_NAMES, scope: 'network' },
        { digest: digestOf(name), scope: 'name' },
      ] as const
      for (const { digest, scope } of counted) {
        const waitMs = loginWaitMs(await lockFailures(queries, digest, network), scope, nowMs)
        if (waitMs > 0) return waitMs
      }
      for (const { digest } of counted) await addFailures(queries, { digest, network }, 1, nowMs)
      return 0
    })
  }

  /** The attempt was no failure after all; leaves its line in the audit. */
  succeed(attempt: Attempt, user: User, deed: Deed): Promise<void> {
    return this.#engine.transact(async ({ queries }) => {
      await forget(queries, attempt, deed.atMs)
      const line = { action: 'session.begin', subject: user.id, detail: attempt.network }
      await appendAudit(queries, { ...deed, ...line })
      const { atMs } = deed
      await rememberLogin(queries, user.id, { atMs, network: attempt.network, kind: 'begun' })
    })
  }

  /** The attempt was a failure; `user` is whose name it was, where somebody has it. */
  async fail({ network }: Attempt, user: User | undefined, atMs: number): Promise<void> {
    await this.#engine.transact(({ queries }) =>
      rememberLogin(queries, user?.id ?? '', { atMs, network, kind: 'failed' }),
    )
  }

  /** The attempt was no failure, and no login either; those before it are forgotten. */
  forgive(attempt: Attempt, nowMs: number): Promise<void> {
    return this.#engine.transact(({ queries }) => forget(queries, attempt, nowMs))
  }

  /** The attempt was neither a failure nor a success: it counts for nothing, those before it stay. */
  undo({ name, network }: Attempt, nowMs: number): Promise<void> {
    return this.#engine.transact(async ({ queries }) => {
      for (const digest of [ALL_NAMES, digestOf(name)]) {
        await addFailures(queries, { digest, network }, -1, nowMs)
      }
    })
  }

  /** Of a user who may come in. */
  async credentials(name: string): Promise<Credentials | undefined> {
    const row = await this.#engine.queries
      .selectFrom('console_user')
      .selectAll()
      .where('name', '=', name)
      .where('state', '=', 'active')
      .executeTakeFirst()
    return row && { user: userOf(row), passwordHash: row.password_hash ?? undefined }
  }

  /** Takes a code of the user's authenticator; no code is taken twice. */
  takeCode(userId: string, code: string, nowMs: number): Promise<boolean> {
    return this.#engine.transact(async ({ queries }) => {
      const { totp_sealed: sealed } = await userRow(queries, userId)
      return sealed !== null && (await this.#spend(queries, { userId, sealed, code, nowMs }))
    })
  }

  /** Keeps a seed that counts once a code of it was given. */
  async prepareTotp(userId: string, seed: string): Promise<void> {
    await this.#engine.queries
      .updateTable('console_user')
      .set({ totp_pending_sealed: this.#sealer.seal(seed, userId) })
      .where('id', '=', userId)
      .execute()
  }

  /**
   * Makes the prepared seed the one that logins are asked a code of. Ends all sessions, since those
   * begun before were begun without one.
   */
  confirmTotp(userId: string, code: string, deed: Deed): Promise<User | UserRefusal> {
    return mutate<User | UserRefusal>(
      this.#engine,
      { deed, action: 'user.totp', subject: userId },
      async ({ queries }) => {
        const { totp_pending_sealed: sealed } = await userRow(queries, userId)
        const taken =
          sealed !== null &&
          (await this.#spend(queries, { userId, sealed, code, nowMs: deed.atMs }))
        if (!taken) return 'code_wrong'
        await queries
          .updateTable('console_user')
          .set({ totp_sealed: sealed, totp_pending_sealed: null })
          .where('id', '=', userId)
          .execute()
        await queries.deleteFrom('console_session').where('user_id', '=', userId).execute()
        return userOf(await userRow(queries, userId))
      },
    )
  }

  /** Asks for no code any more. */
  removeTotp(userId: string, deed: Deed): Promise<User | UserRefusal> {
    return mutate<User | UserRefusal>(
      this.#engine,
      { deed, action: 'user.totp_remove', subject: userId },
      async ({ queries }) => {
        await queries
          .updateTable('console_user')
          .set({ totp_sealed: null, totp_pending_sealed: null })
          .where('id', '=', userId)
          .execute()
        return userOf(await userRow(queries, userId))
      },
    )
  }

  async #spend(
    queries: Queries,
    given: { userId: string; sealed: Uint8Array; code: string; nowMs: number },
  ): Promise<boolean> {
    const { userId, sealed, code, nowMs } = given
    const step = totpStep(this.#sealer.open(sealed, userId).reveal(), code, nowMs)
    if (step === undefined) return false
    // The comparison is in the update, so that of two at the same moment one is too late.
    const spent = await queries
      .updateTable('console_user')
      .set({ totp_step: step })
      .where('id', '=', userId)
      .where('totp_step', '<', step)
      .executeTakeFirst()
    return spent.numUpdatedRows === 1n
  }
}

function userRow(queries: Queries, userId: string) {
  return queries
    .selectFrom('console_user')
    .selectAll()
    .where('id', '=', userId)
    .executeTakeFirstOrThrow()
}

/** Reads a count that nobody else changes until the transaction ends. */
async function lockFailures(queries: Queries, digest: string, network: string): Promise<Failures> {
  const row = await queries
    .insertInto('login_failure')
    .values({ name_digest: digest, network, failures: 0, last_at_ms: 0 })
    .onConflict((conflict) =>
      conflict
        .columns(['name_digest', 'network'])
        .doUpdateSet(({ ref }) => ({ failures: ref('login_failure.failures') })),
    )
    .returning(['failures', 'last_at_ms'])
    .executeTakeFirstOrThrow()
  return { count: row.failures, lastAtMs: row.last_at_ms }
}

async function addFailures(
  queries: Queries,
  { digest, network }: { readonly digest: string; readonly network: string },
  failures: number,
  nowMs: number,
): Promise<void> {
  await queries
    .updateTable('login_failure')
    .set(({ eb }) => ({ failures: eb('failures', '+', failures), last_at_ms: nowMs }))
    .where('name_digest', '=', digest)
    .where('network', '=', network)
    .execute()
}

async function forget(queries: Queries, { name, network }: Attempt, nowMs: number): Promise<void> {
  // In the order in which attempts lock them.
  await addFailures(queries, { digest: ALL_NAMES, network }, -1, nowMs)
  await queries
    .deleteFrom('login_failure')
    .where('name_digest', '=', digestOf(name))
    .where('network', '=', network)
    .execute()
}

/** Names that were tried may be passwords in the wrong field. */
function digestOf(name: string): string {
  return createHash('sha256').update(name).digest('hex')
}
