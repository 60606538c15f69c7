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
export const ENTRY_BLOCK = 8192

/** What a transaction locks. */
export interface Wanted {
  readonly pools: readonly PoolId[]
  /** Serials of reservations that end in this transaction. */
  readonly reserved: readonly number[]
  /** Ids of capped keys. */
  readonly keyIds: readonly string[]
}

const LOCK = `SELECT p.account_id, p.product, p.mode, p.last_ms, p.last_entry
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
    lockQuery(pools),
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

/** Waits for whoever moves units of the pools. */
export function lockQuery(pools: readonly PoolId[]): Query {
  return { name: 'lock pools', text: LOCK, values: poolArrays(pools) }
}

/** Three arrays that name pools. */
export function poolArrays(pools: readonly PoolId[]): string[] {
  return [
    textArray(pools.map(({ accountId }) => accountId)),
    textArray(pools.map(({ product }) => product)),
    textArray(pools.map(({ mode }) => mode)),
  ]
}

/** What is known of one pool while it is locked. */
export interface PoolState {
  readonly pool: PoolId
  readonly holdings: Holding[]
  /** Ledger time of its last entry. */
  lastMs: number
  lastEntryId: number
}

/** Numbers for entries that nobody else gives. */
export interface EntryNumbers {
  readonly last: number
  readonly end: number
}

/** Everything that a transaction knows when its commands are applied. */
export interface Knowledge {
  readonly states: ReadonlyMap<string, PoolState>
  readonly numbers: EntryNumbers
  readonly reservations: readonly Reservation[]
  /** Those of `reservations` whose repeat row was written with them. */
  readonly claimed: ReadonlySet<number>
  readonly days: ReadonlyMap<string, KeyDay>
}

/** Reads the answers to `readQueries(wanted)`. */
export function knowledgeFrom(wanted: Wanted, replies: readonly Reply[]): Knowledge {
  const [locked, block, holdings, ...others] = replies.map(({ rows }) => rows)
  const states = new Map((locked ?? []).map(stateFrom).map((each) => [keyOfPool(each.pool), each]))
  for (const holding of (holdings ?? []).map(holdingFrom)) {
    states.get(keyOfPool(holding.grant))?.holdings.push(holding)
  }
  const reserved = (wanted.reserved.length > 0 ? others.shift() : undefined) ?? []
  const last = Number(block?.[0]?.first) - 1
  return {
    states,
    numbers: { last, end: last + ENTRY_BLOCK },
    reservations: reserved.map(reservationFrom),
    claimed: new Set(reserved.filter(({ claimed }) => claimed === true).map(serialOf)),
    days: new Map((others.shift() ?? []).map((row) => [String(row.key_id), dayFrom(row)])),
  }
}

export class PoolBooks {
  readonly caps: DailyCaps
  readonly #knowledge: Knowledge
  readonly #found: ReadonlyMap<string, number>
  #lastEntryId: number

  constructor(knowledge: Knowledge) {
    this.#knowledge = knowledge
    this.caps = new DailyCaps((keyId) => knowledge.days.get(keyId))
    this.#lastEntryId = knowledge.numbers.last
    this.#found = new Map([...knowledge.states].map(([key, state]) => [key, state.lastEntryId]))
  }

  /** Number of the last entry of a pool before this transaction. */
  foundEntryId(pool: PoolId): number | undefined {
    return this.#found.get(keyOfPool(pool))
  }

  /** Whether the repeat row of a reserved call was written with its reservation. */
  claimed(serial: number): boolean {
    return this.#knowledge.claimed.has(serial)
  }

  /** Runs an action on the ledger of one pool and gathers what it moved. */
  in<T>(pool: PoolId, rows: RowBuffer, action: (ledger: Ledger) => T): T {
    const { states, reservations, numbers } = this.#knowledge
    const state = states.get(keyOfPool(pool)) ?? emptyState(pool)
    const known = new Set(state.holdings.map(({ grant }) => grant.id))
    const before = this.#lastEntryId
    const ledger = new Ledger({
      holdings: state.holdings,
      reservations: reservations.filter(({ grantId }) => known.has(grantId)),
      lastEntryId: before,
      lastMs: state.lastMs,
    })
    const result = action(ledger)
    this.#lastEntryId = ledger.lastEntryId
    if (this.#lastEntryId > numbers.end) throw new Error('more entries than a block has numbers')
    for (const holding of ledger.takeTouched()) {
      rows.saveBalance(holding, !known.has(holding.grant.id))
    }
    if (this.#lastEntryId > before) {
      state.lastMs = ledger.time(state.lastMs)
      state.lastEntryId = this.#lastEntryId
      rows.savePool(pool, state.lastMs, state.lastEntryId)
    }
    return result
  }

  /** The pools as they stand now. */
  states(): Iterable<PoolState> {
    return this.#knowledge.states.values()
  }

  /** Everything that was read, as it stands now. */
  holdings(): Holding[] {
    return [...this.states()].flatMap(({ holdings }) => holdings)
  }

  /** Numbers that are left. */
  numbers(): EntryNumbers {
    return { last: this.#lastEntryId, end: this.#knowledge.numbers.end }
  }
}

function emptyState(pool: PoolId): PoolState {
  return { pool, holdings: [], lastMs: 0, lastEntryId: 0 }
}

function stateFrom(row: Row): PoolState {
  const { last_ms: lastMs, last_entry: lastEntry } = row
  const state = emptyState(poolFrom(row))
  return { ...state, lastMs: Number(lastMs), lastEntryId: Number(lastEntry) }
}

function reservationFrom(row: Row): Reservation {
  return { serial: serialOf(row), grantId: Number(row.grant_id), atMs: Number(row.at_ms) }
}

/** The serial number that a row names. */
export function serialOf(row: Row): number {
  return Number(row.serial)
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
