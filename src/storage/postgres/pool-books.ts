/**
 * The pools of one transaction: locked in a fixed order, read, and given to the kernel, one ledger a
 * pool. What the kernel moves is gathered as rows.
 */
import { DailyCaps, type KeyDay } from '../../billing/daily-cap.ts'
import type { Grant, Holding } from '../../billing/grant.ts'
import { Ledger, type Reservation } from '../../billing/ledger.ts'
import { numberArray, textArray } from './array-literal.ts'
import { keyOfPool, type PoolId } from './pool-id.ts'
import type { RowBuffer } from './row-buffer.ts'
import type { Query, Reply, Row } from './session.ts'

/** Numbers an entry block has: the increment of the sequence `entry_block`. */
export const ENTRY_BLOCK = 1024

/** What a transaction locks. */
export interface Wanted {
  readonly pools: readonly PoolId[]
  /** Serials of reservations that end in this transaction. */
  readonly reserved: readonly number[]
  /** Ids of capped keys. */
  readonly keyIds: readonly string[]
}

const LOCK = `SELECT p.account_id, p.product, p.mode, p.last_ms
  FROM pool p JOIN unnest($1::text[], $2::text[], $3::text[]) AS w(a, p, m)
    ON (p.account_id, p.product, p.mode) = (w.a, w.p, w.m)
  ORDER BY p.account_id, p.product, p.mode FOR UPDATE OF p`

const BLOCK = `SELECT nextval('entry_block') AS first`

export const HOLDING_COLUMNS = `g.id, g.account_id, g.product, g.mode, g.units, g.priority,
  g.starts_at_ms, g.expires_at_ms, g.created_at_ms, g.reason,
  b.available, b.reserved, b.used, b.expired, b.withdrawn, b.expires_at_ms AS present_expiry_ms`

export const HOLDINGS_OF_POOLS = `SELECT ${HOLDING_COLUMNS}
  FROM unnest($1::text[], $2::text[], $3::text[]) AS w(a, p, m)
  JOIN "grant" g ON (g.account_id, g.product, g.mode) = (w.a, w.p, w.m)
  JOIN balance b ON b.grant_id = g.id AND b.account_id = g.account_id`

const RESERVATIONS = `SELECT r.serial, r.grant_id, r.at_ms, t.serial IS NOT NULL AS claimed
  FROM reservation r LEFT JOIN repeat t ON t.serial = r.serial AND t.account_id = r.account_id
  WHERE r.serial = ANY($1::bigint[])`

const KEY_DAYS = `SELECT key_id, day, used FROM key_day WHERE key_id = ANY($1::text[])
  ORDER BY key_id, account_id FOR UPDATE`

/** The questions by which `PoolBooks` is read; the locks come first, and all reads after them. */
export function readQueries({ pools, reserved, keyIds }: Wanted): Query[] {
  const names = poolArrays(pools)
  const queries: Query[] = [
    { name: 'lock pools', text: LOCK, values: names },
    { name: 'entry block', text: BLOCK, values: [] },
    { name: 'holdings', text: HOLDINGS_OF_POOLS, values: names },
  ]
  if (reserved.length > 0) {
    queries.push({ name: 'reservations', text: RESERVATIONS, values: [numberArray(reserved)] })
  }
  if (keyIds.length > 0) {
    queries.push({ name: 'key days', text: KEY_DAYS, values: [textArray(keyIds)] })
  }
  return queries
}

/** Three arrays that name pools. */
export function poolArrays(pools: readonly PoolId[]): string[] {
  return [
    textArray(pools.map(({ accountId }) => accountId)),
    textArray(pools.map(({ product }) => product)),
    textArray(pools.map(({ mode }) => mode)),
  ]
}

export class PoolBooks {
  /** Reservations of this transaction whose repeat row was written with them. */
  readonly claimed = new Set<number>()
  readonly caps: DailyCaps
  readonly #lastMs = new Map<string, number>()
  readonly #holdings = new Map<string, Holding[]>()
  readonly #reservations: Reservation[] = []
  readonly #blockEnd: number
  #lastEntryId: number

  /** `replies` are the answers to `readQueries(wanted)`. */
  constructor(wanted: Wanted, replies: readonly Reply[]) {
    const [locked, block, holdings, ...others] = replies.map(({ rows }) => rows)
    for (const row of locked ?? []) this.#lastMs.set(keyOfPool(poolFrom(row)), Number(row.last_ms))
    for (const holding of (holdings ?? []).map(holdingFrom)) {
      const key = keyOfPool(holding.grant)
      this.#holdings.set(key, [...(this.#holdings.get(key) ?? []), holding])
    }
    const reserved = wanted.reserved.length > 0 ? others.shift() : undefined
    for (const row of reserved ?? []) this.#reserved(row)
    const days = new Map((others.shift() ?? []).map((row) => [String(row.key_id), dayFrom(row)]))
    this.caps = new DailyCaps((keyId) => days.get(keyId))
    this.#lastEntryId = Number(block?.[0]?.first) - 1
    this.#blockEnd = this.#lastEntryId + ENTRY_BLOCK
  }

  /** Runs an action on the ledger of one pool and gathers what it moved. */
  in<T>(pool: PoolId, rows: RowBuffer, action: (ledger: Ledger) => T): T {
    const key = keyOfPool(pool)
    const lastMs = this.#lastMs.get(key) ?? 0
    const holdings = this.#holdings.get(key) ?? []
    const known = new Set(holdings.map(({ grant }) => grant.id))
    const reservations = this.#reservations.filter(({ grantId }) => known.has(grantId))
    const ledger = new Ledger({ holdings, reservations, lastEntryId: this.#lastEntryId, lastMs })
    const result = action(ledger)
    this.#lastEntryId = ledger.lastEntryId
    if (this.#lastEntryId > this.#blockEnd) throw new Error('more entries than a block has numbers')
    for (const holding of ledger.takeTouched()) {
      rows.saveBalance(holding, !known.has(holding.grant.id))
    }
    const time = ledger.time(lastMs)
    if (time > lastMs) rows.savePool(pool, time)
    return result
  }

  /** Everything that was read, as it stands now. */
  holdings(): Holding[] {
    return [...this.#holdings.values()].flat()
  }

  #reserved(row: Row): void {
    const serial = Number(row.serial)
    this.#reservations.push({
      serial,
      grantId: Number(row.grant_id),
      atMs: Number(row.at_ms),
    })
    if (row.claimed === true) this.claimed.add(serial)
  }
}

export function holdingFrom(row: Row): Holding {
  const grant: Grant = {
    ...poolFrom(row),
    id: Number(row.id),
    units: Number(row.units),
    priority: Number(row.priority),
    startsAtMs: Number(row.starts_at_ms),
    expiresAtMs: Number(row.expires_at_ms),
    createdAtMs: Number(row.created_at_ms),
    reason: String(row.reason),
  }
  const balance = {
    available: Number(row.available),
    reserved: Number(row.reserved),
    used: Number(row.used),
    expired: Number(row.expired),
    withdrawn: Number(row.withdrawn),
  }
  return { grant, balance, expiresAtMs: Number(row.present_expiry_ms) }
}

export function poolFrom(row: Row): PoolId {
  return {
    accountId: String(row.account_id),
    product: row.product as PoolId['product'],
    mode: row.mode as PoolId['mode'],
  }
}

function dayFrom(row: Row): KeyDay {
  return { keyId: String(row.key_id), day: Number(row.day), used: Number(row.used) }
}
