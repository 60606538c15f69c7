/**
 * The kernel of exact metering: the sole allocator of units. Pure: no I/O, no clock; time is an
 * argument and every movement comes out as an entry for the store to keep.
 */
import type { Entry, EntryKind } from './entry.ts'
import {
  availabilityOf,
  type Balance,
  type BalanceAccount,
  burnsBefore,
  canSpend,
  type Grant,
  type Holding,
  poolKey,
  type Shortage,
  type Spendable,
} from './grant.ts'

/** A unit held for a call whose source is being asked. */
export interface Reservation {
  readonly serial: number
  readonly grantId: number
  readonly atMs: number
}

/** Everything the kernel knows, as a store loads it. */
export interface LedgerState {
  readonly holdings: Iterable<Holding>
  readonly reservations: Iterable<Reservation>
  readonly lastEntryId: number
  /** Ledger time of the last entry. */
  readonly lastMs: number
}

/** A charge that may be undone, as a store finds it. */
export interface Charge {
  readonly entryId: number
  readonly grantId: number
  readonly serial: number
  /** Whether an entry already undoes it. */
  readonly undone: boolean
}

/** Why an operator's wish cannot be met. */
export type LedgerRefusal =
  | 'grant_unknown'
  | 'units_invalid'
  | 'units_short'
  | 'expiry_invalid'
  | 'already_undone'

/** A balance that no longer adds up (invariant I4): the process must stop answering. */
export class InvariantBroken extends Error {
  override readonly name = 'InvariantBroken'
}

type Detail = Partial<Pick<Entry, 'serial' | 'ruleVersion' | 'undoes' | 'expiresAtMs' | 'reason'>>

export class Ledger {
  readonly #holdings = new Map<number, Holding>()
  /** Holdings of one account, product and mode in burn order. */
  readonly #pools = new Map<string, Holding[]>()
  readonly #reservations = new Map<number, Reservation>()
  readonly #touched = new Set<Holding>()
  #lastEntryId: number
  #lastMs: number

  constructor(state: LedgerState) {
    for (const holding of state.holdings) this.#place(holding)
    for (const reservation of state.reservations) {
      this.#reservations.set(reservation.serial, reservation)
    }
    this.#lastEntryId = state.lastEntryId
    this.#lastMs = state.lastMs
  }

  /** Ledger time: a clock that was stepped back resurrects nothing. */
  time(nowMs: number): number {
    return Math.max(nowMs, this.#lastMs)
  }

  get lastEntryId(): number {
    return this.#lastEntryId
  }

  holdings(): Iterable<Holding> {
    return this.#holdings.values()
  }

  holding(grantId: number): Holding | undefined {
    return this.#holdings.get(grantId)
  }

  reservation(serial: number): Reservation | undefined {
    return this.#reservations.get(serial)
  }

  reservations(): Iterable<Reservation> {
    return this.#reservations.values()
  }

  /** The holdings that moved since the last call, for the projection to be saved once each. */
  takeTouched(): Holding[] {
    const touched = [...this.#touched]
    this.#touched.clear()
    return touched
  }

  /** Charges one unit of the first grant in burn order. */
  burn(pool: string, serial: number, ruleVersion: number, nowMs: number): Entry | Shortage {
    const holding = this.#first(pool, nowMs)
    if (typeof holding === 'string') return holding
    return this.#move('burn', holding, 'available', 'used', 1, nowMs, { serial, ruleVersion })
  }

  /** Holds one unit of the first grant in burn order for the call `serial`. */
  reserve(pool: string, serial: number, nowMs: number): Entry | Shortage {
    if (this.#reservations.has(serial)) throw new Error(`call ${serial} is already reserved`)
    const holding = this.#first(pool, nowMs)
    if (typeof holding === 'string') return holding
    const entry = this.#move('reserve', holding, 'available', 'reserved', 1, nowMs, { serial })
    this.#reservations.set(serial, { serial, grantId: holding.grant.id, atMs: entry.atMs })
    return entry
  }

  /** Charges the unit held for `serial`, also when its grant has ended meanwhile. */
  settle(serial: number, ruleVersion: number, nowMs: number): Entry {
    const holding = this.#endReservation(serial)
    return this.#move('settle', holding, 'reserved', 'used', 1, nowMs, { serial, ruleVersion })
  }

  /** Gives the unit held for `serial` back; to a grant that has ended it comes back expired. */
  release(serial: number, nowMs: number): Entry {
    const holding = this.#endReservation(serial)
    const to = this.#returnsTo(holding, nowMs)
    return this.#move('release', holding, 'reserved', to, 1, nowMs, { serial })
  }

  /** Adds a grant with all its units available. */
  grant(grant: Grant, nowMs: number): Entry | LedgerRefusal {
    if (!isUnits(grant.units)) return 'units_invalid'
    if (!(grant.expiresAtMs > grant.startsAtMs)) return 'expiry_invalid'
    const balance: Balance = { available: 0, reserved: 0, used: 0, expired: 0, withdrawn: 0 }
    const holding: Holding = { grant, balance, expiresAtMs: grant.expiresAtMs }
    this.#place(holding)
    const { expiresAtMs, reason, units } = grant
    return this.#move('grant', holding, undefined, 'available', units, nowMs, {
      expiresAtMs,
      reason,
    })
  }

  /** Expires what is left in every grant that has ended; doing it again finds nothing. */
  expire(nowMs: number): Entry[] {
    const entries: Entry[] = []
    for (const holding of this.#holdings.values()) {
      const left = holding.balance.available
      if (left === 0 || !this.#hasEnded(holding, nowMs)) continue
      entries.push(this.#move('expire', holding, 'available', 'expired', left, nowMs))
    }
    return entries
  }

  /** Takes unused units back, for a refund or a void. */
  withdraw(grantId: number, units: number, reason: string, nowMs: number): Entry | LedgerRefusal {
    const holding = this.#holdings.get(grantId)
    if (holding === undefined) return 'grant_unknown'
    if (!isUnits(units)) return 'units_invalid'
    if (holding.balance.available < units) return 'units_short'
    return this.#move('withdraw', holding, 'available', 'withdrawn', units, nowMs, { reason })
  }

  /** Undoes one charge, once. */
  reverse(charge: Charge, reason: string, nowMs: number): Entry | LedgerRefusal {
    const holding = this.#holdings.get(charge.grantId)
    if (holding === undefined) return 'grant_unknown'
    if (charge.undone) return 'already_undone'
    const to = this.#returnsTo(holding, nowMs)
    const { serial, entryId: undoes } = charge
    return this.#move('reverse', holding, 'used', to, 1, nowMs, { serial, undoes, reason })
  }

  /** Moves the expiry of a grant to a later moment in the future; expired units come back. */
  extend(
    grantId: number,
    expiresAtMs: number,
    reason: string,
    nowMs: number,
  ): Entry | LedgerRefusal {
    const holding = this.#holdings.get(grantId)
    if (holding === undefined) return 'grant_unknown'
    if (!(expiresAtMs > holding.expiresAtMs) || !(expiresAtMs > this.time(nowMs))) {
      return 'expiry_invalid'
    }
    const back = holding.balance.expired
    holding.expiresAtMs = expiresAtMs
    this.#pools.get(poolOf(holding.grant))?.sort(burnsBefore)
    return this.#move('extend', holding, 'expired', 'available', back, nowMs, {
      expiresAtMs,
      reason,
    })
  }

  /** Moves the expiry of a grant to an earlier moment; an extension can move it back. */
  shorten(
    grantId: number,
    expiresAtMs: number,
    reason: string,
    nowMs: number,
  ): Entry | LedgerRefusal {
    const holding = this.#holdings.get(grantId)
    if (holding === undefined) return 'grant_unknown'
    if (!(expiresAtMs < holding.expiresAtMs)) return 'expiry_invalid'
    holding.expiresAtMs = expiresAtMs
    this.#pools.get(poolOf(holding.grant))?.sort(burnsBefore)
    return this.#move('extend', holding, 'expired', 'available', 0, nowMs, { expiresAtMs, reason })
  }

  #place(holding: Holding): void {
    const key = poolOf(holding.grant)
    const pool = this.#pools.get(key) ?? []
    pool.push(holding)
    pool.sort(burnsBefore)
    this.#pools.set(key, pool)
    this.#holdings.set(holding.grant.id, holding)
  }

