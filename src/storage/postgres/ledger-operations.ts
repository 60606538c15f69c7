/** The ledger's operations within a transaction that somebody else has opened: the rows move together. */
import { CompiledQuery } from 'kysely'
import type { Entry } from '../../billing/entry.ts'
import type { Grant } from '../../billing/grant.ts'
import type { Charge, Ledger, LedgerRefusal } from '../../billing/ledger.ts'
import type {
  LedgerOperations,
  NewExpiry,
  Reversal,
  Withdrawal,
} from '../../billing/ledger-port.ts'
import type { Changer, GrantOrder } from '../../billing/operations.ts'
import * as operations from '../../billing/operations.ts'
import type { Queries } from '../sql/engine.ts'
import {
  knowledgeFrom,
  lockQuery,
  PoolBooks,
  poolArrays,
  poolFrom,
  readQueries,
} from './pool-books.ts'
import type { PoolId } from './pool-id.ts'
import { RowBuffer } from './row-buffer.ts'
import type { Query, Reply, Row, Session } from './session.ts'

const GRANT_ID = `SELECT nextval('grant_id') AS id`
const POOL_OF_GRANT = `SELECT account_id, product, mode FROM "grant" WHERE id = $1`
const NEW_POOL = `INSERT INTO pool (account_id, product, mode, last_ms)
  SELECT w.a, w.p, w.m, 0 FROM unnest($1::text[], $2::text[], $3::text[]) AS w(a, p, m)
  ON CONFLICT DO NOTHING`
const CHARGE = `SELECT e.id, e.grant_id, g.account_id, g.product, g.mode
  FROM call c
  JOIN entry e ON e.id = c.entry_id AND e.account_id = c.account_id
  JOIN "grant" g ON g.id = e.grant_id AND g.account_id = e.account_id
  WHERE c.serial = $1`
const UNDONE = `SELECT FROM entry WHERE undoes = $1 AND account_id = $2`
const ENDED_POOLS = `SELECT DISTINCT g.account_id, g.product, g.mode
  FROM "grant" g JOIN balance b ON b.grant_id = g.id AND b.account_id = g.account_id
  WHERE b.available > 0 AND b.expires_at_ms <= $1
  ORDER BY g.account_id, g.product, g.mode`

/** An action on the kernel of one pool. */
type Action<T> = (changer: Changer) => T

export class PostgresLedgerOperations implements LedgerOperations {
  readonly #session: Session

  constructor(queries: Queries) {
    this.#session = enlisted(queries)
  }

  async addGrant(order: GrantOrder, nowMs: number): Promise<Grant | LedgerRefusal> {
    const { accountId, product, mode } = order
    const pool = { accountId, product, mode }
    await this.#ask(NEW_POOL, ...poolArrays([pool]))
    const [numbered] = await this.#ask(GRANT_ID)
    const ids = [Number(numbered?.id)]
    return this.#in(pool, (changer) => operations.addGrant(changer, order, nowMs), ids)
  }

  withdrawGrant(order: Withdrawal, nowMs: number): Promise<Entry | LedgerRefusal> {
    return this.#inGrant(order.grantId, (changer) =>
      operations.withdrawGrant(changer, order, nowMs),
    )
  }

  extendGrant(order: NewExpiry, nowMs: number): Promise<Entry | LedgerRefusal> {
    return this.#inGrant(order.grantId, (changer) => operations.extendGrant(changer, order, nowMs))
  }

  shortenGrant(order: NewExpiry, nowMs: number): Promise<Entry | LedgerRefusal> {
    return this.#inGrant(order.grantId, (changer) => operations.shortenGrant(changer, order, nowMs))
  }

  async reverseCharge(
    { serial, reason }: Reversal,
    nowMs: number,
  ): Promise<Entry | LedgerRefusal | 'not_charged'> {
    const [row] = await this.#ask(CHARGE, serial)
    if (row === undefined) return 'not_charged'
    const pool = poolFrom(row)
    await this.#lock(pool)
    const undone = (await this.#ask(UNDONE, row.id, pool.accountId)).length > 0
    const charge: Charge = {
      entryId: Number(row.id),
      grantId: Number(row.grant_id),
      serial,
      undone,
    }
    return this.#in(pool, (changer) =>
      operations.reverseCharge(changer, () => charge, reason, nowMs),
    )
  }

  async expireGrants(nowMs: number): Promise<readonly Entry[]> {
    const entries: Entry[] = []
    for (const row of await this.#ask(ENDED_POOLS, nowMs)) {
      const expire: Action<Entry[]> = (changer) => operations.expireGrants(changer, nowMs)
      entries.push(...(await this.#in(poolFrom(row), expire)))
    }
    return entries
  }

  async #inGrant<T>(grantId: number, action: Action<T>): Promise<T | LedgerRefusal> {
    const [row] = await this.#ask(POOL_OF_GRANT, grantId)
    return row === undefined ? 'grant_unknown' : this.#in(poolFrom(row), action)
  }

  /** Locks and reads a pool, lets the kernel change it, and writes what it moved. */
  async #in<T>(pool: PoolId, action: Action<T>, newGrantIds: readonly number[] = []): Promise<T> {
    const wanted = { pools: [pool], reserved: [], keyIds: [] }
    const books = new PoolBooks(knowledgeFrom(wanted, await this.#session.all(readQueries(wanted))))
    const rows = new RowBuffer(NO_CALLS, newGrantIds).of(pool.accountId)
    const result = books.in(pool, rows, (ledger) => action(changing(ledger, rows)))
    const write = rows.query()
    if (write !== undefined) await this.#session.all([write])
    return result
  }

  /** Waits for whoever moves units of a pool, so that what is read next is the truth. */
  async #lock(pool: PoolId): Promise<void> {
    await this.#session.all([lockQuery([pool])])
  }

  async #ask(text: string, ...values: unknown[]): Promise<readonly Row[]> {
    const [reply] = await this.#session.all([{ name: '', text, values }])
    return reply?.rows ?? []
  }
}

/** An operator's rows are no calls. */
const NO_CALLS = { nodeId: 0, laneId: () => 0, claimed: () => false }

function changing(ledger: Ledger, rows: RowBuffer): Changer {
  return { change: (action) => action(ledger, rows) }
}

/** Asks through a transaction of the query builder, which takes one question at a time. */
function enlisted(queries: Queries): Session {
  const ask = async ({ text, values }: Query): Promise<Reply> => {
    const { rows } = await queries.executeQuery(CompiledQuery.raw(text, [...values]))
    return { rows: rows as readonly Row[], command: '' }
  }
  return {
    async all(asked) {
      const replies: Reply[] = []
      for (const query of asked) replies.push(await ask(query))
      return replies
    },
  }
}
