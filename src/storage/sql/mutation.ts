/**
 * Every change that an operator or buyer makes: one transaction with its audit line and, where the
 * asker gave an idempotency key, with the answer that a repetition will get.
 */
import { createHash } from 'node:crypto'
import { AccountError, type Deed, type Idempotency } from '../../accounts/store.ts'
import { appendAudit } from './audit.ts'
import type { Queries, SqlEngine, SqlTransaction } from './engine.ts'

const KEPT_MS = 86_400_000

/** What a change is called in the audit. */
export interface Mutation<T> {
  readonly deed: Deed
  /** `noun.verb` */
  readonly action: string
  /** Id of what is changed, or how to read it from the result. */
  readonly subject: string | ((result: T) => string)
  /** What else the audit should tell; never an element or a secret. */
  readonly detail?: string
}

/**
 * Runs a change. A result that is a string is a refusal: all of it is taken back, without a line.
 * What is thrown takes it back too. For a repeated key (`Deed.idempotency`) nothing happens and the
 * first result comes back, as JSON keeps it; so a result must be plain data and hold no secret.
 */
export async function mutate<T>(
  engine: SqlEngine,
  mutation: Mutation<Exclude<T, string>>,
  act: (transaction: SqlTransaction) => Promise<T>,
): Promise<T> {
  const { action, deed, detail = '' } = mutation
  try {
    return await engine.transact(async (transaction) => {
      const { queries } = transaction
      const earlier = deed.idempotency && (await claim(queries, mutation, deed.idempotency))
      if (earlier !== undefined) return JSON.parse(earlier) as T
      const result = await act(transaction)
      if (typeof result === 'string') throw new Refused(result)
      const subject =
        typeof mutation.subject === 'string'
          ? mutation.subject
          : mutation.subject(result as Exclude<T, string>)
      await appendAudit(queries, { ...deed, action, subject, detail })
      if (deed.idempotency)
        await keepAnswer(queries, deed.actor, deed.idempotency, JSON.stringify(result ?? null))
      return result
    })
  } catch (error) {
    if (error instanceof Refused) return error.refusal as T
    throw error
  }
}

/** Carries a refusal out of the transaction that it takes back. */
class Refused extends Error {
  readonly refusal: string

  constructor(refusal: string) {
    super(refusal)
    this.refusal = refusal
  }
}

/** Takes a key, waiting for whoever holds it now; gives the answer if it has one. */
async function claim(
  queries: Queries,
  { action, deed: { actor, atMs } }: Pick<Mutation<never>, 'action' | 'deed'>,
  wanted: Idempotency,
): Promise<string | undefined> {
  await queries
    .deleteFrom('idempotency')
    .where('at_ms', '<', atMs - KEPT_MS)
    .execute()
  const row = {
    actor,
    key: wanted.key,
    at_ms: atMs,
    request_digest: digestOf(action, wanted),
    answer: '',
  }
  const inserted = await queries
    .insertInto('idempotency')
    .values(row)
    .onConflict((conflict) => conflict.columns(['actor', 'key']).doNothing())
    .executeTakeFirst()
  if (inserted.numInsertedOrUpdatedRows === 1n) return undefined
  const earlier = await queries
    .selectFrom('idempotency')
    .select(['request_digest', 'answer'])
    .where('actor', '=', actor)
    .where('key', '=', wanted.key)
    .executeTakeFirstOrThrow()
  if (earlier.request_digest !== row.request_digest)
    throw new AccountError('idempotency_conflict', wanted.key)
  return earlier.answer
}

async function keepAnswer(
  queries: Queries,
  actor: string,
  { key }: Idempotency,
  answer: string,
): Promise<void> {
  await queries
    .updateTable('idempotency')
    .set({ answer })
    .where('actor', '=', actor)
    .where('key', '=', key)
    .execute()
}

function digestOf(action: string, { request }: Idempotency): string {
  return createHash('sha256').update(`${action}\n${request}`).digest('hex')
}