  #first(key: string, nowMs: number): Holding | Shortage {
    const atMs = this.time(nowMs)
    const pool = this.#pools.get(key)
    if (pool === undefined) return 'none'
    for (const holding of pool) {
      if (holding.balance.available >= 1 && canSpend(spendable(holding), atMs)) return holding
    }
    return availabilityOf(pool.map(spendable), atMs) as Shortage
  }

  #endReservation(serial: number): Holding {
    const reservation = this.#reservations.get(serial)
    if (reservation === undefined) throw new Error(`call ${serial} holds no reservation`)
    this.#reservations.delete(serial)
    const holding = this.#holdings.get(reservation.grantId)
    if (holding === undefined) throw new InvariantBroken(`call ${serial} reserved of no grant`)
    return holding
  }

  #returnsTo(holding: Holding, nowMs: number): BalanceAccount {
    return this.#hasEnded(holding, nowMs) ? 'expired' : 'available'
  }

  #hasEnded(holding: Holding, nowMs: number): boolean {
    return this.time(nowMs) >= holding.expiresAtMs
  }

  #move(
    kind: EntryKind,
    holding: Holding,
    from: BalanceAccount | undefined,
    to: BalanceAccount,
    units: number,
    nowMs: number,
    detail: Detail = {},
  ): Entry {
    const { balance, grant } = holding
    if (from !== undefined) balance[from] -= units
    balance[to] += units
    assertBalanced(holding)
    this.#touched.add(holding)
    this.#lastMs = this.time(nowMs)
    this.#lastEntryId += 1
    return {
      id: this.#lastEntryId,
      kind,
      grantId: grant.id,
      units,
      atMs: this.#lastMs,
      serial: detail.serial ?? 0,
      ruleVersion: detail.ruleVersion ?? 0,
      undoes: detail.undoes ?? 0,
      expiresAtMs: detail.expiresAtMs ?? 0,
      reason: detail.reason ?? '',
    }
  }
}

/** The spending side of a holding. */
function spendable(holding: Holding): Spendable {
  return {
    startsAtMs: holding.grant.startsAtMs,
    expiresAtMs: holding.expiresAtMs,
    available: holding.balance.available,
  }
}

function poolOf(grant: Grant): string {
  return poolKey(grant.accountId, grant.product, grant.mode)
}

function isUnits(units: number): boolean {
  return Number.isSafeInteger(units) && units >= 1
}

/** Invariant I4: five accounts, none below zero, that sum up to what was granted. */
function assertBalanced({ balance, grant }: Holding): void {
  const { available, reserved, used, expired, withdrawn } = balance
  const sum = available + reserved + used + expired + withdrawn
  const negative = available < 0 || reserved < 0 || used < 0 || expired < 0 || withdrawn < 0
  if (negative || sum !== grant.units) {
    throw new InvariantBroken(`grant ${grant.id} does not balance`)
  }
}
